"""The bank account that withdrawals go to: its holder's name is asked of the bank and compared with the person's."""

import re
import unicodedata
from dataclasses import dataclass

from django.db import transaction

from accounts.exceptions import AccountNameMismatch, AccountNotFound
from accounts.models import BankAccount, CustomUser, NotificationKind
from accounts.ports import BANK_DIRECTORY, Bank
from accounts.services.locks import lock_active_user
from accounts.services.notifications import notify
from accounts.services.reauthentication import confirm_identity
from core import clock
from core.actor import Actor
from core.throttling import Throttle

ENQUIRIES_PER_ACCOUNT = Throttle("name-enquiry", limit=5, period_seconds=3600)
# Whoever types ten digits on a telephone does not get them right at once.
LOOK_UPS_PER_ACCOUNT = Throttle("account-look-up", limit=20, period_seconds=3600)


def set_bank_account(
    *,
    actor: Actor,
    bank_code: str,
    account_number: str,
    password: str | None,
    code: str | None,
    second_factor_code: str | None = None,
) -> BankAccount:
    """Verify the account at the bank and make it the caller's; tells them. Withdrawals to a new one wait 24 h.

    The first one needs the same proof as any later one: whoever holds a stolen access token would have all wages sent
    to an account of their own. The enquiry is a network call and runs before the transaction. Raises what
    `confirm_identity` raises, `AccountNotFound`, `AccountNameMismatch`, `ProviderUnavailable`, `TooManyRequests`.
    """
    confirm_identity(user_id=actor.user_id, password=password, code=code, second_factor_code=second_factor_code)
    ENQUIRIES_PER_ACCOUNT.hit(str(actor.user_id))
    bank, account_name = _ask_bank(bank_code=bank_code, account_number=account_number)
    user = CustomUser.objects.planned().get(pk=actor.user_id)
    if not names_agree(first_name=user.first_name, last_name=user.last_name, holder=account_name):
        raise AccountNameMismatch
    now = clock.now()
    with transaction.atomic():
        lock_active_user(actor.user_id)
        account, _ = BankAccount.objects.update_or_create(
            user_id=actor.user_id,
            defaults={
                "bank_code": bank_code,
                "bank_name": bank.name,
                "account_number": account_number,
                "account_name": account_name,
                "verified_at": now,
                "changed_at": now,
            },
        )
        notify(
            user_id=actor.user_id,
            kind=NotificationKind.BANK_ACCOUNT_CHANGED,
            params={"account": f"{bank.name} {account.masked_number}"},
            dedupe_key=f"bank-account:{now.isoformat()}",
        )
    return account


@dataclass(frozen=True, slots=True)
class FoundAccount:
    """Whose account it is, and whether that is the caller, who alone may set it."""

    bank_name: str
    account_name: str
    is_yours: bool


def look_up_account(*, actor: Actor, bank_code: str, account_number: str) -> FoundAccount:
    """The holder of a bank account, for the caller to see before setting it. Changes nothing.

    Of somebody else's account no name is told: a list of numbers would become a list of people. A network call: no
    transaction may be open. Raises `AccountNotFound`, `ProviderUnavailable`, `TooManyRequests`.
    """
    LOOK_UPS_PER_ACCOUNT.hit(str(actor.user_id))
    bank, account_name = _ask_bank(bank_code=bank_code, account_number=account_number)
    user = CustomUser.objects.planned().get(pk=actor.user_id)
    is_yours = names_agree(first_name=user.first_name, last_name=user.last_name, holder=account_name)
    return FoundAccount(bank.name, account_name if is_yours else "", is_yours)


def _ask_bank(*, bank_code: str, account_number: str) -> tuple[Bank, str]:
    directory = BANK_DIRECTORY.get()
    bank = next((bank for bank in directory.banks() if bank.code == bank_code), None)
    if bank is None:
        raise AccountNotFound("There is no such bank. GET /api/banks lists them.")
    return bank, directory.resolve_account_name(bank_code=bank_code, account_number=account_number)


def names_agree(*, first_name: str, last_name: str, holder: str) -> bool:
    """Whether the bank's holder is this person, whatever the order, case, accents and further names.

    One of the first names and one of the last names must be among the holder's: two first names alone are a relative.
    """
    theirs = _words(holder)
    return bool(_words(first_name) & theirs and _words(last_name) & theirs)


def _words(name: str) -> set[str]:
    """The names without case, accents and punctuation; an initial is no name."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold().replace("'", "")
    return {word for word in re.split(r"[^a-z0-9]+", plain) if len(word) > 1}
