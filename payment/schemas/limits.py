from dataclasses import asdict
from typing import Annotated, Literal

from pydantic import Field

from accounts.models import IdentityKind
from core.schemas import Kobo, Out, StrictIn
from payment.selectors.limits import Limits


class LimitSumsOut(Out):
    maximum_withdrawal_kobo: Kobo
    withdrawal_kobo_per_day: Kobo = Field(description="In 24 hours. A new account's is lower at first.")


class LimitsOut(LimitSumsOut):
    """What may leave the wallet by bank. Numbers that are confirmed raise it."""

    tier: Literal[1, 2, 3]
    confirmed: list[IdentityKind]
    may_confirm: list[IdentityKind] = Field(description="Empty where numbers are not checked.")
    raised_to: LimitSumsOut | None = Field(
        description="By one more number; null where none can be confirmed, or it would raise nothing."
    )

    @classmethod
    def of(cls, limits: Limits) -> "LimitsOut":
        return cls.model_validate({**asdict(limits), **asdict(limits.sums)})


class IdentityNumberIn(StrictIn):
    """The number is asked about and kept nowhere."""

    kind: IdentityKind
    number: Annotated[str, Field(pattern=r"^[0-9]{11}$", examples=["22200000001"])]
