from datetime import date
from enum import StrEnum

import pytest
from pydantic import ValidationError

from core.schemas import Kobo, Problem, StrictIn, problems


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


def test_problems_declares_one_schema_per_status() -> None:
    assert problems(401, 404) == {401: Problem, 404: Problem}
