"""Chargebacks from the first notice to the verdict. What the provider says when asked is booked without a person.

Webhook, look-up and staff end in `_apply`, which locks job, payment, attempt, what of the money is on its way and was
not sent, the chargeback, and the ledger accounts: of any number of calls in any order each effect happens once.
"""

from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from accounts.exceptions import SecondPersonNeeded
from core import clock
from core.errors import InvalidState
from core.models import PayshiftQuerySet
from core.money import sum_in_words
from payment.exceptions import AlreadyPosted, RefundExceedsCapture
from payment.models import (
    CURRENCY,
    OPEN_CHARGEBACKS,
    Chargeback,
    ChargebackStatus,
    LedgerTransaction,
    PaymentAttempt,
)
from payment.providers.base import ChargebackOutcome, DisputedCharge, ReferenceUnknown
from payment.providers.registry import provider_named
from payment.selectors.chargebacks import disputed_kobo, is_booked
from payment.services.alert_links import StaffEvent
from payment.services.alerts import alert_staff
from payment.services.holding import Grip, book_lost, book_won, book_written_off, grip, hold_back, release
from payment.services.locks import lock_chargeback
from payment.services.references import BY_HAND, staff_memo

# A fee that the payer bore, on top of what was asked and booked, is part of what their bank wants back.
MOST_FEE_BPS, ALL_BPS = 1_000, 10_000


def check_chargeback(*, provider: str, provider_id: str, event: str, reference: str) -> bool:
    """Ask the provider about a chargeback and apply the answer. A network call.

    Staff are told of what cannot be applied: one that the provider does not know, or of money that is not booked.
    """
    try:
        told = provider_named(provider).chargeback(provider_id=provider_id) if provider_id else None
    except ReferenceUnknown:
        told = None
    if told is None or apply_chargeback(provider=provider, told=told) is None:
        alert_staff("chargeback", provider=provider, reference=reference, event_name=event, chargeback_id=provider_id)
    return True


@transaction.atomic
def apply_chargeback(*, provider: str, told: DisputedCharge) -> Chargeback | None:
    """Book what the provider said of a chargeback. Safe to call any number of times, in any order.

    None for money that the books do not have in an escrow or a wallet: unknown, in suspense, of another currency, or
    all of it wanted back by others. What staff placed in its payer's wallet is there.
    """
    attempts = PaymentAttempt.objects.filter(provider=provider, reference=told.charge_reference)
    if not told.amount_kobo and (known := _with_known_amount(provider, told)):
        told = known
    attempt_id = attempts.values_list("pk", flat=True).first()
    if attempt_id is None or not is_booked(attempt_id) or told.currency != CURRENCY or not told.amount_kobo:
        return None
    return _apply(grip(attempt_id), told)


def _with_known_amount(provider: str, told: DisputedCharge) -> DisputedCharge | None:
    """Contested, it may be told with nothing to give back: disputed is still what was. What was taken is asked."""
    amount_kobo = _known_as(provider, told.provider_id).values_list("amount_kobo", flat=True).first()
    if amount_kobo is None:
        return None
    is_lost = told.outcome is ChargebackOutcome.LOST
    outcome = ChargebackOutcome.UNCLEAR if is_lost else told.outcome
    return replace(told, amount_kobo=amount_kobo, outcome=outcome)


@transaction.atomic
def hold_more(*, chargeback_id: int) -> None:
    """Money came for the payer of a chargeback that found too little: hold what is missing."""
    of, chargeback = _take(chargeback_id)
    if chargeback.status in OPEN_CHARGEBACKS:
        hold_back(chargeback, of)


@transaction.atomic
def open_chargeback(
    *, attempt_id: int, provider_id: str, amount_kobo: int, due_at: datetime | None, category: str = ""
) -> Chargeback:
    """Staff heard of one by mail or in a dashboard: freeze at once. The same `provider_id` again changes nothing.

    Raises `InvalidState` (no money came, or it is in suspense) and `RefundExceedsCapture`.
    """
    of = _grip_of_booked(attempt_id)
    if found := Chargeback.objects.filter(provider=of.attempt.provider, provider_id=provider_id).first():
        return found
    left_kobo = of.attempt.captured_kobo - disputed_kobo(attempt_id=attempt_id)
    if not 0 < amount_kobo <= left_kobo:
        raise RefundExceedsCapture(f"{sum_in_words(left_kobo)} of this payment are not disputed or taken back yet.")
    told = DisputedCharge(
        provider_id=provider_id,
        charge_reference=of.attempt.reference,
        outcome=ChargebackOutcome.OPEN,
        amount_kobo=amount_kobo,
        currency=CURRENCY,
        category=category,
        due_at=due_at,
    )
    opened = _apply(of, told)
    assert opened is not None  # noqa: S101  (it fits what is left)
    return opened


