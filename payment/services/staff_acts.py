"""Acts of staff upon what clients and providers began: up to `STAFF_ALONE_KOBO` in a day alone, above it by two people.

What is at stake is read under the act's own lock, so that nothing is added between the look at the sum and the act. The
one who gets the money, or may use it again, is the `user` of the proposal, and so neither of the two.
"""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from django.db.models import Model, Sum

from accounts.services.banning import unban_user
from accounts.services.locks import lock_user
from jobs.models import Job
from jobs.services.cancelling import cancel_job_for_staff, held_kobo
from jobs.services.locks import lock_job
from payment.models import Refund, RefundStatus, StaffMoveKind, Withdrawal, WithdrawalStatus
from payment.selectors.wallet import wallet_balance
from payment.services.locks import lock_refund, lock_wallet, lock_withdrawal
from payment.services.payouts import release_hold, return_withdrawal
from payment.services.refunds import return_refund
from payment.services.stopping import let_refund_go
from payment.services.wallet_holds import let_withdrawals_go


class Stake(NamedTuple):
    amount_kobo: int
    user_id: int
    reference: str


class StaffAct(NamedTuple):
    """`subject`: the column of the proposal with its row. `stake` locks the row; `do` gets it, who acts, and why."""

    subject: str
    stake: Callable[[int], Stake]
    do: Callable[[int, int, str], Model]


def stake_in_job(job_id: int) -> Stake:
    job: Job = lock_job(job_id)
    return Stake(held_kobo(job), job.client_id, f"job-{job_id}")


def _of_withdrawal(withdrawal_id: int) -> Stake:
    withdrawal: Withdrawal = lock_withdrawal(withdrawal_id)
    return Stake(withdrawal.amount_kobo, withdrawal.wallet.user_id, withdrawal.reference)


def _of_refund(refund_id: int) -> Stake:
    refund: Refund = lock_refund(refund_id)
    return Stake(refund.amount_kobo, refund.recipient_id, refund.reference)


def _of_wallet(user_id: int) -> Stake:
    wallet = lock_wallet(user_id)
    return Stake(freed_kobo(user_id), user_id, f"wallet-{wallet.pk}-{_since(wallet.held_at)}")


def _of_person(user_id: int) -> Stake:
    user = lock_user(user_id)
    return Stake(freed_kobo(user_id), user_id, f"person-{user_id}-{_since(user.banned_at)}")


def freed_kobo(user_id: int) -> int:
    """What may leave once nobody stops this person: what is in the wallet, and what waits to be sent. Of either stop,
    whether or not the other stands: who ends one of them must not count on who ends the other.
    """
    to_bank = Withdrawal.objects.filter(wallet__user_id=user_id, status=WithdrawalStatus.REQUESTED)
    to_card = Refund.objects.filter(recipient_id=user_id, status=RefundStatus.REQUESTED, let_go_at__isnull=True)
    total = Sum("amount_kobo", default=0)
    waiting_kobo: int = to_bank.aggregate(kobo=total)["kobo"] + to_card.aggregate(kobo=total)["kobo"]
    return wallet_balance(user_id=user_id).balance_kobo + waiting_kobo


def _since(moment: datetime | None) -> str:
    """So that one stop is ended once, and the next one is another thing to approve."""
    return f"{moment:%Y%m%d%H%M%S%f}" if moment else "over"


ACTS: dict[StaffMoveKind, StaffAct] = {
    StaffMoveKind.JOB_CANCELED: StaffAct(
        "job_id", stake_in_job, lambda pk, staff_id, reason: cancel_job_for_staff(job_id=pk, by_user_id=staff_id)
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
    StaffMoveKind.REFUND_LET_GO: StaffAct(
        "refund_id", _of_refund, lambda pk, staff_id, reason: let_refund_go(refund_id=pk)
    ),
    StaffMoveKind.WITHDRAWALS_FREED: StaffAct(
        "user_id", _of_wallet, lambda pk, staff_id, reason: let_withdrawals_go(user_id=pk)
    ),
    StaffMoveKind.PERSON_LET_BACK: StaffAct("user_id", _of_person, lambda pk, staff_id, reason: unban_user(user_id=pk)),
}
