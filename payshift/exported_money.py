"""What the export of one's data says of withdrawals, chargebacks, and account numbers of one's own."""

from datetime import datetime

from pydantic import Field

from core.schemas import Currency, Kobo, Out


class ExportedWithdrawal(Out):
    reference: str
    status: str
    amount_kobo: Kobo
    currency: Currency
    bank_name: str
    account_number: str = Field(description="Masked but for the last four digits.")
    account_name: str
    created_at: datetime
    sent_at: datetime | None
    finished_at: datetime | None


class ExportedVirtualAccount(Out):
    """An account number that stands, or stood, for the person's wallet."""

    id: int
    status: str
    bank_name: str
    account_number: str
    account_name: str
    created_at: datetime
    closed_at: datetime | None


class ExportedDeposit(Out):
    """Money that came to such a number."""

    id: int
    account_id: int
    reference: str
    amount_kobo: Kobo
    currency: Currency
    paid_at: datetime | None
    created_at: datetime


class ExportedIdentityCheck(Out):
    """That a number of the person's was found under their name in a register of the state; the number is not kept."""

    id: int
    kind: str
    provider: str
    confirmed_at: datetime


class ExportedChargeback(Out):
    """A payment that the person's bank took back, or tried to."""

    id: int
    payment_reference: str
    status: str
    category: str
    amount_kobo: Kobo
    taken_kobo: Kobo
    owed_kobo: Kobo
    created_at: datetime
    closed_at: datetime | None
