"""Money for staff: follow a job's money, see what is under way, look at the books."""

from payment.admin.ledger import LedgerAccountAdmin, LedgerEntryAdmin, LedgerTransactionAdmin, WalletAdmin

__all__ = ["LedgerAccountAdmin", "LedgerEntryAdmin", "LedgerTransactionAdmin", "WalletAdmin"]
