"""Money for staff: follow a job's money, see what is under way, look at the books."""

from payment.admin.chargebacks import ChargebackAdmin
from payment.admin.differences import ProviderDifferenceAdmin
from payment.admin.disputes import DisputeAdmin, DisputeStatementAdmin
from payment.admin.ledger import LedgerAccountAdmin, LedgerEntryAdmin, LedgerTransactionAdmin, WalletAdmin
from payment.admin.payments import IdempotencyKeyAdmin, PaymentAdmin, PaymentAttemptAdmin, RefundAdmin
from payment.admin.payouts import WebhookEventAdmin, WithdrawalAdmin
from payment.admin.periods import ClosedMonthAdmin, LedgerAnchorAdmin
from payment.admin.receipts import ReceiptAdmin, ReceiptIssuerAdmin
from payment.admin.settlements import SettlementAdmin, SettlementLineAdmin
from payment.admin.staff_moves import StaffMoveAdmin
from payment.admin.virtual_accounts import DepositAdmin, VirtualAccountAdmin

__all__ = [
    "ChargebackAdmin",
    "ClosedMonthAdmin",
    "DepositAdmin",
    "DisputeAdmin",
    "DisputeStatementAdmin",
    "IdempotencyKeyAdmin",
    "LedgerAccountAdmin",
    "LedgerAnchorAdmin",
    "LedgerEntryAdmin",
    "LedgerTransactionAdmin",
    "PaymentAdmin",
    "PaymentAttemptAdmin",
    "ProviderDifferenceAdmin",
    "ReceiptAdmin",
    "ReceiptIssuerAdmin",
    "RefundAdmin",
    "SettlementAdmin",
    "SettlementLineAdmin",
    "StaffMoveAdmin",
    "VirtualAccountAdmin",
    "WalletAdmin",
    "WebhookEventAdmin",
    "WithdrawalAdmin",
]
