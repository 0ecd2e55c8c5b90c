"""Nothing that people read of each other controls a screen or turns the direction of reading: every text of every
request is looked at, save what nobody is shown."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any, get_args, get_type_hints

import pytest
from pydantic import ValidationError

from core.schemas import StrictIn
from payshift.examples import REQUESTS
from tests.architecture.routes import routes

# Bodies with a password are taken as they are typed. Nobody is shown what stands in these.
UNSHOWN = {"password", "current_password", "new_password", "refresh_token"}
# An escape, an end of line of its own, a mark that turns the direction: in the middle, where no stripping takes it off.
DECEIVING = ["\x1b[2J", "\u2028", "\u202e", "\x85"]


type Path = tuple[int | str, ...]


def bodies() -> Iterator[tuple[str, type[StrictIn]]]:
    for route in routes():
        for hint in get_type_hints(route.operation.view_func).values():
            # A body that may be left out is one of two kinds.
            kinds = get_args(hint) or (hint,)
            yield from ((route.name, kind) for kind in kinds if isinstance(kind, type) and issubclass(kind, StrictIn))


def texts() -> Iterator[tuple[str, type[StrictIn], Path]]:
    """With the way to each text, through lists and the objects in them."""
    for name, body in bodies():
        whole = body.model_json_schema()
        yield from ((name, body, path) for path in texts_in(whole, whole.get("$defs", {})) if path[-1] not in UNSHOWN)


def texts_in(schema: dict[str, Any], named: dict[str, Any], path: Path = ()) -> Iterator[Path]:
    if reference := schema.get("$ref"):
        yield from texts_in(named[reference.rpartition("/")[2]], named, path)
    for kind in schema.get("anyOf", schema.get("allOf", [])):
        yield from texts_in(kind, named, path)
    for field, part in schema.get("properties", {}).items():
        yield from texts_in(part, named, (*path, field))
    if schema.get("type") == "array":
        yield from texts_in(schema["items"], named, (*path, 0))
    if schema.get("type") == "string" and "enum" not in schema:
        yield path


def put(values: Any, path: Path, deceiving: str) -> Any:
    """The values with the text at the end of the path made deceiving; what is not there is made."""
    if not path:
        before = values if isinstance(values, str) else "some text"
        return f"{before[:3]}{deceiving}{before[3:]}"
    first, rest = path[0], path[1:]
    if first == 0:
        items = values or [None]
        return [put(items[0], rest, deceiving), *items[1:]]
    known = values or {}
    return {**known, first: put(known.get(first), rest, deceiving)}


@pytest.mark.parametrize("deceiving", DECEIVING)
def test_no_text_of_a_request_deceives_its_readers(deceiving: str) -> None:
    taken = []
    for name, body, path in texts():
        if refused_at(body, put(deepcopy(REQUESTS[name]), path, deceiving)) is None:
            taken.append((name, path))

    assert taken == []


def test_texts_were_found() -> None:
    found = {(name, path) for name, _, path in texts()}

    assert {("post_job", ("title",)), ("apply_to_job", ("note",)), ("update_me", ("skills", 0))} <= found
    assert {name for name, _ in bodies()} >= REQUESTS.keys() - {"refresh_tokens"}


def refused_at(body: type[StrictIn], values: dict[str, Any]) -> Path | None:
    try:
        body.model_validate(values)
    except ValidationError as error:
        return error.errors()[0]["loc"]
    return None
