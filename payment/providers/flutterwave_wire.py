"""Flutterwave v3's words and shapes, as far as they are read: the official SDK's schemas and the documentation."""

import json
from typing import Self

from pydantic import AliasChoices, Field, ValidationError, model_validator

from payment.providers.base import ChargeStatus, PayoutStatus, RefundStatus
from payment.providers.parsing import (
    BalanceNairaToKobo,
    BankCode,
    BankName,
    FeeNairaToKobo,
    HolderName,
    Moment,
    NairaToKobo,
    Prose,
    Reference,
    TextId,
    WebAddress,
    Wire,
    Word,
)

CHARGE_STATUS = {
    "successful": ChargeStatus.SUCCEEDED,
    "failed": ChargeStatus.FAILED,
    "pending": ChargeStatus.PENDING,
}
PAYOUT_STATUS = {
    "SUCCESSFUL": PayoutStatus.SUCCEEDED,
    "FAILED": PayoutStatus.FAILED,
    "NEW": PayoutStatus.PENDING,
    "PENDING": PayoutStatus.PENDING,
}
# Plain `completed` says that the refund was begun; each way of paying it out has a word of its own for its end.
REFUND_STATUS = {
    "new": RefundStatus.PENDING,
    "pending": RefundStatus.PENDING,
    "pending-momo": RefundStatus.PENDING,
    "processing": RefundStatus.PENDING,
    "completed": RefundStatus.PENDING,
    "completed-bank-transfer": RefundStatus.PROCESSED,
    "completed-momo": RefundStatus.PROCESSED,
    "completed-mpgs": RefundStatus.PROCESSED,
    "completed-offline": RefundStatus.PROCESSED,
    "completed-preauth": RefundStatus.PROCESSED,
    "failed": RefundStatus.FAILED,
}
# `meta.disburse_status` of a `completed` refund. What a failed one means for the money, a person finds out.
DISBURSED = {
    "successful": RefundStatus.PROCESSED,
    "success": RefundStatus.PROCESSED,
    "failed": RefundStatus.NEEDS_ATTENTION,
}


class Started(Wire):
    link: WebAddress


class ChargeData(Wire):
    id: TextId
    tx_ref: Reference
    status: Word
    amount: NairaToKobo
    currency: Word
    app_fee: FeeNairaToKobo = None
    # What of `amount` comes to us: all of it where the payer bears the fee.
    amount_settled: FeeNairaToKobo = None
    payment_type: Prose = ""
    created_at: Moment = None
    processor_response: Prose = ""


class TransferData(Wire):
    id: TextId
    status: Word
    reference: Reference
    amount: NairaToKobo
    currency: Word = "NGN"
    fee: FeeNairaToKobo = None
    complete_message: Prose = ""
    # Numbers in the documentation's samples.
    requires_approval: int | None = 0
    is_approved: int | None = 1


class RefundMeta(Wire):
    """An object, or the JSON text of one."""

    disburse_status: Prose = ""

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: object) -> object:
        if isinstance(value, str):
            try:
                value = json.loads(value)
            except (ValueError, RecursionError):
                value = {}
        return value if isinstance(value, dict) else {}


class RefundOwner(Wire):
    """Whose refund a row is, by the payment's number, and since when; nothing else of it."""

    tx_id: TextId = ""
    created_at: Moment = None

    @classmethod
    def of(cls, row: object) -> Self:
        """Of a row that cannot be read at all: nobody's."""
        try:
            return cls.model_validate(row)
        except ValidationError:
            return cls()


class RefundData(Wire):
    id: TextId
    tx_id: TextId
    status: Word
    amount_refunded: NairaToKobo
    comments: Prose = ""
    meta: RefundMeta = RefundMeta()
    created_at: Moment = None


class Bank(Wire):
    code: BankCode
    name: BankName


class Resolved(Wire):
    account_name: HolderName


class Balance(Wire):
    currency: Word
    available_balance: BalanceNairaToKobo


class Event(Wire):
    id: TextId | None = None
    tx_ref: Reference = ""
    reference: Reference = ""
    transaction_id: TextId | None = Field(
        default=None, validation_alias=AliasChoices("TransactionId", "tx_id", "transaction_id")
    )


class FlatRefund(Wire):
    transaction_id: TextId = Field(validation_alias="TransactionId", min_length=1)
    amount: NairaToKobo = Field(validation_alias="AmountRefunded")
    status: Word


def fee_of(data: ChargeData) -> int | None:
    """The fee that is ours: none where the payer bears it on top, and all of the amount is settled to us."""
    return 0 if data.amount_settled is not None and data.amount_settled >= data.amount else data.app_fee
