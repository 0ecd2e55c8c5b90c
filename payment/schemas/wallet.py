from datetime import datetime
from typing import Annotated

from django.conf import settings
from pydantic import Field

from accounts.schemas import IdentityIn
from core.pagination import PageQuery
from core.schemas import Currency, Kobo, Moment, Out
from payment.models import LedgerEntry, TransactionKind, Withdrawal, WithdrawalStatus
from payment.schemas.payments import PaidJobOut, PositiveKobo
from payment.selectors.wallet import WalletBalance
from payment.services.withdrawal_rules import most_at_once_kobo
from payment.services.withdrawals import BANK_ACCOUNT_HOLD


class WalletOut(Out):
    balance_kobo: Kobo
    in_flight_kobo: Kobo = Field(description="On its way to the bank.")
    minimum_withdrawal_kobo: Kobo
    maximum_withdrawal_kobo: Kobo = Field(description="The caller's, by `GET /wallet/limits`.")
    resting_kobo: Kobo = Field(description="Came by card and was not earned: goes back to the card, or rests for days.")
    owed_kobo: Kobo = Field(description="Taken back by the payer's bank when the wallet was empty; income repays it.")
    withdrawable_from: datetime | None = Field(
        description="When the bank account has been the same for long enough; null without a verified one."
    )
    currency: Currency = "NGN"

    @classmethod
    def of(cls, balance: WalletBalance, *, resting_kobo: int) -> "WalletOut":
        changed_at = balance.bank_account_changed_at
        return cls(
            balance_kobo=balance.balance_kobo,
            in_flight_kobo=balance.in_flight_kobo,
            minimum_withdrawal_kobo=settings.MIN_WITHDRAWAL_KOBO,
            maximum_withdrawal_kobo=most_at_once_kobo(balance.standing),
            resting_kobo=min(resting_kobo, balance.balance_kobo),
            owed_kobo=balance.owed_kobo,
            withdrawable_from=changed_at and changed_at + BANK_ACCOUNT_HOLD,
        )


class WalletTransactionOut(Out):
    id: int
    kind: TransactionKind
    amount_kobo: int = Field(description="Positive: into the wallet. Negative: out of it.")
    currency: Currency = "NGN"
    job: PaidJobOut | None
    created_at: datetime

    @classmethod
    def of(cls, entry: LedgerEntry) -> "WalletTransactionOut":
        posted = entry.transaction
        return cls(
            id=entry.pk,
            kind=TransactionKind(posted.kind),
            amount_kobo=entry.amount_kobo,
            job=PaidJobOut(id=posted.job.pk, title=posted.job.title) if posted.job else None,
            created_at=posted.created_at,
        )


class WalletQuery(PageQuery):
    kind: Annotated[list[TransactionKind], Field(max_length=50, description="Several: what is one of them.")] = []
    created_from: Moment | None = None
    created_before: Moment | None = None


class WalletTransactionsOut(Out):
    """`in_kobo` and `out_kobo` are the sums of the whole period, not of the page; null without `created_from`."""

    items: list[WalletTransactionOut]
    next_cursor: str | None
    in_kobo: Kobo | None
    out_kobo: Kobo | None


class WithdrawalIn(IdentityIn):
    amount_kobo: PositiveKobo


NOT_PAID = {WithdrawalStatus.FAILED, WithdrawalStatus.REVERSED}


class WithdrawalOut(Out):
    id: int
    reference: str
    status: WithdrawalStatus
    amount_kobo: Kobo
    currency: Currency = "NGN"
    bank_name: str
    account_number: str = Field(description="Only the last four digits are shown.")
    account_name: str
    reason: str = Field(description="Why it failed or came back, as the provider says; empty otherwise.")
    created_at: datetime
    finished_at: datetime | None

    @classmethod
    def of(cls, withdrawal: Withdrawal) -> "WithdrawalOut":
        return cls(
            id=withdrawal.pk,
            reference=withdrawal.reference,
            status=WithdrawalStatus(withdrawal.status),
            amount_kobo=withdrawal.amount_kobo,
            bank_name=withdrawal.bank_name,
            account_number="*" * 6 + withdrawal.account_number[-4:],
            account_name=withdrawal.account_name,
            reason=withdrawal.message if withdrawal.status in NOT_PAID else "",
            created_at=withdrawal.created_at,
            finished_at=withdrawal.finished_at,
        )
