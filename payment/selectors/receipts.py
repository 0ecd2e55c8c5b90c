"""Receipts: one per payment that succeeded and per payout that reached the bank, shown to its parties and to staff."""

from django.db.models import Q, Subquery, Sum, Value
from django.db.models.functions import Concat

from core.actor import Actor
from core.errors import NotFound
from core.models import PayshiftQuerySet
from core.pagination import Page, PageQuery, paginate
from jobs.models import Job
from payment.models import (
    AccountKind,
    CreditedTo,
    LedgerEntry,
    PaymentAttempt,
    PaymentKind,
    PaymentStatus,
    Receipt,
    TransactionKind,
)
from payment.services.references import payment_references


def receipts_of_job(*, actor: Actor, job_id: int, page: PageQuery) -> tuple[Job, Page[Receipt]]:
    """A job and a page of what the caller paid or got for it, oldest first, in two queries: a big job pays thousands.

    Raises `NotFound` to those who neither paid nor got anything, and `InvalidCursor`.
    """
    receipts = (
        Receipt.objects.planned()
        .filter(_party(actor.user_id), payment__job_id=job_id)
        .select_related("series", "payment__payer__profile", "payment__recipient__profile")
    )
    shown = paginate(receipts, order=("paid_at", "id"), page=page, listing=f"receipts:{job_id}:{actor.user_id}")
    if not shown.items:
        raise NotFound
    return Job.objects.planned().get(pk=job_id), shown


def receipt_of_payment(*, user_id: int, reference: str) -> Receipt:
    """Of a payment that succeeded, with its job and parties, in one query. Raises `NotFound` to all but its parties."""
    receipts = payment_receipts().filter(_party(user_id), payment__reference__in=payment_references(reference))
    if receipt := receipts.first():
        return receipt
    raise NotFound


def receipt_of_withdrawal(*, user_id: int, withdrawal_id: int) -> Receipt:
    """Of a person's own payout that reached the bank, in one query. Raises `NotFound`."""
    receipts = withdrawal_receipts().filter(withdrawal_id=withdrawal_id, withdrawal__wallet__user_id=user_id)
    if receipt := receipts.first():
        return receipt
    raise NotFound


def payment_receipts() -> PayshiftQuerySet[Receipt]:
    return Receipt.objects.planned().select_related(
        "series", "issuer", "payment__payer", "payment__recipient", "payment__job"
    )


def withdrawal_receipts() -> PayshiftQuerySet[Receipt]:
    return Receipt.objects.planned().select_related("series", "issuer", "withdrawal__wallet__user")


def to_wallet_kobo(receipt: Receipt) -> int:
    """What of a funding at a provider went to the payer's wallet, by the ledger, in one query.

    The payment's amount is that of the first try that brought money for the job.
    """
    payment = receipt.payment
    if payment is None or payment.kind != PaymentKind.ESCROW_FUNDING:
        return 0
    brought = PaymentAttempt.objects.filter(payment_id=payment.pk, status=PaymentStatus.SUCCEEDED)
    first = brought.exclude(credited_to=CreditedTo.SUSPENSE).order_by("succeeded_at", "pk")
    entries = LedgerEntry.objects.filter(
        transaction__kind=TransactionKind.FUNDING,
        transaction__reference=Subquery(first.values(name=Concat("provider", Value(":"), "reference"))[:1]),
        account__kind=AccountKind.WALLET,
    )
    wallet_kobo: int | None = entries.aggregate(kobo=Sum("amount_kobo"))["kobo"]
    return wallet_kobo or 0


def _party(user_id: int) -> Q:
    return Q(payment__payer_id=user_id) | Q(payment__recipient_id=user_id)
