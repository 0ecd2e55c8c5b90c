"""Receipts: one per payment that succeeded and per withdrawal that was paid, numbered by it, shown to its parties."""

from core.actor import Actor
from core.errors import NotFound
from core.pagination import Page, PageQuery, paginate
from jobs.models import Job
from payment.models import Payment, PaymentStatus, Withdrawal, WithdrawalStatus
from payment.selectors.payments import party
from payment.services.references import payment_references


def receipts_of_job(*, actor: Actor, job_id: int, page: PageQuery) -> tuple[Job, Page[Payment]]:
    """A job and a page of what the caller paid or got for it, oldest first, in two queries: a big job pays thousands.

    Raises `NotFound` to those who neither paid nor got anything, and `InvalidCursor`.
    """
    payments = (
        Payment.objects.planned()
        .filter(party(actor.user_id), job_id=job_id, status=PaymentStatus.SUCCEEDED)
        .select_related("payer__profile", "recipient__profile")
    )
    shown = paginate(payments, order=("succeeded_at", "id"), page=page, listing=f"receipts:{job_id}:{actor.user_id}")
    if not shown.items:
        raise NotFound
    return Job.objects.planned().get(pk=job_id), shown


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
