"""What jobs needs from payment: escrow, and a second person for large sums. `payment` has them, `payshift` binds them.

Every method runs in the caller's transaction: if the caller rolls back, no money has moved. The caller holds the locks
on user, job, application and assignment (in that order) before it calls; ledger accounts are locked last, by payment.
All amounts are kobo.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.db.models import Expression, Model, OuterRef
from django.db.models.expressions import Combinable

from core.ports import Port
from jobs.models import Job


@dataclass(frozen=True, slots=True)
class Price:
    """The price of one assignment: the worker's wage, and the platform's fee which the client pays on top."""

    wage_kobo: int
    fee_kobo: int

    @property
    def total_kobo(self) -> int:
        return self.wage_kobo + self.fee_kobo


@dataclass(frozen=True, slots=True)
class Compensation:
    """What a worker gets for a shift that was called off late."""

    assignment_id: int
    worker_id: int
    amount_kobo: int


@dataclass(frozen=True, slots=True)
class EscrowSummary:
    """The escrow of one job. paid_in = released + refunded + held, always (M5)."""

    required_kobo: int
    paid_in_kobo: int
    released_kobo: int
    refunded_kobo: int
    held_kobo: int
    # Of the released: for shifts that its client called off, which are no part of the price any more.
    compensated_kobo: int = 0
    # Money came for it that is not what was asked for: the client is not asked for more until staff have placed it.
    in_review: bool = False

    @property
    def outstanding_kobo(self) -> int:
        """What the client still has to pay before the job opens."""
        return max(0, self.required_kobo + self.compensated_kobo - self.held_kobo - self.released_kobo)


class Escrow(Protocol):
    def assignment_price(self, *, rate_kobo: int, minutes: int) -> Price:
        """Wage and fee of one assignment, each rounded half-up to the kobo. Pure arithmetic."""

    def vat_kobo(self, *, fee_kobo: int, due_at: datetime) -> int:
        """What of a fee that is due at this moment is VAT: it is within the fee. Pure arithmetic."""

    def total_price(self, *, rate_kobo: int, shift_minutes: Sequence[int], workers: int) -> Price:
        """The sum of the rounded prices of all assignments: what a job costs. Pure arithmetic."""

    def fund_difference(self, *, job_id: int, required_kobo: int, client_id: int) -> EscrowSummary:
        """After an edit: refund to the client's wallet what is held above `required_kobo`; never takes money.

        The answer's `outstanding_kobo` tells whether the job is pending again.
        """

    def last_dispute_of(self, assignment: OuterRef) -> Combinable:
        """The id of the last dispute about the assignment of each row; NULL without any."""

    def is_disputed(self, assignment: OuterRef) -> Combinable:
        """Whether one is open about the assignment of each row."""

    def pay_assignment(self, *, assignment_id: int, job_id: int, client_id: int, worker_id: int, price: Price) -> None:
        """Release: escrow -> wallet (wage) and platform fees (fee). Once per assignment, a second call raises (W4)."""

    def held_of(self, job: OuterRef) -> Expression:
        """What escrow holds of the job of each row, for a query that lists many; zero when nothing was ever paid."""

    def pay_compensations(self, *, job_id: int, client_id: int, owed: Sequence[Compensation]) -> None:
        """Late-cancel compensation of each: escrow -> wallet. Once per assignment; one costs as many queries as all."""

    def pay_from_wallet(self, *, job_id: int) -> None:
        """Pay what is outstanding of the saved job's price from its client's wallet, at once and in full.

        Raises `InsufficientFunds` and `WithdrawalsHeld` with nothing moved.
        """

    def wallet_holds(self, *, user_id: int, amount_kobo: int) -> bool:
        """Whether somebody's wallet holds as much at this moment: a forecast, since nothing is locked."""

    def pay_extra_time(
        self, *, assignment_id: int, job_id: int, client_id: int, minutes: int, amount_kobo: int
    ) -> None:
        """Wallet of the client -> escrow, for an assignment that is `minutes` longer than its shift by now.

        Once per assignment and sum of minutes. Raises `ExtraTimeUnpaid` when the wallet does not hold the amount.
        """

    def refund_remainder(self, *, job_id: int, client_id: int, keep_kobo: int) -> int:
        """Refund to the client's wallet all that is held above `keep_kobo` and above what open disputes freeze.

        Returns the kobo refunded, 0 when there is nothing to give back.
        """

    def has_open_dispute(self, *, assignment_id: int) -> bool:
        """Whether a dispute freezes this assignment's money."""

    def summary(self, *, job_id: int, required_kobo: int) -> EscrowSummary:
        """The escrow of a job, in one query."""


class StaffCancels(Protocol):
    def cancel(self, *, staff_id: int, job_id: int, reason: str) -> Model:
        """Cancel a job for staff; where it holds more than they may move alone today, propose that to a second person.

        Locks what they moved alone, then the job. Returns the job, or the proposal. Raises `InvalidState`, also when it
        was proposed already, and `SecondPersonNeeded` to its client.
        """

    def cancel_alone(self, *, staff_id: int, job_id: int) -> Job:
        """The same, with `SecondPersonNeeded` instead of a proposal. Raises `NotFound` and `InvalidState`."""


# What every move of money may end in, by the codes of payment's errors.
ESCROW_ERRORS = ("already_posted", "float_exceeded", "insufficient_funds")
ESCROW: Port[Escrow] = Port("jobs.escrow")
STAFF_CANCELS: Port[StaffCancels] = Port("jobs.staff_cancels")
