"""Where withdrawals go, in and out."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import Field

from accounts.models import BankAccount
from accounts.schemas.authentication import IdentityIn
from core.schemas import Out, StrictIn

BankCode = Annotated[str, Field(pattern=r"^[0-9A-Z]{3,10}$", examples=["058"])]

AccountNumber = Annotated[str, Field(pattern=r"^[0-9]{10}$", examples=["0123456789"])]


class AccountLookupIn(StrictIn):
    bank_code: BankCode
    account_number: AccountNumber


class BankAccountIn(IdentityIn):
    bank_code: BankCode
    account_number: AccountNumber


class BankAccountOut(Out):
    bank_code: str
    bank_name: str
    account_number: str = Field(description="Masked but for the last four digits.", examples=["******6789"])
    account_name: str
    verified_at: datetime | None
    changed_at: datetime

    @classmethod
    def of(cls, account: BankAccount) -> Self:
        return cls(
            bank_code=account.bank_code,
            bank_name=account.bank_name,
            account_number=account.masked_number,
            account_name=account.account_name,
            verified_at=account.verified_at,
            changed_at=account.changed_at,
        )


class FoundAccountOut(Out):
    bank_name: str
    account_name: str = Field(description="The holder as the bank has it; empty where that is not you.")
    is_yours: bool = Field(description="Whether PUT /account-details would take it.")


class BankOut(Out):
    code: str
    name: str


class BanksOut(Out):
    items: list[BankOut]
