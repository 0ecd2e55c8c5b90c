"""Times as people read them: in a zone that is named after its city; hours of work; and which zones there are."""

from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo, available_timezones


def moment_in_words(moment: datetime, time_zone: str) -> str:
    """For example "Tue 3 Mar 2026, 17:00 (Lagos time)"."""
    return f"{moment.astimezone(ZoneInfo(time_zone)):%a %-d %b %Y, %H:%M} ({city_of(time_zone)} time)"


def hours_in_words(minutes: int) -> str:
    """As the client program writes it: `6 h 57 min`, `8 h`, `0 min`."""
    hours, rest = divmod(minutes, 60)
    return " ".join(f"{number} {unit}" for number, unit in ((hours, "h"), (rest, "min")) if number) or "0 min"


def city_of(time_zone: str) -> str:
    return time_zone.rpartition("/")[2].replace("_", " ")


@cache
def known_zones() -> frozenset[str]:
    """Listing them reads a directory tree. Two of its names are no place: the server's own zone, and none at all."""
    return frozenset(available_timezones() - {"localtime", "Factory"})
