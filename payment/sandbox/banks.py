"""Nigerian banks with the codes of the Central Bank, and who holds which account at them."""

import hashlib
from dataclasses import dataclass

from payment.sandbox.models import Account


@dataclass(frozen=True, slots=True)
class Bank:
    id: int
    code: str
    name: str
    slug: str
    longcode: str


# code, name, slug, the 9-digit sort code of NIP where there is one
_ROWS = (
    ("044", "Access Bank", "access-bank", "044150149"),
    ("063", "Access Bank (Diamond)", "access-bank-diamond", "063150162"),
    ("023", "Citibank Nigeria", "citibank-nigeria", "023150005"),
    ("050", "Ecobank Nigeria", "ecobank-nigeria", "050150010"),
    ("070", "Fidelity Bank", "fidelity-bank", "070150003"),
    ("011", "First Bank of Nigeria", "first-bank-of-nigeria", "011151003"),
    ("214", "First City Monument Bank", "first-city-monument-bank", "214150018"),
    ("00103", "Globus Bank", "globus-bank", "103015001"),
    ("058", "Guaranty Trust Bank", "guaranty-trust-bank", "058152036"),
    ("301", "Jaiz Bank", "jaiz-bank", "301080020"),
    ("082", "Keystone Bank", "keystone-bank", "082150017"),
    ("50211", "Kuda Bank", "kuda-bank", ""),
    ("50515", "Moniepoint MFB", "moniepoint-mfb-ng", ""),
    ("999992", "OPay Digital Services Limited (OPay)", "paycom", ""),
    ("526", "Parallex Bank", "parallex-bank", ""),
    ("076", "Polaris Bank", "polaris-bank", "076151006"),
    ("101", "Providus Bank", "providus-bank", ""),
    ("221", "Stanbic IBTC Bank", "stanbic-ibtc-bank", "221159522"),
    ("068", "Standard Chartered Bank", "standard-chartered-bank", "068150015"),
    ("232", "Sterling Bank", "sterling-bank", "232150016"),
    ("100", "Suntrust Bank", "suntrust-bank", ""),
    ("302", "TAJ Bank", "taj-bank", "302080016"),
    ("032", "Union Bank of Nigeria", "union-bank-of-nigeria", "032080474"),
    ("033", "United Bank For Africa", "united-bank-for-africa", "033153513"),
    ("215", "Unity Bank", "unity-bank", "215154097"),
    ("035", "Wema Bank", "wema-bank", "035150103"),
    ("057", "Zenith Bank", "zenith-bank", "057150013"),
)
BANKS = tuple(Bank(number, *row) for number, row in enumerate(_ROWS, start=1))
BY_CODE = {bank.code: bank for bank in BANKS}

FIRST_NAMES = (
    "Adaeze",
    "Babatunde",
    "Chinedu",
    "Damilola",
    "Emeka",
    "Folake",
    "Gbenga",
    "Halima",
    "Ibrahim",
    "Kehinde",
)
MIDDLE_NAMES = ("Ngozi", "Olamide", "Sunday", "Temitope", "Uche", "Victoria", "Yusuf", "Zainab")
LAST_NAMES = ("Adeyemi", "Balogun", "Chukwu", "Danjuma", "Eze", "Ibeh", "Lawal", "Nwosu", "Okafor", "Sani")


class AccountNotFound(Exception):
    """No such account at this bank: a number that is not ten digits, an unknown bank, or one that starts with 9999."""


def holder_of(*, bank_code: str, account_number: str) -> str:
    """The holder's name in capitals, surname first, as banks answer it. Raises `AccountNotFound`.

    A registered account has its registered name; any other has one made from its number, the same every time.
    """
    well_formed = len(account_number) == 10 and account_number.isascii() and account_number.isdigit()
    if bank_code not in BY_CODE or not well_formed:
        raise AccountNotFound
    registered = Account.objects.filter(bank_code=bank_code, account_number=account_number).first()
    if registered:
        return registered.account_name
    if account_number.startswith("9999"):
        raise AccountNotFound
    digest = hashlib.sha256(f"{bank_code}/{account_number}".encode()).digest()
    names = (LAST_NAMES, FIRST_NAMES, MIDDLE_NAMES)
    return " ".join(choice[byte % len(choice)] for choice, byte in zip(names, digest, strict=False)).upper()


def register_account(*, bank_code: str, account_number: str, account_name: str) -> None:
    Account.objects.update_or_create(
        bank_code=bank_code, account_number=account_number, defaults={"account_name": account_name}
    )
