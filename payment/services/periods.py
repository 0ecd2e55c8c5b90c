"""Days and months of the books are those of Lagos, wherever the server is."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LAGOS = ZoneInfo("Africa/Lagos")


@dataclass(frozen=True, slots=True)
class Period:
    """Of whole days: the first counts, `end_day` does not."""

    first_day: date
    end_day: date

    @property
    def since(self) -> datetime:
        return start_of_day(self.first_day)

    @property
    def until(self) -> datetime:
        return start_of_day(self.end_day)


def day_of(moment: datetime) -> date:
    return moment.astimezone(LAGOS).date()


def start_of_day(day: date) -> datetime:
    return datetime.combine(day, time(), LAGOS)


def in_lagos(moment: datetime) -> str:
    return f"{moment.astimezone(LAGOS):%Y-%m-%d %H:%M} WAT"


def month_of(moment: datetime) -> date:
    """The first day of its month."""
    return day_of(moment).replace(day=1)


def next_month(month: date) -> date:
    return (month.replace(day=1) + timedelta(days=32)).replace(day=1)


def month_before(month: date) -> date:
    return (month.replace(day=1) - timedelta(days=1)).replace(day=1)


def month_named(name: str) -> date:
    """`2026-10`. Raises `ValueError`."""
    return datetime.strptime(name, "%Y-%m").replace(tzinfo=LAGOS).date()


def whole_month(month: date) -> Period:
    return Period(month.replace(day=1), next_month(month))
