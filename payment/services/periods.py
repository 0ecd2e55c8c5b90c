"""Days and months of the books are those of Lagos, wherever the server is."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LAGOS = ZoneInfo("Africa/Lagos")


def day_of(moment: datetime) -> date:
    return moment.astimezone(LAGOS).date()


def start_of_day(day: date) -> datetime:
    return datetime.combine(day, time(), LAGOS)


def month_of(moment: datetime) -> date:
    """The first day of its month."""
    return day_of(moment).replace(day=1)


def next_month(month: date) -> date:
    return (month.replace(day=1) + timedelta(days=32)).replace(day=1)
