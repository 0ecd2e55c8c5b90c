"""Paying a job's escrow: what is asked for is what the escrow lacks, never what a request says.

By a provider it takes three steps: the intent (payment and attempt, with the idempotency key) commits; the provider is
called with no transaction open; what it answered commits. A call that died in between is resumed by the same key. Where
the provider does not answer in time the payment is answered without an address, to be polled, and a job opens the
checkout (`payment.services.checkouts`). From the wallet it is one transaction.
"""

from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from core import clock
from core.actor import Actor, Role, require_role
from core.errors import NotFound
from core.instances import insert, instances
from core.listings import Given, Prepared
from jobs.models import Job, JobStatus
from jobs.ports import EscrowSummary
from jobs.services.funding import accepts_money
from jobs.services.locks import lock_job, lock_user
from payment.exceptions import JobHidden, JobTakesNoMoney, NothingToPay, PaymentInReview
from payment.models import (
    Payment,
    PaymentAttempt,
    PaymentKind,
    PaymentProvider,
    PaymentStatus,
)
from payment.providers.registry import provider_named
from payment.selectors.escrow import escrow_summary
from payment.services.card_returns import free_refunds_left, refund_fee_kobo
from payment.services.checkouts import add_attempt, open_now_or_later, supersede
from payment.services.escrow import fund_from_wallet
from payment.services.idempotency import Claim
from payment.services.locks import lock_payment
from payment.services.payment_rules import refuse_payment
from payment.services.payments import is_old
from payment.services.references import PAYMENT, new_reference


@dataclass(frozen=True, slots=True)
class StartedPayment:
    """A payment and where to pay it; no address when it is paid already (from the wallet), or not open yet."""

    payment: Payment
    authorization_url: str | None
    # What calling the job off would cost: see `payment.services.card_returns`.
    free_card_refunds_left: int
    card_refund_fee_kobo: int

    @property
    def is_opening(self) -> bool:
        """The provider has not answered: poll the payment for the address."""
        return self.payment.status == PaymentStatus.PENDING and not self.authorization_url


@instances("payment_id")
def _payment(given: Given) -> QuerySet[Payment]:
    return Payment.objects.filter(pk=given["payment_id"])


@instances("payment_id", "provider")
def _open_attempts(given: Given) -> QuerySet[PaymentAttempt]:
    attempts = PaymentAttempt.objects.filter(payment_id=given["payment_id"], provider=given["provider"])
    return attempts.filter(status=PaymentStatus.PENDING).order_by("pk")


def _pending(given: Given) -> QuerySet[Payment]:
    fundings = Payment.objects.filter(job_id=given["job_id"], kind=PaymentKind.ESCROW_FUNDING)
    return fundings.filter(status=PaymentStatus.PENDING).order_by("pk")


PENDING = Prepared(_pending, ("pk",), given=("job_id",))


def start_payment(*, actor: Actor, job_id: int, provider: PaymentProvider, claim: Claim) -> StartedPayment:
    """Ask the client for what the job's escrow lacks. A network call: no transaction may be open.

    A provider that does not answer in time is asked again by a job, which the payment then waits for. Raises
    `WrongRole`, `NotFound` (not the caller's job), `NothingToPay`, `JobTakesNoMoney`, `JobHidden`, `PaymentInReview`,
    `InsufficientFunds` and `WithdrawalsHeld` (wallet), `AboveMaximum` and `PaymentLimit` (at a provider), and
    `PaymentRefused`.
    """
    require_role(actor, Role.CLIENT)
    if provider is PaymentProvider.WALLET:
        paid = _pay_from_wallet(actor=actor, job_id=job_id, claim=claim)
        return StartedPayment(paid, None, free_refunds_left(user_id=actor.user_id), 0)
    attempt = _intend(actor=actor, job_id=job_id, provider=provider, claim=claim)
    attempt = open_now_or_later(attempt, claim=claim)
    return StartedPayment(
        _payment.one(payment_id=attempt.payment_id),
        attempt.authorization_url or None,
        free_refunds_left(user_id=actor.user_id),
        refund_fee_kobo(attempt.amount_kobo),
    )


@transaction.atomic
def _pay_from_wallet(*, actor: Actor, job_id: int, claim: Claim) -> Payment:
    """wallet(client) -> escrow(job), all of what it lacks. Locks the job."""
    if claim.resource:
        return Payment.objects.get(reference=claim.resource)
    job, escrow = _lock_payable_job(actor=actor, job_id=job_id)
    payment = fund_from_wallet(job=job, escrow=escrow)
    claim.commit_with(payment.reference)
    return payment


@transaction.atomic
def _intend(*, actor: Actor, job_id: int, provider: PaymentProvider, claim: Claim) -> PaymentAttempt:
    """Record the attempt that is about to be opened; one that is open already, for this amount, is used again.

    Locks user, job and payment.
    """
    if claim.resource:
        return PaymentAttempt.objects.get(provider=provider, reference=claim.resource)
    lock_user(actor.user_id)
    job, escrow = _lock_payable_job(actor=actor, job_id=job_id)
    amount_kobo = max(escrow.outstanding_kobo, provider_named(provider).minimum_charge_kobo, settings.MIN_PAYMENT_KOBO)
    refuse_payment(job, amount_kobo=amount_kobo)
    payment = _pending_payment(job, provider=provider, amount_kobo=amount_kobo)
    attempt = next(iter(_open_attempts.all(payment_id=payment.pk, provider=provider.value)), None)
    if attempt is not None and (attempt.amount_kobo != amount_kobo or is_old(attempt)):
        # The payment stays pending for the attempt that follows; this one stays creditable.
        supersede(attempt)
        attempt = None
    if attempt is None:
        attempt = add_attempt(payment, provider=provider, amount_kobo=amount_kobo)
    claim.commit_with(attempt.reference)
    return attempt


def _lock_payable_job(*, actor: Actor, job_id: int) -> tuple[Job, EscrowSummary]:
    """The caller's job and its escrow, which lacks something."""
    job = lock_job(job_id)
    if job.client_id != actor.user_id:
        raise NotFound
    if not accepts_money(job):
        raise NothingToPay if job.status == JobStatus.UPCOMING else JobTakesNoMoney
    if job.hidden_at is not None and job.status == JobStatus.PENDING:
        raise JobHidden
    summary = escrow_summary(job_id=job.pk, required_kobo=job.price_kobo)
    if not summary.outstanding_kobo:
        raise NothingToPay
    if summary.in_review:
        raise PaymentInReview
    return job, summary


def _pending_payment(job: Job, *, provider: PaymentProvider, amount_kobo: int) -> Payment:
    """The job's open funding, or a new one. The caller holds the job's lock, so there are never two."""
    if pending := PENDING.rows(job_id=job.pk):
        payment = lock_payment(pending[0][0])
        payment.provider, payment.amount_kobo = provider, amount_kobo
        payment.save(update_fields=["provider", "amount_kobo"])
        return payment
    payment = Payment(
        kind=PaymentKind.ESCROW_FUNDING,
        reference=new_reference(PAYMENT),
        payer_id=job.client_id,
        job=job,
        amount_kobo=amount_kobo,
        provider=provider,
        created_at=clock.now(),
    )
    insert(payment)
    return payment
