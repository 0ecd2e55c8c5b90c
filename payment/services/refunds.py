"""Refunds to the card: wallet -> refunds_in_flight when asked for, on to the provider, and back if it fails.

A refund goes back the way its money came, through one captured attempt, never more than that captured. Three steps as
for payouts: `processing` commits, the provider is called, what it answered commits. Providers take no reference for a
refund, so a call whose outcome is unknown is looked up among the payment's refunds: by the provider's number once it is
known, before that by our note on it or, where none is kept, by amount and time. It is never repeated unless it
conclusively did nothing, a refusal is believed only once a later look-up finds nothing either, and where that does not
settle it, staff do. Refunds that we did not ask for are `payment.services.foreign_refunds`.
"""

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction

from accounts.models import NotificationKind
from accounts.services.notifications import notify
from core import clock
from core.actor import Actor
from core.errors import InvalidState, NotFound
from core.money import sum_in_words
from jobs.models import Job
from jobs.services.notices import facts_of
from payment.exceptions import NotRefundable, RefundExceedsCapture
from payment.machines import REFUND as MACHINE
from payment.models import (
    AccountKind,
    Payment,
    PaymentAttempt,
    PaymentKind,
    PaymentStatus,
    Refund,
    RefundDestination,
    RefundStatus,
    TransactionKind,
)
from payment.models.payment import CreditedTo
from payment.providers.base import (
    AccountNotReady,
    BalanceTooLow,
    CardRefund,
    OutcomeUnknown,
    ProviderRefused,
    ProviderUnreachable,
    ReferenceUnknown,
)
from payment.providers.base import RefundStatus as ProviderRefundStatus
from payment.providers.registry import provider_named
from payment.selectors.chargebacks import disputed_kobo
from payment.services.accounts import provider_balance, system_account, wallet_account
from payment.services.alert_links import StaffEvent
from payment.services.alerts import alert_staff, alert_staff_once, note_once, tell_unknown_status, why_not_sent
from payment.services.card_returns import queue_card_refund, refundable_kobo
from payment.services.foreign_refunds import CLOCKS_DIFFER, book_foreign_refunds, hear_of_unasked
from payment.services.idempotency import Claim
from payment.services.locks import lock_attempt, lock_payment, lock_refund
from payment.services.posting import Move, post
from payment.services.references import REFUND, payment_references
from payment.services.stopping import STOPPED, is_refund_stopped
from payment.services.sweeping import why_not_returned
from payment.services.withdrawal_rules import refuse_card_refund

GIVEN_UP_AFTER = timedelta(hours=1)
# A refusal is believed when a look-up so long after it finds nothing either.
BELIEVED_AFTER = timedelta(minutes=1)
# Both providers name days, up to fifteen working ones; by then staff want to know.
SLOW_AFTER = timedelta(days=3)
NOT_SENT = "not sent: "
REFUSED = "refused: "
FOR_STAFF = "The provider needs a person to look at this refund."


@transaction.atomic
def request_card_refund(*, actor: Actor, reference: str, amount_kobo: int | None, claim: Claim) -> Refund:
    """Queue a refund of the caller's payment to where it came from; without an amount, all that was not refunded yet.

    Raises `NotFound` (not the caller's), `NotRefundable`, `RefundExceedsCapture`, what `refuse_card_refund` raises, and
    `InsufficientFunds` (the wallet holds less). Locks payment, attempt and wallet.
    """
    if claim.resource:
        return Refund.objects.select_related("attempt__payment").get(reference=claim.resource)
    attempt = _lock_refundable(actor=actor, reference=reference)
    left_kobo = refundable_kobo(attempt)
    if left_kobo <= 0 and disputed_kobo(attempt_id=attempt.pk):
        raise NotRefundable("The bank of this card wants this money back, or took it. It is not refunded as well.")
    amount_kobo = left_kobo if amount_kobo is None else amount_kobo
    if not 0 < amount_kobo <= left_kobo:
        raise RefundExceedsCapture(f"{sum_in_words(left_kobo)} of this payment can still be refunded to the card.")
    refuse_card_refund(user_id=actor.user_id, amount_kobo=amount_kobo)
    refund = queue_card_refund(attempt=attempt, user_id=actor.user_id, amount_kobo=amount_kobo)
    claim.commit_with(refund.reference)
    return refund


