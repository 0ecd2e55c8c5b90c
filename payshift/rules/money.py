"""Rules of money: fees, limits, holds."""

from pydantic import BaseModel, Field


class MoneyRules(BaseModel):
    PLATFORM_FEE_BPS: int = Field(default=1000, ge=0, le=5000)
    LATE_CANCEL_COMPENSATION_BPS: int = Field(default=5000, ge=0, le=10000)
    MIN_WITHDRAWAL_KOBO: int = Field(default=10_000, ge=1)
