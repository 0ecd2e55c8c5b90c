"""The terms that an application was made to: what a worker agreed to is what the worker is taken on for.

An application remembers them from the moment it is made, and the days where it was not for all of them
(`jobs.days_left`). Where the job's are others by now, nobody is taken on before the worker has confirmed the new ones,
and stepping back from them is never late.
"""

from collections.abc import Sequence
from datetime import date, time
from typing import TypedDict

from jobs.models import Application, Job
from jobs.rows import OfferedJob, OwnApplicationRow

# What a worker agrees to. A title or a description binds nobody.
FIELDS = {
    "rate_kobo": "the pay",
    "date": "the date",
    "end_date": "the last day",
    "start_time": "the start",
    "end_time": "the end",
    "weekdays": "the days",
    "break_minutes": "the unpaid break",
    "time_zone": "the time zone",
    "location": "the place",
    "latitude": "the place",
    "longitude": "the place",
}

type Value = int | float | str | list[int] | list[str] | None
type Terms = dict[str, Value]

# What held before applications could remember it.
UNTIL_THEN: Terms = {"break_minutes": 0}

# One of the terms: what the worker agreed to, and what it is now.
TermsChange = TypedDict(
    "TermsChange",
    {
        "field": str,
        "from": int | float | str | list[int] | list[str] | None,
        "to": int | float | str | list[int] | list[str] | None,
    },
)


def terms_now(job: Job | OfferedJob, *, days: Sequence[date] | None = None) -> Terms:
    """As JSON keeps them. `days`: those that are on offer, where these are not all."""
    terms = {name: _plain(getattr(job, name)) for name in FIELDS}
    return terms if days is None else terms | {"days": _dates(days)}


def changes_since(application: Application | OwnApplicationRow, job: Job | OfferedJob) -> list[TermsChange]:
    """What changed since the worker agreed; nothing for applications from before terms were kept."""
    agreed: Terms | None = application.terms
    if agreed is None:
        return []
    agreed = UNTIL_THEN | agreed
    return [
        {"field": name, "from": agreed[name], "to": value}
        for name, value in terms_now(job).items()
        if name in agreed and agreed[name] != value
    ]


def changes_on_offer(
    application: Application | OwnApplicationRow, job: Job | OfferedJob, *, days: Sequence[date] | None
) -> list[TermsChange]:
    """The same for who is not taken on yet: the days on offer, None for all of them, may be others by now too."""
    changes = changes_since(application, job)
    if application.terms is not None and application.terms.get("days") != _dates(days):
        changes.append({"field": "days", "from": application.terms.get("days"), "to": _dates(days)})
    return changes


def in_words(before: Terms, after: Terms) -> str:
    """Which of the terms differ, for a notice: "the pay and the place"."""
    names = list(dict.fromkeys(words for name, words in FIELDS.items() if before[name] != after[name]))
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _dates(days: Sequence[date] | None) -> list[str] | None:
    return None if days is None else [day.isoformat() for day in days]


def _plain(value: object) -> Value:
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, list):
        return list(value)
    if value is None or isinstance(value, int | float | str):
        return value
    raise TypeError(f"No term is a {type(value).__name__}.")
