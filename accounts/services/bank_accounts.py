"""The bank account that withdrawals go to: its holder's name is asked of the bank and compared with the person's."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from accounts.exceptions import AccountNameMismatch, AccountNotFound
from accounts.models import BankAccount, CustomUser, NotificationKind
from accounts.ports import BANK_DIRECTORY, Bank
from accounts.services.locks import lock_active_user, lock_verified_bank_account
from accounts.services.notifications import notify
from accounts.services.reauthentication import confirm_identity
from core import clock
from core.actor import Actor
from core.throttling import Throttle
from core.words import fold

# Joined words are parts of one name: more than three are none.
MOST_JOINED = 3
# What stands in the name of a business and in nobody's.
BUSINESS = frozenset({"company", "enterprise", "enterprises", "limited", "llc", "ltd", "plc", "ventures"})
APOSTROPHES = re.compile("['\u2018\u2019\u02bc`]")
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
    now = clock.now()
    with transaction.atomic():
        # Under the lock: the name may have changed while the bank was asked.
        user = lock_active_user(actor.user_id)
        if not names_agree(first_name=user.first_name, last_name=user.last_name, holder=account_name):
            raise AccountNameMismatch
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


def doubt_bank_account(user: CustomUser) -> None:
    """Somebody's name changed: an account that is not in the new one must be set again before the next withdrawal.

    Runs in the transaction that renames, under the user's lock. Locks the account.
    """
    account = lock_verified_bank_account(user.pk)
    if account and not names_agree(first_name=user.first_name, last_name=user.last_name, holder=account.account_name):
        account.verified_at = None
        account.save(update_fields=["verified_at"])


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
    """Whether the bank's holder is this person, whatever the order, case, marks, hyphens, spaces and further names.

    One of the first names and one of the last names must be among the holder's, each in a place of its own: two first
    names alone are a relative. An initial among other names is none. Who has one name has no other at the bank.
    A business is somebody else, also one that is named after the person.
    """
    theirs = _words(holder)
    if not BUSINESS.intersection(theirs).issubset(_words(f"{first_name} {last_name}")):
        return False
    if not last_name.strip():
        return bool(theirs) and "".join(theirs) == "".join(_words(first_name))
    places = _places(theirs)
    first, last = (_found(_words(name), places) for name in (first_name, last_name))
    return any(one.isdisjoint(other) for one in first for other in last)


def _found(name: Sequence[str], places: Mapping[str, list[frozenset[int]]]) -> list[frozenset[int]]:
    """Where the holder has one of these names, or some of them written as one."""
    spellings = [spelling for spelling in _places(name) if len(spelling) > 1 or len(name) == 1]
    return [place for spelling in spellings for place in places.get(spelling, [])]


def _places(words: Sequence[str]) -> dict[str, list[frozenset[int]]]:
    """Each word, and neighbours run together as in Nwachukwu, with the positions that it takes."""
    found: dict[str, list[frozenset[int]]] = {}
    for length in range(1, MOST_JOINED + 1):
        for start in range(len(words) - length + 1):
            spelling = "".join(words[start : start + length])
            found.setdefault(spelling, []).append(frozenset(range(start, start + length)))
    return found


def _words(name: str) -> list[str]:
    """The names without case, marks, hooks and punctuation."""
    return re.findall(r"[a-z0-9]+", APOSTROPHES.sub("", fold(name).casefold()))
