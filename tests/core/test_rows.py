"""Which columns a schema needs, and what is made of a row of them."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import pytest

from core.actor import Actor, Role
from core.rows import From, Told, Viewing, reader_of
from core.schemas import Currency, Out


class Trade(Out):
    slug: str
    name: Annotated[str, From("name", by=str.title)]


class Shown(Out):
    id: int
    trade: Trade
    detail: Trade | None
    places_left: Annotated[int, From("needed", "accepted", by=lambda needed, accepted: needed - accepted)]
    reviews: Annotated[int, From("client__profile__reviews")]
    currency: Currency = "NGN"


class Stop(Out):
    place: str
    at: datetime | None


@dataclass
class Leg:
    ends_at: datetime


@dataclass
class Way:
    owner_id: int
    leg: Leg


def is_mine(way: Way, *, actor: Actor) -> bool:
    return way.owner_id == actor.user_id


def hours_left(way: Way, *, now: datetime) -> int:
    return (way.leg.ends_at - now) // timedelta(hours=1)


def may_go(way: Way, *, actor: Actor, now: datetime) -> bool:
    return is_mine(way, actor=actor) and hours_left(way, now=now) > 0


def is_late(way: Way) -> bool:
    return way.leg.ends_at.hour > 20


def row(**values: Any) -> list[Any]:
    return [values[column] for column in reader_of(Shown).columns]


def test_columns_are_those_that_the_fields_are_made_of() -> None:
    assert reader_of(Shown).columns == (
        "id",
        "trade__slug",
        "trade__name",
        "detail",
        "detail__slug",
        "detail__name",
        "needed",
        "accepted",
        "client__profile__reviews",
    )


@pytest.mark.parametrize("there", [True, False])
def test_row_becomes_what_the_schema_shows(there: bool) -> None:
    detail = (7, "waiter", "waiter") if there else (None, None, None)
    values = dict(zip(("detail", "detail__slug", "detail__name"), detail, strict=True))
    known = {"id": 1, "trade__slug": "bar", "trade__name": "bar work", "needed": 5, "accepted": 2}

    shown = reader_of(Shown).read(row(**known, **values, client__profile__reviews=4))

    assert shown == {
        "id": 1,
        "trade": {"slug": "bar", "name": "Bar Work"},
        "detail": {"slug": "waiter", "name": "Waiter"} if there else None,
        "places_left": 3,
        "reviews": 4,
        "currency": "NGN",
    }
    assert Shown(**shown).model_dump() == shown


def test_column_that_two_fields_need_is_read_once() -> None:
    class Twice(Out):
        needed: int
        double: Annotated[int, From("needed", by=lambda needed: 2 * needed)]

    reader = reader_of(Twice)

    assert reader.columns == ("needed",)
    assert reader.read([3]) == {"needed": 3, "double": 6}


def test_field_that_no_row_can_fill_is_refused_when_it_is_declared() -> None:
    class Many(Out):
        trades: list[Trade]

    with pytest.raises(TypeError, match=r"Many\.trades"):
        reader_of(Many)


def test_field_of_several_columns_needs_to_be_made() -> None:
    with pytest.raises(TypeError):
        From("first_name", "last_name")


class Walk(Out):
    id: int
    to: Annotated[Trade, From("aim__trade")]
    stops: Annotated[list[Stop], From("stop_list")]
    may_go: Annotated[bool, Told(may_go)]
    is_late: Annotated[bool, Told(is_late)]
    hours_left: Annotated[int, Told(hours_left)]
    is_mine: Annotated[bool, Told(is_mine)]


def test_rules_are_given_what_they_read_of_a_row_and_who_looks() -> None:
    reader = reader_of(Walk, thing=Way)
    values = {
        "id": 1,
        "aim__trade__slug": "bar",
        "aim__trade__name": "bar work",
        "stop_list": [{"place": "Yaba", "at": "2026-03-02T08:00:00.5+00:00"}, {"place": "Epe", "at": None}],
        "owner_id": 7,
        "leg__ends_at": datetime(2026, 3, 2, 12, tzinfo=UTC),
    }
    viewing = Viewing(Actor(7, Role.APPLICANT), datetime(2026, 3, 2, 9, tzinfo=UTC))

    shown = reader.read([values[column] for column in reader.columns], viewing)

    assert shown == {
        "id": 1,
        "to": {"slug": "bar", "name": "Bar Work"},
        "stops": [
            {"place": "Yaba", "at": datetime(2026, 3, 2, 8, 0, 0, 500_000, tzinfo=UTC)},
            {"place": "Epe", "at": None},
        ],
        "may_go": True,
        "is_late": False,
        "hours_left": 3,
        "is_mine": True,
    }
    assert list(shown) == list(Walk.model_fields)


def test_rules_of_a_relation_and_of_no_thing_are_refused() -> None:
    class Around(Out):
        walk: Walk

    with pytest.raises(TypeError, match="told of a thing"):
        reader_of(Walk)
    with pytest.raises(TypeError, match="not of a relation"):
        reader_of(Around, thing=Way)


def test_what_depends_on_who_looks_is_refused_where_nobody_does() -> None:
    class Owned(Out):
        is_mine: Annotated[bool, Told(is_mine)]

    with pytest.raises(TypeError, match="who looks"):
        reader_of(Owned, thing=Way).read([])
