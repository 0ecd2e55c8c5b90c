"""Paying a job's escrow: what is asked for is what the escrow lacks, never what a request says.

By a provider it takes three steps: the intent (payment and attempt, with the idempotency key) commits; the provider is
called with no transaction open; what it answered commits. A call that died in between is resumed by the same key. From
the wallet it is one transaction.
"""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction

from core import clock
from core.actor import Actor, Role, require_role
from core.errors import NotFound
from jobs.models import Job, JobStatus
from jobs.services.funding import accepts_money
from jobs.services.locks import lock_job
from payment.exceptions import JobTakesNoMoney, NothingToPay, PaymentRefused, ProviderUnavailable
from payment.models import (
    Payment,
    PaymentAttempt,
    PaymentKind,
    PaymentProvider,
    PaymentStatus,
)
from payment.providers.base import OutcomeUnknown, ProviderRefused, ProviderUnreachable, ReferenceUsed
from payment.providers.registry import provider_named
from payment.selectors.escrow import escrow_summary
from payment.services.card_returns import free_refunds_left, refund_fee_kobo
from payment.services.escrow import fund_from_wallet
from payment.services.idempotency import Claim
from payment.services.locks import lock_attempt, lock_payment
from payment.services.payments import check_attempt, close_attempt, is_old
from payment.services.references import PAYMENT, attempt_reference, new_reference


@dataclass(frozen=True, slots=True)
class StartedPayment:
    """A payment and where to pay it; no address when it is paid already (from the wallet)."""

    payment: Payment
    authorization_url: str | None
    # What calling the job off would cost: see `payment.services.card_returns`.
    free_card_refunds_left: int
    card_refund_fee_kobo: int


def start_payment(*, actor: Actor, job_id: int, provider: PaymentProvider, claim: Claim) -> StartedPayment:
    """Ask the client for what the job's escrow lacks. A network call: no transaction may be open.

    Raises `WrongRole`, `NotFound` (not the caller's job), `NothingToPay`, `JobTakesNoMoney`, `InsufficientFunds`
    (wallet), `PaymentRefused` and `ProviderUnavailable`: after the last, the same idempotency key resumes.
    """
    require_role(actor, Role.CLIENT)
    if provider is PaymentProvider.WALLET:
        paid = _pay_from_wallet(actor=actor, job_id=job_id, claim=claim)
        return StartedPayment(paid, None, free_refunds_left(user_id=actor.user_id), 0)
    attempt = _intend(actor=actor, job_id=job_id, provider=provider, claim=claim)
    if attempt.status == PaymentStatus.PENDING and not attempt.authorization_url:
        attempt = _open_checkout(attempt, actor=actor, claim=claim)
    return StartedPayment(
        Payment.objects.get(pk=attempt.payment_id),
        attempt.authorization_url,
        free_refunds_left(user_id=actor.user_id),
        refund_fee_kobo(attempt.amount_kobo),
    )


@transaction.atomic
def _pay_from_wallet(*, actor: Actor, job_id: int, claim: Claim) -> Payment:
    """wallet(client) -> escrow(job), all of what it lacks. Locks the job."""
    if claim.resource:
        return Payment.objects.get(reference=claim.resource)
    job, _ = _lock_payable_job(actor=actor, job_id=job_id)
    payment = fund_from_wallet(job=job)
    claim.commit_with(payment.reference)
    return payment


@transaction.atomic
def _intend(*, actor: Actor, job_id: int, provider: PaymentProvider, claim: Claim) -> PaymentAttempt:
    """Record the attempt that is about to be opened; one that is open already, for this amount, is used again."""
    if claim.resource:
        return PaymentAttempt.objects.get(provider=provider, reference=claim.resource)
    job, lacking_kobo = _lock_payable_job(actor=actor, job_id=job_id)
    amount_kobo = max(lacking_kobo, provider_named(provider).minimum_charge_kobo)
    payment = _pending_payment(job, provider=provider, amount_kobo=amount_kobo)
    attempt = PaymentAttempt.objects.filter(payment=payment, provider=provider, status=PaymentStatus.PENDING).first()
    if attempt is not None and (attempt.amount_kobo != amount_kobo or is_old(attempt)):
        # The payment stays pending for the attempt that follows; this one stays creditable.
        _supersede(attempt)
        attempt = None
    if attempt is None:
        attempt = _add_attempt(payment, provider=provider, amount_kobo=amount_kobo)
    claim.commit_with(attempt.reference)
    return attempt


