"""When a person is left alone: the arithmetic of quiet hours."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Quiet:
    """From one time of day to another, over midnight too; the same time twice is never."""

    starts_at: time
    ends_at: time
    time_zone: str

    def until(self, moment: datetime) -> datetime | None:
        """The end of the quiet time that holds at the moment; None where none does.

        Between two times on the wall: a night in which the clocks change is an hour longer or shorter.
        """
        local = moment.astimezone(ZoneInfo(self.time_zone))
        now = local.time()
        if self.starts_at <= self.ends_at:
            is_quiet = self.starts_at <= now < self.ends_at
        else:
            is_quiet = now >= self.starts_at or now < self.ends_at
        if not is_quiet:
            return None
        day = local.date() + timedelta(days=int(now >= self.ends_at))
        return datetime.combine(day, self.ends_at, tzinfo=local.tzinfo)
