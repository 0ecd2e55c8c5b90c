"""Below /flutterwave/v3/, as below https://api.flutterwave.com/v3."""

from django.urls import path, re_path

from payment.sandbox.calls import endpoint, no_such_call
from payment.sandbox.flutterwave import accounts, chargebacks, payments, settlements, transfers
from payment.sandbox.flutterwave.envelope import FLUTTERWAVE

urlpatterns = [
    path("payments", endpoint(FLUTTERWAVE, post=("initialize", payments.create))),
    path("payments/link/disable", endpoint(FLUTTERWAVE, post=("initialize", payments.disable_link))),
    path("transactions", endpoint(FLUTTERWAVE, get=("list", payments.listing))),
    path("transactions/<int:transaction_id>/verify", endpoint(FLUTTERWAVE, get=("verify", payments.verify))),
    path("transactions/verify_by_reference", endpoint(FLUTTERWAVE, get=("verify", payments.verify_by_reference))),
    path(
        "transactions/<int:transaction_id>/resend-hook",
        endpoint(FLUTTERWAVE, post=("verify", payments.resend_hook)),
    ),
    path("transactions/<int:transaction_id>/refund", endpoint(FLUTTERWAVE, post=("refund", payments.refund))),
    path("refunds", endpoint(FLUTTERWAVE, get=("read_refund", payments.refunds))),
    path("refunds/<int:refund_id>", endpoint(FLUTTERWAVE, get=("read_refund", payments.read_refund))),
    path("chargebacks", endpoint(FLUTTERWAVE, get=("dispute", chargebacks.listing))),
    path("chargebacks/<int:chargeback_id>", endpoint(FLUTTERWAVE, put=("answer_dispute", chargebacks.update))),
    path("settlements", endpoint(FLUTTERWAVE, get=("settlements", settlements.listing))),
    path("settlements/<int:settlement_id>", endpoint(FLUTTERWAVE, get=("settled", settlements.fetch))),
    path("virtual-account-numbers", endpoint(FLUTTERWAVE, post=("dedicated_account", accounts.create))),
    path(
        "virtual-account-numbers/<str:order_ref>",
        endpoint(FLUTTERWAVE, post=("account", accounts.update), get=("account", accounts.fetch)),
    ),
    path("banks/<str:country>", endpoint(FLUTTERWAVE, get=("banks", transfers.bank_list))),
    path("accounts/resolve", endpoint(FLUTTERWAVE, post=("resolve", transfers.resolve))),
    path(
        "transfers",
        endpoint(FLUTTERWAVE, post=("transfer", transfers.create), get=("verify_transfer", transfers.listing)),
    ),
    path("transfers/fee", endpoint(FLUTTERWAVE, get=("list_transfers", transfers.fee))),
    path("transfers/<int:transfer_id>", endpoint(FLUTTERWAVE, get=("verify_transfer", transfers.fetch))),
    path("transfers/<int:transfer_id>/retries", endpoint(FLUTTERWAVE, post=("transfer", transfers.retry))),
    path("balances", endpoint(FLUTTERWAVE, get=("balance", transfers.balances))),
    path("balances/<str:currency>", endpoint(FLUTTERWAVE, get=("balance", transfers.balance))),
    re_path(r"", no_such_call(FLUTTERWAVE)),
]
