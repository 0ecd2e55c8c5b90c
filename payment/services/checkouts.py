"""Opening an attempt's checkout at its provider: within the request that starts the payment, or later by a job.

The attempt is on record before the provider is asked, without an address. From there:

- asked and answered: the address is kept, and the payer goes there;
- refused: attempt and payment fail; for our own account's sake, staff are told;
- not reached, not answered in time, or not asked because too many requests wait already: the attempt stays as it is and
  `payment.tasks.open_checkout` asks again, with a worker's patience, until the attempt is an hour old;
- asked before, answer lost ("reference used"): the attempt is looked up, it may be paid. If not, nobody ever saw its
  address and no look-up tells it again, so another attempt takes its place.

A request and a job, or two of either, may open the same attempt at once: one is told "reference used", and at worst
there are two attempts, of which each is credited if it is paid (M6). Money under a replaced reference is credited too.
"""

from contextlib import suppress

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from procrastinate.exceptions import AlreadyEnqueued

from accounts.faces import full_name
from core import clock
from core.instances import insert, instances, update
from core.listings import Given, Prepared
from payment.exceptions import PaymentRefused
from payment.models import Payment, PaymentAttempt, PaymentProvider, PaymentStatus
from payment.providers.base import AccountNotReady, OutcomeUnknown, ProviderRefused, ProviderUnreachable, ReferenceUsed
from payment.providers.registry import provider_named
from payment.services.alerts import alert_staff_once
from payment.services.idempotency import Claim
from payment.services.locks import lock_attempt, lock_payment
from payment.services.payments import check_attempt, close_attempt, is_old
from payment.services.references import attempt_reference

logger = structlog.get_logger(__name__)

# A provider that calls every new reference used is not obeyed for ever.
MOST_REPLACED = 3


# What a provider shows at its checkout of a payment.
SHOWN = Prepared(
    lambda given: Payment.objects.filter(pk=given["payment_id"]),
    ("reference", "job__title", "payer__email", "payer__first_name", "payer__last_name"),
    given=("payment_id",),
)


def _tries(given: Given) -> QuerySet[PaymentAttempt]:
    return PaymentAttempt.objects.filter(payment_id=given["payment_id"]).order_by()


TRIES = Prepared(_tries, ("pk",), given=("payment_id",))


@instances("attempt_id")
def _attempt(given: Given) -> QuerySet[PaymentAttempt]:
    return PaymentAttempt.objects.filter(pk=given["attempt_id"])


def open_now_or_later(attempt: PaymentAttempt, *, claim: Claim) -> PaymentAttempt:
    """The attempt with its address, or without one and with a job that opens it. Network calls.

    Raises `PaymentRefused`.
    """
    try:
        return open_checkout(attempt_id=attempt.pk, claim=claim)
    except (ProviderUnreachable, OutcomeUnknown) as error:
        logger.info("checkout_opened_later", provider=attempt.provider, reference=attempt.reference, error=str(error))
        _queue(attempt.pk)
        return attempt


def _queue(attempt_id: int) -> None:
    from payment.tasks import open_checkout as open_later

    # The refusal of a second job for the attempt is a constraint.
    with suppress(AlreadyEnqueued), transaction.atomic():
        open_later.configure(queueing_lock=f"open_checkout:{attempt_id}").defer(attempt_id=attempt_id)


def finish_opening(*, attempt_id: int) -> None:
    """The job: open what a request could not. Does nothing to an attempt that is open, has ended or is too old.

    Raises `ProviderError` for the queue to come again.
    """
    if is_old(PaymentAttempt.objects.get(pk=attempt_id)):
        return
    try:
        open_checkout(attempt_id=attempt_id)
    except PaymentRefused:
        # The attempt has failed, and says so to whoever polls it.
        logger.info("checkout_refused", attempt_id=attempt_id)


