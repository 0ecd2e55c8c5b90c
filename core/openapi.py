"""The OpenAPI document as a contract: what Ninja writes down of the operations, and what it leaves out.

Added are the refusals that no operation lists and the codes of all, the headers of answers, 304, examples, and which
operations are open to all. Taken out is what is of Python and not of the wire: null among what a query may say, and
schemas that nothing refers to.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from core.examples import NoExample, example_of
from core.refusals import Json, headers, known_errors, refusals

# Marks that Ninja's declarations have no place for; they do not stay in the document.
MEDIA_TYPE = "x-media-type"
REQUIRED = "x-required"
SETS_COOKIE = "x-sets-cookie"
READS_COOKIE = "x-reads-cookie"

TEXT: Json = {"type": "string"}
HEADERS: dict[str, Json] = {
    "X-Request-ID": {"description": "Names the request; tell it to support.", "required": True, "schema": TEXT},
    "Retry-After": {"description": "Seconds to wait before trying again.", "schema": {"type": "integer", "minimum": 1}},
    "WWW-Authenticate": {"description": "How to say who one is.", "schema": {"type": "string", "enum": ["Bearer"]}},
    "ETag": {
        "description": "The version of what is shown: send it back as If-None-Match.",
        "required": True,
        "schema": TEXT,
    },
    "Cache-Control": {"description": "Who may keep the answer, and how long.", "required": True, "schema": TEXT},
    "Cache-Status": {"description": "Where the answer came from (RFC 9211).", "schema": TEXT},
    "Set-Cookie": {"description": "The refresh token of a browser, put or taken away.", "schema": TEXT},
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


@dataclass(frozen=True, slots=True)
class Examples:
    """Bodies of requests by operation, and values of answers by the name of their field."""

    requests: Mapping[str, Any] = field(default_factory=dict)
    texts: Mapping[str, Any] = field(default_factory=dict)


def answers_as(media_type: str) -> Json:
    """`openapi_extra` of an operation that makes its own response: its text is not JSON."""
    return {MEDIA_TYPE: media_type}


def sets_cookie() -> Json:
    """`openapi_extra` of an operation that puts a cookie into a browser, or takes it away."""
    return {SETS_COOKIE: True}


def trades_cookie(name: str) -> Json:
    """The same of an operation that the cookie of this name gets in, in place of a token in the body."""
    return {**sets_cookie(), READS_COOKIE: name}


def complete(document: Json, examples: Examples) -> Json:
    """The document of Ninja's, as clients are to read it."""
    components = document["components"]
    components["responses"] = {}
    for method, operation in _operations(document):
        _complete_operation(method, operation, components)
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
    for _, operation in _operations(document):
        _give_examples(operation, components["schemas"], examples)
    return document


def _complete_operation(method: str, operation: Json, components: Json) -> None:
    for parameter in operation["parameters"]:
        parameter["schema"] = _without_null(parameter["schema"])
        parameter["required"] |= parameter["schema"].pop(REQUIRED, False)
    if body := operation.get("requestBody", {}).get("content", {}).get("application/json"):
        # Where a body may be left out: what is then assumed is not for generated clients to send.
        body["schema"].pop("default", None)
        if list(body["schema"]) == ["allOf"] and len(body["schema"]["allOf"]) == 1:
            body["schema"] = body["schema"]["allOf"][0]
    answers = operation["responses"]
    declared = {status: answers[status] for status in answers if status < 400}
    is_idempotent = any(parameter["name"] == "Idempotency-Key" for parameter in operation["parameters"])
    if media_type := operation.pop(MEDIA_TYPE, None):
        declared[200]["content"] = {media_type: declared[200]["content"].popitem()[1]}
    besides = [
        *(["Idempotent-Replayed"] if is_idempotent else []),
        *(["Set-Cookie"] if operation.pop(SETS_COOKIE, 0) else []),
    ]
    for answer in declared.values():
        answer["headers"] = headers("X-Request-ID", *besides)
    operation.setdefault("security", [])
    if cookie := operation.pop(READS_COOKIE, None):
        components["securitySchemes"]["RefreshCookie"] = {
            "type": "apiKey",
            "in": "cookie",
            "name": cookie,
            "description": "Put into browsers by a web log-in; no script reads it.",
        }
        # Either will do: the cookie, or what the body holds.
        operation["security"] = [{"RefreshCookie": []}, {}]
    if method == "get":
        declared[200]["headers"] |= headers("ETag", "Cache-Control", "Cache-Status")
        declared[304] = {
            "description": "Nothing changed since the version in If-None-Match.",
            "headers": headers("X-Request-ID", "ETag", "Cache-Control", "Cache-Status"),
        }
        operation["parameters"].append({"$ref": "#/components/parameters/IfNoneMatch"})
    operation["responses"] = declared | refusals(
        operation, components, is_read=method == "get", is_idempotent=is_idempotent
    )


def _give_examples(operation: Json, schemas: Mapping[str, Json], examples: Examples) -> None:
    name = operation["operationId"]
    if name in examples.requests:
        operation["requestBody"]["content"]["application/json"]["example"] = examples.requests[name]
    for answer in operation["responses"].values():
        if shown := answer.get("content", {}).get("application/json"):
            try:
                shown["example"] = example_of(shown["schema"], schemas=schemas, names=examples.texts)
            except NoExample:
                continue


def _operations(document: Json) -> Iterator[tuple[str, Json]]:
    for path in document["paths"].values():
        yield from path.items()


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
