from typing import Literal

from pydantic import Field

from core.schemas import Out
from payment.models import VirtualAccount


class VirtualAccountOut(Out):
    """Money that is sent to this number is in the wallet within minutes, whatever the amount."""

    status: Literal["none", "requested", "active"]
    offered: bool = Field(description="Whether the caller can ask for one.")
    bank_name: str
    account_number: str = Field(description="Empty until the bank has given it.")
    account_name: str
    needs_identity: bool = Field(
        description="Whether a BVN or NIN has to go with asking for it: now, or again after an answer that was lost."
    )

    @classmethod
    def of(cls, account: VirtualAccount | None, *, offered: bool, needs_identity: bool) -> "VirtualAccountOut":
        if account is None:
            return cls(
                status="none",
                offered=offered,
                bank_name="",
                account_number="",
                account_name="",
                needs_identity=needs_identity,
            )
        return cls(
            status="active" if account.account_number else "requested",
            offered=offered,
            bank_name=account.bank_name,
            account_number=account.account_number,
            account_name=account.account_name,
            needs_identity=needs_identity,
        )
