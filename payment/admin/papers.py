"""Receipts and statements for staff: the same papers that the person can open, by the right to the rows behind them."""

from collections.abc import Iterator

from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from accounts.models import CustomUser
from core import clock
from core.errors import NotFound
from payment.documents.opening import Document, DocumentKind, read_document
from payment.models import Payment, Receipt, Withdrawal
from payment.services.periods import month_before, month_of
from payment.views import as_file

RIGHTS = {
    DocumentKind.PAYMENT: "payment.view_payment",
    DocumentKind.WITHDRAWAL: "payment.view_withdrawal",
    DocumentKind.STATEMENT: "payment.view_ledgertransaction",
}
FORMS = ("page", "pdf", "csv")
PARTIES = ("payment", "withdrawal__wallet")


def paper_urls() -> list[URLPattern]:
    view = admin.site.admin_view(paper)
    return [path("papers/<str:kind>/<int:reader_id>/<str:key>/<str:form>", view, name="paper")]


def paper(request: HttpRequest, kind: str, reader_id: int, key: str, form: str) -> HttpResponse:
    """With a line in the history of staff's acts: what is in it is somebody's."""
    if kind not in RIGHTS or form not in FORMS:
        raise Http404
    document = Document(reader_id, DocumentKind(kind), key)
    if not request.user.has_perm(RIGHTS[document.kind]):
        raise PermissionDenied
    try:
        found = read_document(document)
        if form == "page":
            response = HttpResponse(found.page(_others(document, has_csv=found.has_csv)))
        elif form == "pdf":
            response = as_file(found.pdf(), f"{found.name}.pdf", "application/pdf")
        else:
            response = as_file(found.csv(), f"{found.name}.csv", "text/csv; charset=utf-8")
    except (NotFound, ValueError) as error:
        raise Http404 from error
    LogEntry.objects.create(
        user_id=request.user.pk or 0,
        action_flag=CHANGE,
        object_repr=f"{found.name} of user {reader_id}"[:200],
        change_message=f"Opened as {form}.",
    )
    return response


def _others(document: Document, *, has_csv: bool) -> list[tuple[str, str]]:
    files = [("Save as PDF", "pdf"), *([("Save for a spreadsheet (CSV)", "csv")] if has_csv else [])]
    return [(name, address_of(document, form)) for name, form in files]


def address_of(document: Document, form: str = "page") -> str:
    return reverse("admin:paper", args=[document.kind.value, document.reader_id, document.key, form])


def receipts_of(row: Payment | Withdrawal) -> SafeString | str:
    """The number, with the copy of each side."""
    of_row = {"payment": row} if isinstance(row, Payment) else {"withdrawal": row}
    receipt = Receipt.objects.filter(**of_row).select_related("series", *PARTIES).first()
    return format_html("{}: {}", str(receipt), copies_of(receipt)) if receipt else "-"


def copies_of(receipt: Receipt) -> SafeString:
    """Each side's, as links. With its payment, or its withdrawal and wallet, loaded."""
    copies = [
        (address_of(document, form), f"{side}'s {name}")
        for side, document in _sides(receipt)
        for form, name in (("page", "page"), ("pdf", "PDF"))
    ]
    return format_html_join(", ", '<a class="text-primary-600 dark:text-primary-400" href="{}">{}</a>', copies)


def _sides(receipt: Receipt) -> Iterator[tuple[str, Document]]:
    if payment := receipt.payment:
        yield "payer", Document(payment.payer_id, DocumentKind.PAYMENT, payment.reference)
        if payment.recipient_id:
            yield "payee", Document(payment.recipient_id, DocumentKind.PAYMENT, payment.reference)
    if withdrawal := receipt.withdrawal:
        yield "payee", Document(withdrawal.wallet.user_id, DocumentKind.WITHDRAWAL, str(withdrawal.pk))


def statements_of(person: CustomUser) -> list[tuple[str, str]]:
    """Of the present month and the two before, with their addresses; other months stand in the address."""
    this = month_of(clock.now())
    months = [this, month_before(this), month_before(month_before(this))]
    names = [f"{month:%Y-%m}" for month in months]
    return [(f"Statement {name}", address_of(Document(person.pk, DocumentKind.STATEMENT, name))) for name in names]
