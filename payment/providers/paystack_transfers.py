"""Several transfers in one call at Paystack. Facts: paystack.com/docs/api/transfer/#bulk, the official OpenAPI document
(`TransferBulk`, `TransferBulkResponseArray`) and paystack.com/docs/transfers/bulk-transfers.

A row of the answer has the reference, amount, status and code of a transfer, and neither its number nor its fee. So a
row that says `success` means that Paystack has the transfer: it is paid once it was looked up, or its webhook came.
Whether one bad row refuses all is not documented: what is refused is looked up before it is sent again.
"""

from collections.abc import Sequence

from payment.providers.answers import Call
from payment.providers.base import OutcomeUnknown, Payout, PayoutStatus, TransferOrder
from payment.providers.http import ProviderHttp
from payment.providers.lists import Read, list_of
from payment.providers.parsing import Kobo, Reference, TextId, Wire, Word, read
from payment.providers.paystack_wire import PAYOUT_STATUS


class TransferRow(Wire):
    reference: Reference
    transfer_code: TextId
    amount: Kobo
    currency: Word
    status: Word


def transfer_all(http: ProviderHttp, data: Read, *, orders: Sequence[TransferOrder], reason: str) -> Sequence[Payout]:
    transfers = [
        {
            "amount": order.amount_kobo,
            "recipient": order.payee_code,
            "reference": order.reference,
            "reason": reason,
        }
        for order in orders
    ]
    payload = {"source": "balance", "currency": "NGN", "transfers": transfers}
    rows = data(Call.TRANSFERS, http.post("/transfer/bulk", payload=payload))
    return [payout for row in list_of(rows, http, of="transfers") if (payout := _payout(row))]


def _payout(row: object) -> Payout | None:
    """None of a row that cannot be read: its transfer is looked up."""
    try:
        transfer = read(TransferRow, row, provider="paystack")
    except OutcomeUnknown:
        return None
    status = PAYOUT_STATUS.get(transfer.status, PayoutStatus.PENDING)
    return Payout(
        reference=transfer.reference,
        provider_id=transfer.transfer_code,
        status=PayoutStatus.PENDING if status is PayoutStatus.SUCCEEDED else status,
        unknown_status="" if transfer.status in PAYOUT_STATUS else transfer.status,
        amount_kobo=transfer.amount,
        currency=transfer.currency,
        message=transfer.status,
        needs_approval=transfer.status == "otp",
    )
