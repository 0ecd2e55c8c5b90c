"""Text for others: nothing in it controls a screen, turns the direction of reading, or is not there to be seen."""

from typing import Annotated

import pytest
from pydantic import AfterValidator, Field, ValidationError

from core.schemas import StrictIn
from core.texts import one_line, readable

TURNED, ISOLATED, ESCAPED, BELL, SEPARATED = "\u202egnp.exe", "\u2066hidden\u2069", "\x1b[31m", "\x07", "a\u2028b"


class Inner(StrictIn):
    notes: list[str] = []


class Letter(StrictIn):
    title: Annotated[str, Field(min_length=3), AfterValidator(one_line)] = "Title"
    body: Annotated[str, Field(min_length=1)] | None = None
    inner: Inner | None = None


class Verbatim(StrictIn):
    is_prose = False
    password: str


@pytest.mark.parametrize("text", [TURNED, ISOLATED, ESCAPED, BELL, SEPARATED, "a\x0bb", "a\rb", "\x85", "\u200f"])
def test_what_deceives_is_refused_in_every_text_of_a_body(text: str) -> None:
    for values, place in (
        ({"title": f"Waiters {text}"}, ("title",)),
        ({"body": text}, ("body",)),
        ({"inner": {"notes": ["good", text]}}, ("inner", "notes", 1)),
    ):
        with pytest.raises(ValidationError) as refused:
            Letter.model_validate(values)
        assert refused.value.errors()[0]["loc"] == place


def test_passwords_are_taken_as_they_are() -> None:
    assert Verbatim.model_validate({"password": TURNED}).password == TURNED


def test_lines_tabs_scripts_and_emoji_are_text() -> None:
    text = "Bring:\r\n\t- black shoes \U0001f469\u200d\U0001f373, Ọ̀ṣun, حاضر"

    assert readable(text) == text.replace("\r\n", "\n")
    assert one_line("Cook \U0001f469\u200d\U0001f373 ❤️") == "Cook \U0001f469\u200d\U0001f373 ❤️"


def test_what_word_processors_leave_behind_is_dropped_before_lengths_are_looked_at() -> None:
    letter = Letter.model_validate({"title": "\u00a0Wait\u00adress\u202fin\ufeff Lekki\u2003"})

    assert letter.title == "Waitress in Lekki"
    with pytest.raises(ValidationError, match="at least 3"):
        Letter.model_validate({"title": "\u200b\u200b\u200b\u200b"})


@pytest.mark.parametrize("text", ["\u3164\u3164\u3164", "\u2800 \u2800", "\u115f\u1160\uffa0", "\u200d\u200c\ufe0f"])
def test_line_of_nothing_that_can_be_seen_is_refused(text: str) -> None:
    with pytest.raises(ValidationError, match="can be seen"):
        Letter.model_validate({"title": text})


@pytest.mark.parametrize("text", ["Waiters\nBcc: all", "Waiters\r\nBcc: all", "a\tbc"])
def test_line_is_one(text: str) -> None:
    with pytest.raises(ValidationError, match="One line"):
        Letter.model_validate({"title": text})
