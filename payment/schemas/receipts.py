from datetime import datetime
from typing import Annotated

from pydantic import Field

from accounts.face_schemas import FaceOut
from core.pagination import Page
from core.schemas import Currency, Kobo, Out
from jobs.models import Job
from payment.models import PaymentKind, Receipt
from payment.schemas.payments import PaidJobOut
from payment.selectors.statements import Month, StatementSums


class ReceiptLineOut(Out):
    number: str
    kind: PaymentKind
    reference: str
    payer: FaceOut
    recipient: FaceOut | None
    amount_kobo: Kobo
    fee_kobo: Annotated[Kobo, Field(description="What the payer paid beside it; 0 to the payee, who did not.")]
    vat_kobo: Annotated[Kobo, Field(description="What of the fee is VAT.")]
    vat_bps: Annotated[int, Field(description="By which rate, in hundredths of a per cent: 750 is 7.5 %.")]
    total_kobo: Annotated[Kobo, Field(description="What the caller paid or got.")]
    paid_at: datetime

    @classmethod
    def of(cls, receipt: Receipt, *, reader_id: int) -> "ReceiptLineOut":
        payment = receipt.payment
        if payment is None:
            raise ValueError(f"{receipt} is of a payout")
        recipient = payment.recipient
        is_payee = payment.recipient_id == reader_id
        fee_kobo = 0 if is_payee else payment.fee_kobo
        return cls(
            number=str(receipt),
            kind=PaymentKind(payment.kind),
            reference=payment.reference,
            payer=FaceOut.model_validate(payment.payer),
            recipient=FaceOut.model_validate(recipient) if recipient else None,
            amount_kobo=payment.amount_kobo,
            fee_kobo=fee_kobo,
            vat_kobo=0 if is_payee else payment.vat_kobo,
            vat_bps=0 if is_payee else payment.vat_bps,
            total_kobo=payment.amount_kobo + fee_kobo,
            paid_at=receipt.paid_at,
        )


class DocumentLinkOut(Out):
    """Addresses that open one document without a log-in, until they run out."""

    page_url: Annotated[str, Field(description="To read and to print.")]
    pdf_url: str
    csv_url: Annotated[str | None, Field(description="Of statements only.")]
    expires_at: datetime


MonthName = Annotated[str, Field(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")]


class AccountStatementOut(Out):
    """What a month of Lagos did to one's money: opening + in - out = closing."""

    month: MonthName
    is_so_far: Annotated[bool, Field(description="The month is not over: its figures will change.")]
    opening_kobo: Annotated[Kobo, Field(description="Of the wallet and of the escrows of one's jobs together.")]
    in_kobo: Kobo
    out_kobo: Kobo
    closing_kobo: Kobo
    closing_wallet_kobo: Annotated[Kobo, Field(description="What of the closing balance is in the wallet.")]
    movements: int
    currency: Currency = "NGN"

    @classmethod
    def of(cls, month: Month, sums: StatementSums) -> "AccountStatementOut":
        return cls(
            month=f"{month.month:%Y-%m}",
            is_so_far=month.is_so_far,
            opening_kobo=sums.opening_kobo,
            in_kobo=sums.in_kobo,
            out_kobo=sums.out_kobo,
            closing_kobo=sums.closing_kobo,
            closing_wallet_kobo=sums.closing_wallet_kobo,
            movements=sums.lines,
        )


class JobReceiptOut(Out):
    job: PaidJobOut
    currency: Currency = "NGN"
    receipts: list[ReceiptLineOut]
    next_cursor: str | None

    @classmethod
    def of(cls, job: Job, page: Page[Receipt], *, reader_id: int) -> "JobReceiptOut":
        return cls(
            job=PaidJobOut(id=job.pk, title=job.title),
            receipts=[ReceiptLineOut.of(receipt, reader_id=reader_id) for receipt in page.items],
            next_cursor=page.next_cursor,
        )
