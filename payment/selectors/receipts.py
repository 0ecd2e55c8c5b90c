"""Receipts: one per payment that succeeded, numbered by the payment, shown to its parties."""

from core.actor import Actor
from core.errors import NotFound
from jobs.models import Job
from payment.models import Payment, PaymentStatus
from payment.selectors.payments import party


def receipts_of_job(*, actor: Actor, job_id: int) -> tuple[Job, list[Payment]]:
    """A job and what the caller paid or got for it, oldest first, in two queries.

    Raises `NotFound` to those who neither paid nor got anything.
    """
    payments = list(
        Payment.objects.planned()
        .filter(party(actor.user_id), job_id=job_id, status=PaymentStatus.SUCCEEDED)
        .select_related("payer", "recipient")
        .order_by("succeeded_at", "id")
    )
    if not payments:
        raise NotFound
    return Job.objects.planned().get(pk=job_id), payments