def _lock_payable_job(*, actor: Actor, job_id: int) -> tuple[Job, int]:
    """The caller's job and what its escrow lacks."""
    job = lock_job(job_id)
    if job.client_id != actor.user_id:
        raise NotFound
    if not accepts_money(job):
        raise NothingToPay if job.status == JobStatus.UPCOMING else JobTakesNoMoney
    lacking_kobo = escrow_summary(job_id=job.pk, required_kobo=job.price_kobo).outstanding_kobo
    if not lacking_kobo:
        raise NothingToPay
    return job, lacking_kobo


def _pending_payment(job: Job, *, provider: PaymentProvider, amount_kobo: int) -> Payment:
    """The job's open funding, or a new one. The caller holds the job's lock, so there are never two."""
    pending = Payment.objects.filter(job=job, kind=PaymentKind.ESCROW_FUNDING, status=PaymentStatus.PENDING)
    if payment_id := pending.values_list("pk", flat=True).first():
        payment = lock_payment(payment_id)
        payment.provider, payment.amount_kobo = provider, amount_kobo
        payment.save(update_fields=["provider", "amount_kobo"])
        return payment
    return Payment.objects.create(
        kind=PaymentKind.ESCROW_FUNDING,
        reference=new_reference(PAYMENT),
        payer_id=job.client_id,
        job=job,
        amount_kobo=amount_kobo,
        provider=provider,
        created_at=clock.now(),
    )


def _add_attempt(payment: Payment, *, provider: PaymentProvider, amount_kobo: int) -> PaymentAttempt:
    return PaymentAttempt.objects.create(
        payment=payment,
        provider=provider,
        reference=attempt_reference(payment.reference, payment.attempts.count() + 1),
        amount_kobo=amount_kobo,
        created_at=clock.now(),
    )


def _supersede(attempt: PaymentAttempt) -> None:
    locked = lock_attempt(attempt.pk)
    if locked.status == PaymentStatus.PENDING:
        locked.status, locked.message = PaymentStatus.ABANDONED, "superseded"
        locked.save(update_fields=["status", "message"])


def _open_checkout(attempt: PaymentAttempt, *, actor: Actor, claim: Claim) -> PaymentAttempt:
    """Start the attempt at its provider and keep the address of its checkout."""
    payment = Payment.objects.select_related("job").get(pk=attempt.payment_id)
    payer = get_user_model()._default_manager.get(pk=actor.user_id)
    try:
        checkout = provider_named(attempt.provider).initialise(
            reference=attempt.reference,
            amount_kobo=attempt.amount_kobo,
            email=payer.email,
            name=payer.name,
            callback_url=f"{settings.PUBLIC_URL}/payments/{payment.reference}",
            description=payment.job.title,
        )
    except ReferenceUsed:
        return _replace_lost_checkout(attempt, actor=actor, claim=claim)
    except ProviderRefused as refusal:
        close_attempt(attempt_id=attempt.pk, status=PaymentStatus.FAILED, message=str(refusal))
        raise PaymentRefused from refusal
    except (ProviderUnreachable, OutcomeUnknown) as error:
        raise ProviderUnavailable from error
    PaymentAttempt.objects.filter(pk=attempt.pk).update(authorization_url=checkout.authorization_url)
    attempt.authorization_url = checkout.authorization_url
    return attempt


def _replace_lost_checkout(attempt: PaymentAttempt, *, actor: Actor, claim: Claim) -> PaymentAttempt:
    """The provider opened this attempt before, and its answer was lost.

    It is looked up first: it may be paid. If not, nobody ever saw its address and no look-up tells it again, so another
    attempt takes its place; money that should yet come under the old reference is credited all the same.
    """
    try:
        check_attempt(provider=attempt.provider, reference=attempt.reference)
    except (ProviderRefused, ProviderUnreachable, OutcomeUnknown) as error:
        raise ProviderUnavailable from error
    with transaction.atomic():
        payment = lock_payment(attempt.payment_id)
        attempt = lock_attempt(attempt.pk)
        if attempt.authorization_url or attempt.status == PaymentStatus.SUCCEEDED:
            # Another call's answer came through meanwhile.
            return attempt
        _supersede(attempt)
        attempt = _add_attempt(payment, provider=PaymentProvider(attempt.provider), amount_kobo=attempt.amount_kobo)
        claim.commit_with(attempt.reference)
    return _open_checkout(attempt, actor=actor, claim=claim)
