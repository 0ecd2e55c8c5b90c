"""Payments as their parties see them: the payer and the recipient, nobody else. Every function is one query."""

from enum import StrEnum
from typing import TypedDict

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce, Concat
from django_stubs_ext import WithAnnotations

from core.actor import Actor
from core.errors import NotFound
from core.listings import Bound, Given, Selection
from payment.models import (
    CreditedTo,
    LedgerTransaction,
    Payment,
    PaymentAttempt,
    PaymentKind,
    PaymentStatus,
    TransactionKind,
)
from payment.services.references import payment_references


class PaymentAnnotations(TypedDict):
    refunded_to_card_kobo: int
    authorization_url: str | None
    in_review: bool


type ShownPayment = WithAnnotations[Payment, PaymentAnnotations]


class Direction(StrEnum):
    MADE = "made"
    RECEIVED = "received"


def own_payments(direction: Direction | None, given: Given) -> Selection[Payment]:
    """The payments that the viewer made, received, or both. `given`: `viewer_id`, and the bounds of `created_at`."""
    viewer_id = given["viewer_id"]
    payments = shown(viewer_id=viewer_id)
    if (created_from := given.get("created_from")) is not None:
        payments = payments.filter(created_at__gte=created_from)
    if (created_before := given.get("created_before")) is not None:
        payments = payments.filter(created_at__lt=created_before)
    return Selection(payments, [party(viewer_id, side) for side in ([direction] if direction else Direction)])


def payment_for(*, actor: Actor, reference: str) -> ShownPayment:
    """One payment by its reference or an attempt's. Raises `NotFound` to all but payer and recipient."""
    payments = shown(viewer_id=actor.user_id).filter(party(actor.user_id), reference__in=payment_references(reference))
    if payment := payments.first():
        return payment
    raise NotFound


def provider_attempts(*, actor: Actor, reference: str) -> list[tuple[str, str]]:
    """(provider, reference) of each attempt of the caller's own payment that may still bring money, newest first.

    Without those whose checkout is not open yet: nobody can have paid there. Raises `NotFound` for a payment that is
    not the caller's to pay.
    """
    payments = Payment.objects.filter(
        payer_id=actor.user_id, kind=PaymentKind.ESCROW_FUNDING, reference__in=payment_references(reference)
    )
    attempts = PaymentAttempt.objects.exclude(status=PaymentStatus.SUCCEEDED).exclude(authorization_url="")
    rows = list(attempts.filter(payment__in=payments).order_by("-pk").values_list("provider", "reference"))
    if not rows and not payments.exists():
        raise NotFound
    return rows


def party(user_id: int | Bound, direction: Direction | None = None) -> Q:
    """The payments that a person may see: made, received, or both."""
    made, received = Q(payer_id=user_id), Q(recipient_id=user_id)
    return {Direction.MADE: made, Direction.RECEIVED: received, None: made | received}[direction]


def shown(*, viewer_id: int | Bound) -> QuerySet[ShownPayment]:
    """Payments with all that an answer shows of them."""
    attempts = PaymentAttempt.objects.filter(payment_id=OuterRef("pk")).order_by()
    refunded = attempts.values("payment_id").annotate(kobo=Sum("refunded_kobo")).values("kobo")
    # For whoever still pays there, and nobody else: an attempt that the payment's present provider has open.
    live = attempts.filter(status=PaymentStatus.PENDING, provider=OuterRef("provider")).exclude(authorization_url="")
    # Also of a payment that was given up before its money came, until staff have placed that.
    money = Concat(OuterRef("provider"), Value(":"), OuterRef("reference"))
    placed = LedgerTransaction.objects.filter(kind=TransactionKind.SUSPENSE_RESOLVED, reference=money)
    in_suspense = Exists(attempts.filter(~Exists(placed), credited_to=CreditedTo.SUSPENSE))
    in_review = Case(When(~Q(status=PaymentStatus.SUCCEEDED), then=in_suspense), default=False)
    address = Case(When(payer_id=viewer_id, then=Subquery(live.values("authorization_url")[:1])), default=None)
    return (
        Payment.objects.planned()
        .select_related("job", "payer__profile", "recipient__profile")
        .annotate(refunded_to_card_kobo=Coalesce(Subquery(refunded), 0), authorization_url=address, in_review=in_review)
        .only(
            *("kind", "status", "reference", "amount_kobo", "fee_kobo", "currency", "provider"),
            *("created_at", "succeeded_at", "payer__first_name", "payer__last_name"),
            *("recipient__first_name", "recipient__last_name", "job__title"),
            *("payer__profile__avatar", "recipient__profile__avatar"),
        )
    )
