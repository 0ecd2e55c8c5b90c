"""Rules of money: fees, taxes, limits, holds."""

from typing import Literal

from pydantic import BaseModel, Field, field_validator

from core.dated import dated


class MoneyRules(BaseModel):
    PLATFORM_FEE_BPS: int = Field(default=1000, ge=0, le=5000)
    # Where less of the minutes from check-in to the scheduled end is approved, the fee is due on all of them.
    FEE_FLOOR_BPS: int = Field(default=5000, ge=0, le=10000)
    # VAT within the fee, from a day on, as `core.dated` reads it: `2026-01-01=750`. Empty: the fee has none.
    VAT_BPS: str = ""
    # What a provider takes of a transfer of NGN 10,000 and more beside its fee, from a day on: `2026-01-01=5000`.
    STAMP_DUTY_KOBO: str = ""
    LATE_CANCEL_COMPENSATION_BPS: int = Field(default=5000, ge=0, le=10000)
    # Of one payment at a provider's checkout; what a job lacks below the minimum is asked for as the minimum, and the
    # rest goes to the wallet. Of one person in 24 hours, with what is still open.
    MIN_PAYMENT_KOBO: int = Field(default=5_000, ge=1)
    MAX_PAYMENT_KOBO: int = Field(default=1_000_000_000, ge=1)
    PAYMENTS_PER_DAY: int = Field(default=50, ge=1)
    PAYMENT_KOBO_PER_DAY: int = Field(default=5_000_000_000, ge=1)
    MIN_WITHDRAWAL_KOBO: int = Field(default=10_000, ge=1)
    # Account numbers of their own for clients: the account at the provider must have them enabled. Flutterwave's take
    # the person's BVN or NIN; at Paystack, which bank gives them.
    VIRTUAL_ACCOUNTS: bool = False
    VIRTUAL_ACCOUNT_PROVIDER: Literal["paystack", "flutterwave"] = "paystack"
    VIRTUAL_ACCOUNT_BANK: str = Field(default="wema-bank", max_length=40)
    # What staff may propose at once, and all of them together approve in a day; between our own accounts more.
    STAFF_PAYMENT_CAP_KOBO: int = Field(default=50_000_000, ge=1)
    STAFF_PAYMENTS_PER_DAY_KOBO: int = Field(default=200_000_000, ge=1)
    STAFF_SETTLEMENT_CAP_KOBO: int = Field(default=10_000_000_000, ge=1)
    # The three bounds of what one of them does alone: each with all that they moved alone that day in Lagos.
    # What of a chargeback one of them accepts, and how long before its deadline all are reminded of it.
    CHARGEBACK_ALONE_KOBO: int = Field(default=5_000_000, ge=0)
    CHARGEBACK_REMINDER_HOURS: int = Field(default=12, ge=1)
    # Frozen by a dispute: above it two of them must decide alike.
    DISPUTE_ALONE_KOBO: int = Field(default=50_000_000, ge=0)
    # Held by a job that staff cancel, given back, or free to be withdrawn again: above it a second one approves.
    STAFF_ALONE_KOBO: int = Field(default=50_000_000, ge=0)
    # How long two are no two people after one of them made or changed the account of the other.
    STAFF_NEW_HANDS_DAYS: int = Field(default=7, ge=0, le=3650)
    # How far what the platform gives away may exceed the fees that it has earned; `migrate` puts it into the database.
    PLATFORM_FLOAT_KOBO: int = Field(default=100_000_000, ge=0)
    # In one call, where the provider takes several; 1 is one by one.
    PAYOUTS_AT_ONCE: int = Field(default=100, ge=1, le=100)
    MAX_WITHDRAWAL_KOBO: int = Field(default=500_000_000, ge=1)
    WITHDRAWALS_PER_DAY: int = Field(default=5, ge=1)
    WITHDRAWAL_KOBO_PER_DAY: int = Field(default=1_000_000_000, ge=1)
    NEW_ACCOUNT_DAYS: int = Field(default=7, ge=0)
    NEW_ACCOUNT_WITHDRAWAL_KOBO_PER_DAY: int = Field(default=50_000_000, ge=1)
    # What leaves a wallet at once and in 24 hours while no number of the state's registers was confirmed (tier 1), or
    # one (tier 2), from a day on, as `core.dated` reads it. Empty: as for anybody.
    TIER_1_WITHDRAWAL_KOBO: str = ""
    TIER_1_WITHDRAWAL_KOBO_PER_DAY: str = ""
    TIER_2_WITHDRAWAL_KOBO: str = ""
    TIER_2_WITHDRAWAL_KOBO_PER_DAY: str = ""
    CARD_MONEY_GOES_BACK: bool = True
    CARD_MONEY_RESTS_DAYS: int = Field(default=30, ge=0)
    FREE_CARD_REFUNDS_PER_MONTH: int = Field(default=3, ge=0)
    CARD_REFUND_FEE_BPS: int = Field(default=150, ge=0, le=1000)
    MAX_CARD_REFUND_FEE_KOBO: int = Field(default=200_000, ge=0)

    @field_validator(
        "TIER_1_WITHDRAWAL_KOBO",
        "TIER_1_WITHDRAWAL_KOBO_PER_DAY",
        "TIER_2_WITHDRAWAL_KOBO",
        "TIER_2_WITHDRAWAL_KOBO_PER_DAY",
    )
    @classmethod
    def _names_days_and_limits(cls, text: str) -> str:
        if any(kobo < 1 for _, kobo in dated(text)):
            raise ValueError("in kobo, more than nothing: 2026-01-01=5000000 is NGN 50,000 from that day on")
        return text

    @field_validator("VAT_BPS")
    @classmethod
    def _names_days_and_shares(cls, text: str) -> str:
        if any(share > 5000 for _, share in dated(text)):
            raise ValueError("in hundredths of a per cent, at most 5000: 750 is 7.5 %")
        return text

    @field_validator("STAMP_DUTY_KOBO")
    @classmethod
    def _names_days_and_sums(cls, text: str) -> str:
        if any(kobo > 100_000 for _, kobo in dated(text)):
            raise ValueError("in kobo, at most 100000: 5000 is NGN 50")
        return text
