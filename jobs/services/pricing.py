"""What a job costs, always computed here and never taken from a request."""

from collections.abc import Sequence
from dataclasses import dataclass

from core import clock
from jobs.ports import ESCROW, Price
from jobs.services.schedule import PlannedShift, Schedule, plan_shifts


@dataclass(frozen=True, slots=True)
class Quote:
    """One worker's price over all shifts, and the whole job's."""

    shifts: Sequence[PlannedShift]
    per_worker: Price
    total: Price


def quote_job(*, schedule: Schedule, rate_kobo: int, applicants_needed: int) -> Quote:
    """The price before posting. Raises `InvalidSchedule`. Takes no lock and writes nothing."""
    shifts = plan_shifts(schedule, now=clock.now())
    minutes = [shift.minutes for shift in shifts]
    escrow = ESCROW.get()
    return Quote(
        shifts=shifts,
        per_worker=escrow.total_price(rate_kobo=rate_kobo, shift_minutes=minutes, workers=1),
        total=escrow.total_price(rate_kobo=rate_kobo, shift_minutes=minutes, workers=applicants_needed),
    )
