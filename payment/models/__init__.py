from payment.models.anchor import LedgerAnchor
from payment.models.chargeback import OPEN_CHARGEBACKS, Chargeback, ChargebackAnswer, ChargebackStatus
from payment.models.dispute import OPEN_DISPUTES, Dispute, DisputeStatement, DisputeStatus, Resolution
from payment.models.idempotency import IdempotencyKey
from payment.models.key_lease import KeyLease
from payment.models.ledger import (
    CURRENCY,
    AccountKind,
    LedgerAccount,
    LedgerEntry,
    LedgerTransaction,
    TransactionKind,
)
from payment.models.payment import (
    GIVEN_UP,
    CreditedTo,
    Payment,
    PaymentAttempt,
    PaymentKind,
    PaymentProvider,
    PaymentStatus,
)
from payment.models.period import ClosedMonth
from payment.models.provider_difference import ProviderDifference
from payment.models.receipt import Receipt, ReceiptIssuer, ReceiptSeries
from payment.models.refund import REFUNDS_IN_FLIGHT, Refund, RefundDestination, RefundStatus
from payment.models.settlement import Settlement, SettlementLine, SettlementOutcome
from payment.models.staff_alone import StaffAlone
from payment.models.staff_move import BOOKED_AS_PROPOSED, StaffMove, StaffMoveKind, StaffMoveStatus
from payment.models.virtual_account import LIVING_ACCOUNTS, Deposit, VirtualAccount, VirtualAccountStatus
from payment.models.wallet import Wallet
from payment.models.webhook import OPEN_WEBHOOKS, WebhookEvent, WebhookStatus
from payment.models.withdrawal import WITHDRAWALS_IN_FLIGHT, Withdrawal, WithdrawalStatus

__all__ = [
    "BOOKED_AS_PROPOSED",
    "CURRENCY",
    "GIVEN_UP",
    "LIVING_ACCOUNTS",
    "OPEN_CHARGEBACKS",
    "OPEN_DISPUTES",
    "OPEN_WEBHOOKS",
    "REFUNDS_IN_FLIGHT",
    "WITHDRAWALS_IN_FLIGHT",
    "AccountKind",
    "Chargeback",
    "ChargebackAnswer",
    "ChargebackStatus",
    "ClosedMonth",
    "CreditedTo",
    "Deposit",
    "Dispute",
    "DisputeStatement",
    "DisputeStatus",
    "IdempotencyKey",
    "KeyLease",
    "LedgerAccount",
    "LedgerAnchor",
    "LedgerEntry",
    "LedgerTransaction",
    "Payment",
    "PaymentAttempt",
    "PaymentKind",
    "PaymentProvider",
    "PaymentStatus",
    "ProviderDifference",
    "Receipt",
    "ReceiptIssuer",
    "ReceiptSeries",
    "Refund",
    "RefundDestination",
    "RefundStatus",
    "Resolution",
    "Settlement",
    "SettlementLine",
    "SettlementOutcome",
    "StaffAlone",
    "StaffMove",
    "StaffMoveKind",
    "StaffMoveStatus",
    "TransactionKind",
    "VirtualAccount",
    "VirtualAccountStatus",
    "Wallet",
    "WebhookEvent",
    "WebhookStatus",
    "Withdrawal",
    "WithdrawalStatus",
]
