"""When a person is left alone: the arithmetic of quiet hours."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Quiet:
    """From one time of day to another, over midnight too; the same time twice is never."""

    start_time: time
    end_time: time
    time_zone: str

    def until(self, moment: datetime) -> datetime | None:
        """The end of the quiet time that holds at the moment; None where none does.

        Between two times on the wall: a night in which the clocks change is an hour longer or shorter.
        """
        local = moment.astimezone(ZoneInfo(self.time_zone))
        now = local.time()
        if self.start_time <= self.end_time:
            is_quiet = self.start_time <= now < self.end_time
        else:
            is_quiet = now >= self.start_time or now < self.end_time
        if not is_quiet:
            return None
        day = local.date() + timedelta(days=int(now >= self.end_time))
        return datetime.combine(day, self.end_time, tzinfo=local.tzinfo)