@transaction.atomic
def book_chargeback_lost(
    *, staff_id: int, chargeback_id: int, amount_kobo: int | None = None, reason: str
) -> LedgerTransaction:
    """The provider took it, all or part: book it as lost. Raises `InvalidState`, `AlreadyPosted`, and
    `RefundExceedsCapture` for more than was disputed.
    """
    of, chargeback = _take(chargeback_id)
    if chargeback.status not in OPEN_CHARGEBACKS:
        raise AlreadyPosted("This chargeback is decided.")
    taken_kobo = chargeback.amount_kobo if amount_kobo is None else amount_kobo
    if not 0 < taken_kobo <= chargeback.amount_kobo:
        raise RefundExceedsCapture(f"{sum_in_words(chargeback.amount_kobo)} are disputed.")
    hold_back(chargeback, of)
    return book_lost(chargeback, of, taken_kobo=taken_kobo, memo=staff_memo(staff_id, reason))


@transaction.atomic
def book_chargeback_won(*, staff_id: int, chargeback_id: int, amount_kobo: int, reason: str) -> Chargeback:
    """The money stays, or the provider gave it back: `amount_kobo` is what that frees.

    Raises `InvalidState` for one that is won already or about another sum by now, and `SecondPersonNeeded` (one's own
    payment).
    """
    refuse_own(chargeback_id, staff_id)
    of, chargeback = _take(chargeback_id)
    if freed_by_winning(chargeback) != amount_kobo:
        raise InvalidState("It is about another sum by now.")
    book_won(chargeback, of, memo=staff_memo(staff_id, reason))
    return chargeback


@transaction.atomic
def book_chargeback(
    *, staff_id: int, attempt_id: int, amount_kobo: int, reason: str, reference: str
) -> LedgerTransaction:
    """Money that left at the provider without a word before: opened and lost in one step, once per `reference`.

    Raises what `open_chargeback` raises, and `AlreadyPosted`.
    """
    chargeback = open_chargeback(attempt_id=attempt_id, provider_id=reference, amount_kobo=amount_kobo, due_at=None)
    return book_chargeback_lost(staff_id=staff_id, chargeback_id=chargeback.pk, reason=reason)


@transaction.atomic
def write_off(*, staff_id: int, chargeback_id: int, reason: str) -> LedgerTransaction:
    """platform_fees -> receivable: staff give up on what a chargeback left its payer owing. Raises `InvalidState`."""
    of, chargeback = _take(chargeback_id)
    return book_written_off(chargeback, of, memo=staff_memo(staff_id, reason))


def freed_by_winning(chargeback: Chargeback) -> int:
    """In kobo: what is held, or what was taken."""
    return chargeback.held_kobo + chargeback.taken_kobo


def refuse_own(chargeback_id: int, staff_id: int | None) -> None:
    """Raises `SecondPersonNeeded` to who paid what it is about."""
    if Chargeback.objects.filter(pk=chargeback_id, payer_id=staff_id).exists():
        raise SecondPersonNeeded("Nobody answers for their own payment.")


def _take(chargeback_id: int) -> tuple[Grip, Chargeback]:
    """A chargeback with all that its postings touch locked."""
    of = grip(Chargeback.objects.values_list("attempt_id", flat=True).get(pk=chargeback_id))
    chargeback = lock_chargeback(chargeback_id)
    of.lock_books()
    return of, chargeback


