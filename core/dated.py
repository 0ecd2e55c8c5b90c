"""Settings that change on a day: `2024-07-29=40400 2027-01-01=45000` is one number from the first day on and another
from the second. Before the first day, and where nothing is written, there is none.
"""

import re
from datetime import date
from functools import lru_cache

type Dated = tuple[tuple[date, int], ...]
ENTRY = re.compile(r"(\d{4}-\d{2}-\d{2})=(\d{1,18})", re.ASCII)


@lru_cache(maxsize=64)
def dated(text: str) -> Dated:
    """The days with their numbers, in order. Raises ValueError on anything else."""
    values: list[tuple[date, int]] = []
    for word in text.split():
        match = ENTRY.fullmatch(word)
        if match is None:
            raise ValueError(f"{word!r} is not a day and a number, such as 2024-07-29=40400")
        values.append((_day(match[1]), int(match[2])))
    days = [day for day, _ in values]
    if days != sorted(set(days)):
        raise ValueError("each day once, and the earlier before the later")
    return tuple(values)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text} is not a day") from None


def in_force(text: str, day: date) -> int | None:
    """The number of that day."""
    return next((number for since, number in reversed(dated(text)) if since <= day), None)


def as_sql_function(name: str, text: str) -> str:
    """The same as a function of the database, for its triggers: `name(day)`, NULL where there is none."""
    values = ", ".join(f"(date '{since}', {number}::bigint)" for since, number in dated(text))
    rows = f"(VALUES {values})" if values else "(SELECT NULL::date, NULL::bigint WHERE false)"
    return (
        f"CREATE OR REPLACE FUNCTION {name}(day date) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$"  # noqa: S608 (days and integers)
        f" SELECT number FROM {rows} AS v (since, number) WHERE since <= day ORDER BY since DESC LIMIT 1 $$"
    )
