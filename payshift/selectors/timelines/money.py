"""Sources of events out of money and disputes: the same kinds for a job and for a person."""

from collections.abc import Iterator

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Concat

from payment.models import (
    Chargeback,
    Dispute,
    DisputeStatement,
    Payment,
    PaymentAttempt,
    PaymentKind,
    Refund,
    Withdrawal,
)
from payshift.selectors.timelines.events import Source

SEEN = "payment.view_payment"


def payments(rows: QuerySet[Payment]) -> Iterator[Source]:
    """A payment out of escrow is made and done at once; one into it is asked for first."""
    yield Source(
        says="Payment begun",
        rows=rows.filter(kind=PaymentKind.ESCROW_FUNDING),
        at="created_at",
        permission=SEEN,
        about="payer_id",
        words=F("provider"),
        amount_kobo="amount_kobo",
        opens=Payment,
    )
    yield Source(
        says="Paid",
        rows=rows.filter(~Q(kind=PaymentKind.ESCROW_FUNDING) | Q(succeeded_at__isnull=False)),
        at="succeeded_at",
        permission=SEEN,
        about="recipient_id",
        by="payer_id",
        words=F("kind"),
        amount_kobo="amount_kobo",
        opens=Payment,
    )


def attempts(rows: QuerySet[PaymentAttempt]) -> Source:
    return Source(
        says="Try at the provider",
        rows=rows,
        at="created_at",
        permission="payment.view_paymentattempt",
        words=Concat("provider", Value(": "), "status", Value(" "), "message"),
        amount_kobo="amount_kobo",
        opens=PaymentAttempt,
    )


def refunds(rows: QuerySet[Refund]) -> Iterator[Source]:
    yield Source(
        says="Refund",
        rows=rows,
        at="created_at",
        permission="payment.view_refund",
        about="recipient_id",
        words=Concat(Value("to the "), "destination"),
        amount_kobo="amount_kobo",
        opens=Refund,
    )
    yield Source(
        says="Refund to the card ended",
        rows=rows.filter(destination="card"),
        at="finished_at",
        permission="payment.view_refund",
        about="recipient_id",
        words=Concat("status", Value(" "), "message"),
        amount_kobo="amount_kobo",
        opens=Refund,
    )


def withdrawals(rows: QuerySet[Withdrawal]) -> Iterator[Source]:
    for at, says in (("created_at", "Withdrawal asked for"), ("finished_at", "Withdrawal ended")):
        yield Source(
            says=says,
            rows=rows,
            at=at,
            permission="payment.view_withdrawal",
            about="wallet__user_id",
            words=Concat("status", Value(" "), "message") if at == "finished_at" else F("bank_name"),
            amount_kobo="amount_kobo",
            opens=Withdrawal,
        )


def chargebacks(rows: QuerySet[Chargeback]) -> Iterator[Source]:
    for at, says in (("created_at", "Chargeback"), ("closed_at", "Chargeback ended")):
        yield Source(
            says=says,
            rows=rows,
            at=at,
            permission="payment.view_chargeback",
            about="payer_id",
            words=F("status") if at == "closed_at" else F("category"),
            amount_kobo="amount_kobo",
            opens=Chargeback,
        )


def disputes(rows: QuerySet[Dispute]) -> Iterator[Source]:
    yield Source(
        says="Dispute opened",
        rows=rows,
        at="created_at",
        permission="payment.view_dispute",
        about="worker_id",
        by="opened_by_id",
        words=F("reason"),
        opens=Dispute,
    )
    yield Source(
        says="Dispute ended",
        rows=rows,
        at="closed_at",
        permission="payment.view_dispute",
        about="worker_id",
        by="resolved_by_id",
        words=Concat("status", Value(" "), "resolution", Value(". "), "resolution_note"),
        opens=Dispute,
    )


def statements(rows: QuerySet[DisputeStatement]) -> Source:
    return Source(
        says="Said in the dispute",
        rows=rows,
        at="created_at",
        permission="payment.view_disputestatement",
        by="author_id",
        words=F("body"),
        opens=Dispute,
        opens_id="dispute_id",
    )