def send_refund(*, refund_id: int) -> None:
    """Send a requested refund; look up one that was sent before. A network call: no transaction may be open."""
    refund = Refund.objects.select_related("attempt").filter(pk=refund_id, destination=RefundDestination.CARD).first()
    if refund is None or refund.attempt is None:
        return
    if _begin_sending(refund_id):
        _call(refund, refund.attempt)
    elif refund.status == RefundStatus.PROCESSING:
        check_refunds(provider=refund.attempt.provider, charge_reference=refund.attempt.reference)


def check_refunds(*, provider: str, charge_reference: str) -> bool:
    """Ask the provider how the refunds of a payment stand, and apply it. False for money that is not in the books.

    Money that left without our asking is booked, or told to staff. A network call. Raises `ProviderError` when the
    provider could not be asked.
    """
    attempt = PaymentAttempt.objects.filter(provider=provider, reference=charge_reference).first()
    if attempt is None:
        return hear_of_unasked(provider=provider, reference=charge_reference)
    open_refunds = list(Refund.objects.filter(attempt=attempt, status=RefundStatus.PROCESSING).order_by("pk"))
    told = list(
        provider_named(provider).refunds_of(
            reference=charge_reference,
            charge_id=attempt.provider_id,
            since=(attempt.succeeded_at or attempt.created_at) - CLOCKS_DIFFER,
        )
    )
    booked = set(Refund.objects.filter(attempt=attempt).exclude(provider_id="").values_list("provider_id", flat=True))
    for refund in open_refunds:
        if answer := _found(refund, attempt, told, booked):
            booked.add(answer.provider_id)
            apply_card_refund(refund_id=refund.pk, answer=answer)
        elif _absent(refund.pk):
            _call(refund, attempt)
    book_foreign_refunds(attempt_id=attempt.pk, told=told)
    return True


@transaction.atomic
def apply_card_refund(*, refund_id: int, answer: CardRefund) -> Refund:
    """Book what the provider said of a refund. Safe to call any number of times. Locks the refund."""
    refund = lock_refund(refund_id)
    if refund.status != RefundStatus.PROCESSING:
        return refund
    refund.provider_id, refund.checked_at = answer.provider_id[:64], clock.now()
    refund.save(update_fields=["provider_id", "checked_at"])
    if answer.amount_kobo != refund.amount_kobo:
        _tell_staff_once(refund, FOR_STAFF, "card_refund_needs_attention")
    elif answer.status == ProviderRefundStatus.PROCESSED:
        _finish_processed(refund)
    elif answer.status == ProviderRefundStatus.FAILED:
        _finish_failed(refund, answer.message)
    elif answer.status == ProviderRefundStatus.NEEDS_ATTENTION:
        _tell_staff_once(refund, FOR_STAFF, "card_refund_needs_attention")
    else:
        _found_pending(refund, answer)
    return refund


@transaction.atomic
def return_refund(*, refund_id: int, message: str) -> Refund:
    """Staff saw that the provider sent nothing: the sum goes back to the wallet. Locks the refund.

    Raises `InvalidState` for one that has ended, or that the provider has or may have.
    """
    refund = lock_refund(refund_id)
    if recall_refund(refund, message=message):
        return refund
    if refund.status == RefundStatus.PROCESSING and (refund.provider_id or refund.message != FOR_STAFF):
        until = None if refund.provider_id else refund.created_at + GIVEN_UP_AFTER
        raise InvalidState(why_not_returned("refund", until))
    _finish_failed(refund, message)
    return refund


def recall_refund(refund: Refund, *, message: str) -> bool:
    """Back into the wallet, if it conclusively was not sent. The caller holds the refund's lock. Whether it went."""
    if refund.status == RefundStatus.REQUESTED:
        _move(refund, RefundStatus.PROCESSING)
    elif refund.status != RefundStatus.PROCESSING or refund.provider_id or not refund.message.startswith(NOT_SENT):
        return False
    _finish_failed(refund, message)
    return True


