from typing import Annotated, Literal

from pydantic import Field

from accounts.models import IdentityKind
from core.schemas import Kobo, Out, StrictIn
from payment.selectors.limits import Limits


class LimitsOut(Out):
    """What may leave the wallet by bank. Numbers that are confirmed raise it."""

    tier: Literal[1, 2, 3]
    maximum_withdrawal_kobo: Kobo
    withdrawal_kobo_per_day: Kobo = Field(description="In 24 hours. A new account's is lower at first.")
    confirmed: list[IdentityKind]
    may_confirm: list[IdentityKind] = Field(description="Empty where numbers are not checked.")

    @classmethod
    def of(cls, limits: Limits) -> "LimitsOut":
        return cls.model_validate(limits, from_attributes=True)


class IdentityNumberIn(StrictIn):
    """The number is asked about and kept nowhere."""

    kind: IdentityKind
    number: Annotated[str, Field(pattern=r"^[0-9]{11}$", examples=["22200000001"])]
