from datetime import datetime
from typing import Annotated

from pydantic import Field

from accounts.face_schemas import FaceOut
from core.pagination import Page
from core.schemas import Currency, Kobo, Out
from jobs.models import Job
from payment.models import Payment, PaymentKind
from payment.receipts import receipt_number
from payment.schemas.payments import PaidJobOut


class ReceiptLineOut(Out):
    number: str
    kind: PaymentKind
    reference: str
    payer: FaceOut
    recipient: FaceOut | None
    amount_kobo: Kobo
    fee_kobo: Kobo
    vat_kobo: Annotated[Kobo, Field(description="What of the fee is VAT.")]
    vat_bps: Annotated[int, Field(description="By which rate, in hundredths of a per cent: 750 is 7.5 %.")]
    total_kobo: Kobo
    paid_at: datetime

    @classmethod
    def of(cls, payment: Payment) -> "ReceiptLineOut":
        recipient = payment.recipient
        return cls(
            number=receipt_number(payment),
            kind=PaymentKind(payment.kind),
            reference=payment.reference,
            payer=FaceOut.model_validate(payment.payer),
            recipient=FaceOut.model_validate(recipient) if recipient else None,
            amount_kobo=payment.amount_kobo,
            fee_kobo=payment.fee_kobo,
            vat_kobo=payment.vat_kobo,
            vat_bps=payment.vat_bps,
            total_kobo=payment.amount_kobo + payment.fee_kobo,
            paid_at=payment.succeeded_at or payment.created_at,
        )


class JobReceiptOut(Out):
    job: PaidJobOut
    currency: Currency = "NGN"
    receipts: list[ReceiptLineOut]
    next_cursor: str | None

    @classmethod
    def of(cls, job: Job, page: Page[Payment]) -> "JobReceiptOut":
        return cls(
            job=PaidJobOut(id=job.pk, title=job.title),
            receipts=[ReceiptLineOut.of(payment) for payment in page.items],
            next_cursor=page.next_cursor,
        )
