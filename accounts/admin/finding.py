"""Searching a list: each says by declaration what it is found by, and a term that it does not understand finds nothing
and says so. What a term is, `accounts.admin.terms` decides.

Every way is an index of its own. The keys of what is meant are read first, along those indexes, and the list's page is
taken of them. An OR over several tables would read the tables whole, and so would a walk along the list's order.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, F, Func, Model, Q, QuerySet

from accounts.admin.terms import Term
from accounts.selectors.finding import owners_of_account, owners_of_phone, people_named, people_with_email

# Of so many people the rows are shown; of more, a longer term is asked for.
MOST_PEOPLE = 200
PERSON_IS_FOUND_BY = "name, e-mail, @handle, phone, or the last four digits of the account"

# A column, by its lookup; or what is asked for a value.
type Way = str | Callable[[Any], Q]


@dataclass(frozen=True, slots=True)
class Finds:
    # Each with its name: `{"pk": "number", "job_id": "job's number"}`.
    numbers: Mapping[Way, str] = field(default_factory=dict)
    # Columns with the key of a person.
    people: Sequence[Way] = ()
    references: Sequence[Way] = ()
    words: Callable[[Sequence[str]], Q] | None = None
    # What the words are of.
    title: str = ""

    @property
    def said(self) -> str:
        """For the empty box."""
        parts = [
            *self.numbers.values(),
            *(["person"] if self.people else []),
            *(["reference"] if self.references else []),
            *([self.title] if self.words else []),
        ]
        return ", ".join(parts).capitalize()

    def own(self) -> "Finds":
        """What finds the rows themselves, and not the rows of a job or a person."""
        return replace(self, numbers={way: name for way, name in self.numbers.items() if way == "pk"}, people=())


@dataclass(frozen=True, slots=True)
class Found:
    rows: QuerySet[Any]
    # To whoever typed the term; empty where there is nothing to say.
    note: str = ""


def find[Row: Model](rows: QuerySet[Row], finds: Finds, term: Term) -> Found:
    people = people_of(term) if finds.people else None
    ways = [*_ways(finds, term), *_of_people(finds, people)]
    if not ways:
        return Found(rows.none(), not_understood(finds, term))
    too_many = people is not None and len(people) > MOST_PEOPLE
    note = f"More than {MOST_PEOPLE} people are called so: type more of the name." if too_many else ""
    return Found(rows.filter(_among(rows.model, ways)), note)


def people_of(term: Term) -> list[int] | None:
    """Keys of those whom the term names, one more than are shown; None where it names nobody."""
    owners = [
        *([people_named(term.words).values_list("pk", flat=True)] if term.words else []),
        *([people_with_email(term.email).values_list("pk", flat=True)] if term.email else []),
        *([owners_of_phone(term.phone).values_list("user_id", flat=True)] if term.phone else []),
        *([owners_of_account(term.account).values_list("user_id", flat=True)] if term.account else []),
    ]
    if not owners:
        return None
    return [key for keys in owners for key in keys.order_by()[: MOST_PEOPLE + 1]]


def not_understood(finds: Finds, term: Term) -> str:
    of_people = f" A person is found by {PERSON_IS_FOUND_BY}." if finds.people else ""
    return f"This list does not look for {term.kind}. It is found by: {finds.said.lower()}.{of_people}"


def _ways(finds: Finds, term: Term) -> Iterator[Q]:
    if term.number is not None:
        yield from (_is(way, term.number) for way in finds.numbers)
    if term.reference:
        yield from (_begins(way, term) for way in finds.references)
    if term.words and finds.words is not None:
        yield finds.words(term.words)


def _of_people(finds: Finds, people: list[int] | None) -> Iterator[Q]:
    if people is not None:
        yield from (_is(way, people[:MOST_PEOPLE], lookup="__in") for way in finds.people)


def _among(model: type[Model], ways: Sequence[Q]) -> Func:
    """An array is computed once and before. `pk IN (SELECT ...)` leaves it to the planner where to begin."""
    first, *others = [model._default_manager.filter(way).order_by().values("pk") for way in ways]
    return is_one_of(model, first.union(*others) if others else first)


def is_one_of(model: type[Model], keys: QuerySet[Any, Any]) -> Func:
    """The keys are read first, whatever the order of the rows is."""
    among = Func(ArraySubquery(keys), function="ANY", output_field=model._meta.pk)
    return Func(F("pk"), among, template="%(expressions)s", arg_joiner=" = ", output_field=BooleanField())


def _is(way: Way, value: object, *, lookup: str = "") -> Q:
    return Q(**{way + lookup: value}) if isinstance(way, str) else way(value)


def _begins(way: Way, term: Term) -> Q:
    """Digits are a whole number of a provider's. Ours has small letters, a provider's has those that it has."""
    if not isinstance(way, str):
        return way(term.reference)
    if term.digits:
        return Q(**{way: term.reference})
    spelt = Q(**{f"{way}__startswith": term.reference})
    small = term.reference.lower()
    return spelt if small == term.reference else spelt | Q(**{f"{way}__startswith": small})
