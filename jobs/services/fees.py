"""What approval costs, and the least of it: the fee of a shift that was worked is due whatever two people agree on.

Approving few minutes (or none) of a day that was worked, with the pay in cash and the worker's consent, would leave the
platform without its fee. So where the worker checked in, and less than `FEE_FLOOR_BPS` of the minutes from the check-in
to the scheduled end is approved, the fee is due on all of those minutes. The wage stays what was approved. Escrow holds
it in any case: the minutes from a check-in on are never more than the schedule priced.

By the check-in and not by the check-out, which the two could bring forward as well; and to the end of the shift, also
where the client sent the worker home before it. A check-in that only the client's
word made up counts for nothing here: whoever grants minutes that no clock saw hides nothing.
"""

from dataclasses import replace

from django.conf import settings

from jobs.models import CheckInMethod, ShiftAssignment
from jobs.ports import ESCROW, Price
from jobs.rows import AssignmentRow
from jobs.services.parties import Scheduled

ALL_BPS = 10_000


def approval_price(assignment: ShiftAssignment, *, rate_kobo: int, minutes: int, scheduled: Scheduled) -> Price:
    """Wage and fee of approving this many of the scheduled minutes. Pure arithmetic."""
    price = ESCROW.get().assignment_price(rate_kobo=rate_kobo, minutes=minutes)
    if minutes >= floor_minutes(assignment, scheduled=scheduled):
        return price
    return replace(price, fee_kobo=max(price.fee_kobo, floor_fee_kobo(assignment, rate_kobo, scheduled=scheduled)))


def floor_minutes(assignment: ShiftAssignment | AssignmentRow, *, scheduled: Scheduled) -> int:
    """Approving fewer than these does not lower the fee; 0 where it always does."""
    floor_bps: int = settings.FEE_FLOOR_BPS
    return -(-_present_minutes(assignment, scheduled=scheduled) * floor_bps // ALL_BPS)


def floor_fee_kobo(assignment: ShiftAssignment | AssignmentRow, rate_kobo: int, *, scheduled: Scheduled) -> int:
    """The fee on all minutes from the check-in to the scheduled end."""
    present = _present_minutes(assignment, scheduled=scheduled)
    return ESCROW.get().assignment_price(rate_kobo=rate_kobo, minutes=present).fee_kobo


def _present_minutes(assignment: ShiftAssignment | AssignmentRow, *, scheduled: Scheduled) -> int:
    if assignment.checked_in_at is None or assignment.check_in_method == CheckInMethod.GRANTED:
        return 0
    until_the_end = scheduled.ends_at - max(assignment.checked_in_at, assignment.starts_at)
    return max(0, min(scheduled.minutes, int(until_the_end.total_seconds()) // 60))
