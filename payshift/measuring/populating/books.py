"""The ledger of the populated marketplace: postings as `payment.services.posting` would have made them."""

from array import array
from datetime import datetime
from itertools import count

from payment.models import AccountKind, TransactionKind, WithdrawalStatus
from payshift.measuring.populating.tables import Tables
from payshift.measuring.populating.words import BANKS

PROVIDERS = ("paystack", "flutterwave")
PLATFORM_FEES, PAYOUTS_IN_FLIGHT = 1, 2
PROVIDER_BALANCES = {provider: 3 + number for number, provider in enumerate(PROVIDERS)}
OWN_ACCOUNTS = 2 + len(PROVIDERS)
# In kobo; what is left after a withdrawal of most of it.
WITHDRAWS_FROM_KOBO = 5_000_000


class Books:
    """Account ids: Payshift's own, then a wallet per person, then an escrow per funded job."""

    def __init__(self, tables: Tables, *, people: int, since: datetime) -> None:
        self.tables, self.people, self.since = tables, people, since
        self.balances = array("q", bytes(8 * (OWN_ACCOUNTS + people + 1)))
        self.escrow_kobo = 0
        self.escrow_ids = count(OWN_ACCOUNTS + people + 1)
        self.transaction_ids, self.entry_ids, self.withdrawal_ids = count(1), count(1), count(1)

    def wallet(self, user_id: int) -> int:
        return OWN_ACCOUNTS + user_id

    def post(
        self, kind: TransactionKind, reference: str, job_id: int | None, at: datetime, *moves: tuple[int, int]
    ) -> None:
        """`moves` are (account, amount): they sum to zero."""
        transaction_id = next(self.transaction_ids)
        self.tables.transactions.add(transaction_id, kind, reference, job_id, at)
        for account_id, amount_kobo in moves:
            self.tables.entries.add(next(self.entry_ids), transaction_id, account_id, amount_kobo)
            if account_id < len(self.balances):
                self.balances[account_id] += amount_kobo
            else:
                self.escrow_kobo += amount_kobo

    def open_escrow(self) -> int:
        """The account of the one job that is being written."""
        self.escrow_kobo = 0
        return next(self.escrow_ids)

    def close_escrow(self, account_id: int, job_id: int, at: datetime) -> None:
        self.tables.accounts.add(account_id, AccountKind.ESCROW, None, job_id, "", self.escrow_kobo, at)

    def write_own(self) -> None:
        """After all postings."""
        add, at = self.tables.accounts.add, self.since
        add(PLATFORM_FEES, AccountKind.PLATFORM_FEES, None, None, "", self.balances[PLATFORM_FEES], at)
        add(PAYOUTS_IN_FLIGHT, AccountKind.PAYOUTS_IN_FLIGHT, None, None, "", self.balances[PAYOUTS_IN_FLIGHT], at)
        for provider, account_id in PROVIDER_BALANCES.items():
            add(account_id, AccountKind.PROVIDER_BALANCE, None, None, provider, self.balances[account_id], at)

    def write_wallet(self, user_id: int, *, now: datetime) -> None:
        """One person's wallet, after the withdrawal that whoever has much has made."""
        account_id = self.wallet(user_id)
        if (balance_kobo := self.balances[account_id]) >= WITHDRAWS_FROM_KOBO:
            self._withdraw(user_id, balance_kobo * 4 // 5, at=now)
        at = self.since
        self.tables.accounts.add(account_id, AccountKind.WALLET, user_id, None, "", self.balances[account_id], at)
        self.tables.wallets.add(user_id, user_id, account_id, at)

    def _withdraw(self, user_id: int, amount_kobo: int, *, at: datetime) -> None:
        withdrawal_id = next(self.withdrawal_ids)
        reference, (code, bank) = f"wdr-{withdrawal_id:020}", BANKS[0]
        # By whom the most money is: an asset, so the lowest number.
        provider = min(PROVIDERS, key=lambda name: self.balances[PROVIDER_BALANCES[name]])
        wallet, balance = self.wallet(user_id), PROVIDER_BALANCES[provider]
        requested, paid = TransactionKind.WITHDRAWAL, TransactionKind.WITHDRAWAL_PAID
        self.post(requested, reference, None, at, (wallet, -amount_kobo), (PAYOUTS_IN_FLIGHT, amount_kobo))
        self.post(paid, reference, None, at, (PAYOUTS_IN_FLIGHT, -amount_kobo), (balance, amount_kobo))
        self.tables.withdrawals.add(
            *(withdrawal_id, user_id, reference, WithdrawalStatus.PAID, amount_kobo, provider),
            *(code, bank, f"{user_id:010}", "", at, at, at),
        )
