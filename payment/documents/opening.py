"""A document by its name: whose it is, of which kind, and its key among theirs; as a page, as a PDF, as CSV.

Whoever is not its reader finds nothing, however the name came about: from a request with a token, a signed link, or
staff who read on behalf of the person.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Protocol

from accounts.models import CustomUser
from core.errors import NotFound
from payment.documents.receipt_files import receipt_page, receipt_pdf
from payment.documents.receipts import Paper, of_payment, of_withdrawal
from payment.documents.statement_files import statement_csv, statement_page, statement_pdf
from payment.documents.statements import Statement
from payment.selectors.receipts import receipt_of_payment, receipt_of_withdrawal, to_wallet_kobo
from payment.selectors.statements import Month, month_of_person, statement_sums
from payment.services.periods import month_named
from payment.services.receipt_numbers import issuer_in_force

type Links = Sequence[tuple[str, str]]


class DocumentKind(StrEnum):
    PAYMENT = "payment"
    WITHDRAWAL = "withdrawal"
    STATEMENT = "statement"


@dataclass(frozen=True, slots=True)
class Document:
    """`key`: a payment's reference, a withdrawal's number, the month of a statement as `2026-10`."""

    reader_id: int
    kind: DocumentKind
    key: str


class Readable(Protocol):
    @property
    def name(self) -> str:
        """Of files, without what comes after the dot."""
        ...

    @property
    def has_csv(self) -> bool: ...

    def page(self, links: Links = ()) -> str: ...

    def pdf(self) -> bytes: ...

    def csv(self) -> bytes:
        """Raises `NotFound` where there is none."""
        ...


@dataclass(frozen=True, slots=True)
class ReceiptFile:
    paper: Paper
    has_csv: ClassVar[bool] = False

    @property
    def name(self) -> str:
        return self.paper.number

    def page(self, links: Links = ()) -> str:
        return receipt_page(self.paper, links=links)

    def pdf(self) -> bytes:
        return receipt_pdf(self.paper)

    def csv(self) -> bytes:
        raise NotFound


@dataclass(frozen=True, slots=True)
class StatementFile:
    """Its figures are read when they are asked for: a link to it is made without."""

    month: Month
    holder: str
    has_csv: ClassVar[bool] = True

    @property
    def name(self) -> str:
        return f"statement-{self.month.month:%Y-%m}"

    def page(self, links: Links = ()) -> str:
        return statement_page(self._written(), links=links)

    def pdf(self) -> bytes:
        return statement_pdf(self._written())

    def csv(self) -> bytes:
        return statement_csv(self._written())

    def _written(self) -> Statement:
        return Statement(self.month, self.holder, issuer_in_force().lines, statement_sums(self.month))


def _payment(reader_id: int, reference: str) -> ReceiptFile:
    receipt = receipt_of_payment(user_id=reader_id, reference=reference)
    is_payee = receipt.payment is not None and receipt.payment.recipient_id == reader_id
    return ReceiptFile(of_payment(receipt, is_payee=is_payee, to_wallet_kobo=to_wallet_kobo(receipt)))


def _statement(reader_id: int, month: str) -> StatementFile:
    person = CustomUser.objects.filter(pk=reader_id).first()
    if person is None:
        raise NotFound
    return StatementFile(month_of_person(user_id=reader_id, month=month_named(month)), person.name)


def _withdrawal(reader_id: int, number: str) -> ReceiptFile:
    return ReceiptFile(of_withdrawal(receipt_of_withdrawal(user_id=reader_id, withdrawal_id=int(number))))


READERS: dict[DocumentKind, Callable[[int, str], Readable]] = {
    DocumentKind.PAYMENT: _payment,
    DocumentKind.WITHDRAWAL: _withdrawal,
    DocumentKind.STATEMENT: _statement,
}


def read_document(document: Document) -> Readable:
    """Raises `NotFound` where there is none, or it is not its reader's."""
    return READERS[document.kind](document.reader_id, document.key)
