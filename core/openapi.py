"""The OpenAPI document as a contract: what Ninja writes down of the operations, and what it leaves out.

Added are the refusals that no operation lists, the codes that they have, the headers of answers, 304, and which
operations are open to all. Taken out is what is of Python and not of the wire: null among what a query may say, and
schemas that nothing refers to.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.apps import apps

from core.errors import Conflict, PayshiftError, Unprocessable
from core.problems import CONTENT_TYPE, ERRORS_BY_STATUS

type Json = dict[str, Any]

# What any operation may answer besides what it declares: an unreadable request, an unknown query parameter, a defect of
# ours, a database or a provider that is away. A write, also: rows held by somebody else, a body in chunks, too large or
# no JSON.
EVERYWHERE = {400, 422, 500, 503}
WRITES = {409, 411, 413, 415}
# What those answer that ask to come back later; 409 where somebody else is changing the same right now.
WAITING = {409, 429, 503}

# What stands for a status. Python's own names of them differ from version to version.
REFUSALS: dict[int, type[PayshiftError]] = {**ERRORS_BY_STATUS, 409: Conflict, 422: Unprocessable}

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


def known_codes() -> list[str]:
    """The codes of all errors of the installed apps, in order."""
    owners = {config.name.partition(".")[0] for config in apps.get_app_configs()}
    return sorted({error.code for error in _errors(PayshiftError) if error.__module__.partition(".")[0] in owners})


def _errors(error: type[PayshiftError]) -> Iterator[type[PayshiftError]]:
    yield error
    for subclass in error.__subclasses__():
        yield from _errors(subclass)


def complete(document: Json) -> Json:
    """The document of Ninja's, as clients are to read it."""
    components = document["components"]
    for method, operation in _operations(document):
        _complete_operation(method, operation)
    refused = {status for _, operation in _operations(document) for status in operation["responses"] if status >= 400}
    components["responses"] = {_name_of(status): _refusal(status) for status in sorted(refused)}
    components["headers"] = HEADERS
    components["parameters"] = {"IfNoneMatch": IF_NONE_MATCH}
    components["schemas"]["ProblemCode"] = {
        "type": "string",
        "title": "ProblemCode",
        "description": "The stable name of a problem: switch on this. More may come: take others by their status.",
        "enum": known_codes(),
    }
    if problem := components["schemas"].get("Problem"):
        problem["properties"]["code"] = {"$ref": "#/components/schemas/ProblemCode"}
    components["schemas"] = _used(components["schemas"], document["paths"], components["responses"])
    return document


def _complete_operation(method: str, operation: Json) -> None:
    is_public = "security" not in operation
    for parameter in operation["parameters"]:
        parameter["schema"] = _without_null(parameter["schema"])
        parameter["required"] |= parameter["schema"].pop(REQUIRED, False)
    answers = operation["responses"]
    declared = {status: answers[status] for status in answers if status < 400}
    refusals = {status for status in answers if status >= 400} | EVERYWHERE
    refusals |= set() if method == "get" else WRITES
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
    shared = {status: {"$ref": f"#/components/responses/{_name_of(status)}"} for status in sorted(refusals)}
    operation["responses"] = declared | shared


def _operations(document: Json) -> Iterator[tuple[str, Json]]:
    for path in document["paths"].values():
        yield from path.items()


def _name_of(status: int) -> str:
    return REFUSALS[status].code.title().replace("_", "")


def _refusal(status: int) -> Json:
    return {
        "description": REFUSALS[status].title,
        "headers": _headers("X-Request-ID", *(["Retry-After"] if status in WAITING else [])),
        "content": {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


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
