"""Acts of staff upon what clients and providers began: up to `STAFF_ALONE_KOBO` alone, above it by two people.

What is at stake is read under the act's own lock, so that nothing is added between the look at the sum and the act. The
one who gets the money, or may use it again, is the `user` of the proposal, and so neither of the two.
"""

from collections.abc import Callable
from typing import NamedTuple

from django.db.models import Model

from jobs.models import Job
from jobs.services.cancelling import cancel_job_for_staff, held_kobo
from jobs.services.locks import lock_job
from payment.models import Refund, StaffMoveKind, Withdrawal
from payment.services.locks import lock_refund, lock_withdrawal
from payment.services.payouts import release_hold, return_withdrawal
from payment.services.refunds import return_refund


class Stake(NamedTuple):
    amount_kobo: int
    user_id: int
    reference: str


class StaffAct(NamedTuple):
    """`subject`: the column of the proposal with its row. `stake` locks the row; `do` gets it, who acts, and why."""

    subject: str
    stake: Callable[[int], Stake]
    do: Callable[[int, int, str], Model]


def _of_job(job_id: int) -> Stake:
    job: Job = lock_job(job_id)
    return Stake(held_kobo(job), job.client_id, f"job-{job_id}")


def _of_withdrawal(withdrawal_id: int) -> Stake:
    withdrawal: Withdrawal = lock_withdrawal(withdrawal_id)
    return Stake(withdrawal.amount_kobo, withdrawal.wallet.user_id, withdrawal.reference)


def _of_refund(refund_id: int) -> Stake:
    refund: Refund = lock_refund(refund_id)
    return Stake(refund.amount_kobo, refund.recipient_id, refund.reference)


ACTS: dict[StaffMoveKind, StaffAct] = {
    StaffMoveKind.JOB_CANCELED: StaffAct(
        "job_id", _of_job, lambda pk, staff_id, reason: cancel_job_for_staff(job_id=pk, by_user_id=staff_id)
    ),
    StaffMoveKind.WITHDRAWAL_RETURNED: StaffAct(
        "withdrawal_id",
        _of_withdrawal,
        lambda pk, staff_id, reason: return_withdrawal(
            withdrawal_id=pk, message=f"Returned by staff {staff_id}: {reason}"
        ),
    ),
    StaffMoveKind.WITHDRAWAL_RELEASED: StaffAct(
        "withdrawal_id",
        _of_withdrawal,
        lambda pk, staff_id, reason: release_hold(withdrawal_id=pk, message=f"by staff {staff_id}: {reason}"),
    ),
    StaffMoveKind.REFUND_RETURNED: StaffAct(
        "refund_id",
        _of_refund,
        lambda pk, staff_id, reason: return_refund(refund_id=pk, message=f"Returned by staff {staff_id}: {reason}"),
    ),
}
