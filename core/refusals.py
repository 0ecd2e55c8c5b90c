"""Refusals in the API's document: which codes an operation answers with, and the answers and schemas of them."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.apps import apps
from ninja.constants import NOT_SET
from ninja.operation import Operation

from core.errors import (
    BadRequest,
    Busy,
    Conflict,
    InvalidInput,
    LengthRequired,
    MalformedBody,
    PayloadTooLarge,
    PayshiftError,
    Unavailable,
    Unprocessable,
    UnsupportedMediaType,
)
from core.problems import CONTENT_TYPE, ERRORS_BY_STATUS
from core.schemas import CODES

type Json = dict[str, Any]
type ErrorsByCode = dict[str, type[PayshiftError]]

# What any operation may answer besides what it declares: an unreadable address, an unknown query parameter, a defect of
# ours, a database that is away. A write, also: rows held by somebody else, a body in chunks or too large. What takes a
# body, also: one that is not JSON.
EVERYWHERE = (BadRequest, InvalidInput, PayshiftError, Unavailable)
WRITES = (Busy, LengthRequired, PayloadTooLarge)
BODIES = (MalformedBody, UnsupportedMediaType)
# What those answer that ask to come back later (409 where somebody else is changing the same right now), and that ask
# to log in.
HEADERS_OF_STATUS = {401: ["WWW-Authenticate"], 409: ["Retry-After"], 429: ["Retry-After"], 503: ["Retry-After"]}

# What stands for a status. Python's own names of them differ from version to version.
REFUSALS: dict[int, type[PayshiftError]] = {**ERRORS_BY_STATUS, 409: Conflict, 422: Unprocessable}

# Refusals with so few codes are those of many operations, which then share the answer.
FEW = 2


def known_errors() -> ErrorsByCode:
    """The errors of the installed apps by their codes, in order."""
    owners = {config.name.partition(".")[0] for config in apps.get_app_configs()}
    found = [error for error in _errors(PayshiftError) if error.__module__.partition(".")[0] in owners]
    # A subclass without a code of its own is its parent to a client.
    return {error.code: error for error in sorted(found, key=lambda error: (error.code, "code" not in vars(error)))}


def _errors(error: type[PayshiftError]) -> Iterator[type[PayshiftError]]:
    yield error
    for subclass in error.__subclasses__():
        yield from _errors(subclass)


def declared_codes(operation: Operation) -> set[str]:
    """What is written beside the operation."""
    answers = [model for status, model in operation.response_models.items() if status != NOT_SET and model is not None]
    extras = [answer.model_fields["response"].json_schema_extra for answer in answers]
    return {code for extra in extras if isinstance(extra, dict) for code in extra.get(CODES, [])}


def codes_by_status(operation: Json, *, is_read: bool) -> dict[int, list[str]]:
    """All that an operation of the unfinished document refuses with, with what any operation may answer."""
    has_body = "application/json" in operation.get("requestBody", {}).get("content", {})
    errors = [*EVERYWHERE, *(() if is_read else WRITES), *(BODIES if has_body else ())]
    return _grouped([*_declared(operation["responses"]), *errors])


def _declared(answers: Mapping[int, Json]) -> Iterator[type[PayshiftError]]:
    known = known_errors()
    for status, answer in answers.items():
        if status >= 400:
            yield from (known[code] for code in answer["content"]["application/json"]["schema"][CODES])


def _grouped(errors: Iterable[type[PayshiftError]]) -> dict[int, list[str]]:
    grouped: dict[int, list[str]] = {}
    for status, code in sorted({(error.status, error.code) for error in errors}):
        grouped.setdefault(status, []).append(code)
    return grouped


def refusals(operation: Json, components: Json, *, is_read: bool, is_idempotent: bool) -> dict[int, Json]:
    """The refusals of an operation by status. Adds to the components what it shares with others, and its schemas."""
    answers: dict[int, Json] = {}
    for status, codes in codes_by_status(operation, is_read=is_read).items():
        is_shared = len(codes) <= FEW and not is_idempotent
        name = "Or".join(map(_camel, codes)) if len(codes) <= FEW else _camel(operation["operationId"])
        schema = f"{name}Problem" if len(codes) <= FEW else f"{name}{_camel(REFUSALS[status].code)}"
        components["schemas"][schema] = _problem(codes, title=schema)
        answer = {
            "description": REFUSALS[status].title,
            "headers": headers(
                *("X-Request-ID", *HEADERS_OF_STATUS.get(status, ())),
                *(["Idempotent-Replayed"] if is_idempotent and status < 500 else []),
            ),
            "content": {CONTENT_TYPE: {"schema": {"$ref": f"#/components/schemas/{schema}"}}},
        }
        if is_shared:
            components["responses"][name] = answer
        answers[status] = {"$ref": f"#/components/responses/{name}"} if is_shared else answer
    return answers


def _camel(code: str) -> str:
    return code.title().replace("_", "")


def _problem(codes: list[str], *, title: str) -> Json:
    own = {"type": "object", "required": ["code"], "properties": {"code": {"type": "string", "enum": codes}}}
    return {"title": title, "allOf": [{"$ref": "#/components/schemas/Problem"}, own]}


def headers(*names: str) -> Json:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}
