"""What accounts needs from payment: the banks and the name enquiry. `payment` implements it, `payshift` binds it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

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


BANK_DIRECTORY: Port[BankDirectory] = Port("accounts.bank_directory")
