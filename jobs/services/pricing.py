"""What a job costs, always computed here and never taken from a request."""

from collections.abc import Sequence
from dataclasses import dataclass

from core import clock
from jobs.ports import ESCROW, Price
from jobs.services.bounds import refuse_long_shifts, refuse_low_rate
from jobs.services.schedule import PlannedShift, Schedule, plan_shifts


@dataclass(frozen=True, slots=True)
class Quote:
    """One worker's price over all shifts, and the whole job's. The VAT is within the total's fee."""

    shifts: Sequence[PlannedShift]
    per_worker: Price
    total: Price
    vat_kobo: int


def quote_job(*, schedule: Schedule, rate_kobo: int, applicants_needed: int) -> Quote:
    """The price before posting. Raises `InvalidSchedule`, `RateTooLow` and `ShiftTooLong`. Writes nothing."""
    quote = price_job(schedule=schedule, rate_kobo=rate_kobo, applicants_needed=applicants_needed)
    refuse_low_rate(rate_kobo, last_day=schedule.end_date)
    refuse_long_shifts(quote.shifts)
    return quote


def price_job(*, schedule: Schedule, rate_kobo: int, applicants_needed: int) -> Quote:
    """The price whatever the bounds of today are. Raises `InvalidSchedule`."""
    shifts = plan_shifts(schedule, now=clock.now())
    minutes = [shift.minutes for shift in shifts]
    escrow = ESCROW.get()
    return Quote(
        shifts=shifts,
        per_worker=escrow.total_price(rate_kobo=rate_kobo, shift_minutes=minutes, workers=1),
        total=escrow.total_price(rate_kobo=rate_kobo, shift_minutes=minutes, workers=applicants_needed),
        vat_kobo=applicants_needed * sum(_vat_kobo(shift, rate_kobo=rate_kobo) for shift in shifts),
    )


def _vat_kobo(shift: PlannedShift, *, rate_kobo: int) -> int:
    """In one worker's fee of this shift, if it is approved on the day on which it ends."""
    escrow = ESCROW.get()
    fee_kobo = escrow.assignment_price(rate_kobo=rate_kobo, minutes=shift.minutes).fee_kobo
    return escrow.vat_kobo(fee_kobo=fee_kobo, due_at=shift.ends_at)
