from datetime import datetime

from django.conf import settings
from pydantic import Field

from accounts.schemas.authentication import IdentityIn
from core.schemas import Currency, Kobo, Out
from payment.models import LedgerEntry, TransactionKind, Withdrawal, WithdrawalStatus
from payment.schemas.payments import PaidJobOut, PositiveKobo
from payment.selectors.wallet import WalletBalance


class WalletOut(Out):
    balance_kobo: Kobo
    in_flight_kobo: Kobo = Field(description="On its way to the bank.")
    minimum_withdrawal_kobo: Kobo
    maximum_withdrawal_kobo: Kobo
    resting_kobo: Kobo = Field(description="Came by card and was not earned: goes back to the card, or rests for days.")
    owed_kobo: Kobo = Field(description="Taken back by the payer's bank when the wallet was empty; income repays it.")
    currency: Currency = "NGN"

    @classmethod
    def of(cls, balance: WalletBalance, *, resting_kobo: int) -> "WalletOut":
        return cls(
            balance_kobo=balance.balance_kobo,
            in_flight_kobo=balance.in_flight_kobo,
            minimum_withdrawal_kobo=settings.MIN_WITHDRAWAL_KOBO,
            maximum_withdrawal_kobo=settings.MAX_WITHDRAWAL_KOBO,
            resting_kobo=min(resting_kobo, balance.balance_kobo),
            owed_kobo=balance.owed_kobo,
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


class WithdrawalIn(IdentityIn):
    amount_kobo: PositiveKobo


class WithdrawalOut(Out):
    id: int
    reference: str
    status: WithdrawalStatus
    amount_kobo: Kobo
    currency: Currency = "NGN"
    bank_name: str
    account_number: str = Field(description="Only the last four digits are shown.")
    account_name: str
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
            created_at=withdrawal.created_at,
            finished_at=withdrawal.finished_at,
        )
