"""Below /paystack/, as below https://api.paystack.co."""

from django.urls import path, re_path

from payment.sandbox.calls import endpoint, no_such_call
from payment.sandbox.paystack import (
    banks,
    dedicated,
    disputes,
    recipients,
    refunds,
    settlements,
    transactions,
    transfers,
)
from payment.sandbox.paystack.envelope import PAYSTACK

control = ("transfer_control", transfers.switch_otp)

urlpatterns = [
    path("transaction/initialize", endpoint(PAYSTACK, post=("initialize", transactions.initialize))),
    path("transaction/verify/<str:reference>", endpoint(PAYSTACK, get=("verify", transactions.verify))),
    path("transaction/<int:transaction_id>", endpoint(PAYSTACK, get=("verify", transactions.fetch))),
    path("transaction", endpoint(PAYSTACK, get=("list", transactions.listing))),
    path("settlement", endpoint(PAYSTACK, get=("settlements", settlements.listing))),
    path(
        "settlement/<int:settlement_id>/transactions",
        endpoint(PAYSTACK, get=("settled", settlements.transactions)),
    ),
    path("bank", endpoint(PAYSTACK, get=("banks", banks.listing))),
    path("bank/resolve", endpoint(PAYSTACK, get=("resolve", banks.resolve))),
    path(
        "transferrecipient",
        endpoint(PAYSTACK, post=("recipient", recipients.create), get=("list", recipients.listing)),
    ),
    path("transferrecipient/<str:code>", endpoint(PAYSTACK, get=("list", recipients.fetch))),
    path(
        "transfer",
        endpoint(PAYSTACK, post=("transfer", transfers.create), get=("list_transfers", transfers.listing)),
    ),
    path("transfer/bulk", endpoint(PAYSTACK, post=("bulk_transfer", transfers.create_bulk))),
    path("transfer/finalize_transfer", endpoint(PAYSTACK, post=("transfer_control", transfers.finalize))),
    path("transfer/resend_otp", endpoint(PAYSTACK, post=("transfer_control", transfers.resend_otp))),
    path("transfer/disable_otp", endpoint(PAYSTACK, post=control)),
    path("transfer/disable_otp_finalize", endpoint(PAYSTACK, post=control)),
    path("transfer/enable_otp", endpoint(PAYSTACK, post=control)),
    path("transfer/verify/<str:reference>", endpoint(PAYSTACK, get=("verify_transfer", transfers.verify))),
    path("transfer/<str:code>", endpoint(PAYSTACK, get=("verify_transfer", transfers.fetch))),
    path("customer", endpoint(PAYSTACK, post=("account", dedicated.create_customer))),
    path(
        "dedicated_account",
        endpoint(PAYSTACK, post=("dedicated_account", dedicated.create), get=("list", dedicated.listing)),
    ),
    path("dedicated_account/<int:account_id>", endpoint(PAYSTACK, delete=("account", dedicated.close))),
    path("balance", endpoint(PAYSTACK, get=("balance", transfers.balance))),
    path("balance/ledger", endpoint(PAYSTACK, get=("balance", transfers.ledger))),
    path("refund", endpoint(PAYSTACK, post=("refund", refunds.create), get=("read_refund", refunds.listing))),
    path("refund/<int:refund_id>", endpoint(PAYSTACK, get=("read_refund", refunds.fetch))),
    path(
        "refund/retry_with_customer_details/<int:refund_id>",
        endpoint(PAYSTACK, post=("read_refund", refunds.retry)),
    ),
    path("dispute", endpoint(PAYSTACK, get=("dispute", disputes.listing))),
    path("dispute/<int:dispute_id>", endpoint(PAYSTACK, get=("dispute", disputes.fetch))),
    path("dispute/<int:dispute_id>/resolve", endpoint(PAYSTACK, put=("answer_dispute", disputes.resolve))),
    path("dispute/<int:dispute_id>/upload_url", endpoint(PAYSTACK, get=("dispute", disputes.upload_url))),
    re_path(r"^uploads/(?P<name>[0-9]+-[0-9a-f]{20})$", disputes.upload),
    path("dispute/<int:dispute_id>/evidence", endpoint(PAYSTACK, post=("dispute", disputes.add_evidence))),
    re_path(r"", no_such_call(PAYSTACK)),
]
