from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import Any

import pytest
from pydantic import AwareDatetime, TypeAdapter, ValidationError

from core.errors import NotFound
from core.schemas import Kobo, QueryIn, StrictIn, problems


class Kind(StrEnum):
    DAY = "day"


class Inner(StrictIn):
    note: str = ""


class Order(StrictIn):
    name: str = ""
    count: int = 0
    amount_kobo: Kobo = 0
    urgent: bool = False
    share: float = 0.0
    day: date | None = None
    at: AwareDatetime | None = None
    opens: time | None = None
    kind: Kind | None = None
    inner: Inner | None = None
    tags: list[str] = []


def test_strict_input_reads_json_forms_and_strips_text() -> None:
    order = Order.model_validate({"name": "  Ada ", "day": "2026-03-01", "kind": "day", "inner": {"note": " x "}})

    assert (order.name, order.day, order.kind) == ("Ada", date(2026, 3, 1), Kind.DAY)
    assert order.inner == Inner(note="x")


@pytest.mark.parametrize(
    "values",
    [
        {"count": True},
        {"count": "5"},
        {"count": 5.0},
        {"amount_kobo": True},
        {"amount_kobo": "5"},
        {"amount_kobo": -1},
        {"amount_kobo": 2**63},
        {"urgent": 1},
        {"urgent": "yes"},
        {"share": "0.5"},
        {"share": True},
        {"name": 5},
        {"day": 0},
        {"day": 1_700_000_000},
        {"day": "0"},
        {"day": "1699920000"},
        {"day": "2026-03-01T00:00:00"},
        {"day": "٢٠٢٦-٠٣-٠١"},
        {"at": "1700000000"},
        {"at": "0.5"},
        {"opens": "3600"},
        {"unknown": 1},
        {"inner": {"unknown": 1}},
        {"name": "a\x00b"},
        {"inner": {"note": "\x00"}},
        {"tags": ["a", "b\x00"]},
        {"name": "\ud800"},
    ],
)
def test_strict_input_refuses(values: dict[str, object]) -> None:
    with pytest.raises(ValidationError) as caught:
        Order.model_validate(values)

    assert caught.value.error_count() == 1


class Period(QueryIn):
    day: date | None = None
    at: AwareDatetime | None = None
    limit: int = 20


def test_query_reads_numbers_from_text() -> None:
    period = Period.model_validate({"day": "2026-03-01", "at": "2026-03-01T09:00:00Z", "limit": "5"})

    assert period == Period(day=date(2026, 3, 1), at=datetime(2026, 3, 1, 9, tzinfo=UTC), limit=5)


@pytest.mark.parametrize(
    "values", [{"day": "0"}, {"day": "2026-03-01T00:00:00"}, {"at": "0.5"}, {"at": "-1"}, {"x": "1"}]
)
def test_query_refuses_times_written_as_numbers_and_unknown_names(values: dict[str, str]) -> None:
    for read in (Period.model_validate, Period.model_validate_strings):
        with pytest.raises(ValidationError) as caught:
            read(values)

        assert caught.value.error_count() == 1


def test_problems_declare_the_status_and_the_code_of_each() -> None:
    declared = problems(401, NotFound, "payment_refused")

    assert sorted(declared) == [401, 404]
    assert codes_of(declared[404]) == codes_of(declared[401]) == ["unauthenticated", "not_found", "payment_refused"]


def codes_of(answer: Any) -> list[str]:
    codes: list[str] = TypeAdapter(answer).json_schema()["x-codes"]
    return codes


def test_a_conflict_is_declared_by_its_name() -> None:
    with pytest.raises(ValueError, match="name the errors"):
        problems(409)
