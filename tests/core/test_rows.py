"""Which columns a schema needs, and what is made of a row of them."""

from typing import Annotated, Any

import pytest

from core.rows import From, reader_of
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
