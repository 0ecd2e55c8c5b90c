"""Nothing that people read of each other controls a screen or turns the direction of reading: every text of every
request is looked at, save what nobody is shown."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any, get_type_hints

import pytest
from pydantic import ValidationError

from core.schemas import StrictIn
from payshift.examples import REQUESTS
from tests.architecture.routes import routes

# Bodies with a password are taken as they are typed. Nobody is shown what stands in these.
UNSHOWN = {"password", "current_password", "new_password", "refresh_token"}
# An escape, an end of line of its own, a mark that turns the direction: in the middle, where no stripping takes it off.
DECEIVING = ["\x1b[2J", "\u2028", "\u202e", "\x85"]


def bodies() -> Iterator[tuple[str, type[StrictIn]]]:
    for route in routes():
        hints = get_type_hints(route.operation.view_func).values()
        yield from ((route.name, hint) for hint in hints if isinstance(hint, type) and issubclass(hint, StrictIn))


def texts() -> Iterator[tuple[str, type[StrictIn], str]]:
    for name, body in bodies():
        for field, schema in body.model_json_schema()["properties"].items():
            kinds = [schema, *schema.get("anyOf", [])]
            if field not in UNSHOWN and any(kind.get("type") == "string" for kind in kinds):
                yield name, body, field


@pytest.mark.parametrize("deceiving", DECEIVING)
def test_no_text_of_a_request_deceives_its_readers(deceiving: str) -> None:
    taken = []
    for name, body, field in texts():
        example = deepcopy(REQUESTS[name])
        given = example.get(field)
        before = given if isinstance(given, str) else "some text"
        if refused_at(body, {**example, field: f"{before[:3]}{deceiving}{before[3:]}"}) is None:
            taken.append((name, field))

    assert taken == []


def test_texts_were_found() -> None:
    found = {(name, field) for name, _, field in texts()}

    assert {("post_job", "title"), ("apply_to_job", "note"), ("update_me", "bio"), ("log_in", "device_name")} <= found
    assert {name for name, _ in bodies()} >= REQUESTS.keys() - {"refresh_tokens"}


def refused_at(body: type[StrictIn], values: dict[str, Any]) -> str | None:
    try:
        body.model_validate(values)
    except ValidationError as error:
        return str(error.errors()[0]["loc"])
    return None
