"""Paystack's words and shapes, as far as they are read: the OpenAPI document and the documentation's samples."""

from typing import Self

from pydantic import AliasChoices, Field, ValidationError, model_validator

from payment.providers.base import ChargeStatus, PayoutStatus, RefundStatus
from payment.providers.parsing import (
    BalanceKobo,
    BankCode,
    BankName,
    Code,
    FeeKobo,
    HolderName,
    Kobo,
    Moment,
    Prose,
    Reference,
    TextId,
    WebAddress,
    Wire,
    Word,
)

CHARGE_STATUS = {
    "success": ChargeStatus.SUCCEEDED,
    "failed": ChargeStatus.FAILED,
    "abandoned": ChargeStatus.ABANDONED,
    "reversed": ChargeStatus.REVERSED,
    "ongoing": ChargeStatus.PENDING,
    # A refund is on its way; where it fails, the charge is a success again.
    "reversal pending": ChargeStatus.PENDING,
    "pending": ChargeStatus.PENDING,
    "processing": ChargeStatus.PENDING,
    "queued": ChargeStatus.PENDING,
}
# abandoned: nobody gave the OTP; blocked and rejected: the transfer approval said so. All three moved no money.
PAYOUT_STATUS = {
    "success": PayoutStatus.SUCCEEDED,
    "failed": PayoutStatus.FAILED,
    "abandoned": PayoutStatus.FAILED,
    "blocked": PayoutStatus.FAILED,
    "rejected": PayoutStatus.FAILED,
    "reversed": PayoutStatus.REVERSED,
    "pending": PayoutStatus.PENDING,
    "otp": PayoutStatus.PENDING,
    "received": PayoutStatus.PENDING,
    "processing": PayoutStatus.PENDING,
    "queued": PayoutStatus.PENDING,
}
REFUND_STATUS = {
    "pending": RefundStatus.PENDING,
    "processing": RefundStatus.PENDING,
    "processed": RefundStatus.PROCESSED,
    "failed": RefundStatus.FAILED,
    "needs-attention": RefundStatus.NEEDS_ATTENTION,
}


class Started(Wire):
    authorization_url: WebAddress
    reference: Reference


class Authorization(Wire):
    """Of a transfer to an account number: which. An empty list where there is none."""

    receiver_bank_account_number: Prose = ""

    @model_validator(mode="before")
    @classmethod
    def _from_nothing(cls, value: object) -> object:
        return value if isinstance(value, dict) else {}


class ChargeData(Wire):
    id: TextId
    domain: Word
    status: Word
    reference: Reference
    amount: Kobo
    # What we asked for: less than `amount` where the account lets the payer bear the fee.
    requested_amount: FeeKobo = None
    currency: Word
    fees: FeeKobo = None
    channel: Prose = ""
    paid_at: Moment = None
    gateway_response: Prose = ""
    authorization: Authorization = Authorization()


class Recipient(Wire):
    recipient_code: Code


class TransferData(Wire):
    id: TextId
    status: Word
    reference: Reference
    amount: Kobo
    currency: Word = "NGN"
    fee_charged: FeeKobo = None
    gateway_response: Prose = ""


class RefundedTransaction(Wire):
    """A number in lists, the whole object in the answer to POST /refund."""

    id: TextId = ""
    reference: Prose = ""

    @model_validator(mode="before")
    @classmethod
    def _from_number(cls, value: object) -> object:
        return value if isinstance(value, dict) else {"id": value or ""}


class RefundOwner(Wire):
    """Whose refund a row is, and nothing else of it."""

    transaction: RefundedTransaction = RefundedTransaction()
    transaction_reference: Prose = ""

    @classmethod
    def of(cls, row: object) -> Self:
        """Of a row that cannot be read at all: nobody's."""
        try:
            return cls.model_validate(row)
        except ValidationError:
            return cls()

    def is_of(self, *, reference: str, charge_id: str) -> bool:
        """Whether it gives back this payment: by the reference that it names, else by the number."""
        named = {self.transaction_reference, self.transaction.reference} - {""}
        return reference in named if named else self.transaction.id == charge_id != ""

    def may_be_of(self, *, reference: str, charge_id: str) -> bool:
        """A row that names no payment is read as well: where that fails, nobody knows that ours is not there."""
        is_named = self.transaction_reference or self.transaction.reference or self.transaction.id
        return not is_named or self.is_of(reference=reference, charge_id=charge_id)


class RefundData(RefundOwner):
    id: TextId
    status: Word
    amount: Kobo
    currency: Word = "NGN"
    merchant_note: Prose = ""
    created_at: Moment = Field(default=None, validation_alias=AliasChoices("createdAt", "created_at"))


class Bank(Wire):
    code: BankCode
    name: BankName
    active: bool = True
    is_deleted: bool | None = False


class BankPage(Wire):
    next: Prose = ""


class Resolved(Wire):
    account_name: HolderName


class Balance(Wire):
    currency: Word
    balance: BalanceKobo


class Transaction(Wire):
    reference: Reference = ""


class EventCustomer(Wire):
    email: Prose = ""


class Event(Wire):
    """The part of a webhook that is believed: what it is about. Everything else is asked again."""

    id: TextId | None = None
    reference: Reference = ""
    transaction_reference: Reference = ""
    transaction: Transaction | None = None
    customer: EventCustomer | None = None

    @model_validator(mode="before")
    @classmethod
    def _lists_are_about_nothing(cls, value: object) -> object:
        """`subscription.expiring_cards` has a list for data."""
        return {} if isinstance(value, list) else value


def what_came(data: ChargeData) -> tuple[int, int | None, bool]:
    """The kobo that are ours, the fee that is, and whether the payer bore it.

    With "customers pay the fees" `amount` is what was asked plus the fee: the fee was never ours, and is not booked.
    """
    asked, fees = data.requested_amount, data.fees
    if asked and fees and data.amount > asked and data.amount - fees >= asked:
        return data.amount - fees, None, True
    return data.amount, fees, False
