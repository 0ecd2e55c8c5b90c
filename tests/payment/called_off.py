"""Card money of a job that was called off, on its way back."""

from django.db import transaction

from accounts.models import CustomUser
from core import clock
from jobs.models import Job
from payment.models import Refund, TransactionKind
from payment.services.accounts import escrow_account, provider_balance
from payment.services.escrow import refund_to_wallet
from payment.services.posting import Move, post
from payment.services.references import funding_reference
from tests.factories.jobs import JobFactory
from tests.factories.payment import PaymentAttemptFactory, PaymentFactory, balance_of

PRICE = 2_640_000


def called_off(chidi: CustomUser, *, channel: str = "card") -> Job:
    """A job of his that was paid at a provider and called off; the money is in its escrow still."""
    job = JobFactory(client=chidi, canceled_at=clock.now())
    payment = PaymentFactory(job=job, status="succeeded")
    attempt = PaymentAttemptFactory(payment=payment, succeeded=True, channel=channel)
    with transaction.atomic():
        post(
            kind=TransactionKind.FUNDING,
            reference=funding_reference("paystack", attempt.reference),
            moves=[Move(provider_balance("paystack"), escrow_account(job.pk), attempt.captured_kobo)],
            job_id=job.pk,
        )
    return job


@transaction.atomic
def give_back(job: Job, *, amount_kobo: int = 0) -> Refund:
    """All that is left of it in escrow, or this much."""
    amount_kobo = amount_kobo or balance_of(escrow_account(job.pk))
    return refund_to_wallet(job_id=job.pk, client_id=job.client_id, amount_kobo=amount_kobo)
