"""Receipts: one per payment that succeeded and per withdrawal that was paid, numbered by it, shown to its parties."""

from core.actor import Actor
from core.errors import NotFound
from jobs.models import Job
from payment.models import Payment, PaymentStatus, Withdrawal, WithdrawalStatus
from payment.selectors.payments import party
from payment.services.references import payment_references


def receipts_of_job(*, actor: Actor, job_id: int) -> tuple[Job, list[Payment]]:
    """A job and what the caller paid or got for it, oldest first, in two queries.

    Raises `NotFound` to those who neither paid nor got anything.
    """
    payments = list(
        Payment.objects.planned()
        .filter(party(actor.user_id), job_id=job_id, status=PaymentStatus.SUCCEEDED)
        .select_related("payer__profile", "recipient__profile")
        .order_by("succeeded_at", "id")
    )
    if not payments:
        raise NotFound
    return Job.objects.planned().get(pk=job_id), payments


def paid_payment(*, actor: Actor, reference: str) -> Payment:
    """A payment that succeeded, with its job and parties, in one query. Raises `NotFound` to all but its parties."""
    payments = Payment.objects.planned().filter(
        party(actor.user_id), reference__in=payment_references(reference), status=PaymentStatus.SUCCEEDED
    )
    if payment := payments.select_related("payer", "recipient", "job").first():
        return payment
    raise NotFound


def paid_withdrawal(*, actor: Actor, withdrawal_id: int) -> Withdrawal:
    """The caller's own withdrawal that reached the bank, in one query. Raises `NotFound`."""
    withdrawals = Withdrawal.objects.planned().filter(
        pk=withdrawal_id, wallet__user_id=actor.user_id, status=WithdrawalStatus.PAID
    )
    if withdrawal := withdrawals.select_related("wallet__user").first():
        return withdrawal
    raise NotFound