def open_checkout(*, attempt_id: int, claim: Claim | None = None) -> PaymentAttempt:
    """Start the attempt at its provider and keep the address of its checkout.

    Network calls: no transaction may be open. Returns the attempt, or the one that took its place, which the claim then
    names. Raises `PaymentRefused`, `ProviderUnreachable` and `OutcomeUnknown`.
    """
    for _ in range(MOST_REPLACED):
        attempt = _attempt.one(attempt_id=attempt_id)
        if attempt.authorization_url or attempt.status != PaymentStatus.PENDING:
            return attempt
        try:
            return _initialise(attempt)
        except ReferenceUsed:
            attempt_id = _replace_lost(attempt, claim=claim)
    raise OutcomeUnknown(f"{attempt.provider} calls every reference used.")


def _initialise(attempt: PaymentAttempt) -> PaymentAttempt:
    ((reference, title, email, first_name, last_name),) = SHOWN.rows(payment_id=attempt.payment_id)
    try:
        checkout = provider_named(attempt.provider).initialise(
            reference=attempt.reference,
            amount_kobo=attempt.amount_kobo,
            email=email,
            name=full_name(first_name, last_name),
            callback_url=f"{settings.PUBLIC_URL}/payments/{reference}",
            description=title,
        )
    except ReferenceUsed:
        raise
    except ProviderRefused as refusal:
        _close_refused(attempt, refusal)
        raise PaymentRefused from refusal
    attempt.authorization_url = checkout.authorization_url
    with transaction.atomic():
        update(attempt, "authorization_url")
    return attempt


@transaction.atomic
def _close_refused(attempt: PaymentAttempt, refusal: ProviderRefused) -> None:
    """It failed, and stays creditable: whatever was answered, the provider may have its checkout.

    What is wrong with our own account turns every payer away, so staff are told, once a day.
    """
    close_attempt(attempt_id=attempt.pk, status=PaymentStatus.FAILED, message=str(refusal))
    if isinstance(refusal, AccountNotReady):
        reason = str(refusal)[:200]
        alert_staff_once(
            "provider_refuses_our_account",
            about=f"checkout:{attempt.provider}:{reason}:{clock.now():%Y-%m-%d}",
            provider=attempt.provider,
            reference=attempt.reference,
            reason=reason,
        )


def _replace_lost(attempt: PaymentAttempt, *, claim: Claim | None) -> int:
    """Look up an attempt whose address was lost, and put another in its place if it is not paid. Returns its id."""
    try:
        check_attempt(provider=attempt.provider, reference=attempt.reference)
    except ProviderRefused as refusal:
        raise OutcomeUnknown(f"{attempt.provider} calls a reference used and does not find it.") from refusal
    with transaction.atomic():
        payment = lock_payment(attempt.payment_id)
        attempt = lock_attempt(attempt.pk)
        if attempt.authorization_url or attempt.status != PaymentStatus.PENDING:
            # Another call's answer came through meanwhile, or it was paid, or has failed.
            return attempt.pk
        _abandon(attempt)
        provider = PaymentProvider(attempt.provider)
        attempt = add_attempt(payment, provider=provider, amount_kobo=attempt.amount_kobo)
        if claim is not None:
            claim.commit_with(attempt.reference)
    return attempt.pk


def add_attempt(payment: Payment, *, provider: PaymentProvider, amount_kobo: int) -> PaymentAttempt:
    """Another try at this payment, which the caller has locked."""
    attempt = PaymentAttempt(
        payment=payment,
        provider=provider,
        reference=attempt_reference(payment.reference, len(TRIES.rows(payment_id=payment.pk)) + 1),
        amount_kobo=amount_kobo,
        created_at=clock.now(),
    )
    insert(attempt)
    return attempt


def supersede(attempt: PaymentAttempt) -> None:
    """End an open attempt that another takes the place of; its payment stays open. It stays creditable."""
    locked = lock_attempt(attempt.pk)
    if locked.status == PaymentStatus.PENDING:
        _abandon(locked)


def _abandon(locked: PaymentAttempt) -> None:
    locked.status, locked.message = PaymentStatus.ABANDONED, "superseded"
    locked.save(update_fields=["status", "message"])
