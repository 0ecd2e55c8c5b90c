"""What accounts needs from higher apps: banks and name enquiry, registers of the state, and what a person still owes.

`payshift` binds them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from django.db.models import Model

from core.ports import Port


@dataclass(frozen=True, slots=True)
class Bank:
    code: str
    name: str


class BankDirectory(Protocol):
    def banks(self) -> Sequence[Bank]:
        """The banks that payouts can reach, by name. Raises `ProviderUnavailable` (503)."""

    def resolve_account_name(self, *, bank_code: str, account_number: str) -> str:
        """The holder's name as the bank has it. A network call: never inside a transaction.

        Raises `AccountNotFound` (422) and `ProviderUnavailable` (503).
        """


class IdentityRegisters(Protocol):
    @property
    def provider(self) -> str:
        """Who is asked; empty where nobody is."""

    def holder_of(self, *, kind: str, number: str) -> str:
        """The names that a register of the state has under this BVN or NIN. A network call: never in a transaction.

        Raises `IdentityNumberRefused` (422) and `ProviderUnavailable` (503).
        """


@dataclass(frozen=True, slots=True)
class Obligation:
    """Something that a person has promised or is owed, and that must end first. `code` is stable."""

    code: str
    message: str


class Obligations(Protocol):
    def of_role(self, *, user_id: int) -> Sequence[Obligation]:
        """What ties a person to their role: live shifts of a worker, live jobs of a client."""

    def of_account(self, *, user_id: int) -> Sequence[Obligation]:
        """Those, and all else that ties them to their account: money in the wallet or on its way, open disputes."""

    def end_later(self, *, user_id: int, by_user_id: int) -> None:
        """Queue, in the caller's transaction, the end of all work of somebody who was kept out."""


class LettingBack(Protocol):
    def let_back(self, *, staff_id: int, user_id: int, reason: str) -> Model:
        """End the ban of somebody; where that sets more free than this member of staff may move alone today, propose it
        to a second person.

        Locks what they moved alone, then the user. Returns the person, or the proposal. Raises `NotFound`,
        `SecondPersonNeeded` and, proposed already, `AlreadyPosted`.
        """

    def frees_kobo(self, *, user_id: int) -> int:
        """What may leave the person's wallet again."""


class MoneyWatch(Protocol):
    def begin(self) -> Callable[[], Sequence[str]]:
        """Ask what it returns, later in the same transaction: what the books moved since, in lines for people."""


LETTING_BACK: Port[LettingBack] = Port("accounts.letting_back")
MONEY_WATCH: Port[MoneyWatch] = Port("accounts.money_watch")
OBLIGATIONS: Port[Obligations] = Port("accounts.obligations")
BANK_DIRECTORY: Port[BankDirectory] = Port("accounts.bank_directory")
IDENTITY_REGISTERS: Port[IdentityRegisters] = Port("accounts.identity_registers")