def _apply(of: Grip, told: DisputedCharge) -> Chargeback | None:
    """The attempt's lock, which `of` holds, makes the first of parallel notices open it and the others find it.

    None where other chargebacks want or took all of the payment already.
    """
    provider = of.attempt.provider
    known = _known_as(provider, told.provider_id).values_list("pk", flat=True)
    chargeback_id = known.first() or _entered_by_staff(of, told)
    most_kobo = of.attempt.captured_kobo - disputed_kobo(attempt_id=of.attempt.pk, but=chargeback_id or 0)
    if most_kobo <= 0:
        return None
    told = _within(most_kobo, told)
    chargeback = lock_chargeback(chargeback_id) if chargeback_id else _open(of, told)
    of.lock_books()
    is_open, news = chargeback.status in OPEN_CHARGEBACKS, chargeback.message != told.message
    _note(chargeback, told)
    match told.outcome:
        case ChargebackOutcome.OPEN if is_open:
            _fit(chargeback, of, told.amount_kobo)
        case ChargebackOutcome.LOST if is_open:
            _fit(chargeback, of, max(told.amount_kobo, chargeback.amount_kobo))
            book_lost(chargeback, of, taken_kobo=told.amount_kobo)
        case ChargebackOutcome.WON if is_open or chargeback.status == ChargebackStatus.LOST:
            book_won(chargeback, of)
        case ChargebackOutcome.LOST if chargeback.status == ChargebackStatus.WON and news:
            _alert("chargeback_unclear", chargeback, of)
        case ChargebackOutcome.UNCLEAR if news:
            _alert("chargeback_unclear", chargeback, of)
    if chargeback_id is None:
        _alert("chargeback", chargeback, of)
    return chargeback


def _within(most_kobo: int, told: DisputedCharge) -> DisputedCharge:
    """No bank wants more back than is left of a payment: that is frozen, and a verdict of more is for staff to read."""
    if told.amount_kobo * ALL_BPS <= most_kobo * (ALL_BPS + MOST_FEE_BPS):
        return told
    is_lost = told.outcome is ChargebackOutcome.LOST
    return replace(
        told,
        amount_kobo=most_kobo,
        outcome=ChargebackOutcome.UNCLEAR if is_lost else told.outcome,
        message=f"{told.message}: of {sum_in_words(told.amount_kobo)}, more than is left of the payment"[:300],
    )


def _entered_by_staff(of: Grip, told: DisputedCharge) -> int | None:
    """Staff were faster, under a reference of their own: from now on theirs is known by the provider's number too."""
    theirs = Chargeback.objects.filter(
        attempt=of.attempt,
        provider_id__startswith=BY_HAND,
        told_as="",
        status__in=OPEN_CHARGEBACKS,
        amount_kobo=told.amount_kobo,
    )
    chargeback_id = theirs.order_by("pk").values_list("pk", flat=True).first()
    if chargeback_id is not None and not told.provider_id.startswith(BY_HAND):
        Chargeback.objects.filter(pk=chargeback_id).update(told_as=told.provider_id)
        return chargeback_id
    return None


def _known_as(provider: str, number: str) -> PayshiftQuerySet[Chargeback]:
    return Chargeback.objects.filter(Q(provider_id=number) | Q(told_as=number), provider=provider)


def _open(of: Grip, told: DisputedCharge) -> Chargeback:
    return Chargeback.objects.create(
        attempt=of.attempt,
        payer_id=of.payer_id,
        provider=of.attempt.provider,
        provider_id=told.provider_id,
        amount_kobo=told.amount_kobo,
        created_at=clock.now(),
    )


def _note(chargeback: Chargeback, told: DisputedCharge) -> None:
    chargeback.category, chargeback.message = told.category[:40], told.message[:300]
    chargeback.due_at, chargeback.checked_at = told.due_at, clock.now()
    chargeback.save(update_fields=["category", "message", "due_at", "checked_at"])


def _fit(chargeback: Chargeback, of: Grip, amount_kobo: int) -> None:
    """Hold as much as is disputed now: banks raise and lower it."""
    release(chargeback, of, amount_kobo=max(0, chargeback.held_kobo - amount_kobo))
    chargeback.amount_kobo = amount_kobo
    chargeback.save(update_fields=["amount_kobo"])
    hold_back(chargeback, of)


def _alert(event: StaffEvent, chargeback: Chargeback, of: Grip) -> None:
    alert_staff(
        event,
        provider=chargeback.provider,
        chargeback_id=chargeback.number,
        reference=of.attempt.reference,
        payer_id=of.payer_id,
        job_id=of.job.pk,
        category=chargeback.category,
        said=chargeback.message,
        amount_kobo=chargeback.amount_kobo,
        held_kobo=chargeback.held_kobo,
        due_at=chargeback.due_at.isoformat() if chargeback.due_at else "not told",
    )


def _grip_of_booked(attempt_id: int) -> Grip:
    of = grip(attempt_id)
    if not is_booked(attempt_id):
        raise InvalidState("Only money that went to an escrow or a wallet is charged back; suspense is resolved.")
    return of
