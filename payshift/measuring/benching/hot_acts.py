"""What the callers do: each act is of another job, those of one person in a row, so that one caller does them."""

from collections.abc import Callable, Iterator
from functools import partial

from django.db import transaction

from core import clock
from core.actor import Actor, Role
from core.errors import PayshiftError
from jobs.models import AssignmentStatus, Job, JobStatus, ShiftAssignment
from jobs.services.approval import approve_assignment
from payment.models import (
    CURRENCY,
    Payment,
    PaymentAttempt,
    PaymentKind,
    PaymentProvider,
    Wallet,
    Withdrawal,
    WithdrawalStatus,
)
from payment.providers.base import Charge, ChargeStatus, Payout, PayoutStatus
from payment.providers.registry import provider_named
from payment.services.payments import apply_verified_payment
from payment.services.payouts import apply_payout
from payment.services.references import PAYMENT, attempt_reference, new_reference
from payment.services.withdrawals import withdraw

PROVIDER = PaymentProvider.PAYSTACK
KOBO, FEE_KOBO = 50_000, 1_000

type Act = Callable[[], object]


def prepare(name: str, number: int) -> list[Act]:
    """So many acts of this name. Raises `ValueError` when the database has not enough to do."""
    acts = [act for act, _ in zip(PREPARED[name](), range(number), strict=False)]
    if len(acts) < number:
        raise ValueError(f"{len(acts)} times to {name}, {number} are wanted.")
    return acts


def approvals() -> Iterator[Act]:
    """Of shifts that nobody has worked yet: they are written as worked, whatever the time of the day."""
    scheduled = ShiftAssignment.objects.filter(status="scheduled", application__job__status=JobStatus.UPCOMING)
    jobs: set[int] = set()
    for row in scheduled.select_related("shift", "application").order_by("client_id", "application__job_id", "pk"):
        job_id = row.application.job_id
        if job_id in jobs:
            continue
        jobs.add(job_id)
        Job.objects.filter(pk=job_id, status=JobStatus.UPCOMING).update(status=JobStatus.ONGOING)
        row.status, row.checked_in_at, row.check_in_method = AssignmentStatus.CHECKED_IN, clock.now(), "code"
        row.save()
        row.status, row.checked_out_at, row.worked_minutes = "checked_out", row.checked_in_at, row.shift.minutes
        row.save()
        yield partial(approve_assignment, actor=Actor(row.client_id, Role.CLIENT), assignment_id=row.pk)


def payments() -> Iterator[Act]:
    """For jobs that are over: the money goes to the client's wallet, by the same locks and postings."""
    over = Job.objects.filter(status=JobStatus.COMPLETED).order_by("client_id", "pk").distinct("client_id")
    for job in over:
        payment = Payment.objects.create(
            kind=PaymentKind.ESCROW_FUNDING,
            reference=new_reference(PAYMENT),
            payer_id=job.client_id,
            job=job,
            amount_kobo=KOBO,
            provider=PROVIDER,
            created_at=clock.now(),
        )
        attempt = PaymentAttempt.objects.create(
            payment=payment,
            provider=PROVIDER,
            reference=attempt_reference(payment.reference, 1),
            amount_kobo=KOBO,
            created_at=clock.now(),
        )
        charge = Charge(
            reference=attempt.reference,
            provider_id=str(attempt.pk),
            status=ChargeStatus.SUCCEEDED,
            amount_kobo=KOBO,
            currency=CURRENCY,
            live=provider_named(PROVIDER).live,
            fee_kobo=FEE_KOBO,
        )
        yield partial(apply_verified_payment, provider=PROVIDER.value, charge=charge)


def withdrawals() -> Iterator[Act]:
    """Of people who may: tried first, and taken back."""
    wallets = Wallet.objects.filter(account__balance_kobo__gte=KOBO, user__bank_account__verified_at__isnull=False)
    for user_id in wallets.order_by("pk").values_list("user_id", flat=True):
        try:
            with transaction.atomic():
                withdraw(user_id=user_id, amount_kobo=KOBO)
                transaction.set_rollback(True)
        except PayshiftError:
            continue
        yield partial(withdraw, user_id=user_id, amount_kobo=KOBO)


def transfers() -> Iterator[Act]:
    """Of the withdrawals that were made before."""
    for row in Withdrawal.objects.filter(status=WithdrawalStatus.REQUESTED).order_by("pk"):
        Withdrawal.objects.filter(pk=row.pk).update(status=WithdrawalStatus.SENDING, sent_at=clock.now())
        payout = Payout(
            reference=row.reference,
            provider_id=str(row.pk),
            status=PayoutStatus.SUCCEEDED,
            amount_kobo=row.amount_kobo,
            currency=CURRENCY,
            fee_kobo=FEE_KOBO,
        )
        yield partial(apply_payout, withdrawal_id=row.pk, payout=payout)


PREPARED: dict[str, Callable[[], Iterator[Act]]] = {
    "approve": approvals,
    "fund": payments,
    "withdraw": withdrawals,
    "pay out": transfers,
}
