"""What a provider reports of many things at once: lists, its ledger of our balance, its settlements."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Told[T]:
    """The rows of a list that can be read, and what is wrong with each other: one of them keeps no row from us."""

    rows: Sequence[T] = field(default_factory=list)
    unreadable: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class BalanceLine:
    """One change of our balance at a provider, and what made it: its kind and the provider's number of it."""

    subject: str
    difference_kobo: int
    at: datetime


@dataclass(frozen=True, slots=True)
class SettlementReport:
    """A settlement as the provider's list has it. `net_kobo` may be less than what is left after fees: deductions."""

    provider_id: str
    status: str
    settled_at: datetime
    gross_kobo: int
    fees_kobo: int
    net_kobo: int
    currency: str


@dataclass(frozen=True, slots=True)
class SettledCharge:
    """A payment in a settlement."""

    provider_id: str
    reference: str
    amount_kobo: int
    fee_kobo: int
