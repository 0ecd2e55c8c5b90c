"""The money of a job or of a person at one look, with a link to each row behind it.

Whoever may not look at payments is shown none of it, and each table only to those who may look at its rows.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Model, Q, QuerySet

from accounts.models import CustomUser
from core.money import in_naira, naira
from jobs.models import Job
from payment.models import (
    Dispute,
    LedgerTransaction,
    Payment,
    PaymentAttempt,
    Refund,
    Wallet,
    Withdrawal,
)
from payment.selectors.escrow import escrow_summary
from payment.selectors.wallet import wallet_balance
from payshift.operations.everything.links import Cell, May, may_view, to_job, to_list, to_person, to_row
from payshift.operations.everything.moments import in_lagos

# Of each table, the newest. The whole is behind its link.
FEW = 10
PERMISSION = "payment.view_payment"


@dataclass(frozen=True, slots=True)
class Rows:
    heading: str
    headers: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    # The whole list; empty where this is all there is.
    more: str = ""


@dataclass(frozen=True, slots=True)
class Money:
    sums: Sequence[tuple[str, Cell]]
    tables: Sequence[Rows]


def money_of_job(job: Job, may: May) -> Money | None:
    """In six queries."""
    if not may(PERMISSION):
        return None
    escrow = escrow_summary(job_id=job.pk, required_kobo=job.price_kobo)
    sums = {
        "Price": escrow.required_kobo,
        "Paid in": escrow.paid_in_kobo,
        "Held now": escrow.held_kobo,
        "Paid out, with our fee": escrow.released_kobo,
        "Refunded": escrow.refunded_kobo,
    }
    return Money([(name, Cell(in_naira(kobo))) for name, kobo in sums.items()], list(_tables_of_job(job, may)))


def _tables_of_job(job: Job, may: May) -> Iterator[Rows]:
    yield _payments(Payment.objects.filter(job=job), may, to_list(may, Payment, q=job.pk))
    attempts = PaymentAttempt.objects.filter(payment__job=job)
    yield from _table(
        may,
        "Tries at providers",
        attempts.order_by("-pk"),
        ("Reference", "Provider", "State", "₦"),
        lambda row: (Cell(row.provider), Cell(row.get_status_display()), _naira(row.captured_kobo)),
    )
    yield from _refunds(Refund.objects.filter(job=job), may, to_list(may, Refund, q=job.pk))
    yield from _table(
        may,
        "In the books",
        LedgerTransaction.objects.filter(job=job).order_by("-pk"),
        ("Reference", "What", "When"),
        lambda row: (Cell(row.get_kind_display()), Cell(in_lagos(row.created_at))),
        more=to_list(may, LedgerTransaction, q=job.pk),
    )
    yield from _disputes(Dispute.objects.filter(assignment__shift__job=job), may)


def money_of_person(person: CustomUser, may: May) -> Money | None:
    """In seven queries."""
    if not may(PERMISSION):
        return None
    sums: list[tuple[str, Cell]] = []
    if may_view(may, Wallet):
        wallet, balance = Wallet.objects.filter(user=person).first(), wallet_balance(user_id=person.pk)
        link = to_row(may, Wallet, wallet.pk if wallet else None)
        sums = [
            ("Wallet", Cell(in_naira(balance.balance_kobo), link)),
            ("On its way to the bank", Cell(in_naira(balance.in_flight_kobo))),
            ("Owes", Cell(in_naira(balance.owed_kobo))),
        ]
    return Money(sums, list(_tables_of_person(person, may)))


def _tables_of_person(person: CustomUser, may: May) -> Iterator[Rows]:
    yield from _table(
        may,
        "Withdrawals",
        Withdrawal.objects.filter(wallet__user=person).order_by("-created_at", "-id"),
        ("Reference", "State", "When", "₦"),
        lambda row: (Cell(row.get_status_display()), Cell(in_lagos(row.created_at)), _naira(row.amount_kobo)),
        more=to_list(may, Withdrawal, q=person.email),
    )
    whole = to_list(may, Payment, q=person.email)
    yield _payments(Payment.objects.filter(recipient=person), may, whole, heading="Payments received")
    yield _payments(Payment.objects.filter(payer=person), may, whole, heading="Payments made")
    yield from _refunds(Refund.objects.filter(recipient=person), may, to_list(may, Refund, q=person.email))
    yield from _disputes(Dispute.objects.filter(Q(client=person) | Q(worker=person)), may)


def _payments(rows: QuerySet[Payment], may: May, more: str, *, heading: str = "Payments") -> Rows:
    def cells(payment: Payment) -> tuple[Cell, ...]:
        return (
            Cell(payment.get_kind_display()),
            Cell(payment.get_status_display()),
            to_person(may, payment.payer),
            to_person(may, payment.recipient),
            to_job(may, payment.job),
            _naira(payment.amount_kobo),
        )

    joined = rows.select_related("payer", "recipient", "job").defer("job__search").order_by("-created_at", "-id")
    return _rows(may, heading, joined, ("Reference", "What", "State", "From", "To", "Job", "₦"), cells, more=more)


def _refunds(rows: QuerySet[Refund], may: May, more: str) -> Iterator[Rows]:
    yield from _table(
        may,
        "Refunds",
        rows.select_related("recipient").order_by("-created_at", "-id"),
        ("Reference", "Where to", "State", "To", "₦"),
        lambda row: (
            Cell(row.get_destination_display()),
            Cell(row.get_status_display()),
            to_person(may, row.recipient),
            _naira(row.amount_kobo),
        ),
        more=more,
    )


def _disputes(rows: QuerySet[Dispute], may: May) -> Iterator[Rows]:
    yield from _table(
        may,
        # By an expression, which no index has: else the planner may walk along the ids, past everybody else's.
        "Disputes",
        rows.select_related("client", "worker").order_by((F("pk") + 0).desc()),
        ("Number", "State", "Client", "Worker", "Outcome"),
        lambda row: (
            Cell(row.get_status_display()),
            to_person(may, row.client),
            to_person(may, row.worker),
            Cell(row.get_resolution_display()),
        ),
    )


def _table(
    may: May, heading: str, rows: QuerySet[Any], headers: Sequence[str], cells: Any, *, more: str = ""
) -> Iterator[Rows]:
    if may_view(may, rows.model):
        yield _rows(may, heading, rows, headers, cells, more=more)


def _rows(may: May, heading: str, rows: QuerySet[Any], headers: Sequence[str], cells: Any, *, more: str) -> Rows:
    found = list(rows[: FEW + 1])
    shown = [(Cell(_name(row), to_row(may, type(row), row.pk)), *cells(row)) for row in found[:FEW]]
    return Rows(heading, headers, shown, more if len(found) > FEW else "")


def _name(row: Model) -> str:
    return str(getattr(row, "reference", row.pk))


def _naira(kobo: int) -> Cell:
    return Cell(naira(kobo))
