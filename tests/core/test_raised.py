"""What an operation can end in is read from the code: `core.dev.raised`."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial, wraps
from typing import Any

import pytest

from core.dev import raised
from core.errors import Busy, Conflict, Forbidden, NotFound, PayshiftError, Unavailable


@pytest.fixture(autouse=True)
def _this_file_is_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    methods = raised.methods_by_name()
    monkeypatch.setattr(raised, "methods_by_name", lambda: methods)
    monkeypatch.setattr(raised, "OURS", {"tests"})


def errors_of(function: Callable[..., Any]) -> set[type[PayshiftError]]:
    return set(raised.errors_of(function))


def missing() -> None:
    raise NotFound


def refusal(busy: bool) -> Conflict | None:
    return Busy() if busy else None


def noisy(operation: Callable[[], None]) -> Callable[[], None]:
    @wraps(operation)
    def wrapped() -> None:
        if operation.__name__ == "forbidden":
            raise Forbidden
        operation()

    return wrapped


class Door:
    def __init__(self, guard: Callable[[], None]) -> None:
        self.guard = guard

    def open_wide(self) -> None:
        self.guard()


DOOR = Door(missing)
TABLE = {"missing": missing}


@noisy
def decorated() -> None:
    missing()


def caught() -> None:
    try:
        missing()
    except NotFound:
        raise Unavailable from None


def caught_and_raised_again() -> None:
    try:
        missing()
    except PayshiftError as error:
        if error.status >= 400:
            raise


def suppressed() -> None:
    with suppress(NotFound):
        missing()


def handed_on() -> None:
    partial(missing)()


def from_a_table(name: str) -> None:
    TABLE[name]()


def by_a_method_of_a_known_object() -> None:
    DOOR.open_wide()


def by_a_method_of_an_annotated_one(door: Door) -> None:
    door.open_wide()
    raise Forbidden


def raises_what_it_is_given() -> None:
    if error := refusal(busy=True):
        raise error


def shows_what_it_is_given() -> str:
    error = refusal(busy=True)
    return error.code if isinstance(error, Busy) else ""


@pytest.mark.parametrize(
    ("function", "errors"),
    [
        (missing, {NotFound}),
        (decorated, {NotFound, Forbidden}),
        (caught, {Unavailable}),
        (caught_and_raised_again, {NotFound}),
        (suppressed, set()),
        (handed_on, {NotFound}),
        (from_a_table, {NotFound}),
        (by_a_method_of_a_known_object, {NotFound}),
        (by_a_method_of_an_annotated_one, {Forbidden}),
        (raises_what_it_is_given, {Busy}),
        (shows_what_it_is_given, set()),
    ],
)
def test_what_leaves_a_function(function: Callable[..., Any], errors: set[type[PayshiftError]]) -> None:
    assert errors_of(function) == errors


def test_a_function_that_calls_itself_ends() -> None:
    def again(times: int) -> None:
        if not times:
            raise NotFound
        again(times - 1)

    assert errors_of(again) == {NotFound}