def _lock_refundable(*, actor: Actor, reference: str) -> PaymentAttempt:
    """The caller's payment's captured attempt with most left to refund.

    A chargeback of it is opened under the attempt's lock, or the payment's: it is counted, or it waits.
    """
    payments = Payment.objects.filter(
        payer_id=actor.user_id, kind=PaymentKind.ESCROW_FUNDING, reference__in=payment_references(reference)
    )
    payment_id = payments.values_list("pk", flat=True).first()
    if payment_id is None:
        raise NotFound
    payment = lock_payment(payment_id)
    captured = PaymentAttempt.objects.filter(
        payment=payment,
        status=PaymentStatus.SUCCEEDED,
        credited_to__in=[CreditedTo.ESCROW, CreditedTo.WALLET],
    )
    left = {attempt.pk: refundable_kobo(attempt) for attempt in captured}
    if not left:
        raise NotRefundable
    attempt = lock_attempt(max(left, key=lambda attempt_id: left[attempt_id]))
    attempt.payment = payment
    return attempt


@transaction.atomic
def _begin_sending(refund_id: int) -> bool:
    """requested -> processing, for one caller only. False for one that was sent before, or is stopped."""
    refund = lock_refund(refund_id)
    if refund.status != RefundStatus.REQUESTED or _is_stopped(refund):
        return False
    refund.checked_at, refund.message = None, ""
    _move(refund, RefundStatus.PROCESSING, "checked_at", "message")
    return True


def _is_stopped(refund: Refund) -> bool:
    """It stays as it is, and staff are told once: they let it go, or return it."""
    if not is_refund_stopped(refund):
        return False
    if refund.status == RefundStatus.REQUESTED:
        _tell_staff_once(refund, STOPPED, "card_refund_stopped")
    return True


def _call(refund: Refund, attempt: PaymentAttempt) -> None:
    """The one call, and what is known after it. Raises what a later look-up can mend, so that the job runs again."""
    try:
        answer = provider_named(attempt.provider).refund(
            reference=attempt.reference,
            charge_id=attempt.provider_id,
            amount_kobo=refund.amount_kobo,
            note=refund.reference,
        )
    except (BalanceTooLow, AccountNotReady) as error:
        _record_not_sent(refund.pk, attempt, error)
    except ProviderUnreachable as error:
        _note(refund.pk, f"{NOT_SENT}{error}")
        raise
    except OutcomeUnknown as error:
        _note(refund.pk, str(error))
        raise
    except ProviderRefused as refusal:
        _record_refused(refund.pk, refusal)
    else:
        apply_card_refund(refund_id=refund.pk, answer=answer)


def _found(refund: Refund, attempt: PaymentAttempt, told: Sequence[CardRefund], booked: set[str]) -> CardRefund | None:
    """The provider's refund that is this one."""
    if refund.provider_id:
        if answer := next((each for each in told if each.provider_id == refund.provider_id), None):
            return answer
        try:
            return provider_named(attempt.provider).refund_by_id(
                refund_id=refund.provider_id, reference=attempt.reference, charge_id=attempt.provider_id
            )
        except ReferenceUnknown:
            return None
    free = [each for each in told if each.provider_id not in booked]
    if noted := next((each for each in free if each.note == refund.reference), None):
        return noted
    not_before = refund.created_at - CLOCKS_DIFFER
    return next(
        (
            each
            for each in free
            if each.amount_kobo == refund.amount_kobo
            # Another refund's note, or one that was made before this was asked for, is another refund.
            and not each.note.startswith(f"{REFUND}-")
            and (each.created_at is None or each.created_at >= not_before)
        ),
        None,
    )


@transaction.atomic
def _absent(refund_id: int) -> bool:
    """The provider does not have it. True when the call is to be made again, by this caller."""
    refund = lock_refund(refund_id)
    refund.checked_at = now = clock.now()
    refund.save(update_fields=["checked_at"])
    if refund.status != RefundStatus.PROCESSING:
        return False
    if refund.provider_id:
        _tell_staff_once(refund, f"Not found any more: {refund.provider_id}", "card_refund_not_found_any_more")
    elif refund.message.startswith(REFUSED):
        if refund.created_at + BELIEVED_AFTER <= now:
            _finish_failed(refund, refund.message.removeprefix(REFUSED))
    elif refund.message.startswith(NOT_SENT):
        if not _is_stopped(refund):
            return note_once(refund, "")
    elif refund.created_at + GIVEN_UP_AFTER <= now:
        _tell_staff_once(refund, FOR_STAFF, "card_refund_needs_attention")
    return False


