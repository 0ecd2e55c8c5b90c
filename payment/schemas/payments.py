from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from accounts.face_schemas import FaceOut
from core.pagination import PageQuery
from core.schemas import BIGINT_MAX, Currency, Id, Kobo, Moment, Out, StrictIn
from payment.models import PaymentKind, PaymentProvider, PaymentStatus, Refund, RefundStatus
from payment.selectors.payments import Direction
from payment.services.funding import StartedPayment

# Strict: JSON's true is no amount.
PositiveKobo = Annotated[int, Field(strict=True, ge=1, le=BIGINT_MAX, description="An amount in kobo.")]


class PaymentIn(StrictIn):
    """The amount is not part of it: it is what the job's escrow lacks."""

    job_id: Annotated[Id, Field(strict=True)]
    provider: PaymentProvider


class PaidJobOut(Out):
    id: int
    title: str


class PaymentStartedOut(Out):
    reference: str
    status: PaymentStatus
    provider: PaymentProvider
    amount_kobo: Kobo
    currency: Currency = "NGN"
    authorization_url: str | None = Field(
        description="Where to pay; null when it is paid from the wallet, and as long as the provider has not answered."
    )
    free_card_refunds_left: int = Field(
        description="Payments of jobs called off, lowered or hardly worked that still go back free in 30 days."
    )
    card_refund_fee_kobo: Kobo = Field(description="Kept of what goes back to the card once those are used up.")

    @classmethod
    def of(cls, started: StartedPayment) -> "PaymentStartedOut":
        payment = started.payment
        return cls(
            reference=payment.reference,
            status=PaymentStatus(payment.status),
            provider=PaymentProvider(payment.provider),
            amount_kobo=payment.amount_kobo,
            authorization_url=started.authorization_url,
            free_card_refunds_left=started.free_card_refunds_left,
            card_refund_fee_kobo=started.card_refund_fee_kobo,
        )


class PaymentOut(Out):
    reference: str
    kind: PaymentKind
    status: PaymentStatus
    provider: PaymentProvider | Literal[""] = Field(description="Empty for what escrow pays out.")
    amount_kobo: Kobo
    fee_kobo: Kobo = Field(description="Paid by the client on top of a wage.")
    refunded_to_card_kobo: Kobo
    currency: Currency = "NGN"
    job: PaidJobOut
    payer: FaceOut
    recipient: FaceOut | None
    authorization_url: Annotated[str | None, Field(description="Where to pay: to the payer, while it is open.")]
    in_review: Annotated[bool, Field(description="Money came that is not what was asked for; we look at it.")]
    created_at: datetime
    succeeded_at: datetime | None


class PaymentsQuery(PageQuery):
    direction: Direction | None = None
    created_from: Moment | None = None
    created_before: Moment | None = None


class CardRefundIn(StrictIn):
    amount_kobo: PositiveKobo | None = Field(default=None, description="Absent: all that was not refunded yet.")


class CardRefundOut(Out):
    reference: str
    status: RefundStatus
    amount_kobo: Kobo
    fee_kobo: Kobo = Field(description="Kept of it, beside the amount.")
    currency: Currency = "NGN"
    created_at: datetime

    @classmethod
    def of(cls, refund: Refund) -> "CardRefundOut":
        return cls(
            reference=refund.reference,
            status=RefundStatus(refund.status),
            amount_kobo=refund.amount_kobo,
            fee_kobo=refund.fee_kobo,
            created_at=refund.created_at,
        )
