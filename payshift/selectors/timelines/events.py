"""A timeline out of many tables: each is asked for its newest rows, and the newest of all make the page.

Every table brings at most a page along an index of the job or the person, so a page costs the same however long the
history is. Moments that are equal are ordered by table and row: no event is left out, or told twice, between pages.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, Self

from django.contrib.admin.models import LogEntry
from django.db.models import BigIntegerField, F, Model, Q, QuerySet, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast

from accounts.models import CustomUser
from core.money import in_naira

PAGE = 25
# One state or kind, or the way from one to another, and no text that somebody wrote.
STATES = re.compile(r"[a-z]+(?:_[a-z]+)*(?: → [a-z]+(?:_[a-z]+)*)?")

type May = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of event: `rows`, the column that says when, and what is said of it."""

    says: str
    rows: QuerySet[Any]
    at: str
    permission: str
    # Paths to the id of the person that it is about, and of the one who did it.
    about: str = ""
    by: str = ""
    words: Combinable | None = None
    amount_kobo: str = ""
    # The object to look at, and the path to its id.
    opens: type[Model] | None = None
    opens_id: str = "pk"

    def newest(self, number: int, before: "Position | None", most: int) -> QuerySet[Any, Any]:
        """Columns that all sources have, in one order; see `Row`."""
        rows = self.rows.filter(**{f"{self.at}__isnull": False})
        if before is not None:
            rows = rows.filter(before.allows(number, self.at))
        columns = {
            "event_at": F(self.at),
            "event_source": Value(number),
            "event_row": F("pk"),
            "event_about": _number(self.about),
            "event_by": _number(self.by),
            "event_opens": _number(self.opens_id),
            "event_kobo": _number(self.amount_kobo),
            "event_words": Cast(self.words if self.words is not None else Value(""), TextField()),
        }
        newest: QuerySet[Any, Any] = rows.order_by(f"-{self.at}", "-pk").annotate(**columns).values_list(*columns)
        return newest[:most]


class Row(NamedTuple):
    at: datetime
    source: int
    pk: int
    about: int | None
    by: int | None
    opens: int | None
    kobo: int | None
    words: str


class Position(NamedTuple):
    """Where a page ended. As text it is part of an address."""

    at: datetime
    source: int
    pk: int

    def allows(self, source: int, at: str) -> Q:
        earlier = Q(**{f"{at}__lt": self.at})
        if source > self.source:
            return earlier
        same = Q(**{at: self.at})
        return earlier | (same if source < self.source else same & Q(pk__lt=self.pk))

    def __str__(self) -> str:
        return f"{self.at.isoformat()}_{self.source}_{self.pk}"

    @classmethod
    def read(cls, text: str) -> Self | None:
        """None for what is no position: the page begins with the newest."""
        try:
            at, source, pk = text.split("_")
            position = cls(datetime.fromisoformat(at), int(source), int(pk))
        except ValueError:
            return None
        fits = position.at.tzinfo is not None and 0 <= position.source < 1_000 and 0 <= position.pk < 2**63
        return position if fits else None


@dataclass(frozen=True, slots=True)
class Event:
    at: datetime
    says: str
    words: str
    kobo: int | None
    about: CustomUser | None
    by: CustomUser | None
    opens: type[Model] | None
    opens_id: int | None

    @property
    def naira(self) -> str:
        return in_naira(self.kobo or 0)


@dataclass(frozen=True, slots=True)
class Timeline:
    events: Sequence[Event]
    # Of the next page; empty on the last.
    older: str = ""


def timeline(sources: Sequence[Source], *, may: May, before: str = "") -> Timeline:
    """A page of what this viewer may look at, in two queries: events, and the people in them."""
    position, shown = Position.read(before), [n for n, source in enumerate(sources) if may(source.permission)]
    arms = [sources[number].newest(number, position, PAGE + 1) for number in shown]
    if not arms:
        return Timeline(())
    # All of one kind: an arm alone has its order already.
    union = arms[0].union(*arms[1:], all=True).order_by("-event_at", "-event_source", "-event_row")
    rows = [Row(*row) for row in union[: PAGE + 1]]
    people = CustomUser.objects.in_bulk({pk for row in rows[:PAGE] for pk in (row.about, row.by) if pk is not None})
    events = [_event(sources[row.source], row, people) for row in rows[:PAGE]]
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    return Timeline(events, str(Position(last.at, last.source, last.pk)) if last else "")


def _event(source: Source, row: Row, people: dict[int, CustomUser]) -> Event:
    return Event(
        at=row.at,
        says=source.says,
        # Admin's own forms write what they changed as JSON.
        words=LogEntry(change_message=row.words).get_change_message()
        if source.rows.model is LogEntry
        else in_words(row.words),
        kobo=row.kobo,
        about=people.get(row.about or 0),
        by=people.get(row.by or 0),
        opens=source.opens,
        opens_id=row.opens,
    )


def in_words(said: str) -> str:
    """States and kinds stand in their columns with lines between their words; without a reason, a stop is left."""
    said = said.strip().removesuffix(" .").rstrip()
    return said.replace("_", " ") if STATES.fullmatch(said) else said


def _number(path: str) -> Combinable:
    return Cast(F(path) if path else Value(None), BigIntegerField())