def _found_pending(refund: Refund, answer: CardRefund) -> None:
    """The provider has it and says nothing final: what was noted of the call is out of date."""
    if answer.unknown_status:
        word, provider = answer.unknown_status, refund.attempt.provider if refund.attempt else ""
        note_once(refund, f"Unknown status: {word}")
        tell_unknown_status("card_refund_status_unknown", of=provider, status=word, reference=refund.reference)
    elif refund.created_at + SLOW_AFTER <= clock.now():
        _tell_staff_once(refund, f"Still {answer.message} after days.", "card_refund_is_slow")
    else:
        note_once(refund, "")


@transaction.atomic
def _note(refund_id: int, message: str) -> None:
    refund = lock_refund(refund_id)
    if refund.status == RefundStatus.PROCESSING:
        note_once(refund, message)


@transaction.atomic
def _record_not_sent(refund_id: int, attempt: PaymentAttempt, error: Exception) -> None:
    """Made again later. What fails alike for all, our balance or account, is told once while it lasts."""
    message = f"{NOT_SENT}{error}"[:300]
    waiting = Refund.objects.filter(attempt__provider=attempt.provider, status=RefundStatus.PROCESSING, message=message)
    told = waiting.exclude(pk=refund_id).exists()
    _note(refund_id, message)
    if not told:
        about = f"{attempt.provider}:{message}"
        alert_staff_once(why_not_sent(error), about=about, provider=attempt.provider, reason=str(error))


@transaction.atomic
def _record_refused(refund_id: int, refusal: Exception) -> None:
    """Not accepted, says the provider. The money waits until a look-up says so too."""
    from payment.tasks import send_card_refund

    _note(refund_id, f"{REFUSED}{refusal}")
    in_seconds = int(BELIEVED_AFTER.total_seconds()) + 1
    send_card_refund.configure(schedule_in={"seconds": in_seconds}).defer(refund_id=refund_id)


def _tell_staff_once(refund: Refund, message: str, event: StaffEvent) -> None:
    """The message says that staff were told."""
    if note_once(refund, message):
        alert_staff(event, reference=refund.reference, amount_kobo=refund.amount_kobo)


def _finish_processed(refund: Refund) -> None:
    refund.finished_at, refund.message = clock.now(), ""
    _move(refund, RefundStatus.PROCESSED, "finished_at", "message")
    assert refund.attempt is not None  # noqa: S101  (payment_refund_card_has_attempt)
    post(
        kind=TransactionKind.CARD_REFUND_PROCESSED,
        reference=refund.reference,
        moves=[
            Move(
                system_account(AccountKind.REFUNDS_IN_FLIGHT),
                provider_balance(refund.attempt.provider),
                refund.amount_kobo,
            )
        ],
    )
    job = Job.objects.defer("search", "description").get(pk=refund.job_id)
    notify(
        user_id=refund.recipient_id,
        kind=NotificationKind.REFUND_RECEIVED,
        params={**facts_of(job), "amount_kobo": refund.amount_kobo},
        dedupe_key=f"refund_received:{refund.reference}",
    )


def _finish_failed(refund: Refund, message: str) -> None:
    """The exact sum goes back to the wallet, once, and what was kept of it."""
    refund.finished_at, refund.message = clock.now(), message[:300]
    _move(refund, RefundStatus.FAILED, "finished_at", "message")
    fees = system_account(AccountKind.PROVIDER_FEES)
    post(
        kind=TransactionKind.CARD_REFUND_RETURNED,
        reference=refund.reference,
        moves=[
            Move(system_account(AccountKind.REFUNDS_IN_FLIGHT), wallet_account(refund.recipient_id), refund.amount_kobo)
        ],
        also_lock=[fees] if refund.fee_kobo else (),
    )
    if refund.fee_kobo:
        post(
            kind=TransactionKind.CARD_REFUND_FEE,
            reference=f"{refund.reference}:returned",
            moves=[Move(fees, wallet_account(refund.recipient_id), refund.fee_kobo)],
        )


def _move(refund: Refund, status: RefundStatus, *also: str) -> None:
    MACHINE.check(refund.status, status)
    refund.status = status
    refund.save(update_fields=["status", *also])
