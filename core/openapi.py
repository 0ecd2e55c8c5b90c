"""The OpenAPI document as a contract: what Ninja writes down of the operations, and what it leaves out.

Added are the refusals that no operation lists, the codes that they have, the headers of answers, 304, and which
operations are open to all. Taken out is what is of Python and not of the wire: null among what a query may say, and
schemas that nothing refers to.
"""

import re
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

# What any operation may answer besides what it declares: an unreadable address, an unknown query parameter, a defect of
# ours, a database that is away. A write, also: rows held by somebody else, a body in chunks or too large. What takes a
# body, also: one that is not JSON.
EVERYWHERE = (BadRequest, InvalidInput, PayshiftError, Unavailable)
WRITES = (Busy, LengthRequired, PayloadTooLarge)
BODIES = (MalformedBody, UnsupportedMediaType)
# What those answer that ask to come back later; 409 where somebody else is changing the same right now.
WAITING = {409, 429, 503}

# What stands for a status. Python's own names of them differ from version to version.
REFUSALS: dict[int, type[PayshiftError]] = {**ERRORS_BY_STATUS, 409: Conflict, 422: Unprocessable}

# Refusals with more codes than these are written out with their operation.
FEW = 2

# Marks that Ninja's declarations have no place for; they do not stay in the document.
MEDIA_TYPE = "x-media-type"
REQUIRED = "x-required"

TEXT: Json = {"type": "string"}
HEADERS: dict[str, Json] = {
    "X-Request-ID": {"description": "Names the request; tell it to support.", "schema": TEXT},
    "Retry-After": {"description": "Seconds to wait before trying again.", "schema": {"type": "integer", "minimum": 1}},
    "ETag": {"description": "The version of what is shown: send it back as If-None-Match.", "schema": TEXT},
    "Cache-Status": {"description": "Where the answer came from (RFC 9211).", "schema": TEXT},
    "Idempotent-Replayed": {
        "description": "There, where the answer to an earlier request with this key is given again.",
        "schema": {"type": "string", "enum": ["true"]},
    },
}
IF_NONE_MATCH: Json = {
    "in": "header",
    "name": "If-None-Match",
    "description": "An ETag that is at hand: 304 without a body where nothing changed since.",
    "required": False,
    "schema": TEXT,
}


def answers_as(media_type: str) -> Json:
    """`openapi_extra` of an operation that makes its own response: its text is not JSON."""
    return {MEDIA_TYPE: media_type}


def known_errors() -> dict[str, type[PayshiftError]]:
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


def errors_by_status(
    codes: Iterable[str], *, is_read: bool, has_body: bool
) -> dict[int, dict[str, type[PayshiftError]]]:
    """All refusals of an operation that declares these codes, with what any operation may answer."""
    known = known_errors()
    errors = [known[code] for code in codes]
    errors += [*EVERYWHERE, *(() if is_read else WRITES), *(BODIES if has_body else ())]
    grouped: dict[int, dict[str, type[PayshiftError]]] = {}
    for error in sorted(errors, key=lambda error: (error.status, error.code)):
        grouped.setdefault(error.status, {})[error.code] = error
    return grouped


def complete(document: Json) -> Json:
    """The document of Ninja's, as clients are to read it."""
    components = document["components"]
    components["responses"] = {}
    for method, operation in _operations(document):
        _complete_operation(method, operation, components["responses"])
    components["responses"] = dict(sorted(components["responses"].items()))
    components["headers"] = HEADERS
    components["parameters"] = {"IfNoneMatch": IF_NONE_MATCH}
    components["schemas"]["ProblemCode"] = {
        "type": "string",
        "title": "ProblemCode",
        "description": "The stable name of a problem: switch on this. More may come: take others by their status.",
        "enum": list(known_errors()),
    }
    if problem := components["schemas"].get("Problem"):
        problem["properties"]["code"] = {"$ref": "#/components/schemas/ProblemCode"}
    components["schemas"] = _used(components["schemas"], document["paths"], components["responses"])
    return document


def _complete_operation(method: str, operation: Json, shared: Json) -> None:
    is_public = "security" not in operation
    for parameter in operation["parameters"]:
        parameter["schema"] = _without_null(parameter["schema"])
        parameter["required"] |= parameter["schema"].pop(REQUIRED, False)
    answers = operation["responses"]
    declared = {status: answers[status] for status in answers if status < 400}
    is_idempotent = any(parameter["name"] == "Idempotency-Key" for parameter in operation["parameters"])
    if media_type := operation.pop(MEDIA_TYPE, None):
        declared[200]["content"] = {media_type: declared[200]["content"].popitem()[1]}
    for answer in declared.values():
        answer["headers"] = _headers("X-Request-ID", *(["Idempotent-Replayed"] if is_idempotent else []))
    if is_public:
        operation["security"] = []
    elif method == "get":
        declared[200]["headers"] |= _headers("ETag", "Cache-Status")
        declared[304] = {
            "description": "Nothing changed since the version in If-None-Match.",
            "headers": _headers("X-Request-ID", "ETag"),
        }
        operation["parameters"].append({"$ref": "#/components/parameters/IfNoneMatch"})
    codes = [code for status in answers if status >= 400 for code in _codes_of(answers[status])]
    refusals = errors_by_status(
        codes,
        is_read=method == "get",
        has_body="application/json" in operation.get("requestBody", {}).get("content", {}),
    )
    operation["responses"] = declared | {
        status: _refusal(status, list(errors), shared) for status, errors in sorted(refusals.items())
    }


def _codes_of(answer: Json) -> list[str]:
    codes: list[str] = answer["content"]["application/json"]["schema"][CODES]
    return codes


def _operations(document: Json) -> Iterator[tuple[str, Json]]:
    for path in document["paths"].values():
        yield from path.items()


def _refusal(status: int, codes: list[str], shared: Json) -> Json:
    """One or two codes are those of many operations, which then share the answer."""
    own = {"type": "object", "required": ["code"], "properties": {"code": {"type": "string", "enum": codes}}}
    answer = {
        "description": REFUSALS[status].title,
        "headers": _headers("X-Request-ID", *(["Retry-After"] if status in WAITING else [])),
        "content": {CONTENT_TYPE: {"schema": {"allOf": [{"$ref": "#/components/schemas/Problem"}, own]}}},
    }
    if len(codes) > FEW:
        return answer
    name = "Or".join(code.title().replace("_", "") for code in codes)
    shared[name] = answer
    return {"$ref": f"#/components/responses/{name}"}


def _headers(*names: str) -> Json:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _without_null(schema: Json) -> Json:
    """Nobody can write null into an address: the parameter is left out."""
    kinds = [kind for kind in schema.get("anyOf", []) if kind != {"type": "null"}]
    if len(kinds) != 1:
        return schema
    rest = {key: value for key, value in schema.items() if key != "anyOf" and (key, value) != ("default", None)}
    return {**kinds[0], **rest}


def _used(schemas: Mapping[str, Json], *referring: Json) -> Json:
    """The schemas that these parts of the document refer to, directly or through others."""
    found: set[str] = set()
    waiting = _references(referring)
    while waiting:
        found |= waiting
        waiting = {name for known in waiting for name in _references(schemas[known])} - found
    return {name: schema for name, schema in schemas.items() if name in found}


def _references(part: Any) -> set[str]:
    return set(re.findall(r"'#/components/schemas/(\w+)'", repr(part)))
