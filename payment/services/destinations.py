"""Where a withdrawal goes, kept in the books: the row could be turned to another bank account, its posting cannot."""

from hashlib import sha256

from payment.models import Withdrawal


def destination_memo(withdrawal: Withdrawal) -> str:
    """The bank, the last digits for a person, and a fingerprint for `ledger_check`, which compares it with the row."""
    told = f"{withdrawal.reference}:{withdrawal.bank_code}:{withdrawal.account_number}"
    fingerprint = sha256(told.encode()).hexdigest()[:16]
    return f"To bank {withdrawal.bank_code}, account ******{withdrawal.account_number[-4:]} [{fingerprint}]"
