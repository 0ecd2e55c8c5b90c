"""Rules of money: fees, limits, holds."""

from pydantic import BaseModel, Field


class MoneyRules(BaseModel):
    PLATFORM_FEE_BPS: int = Field(default=1000, ge=0, le=5000)
    LATE_CANCEL_COMPENSATION_BPS: int = Field(default=5000, ge=0, le=10000)
    MIN_WITHDRAWAL_KOBO: int = Field(default=10_000, ge=1)
    # What staff may propose at once, and all of them together approve in a day; between our own accounts more.
    STAFF_PAYMENT_CAP_KOBO: int = Field(default=50_000_000, ge=1)
    STAFF_PAYMENTS_PER_DAY_KOBO: int = Field(default=200_000_000, ge=1)
    STAFF_SETTLEMENT_CAP_KOBO: int = Field(default=10_000_000_000, ge=1)
    # How far what the platform gives away may exceed the fees that it has earned; `migrate` puts it into the database.
    PLATFORM_FLOAT_KOBO: int = Field(default=100_000_000, ge=0)
