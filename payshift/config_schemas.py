"""The rules that a client shows and computes with: what an operator set, and what the code decides."""

from typing import Annotated

from pydantic import Field

from core.schemas import Currency, Kobo, Out


class ConfigOut(Out):
    """Public numbers of the rules. Times are how long before or after the moment that each names."""

    currency: Currency = "NGN"
    platform_fee_bps: Annotated[int, Field(description="On top of a wage, in basis points (1000 = 10 %).")]
    late_cancel_compensation_bps: Annotated[int, Field(description="Of the wage of the next shift that is canceled.")]
    minimum_withdrawal_kobo: Kobo
    free_card_refunds_per_month: Annotated[
        int,
        Field(description="Payments of jobs called off, lowered or hardly worked that go back to the card free."),
    ]
    card_refund_fee_bps: Annotated[int, Field(description="Kept of what goes back to the card beyond those.")]
    maximum_card_refund_fee_kobo: Kobo
    minimum_rate_kobo: Annotated[Kobo, Field(description="Of an hour, for a job that ends today.")]
    maximum_rate_kobo: Kobo
    longest_shift_minutes: Annotated[int | None, Field(description="Of a shift that starts today.")]
    maximum_places: int
    maximum_days: Annotated[int, Field(description="From the first to the last day of a job.")]
    time_zone: Annotated[str, Field(description="Of a job that names none.")]
    check_in_radius_m: int
    check_in_opens_minutes: Annotated[int, Field(description="Before the start of the shift.")]
    no_show_after_minutes: Annotated[int, Field(description="After the start of the shift.")]
    decided_after_hours: Annotated[int, Field(description="After the shift; then the clock decides.")]
    withheld_hours: Annotated[int, Field(description="How long the worker has to contest what was taken off.")]
    dispute_hours: Annotated[int, Field(description="After the shift.")]
    late_withdrawal_hours: Annotated[int, Field(description="Before a shift; withdrawing later counts as late.")]
    free_cancel_hours: Annotated[int, Field(description="Before the first shift; cancelling later compensates.")]
    review_days: Annotated[int, Field(description="After the end of the job.")]
    bank_account_hold_hours: Annotated[int, Field(description="After a change of bank account, until a withdrawal.")]
    avatar_bytes: int
    virtual_accounts: Annotated[bool, Field(description="Clients may ask for an account number of their own.")]
    is_sandbox: Annotated[bool, Field(description="A development instance: no money moves, and the clock can.")]
