"""The OpenAPI document is a contract that machines read: validators take it, and clients are generated from it."""

import json
import re
from collections.abc import Iterator
from typing import Any, get_args

from openapi_spec_validator import validate
from pydantic_core import to_json

from accounts.api.cookies import NAME
from jobs import exceptions
from jobs.schemas.job import ApplyRefusalOut
from payshift.api import PUBLIC_OPERATIONS, api
from payshift.declared import differences
from payshift.management.commands.openapi import FILE, rendered
from tests.api.test_guide import named_errors

type Json = dict[str, Any]

DOCUMENT: Json = json.loads(to_json(api.get_openapi_schema()))
SCHEMAS: Json = DOCUMENT["components"]["schemas"]
HEADER = re.compile(r"[A-Z][A-Za-z]+(-[A-Z][A-Za-z]+)+|ETag|X-Request-ID")


def operations() -> Iterator[tuple[str, Json]]:
    for path in DOCUMENT["paths"].values():
        yield from path.items()


def named(part: Json) -> Json:
    """What a reference stands for."""
    found = DOCUMENT if "$ref" in part else part
    for name in part.get("$ref", "#").split("/")[1:]:
        found = found[name]
    return found


def answers(operation: Json) -> Iterator[tuple[int, Json]]:
    for status, answer in operation["responses"].items():
        yield int(status), named(answer)


def test_the_committed_document_is_current() -> None:
    assert FILE.read_text() == rendered(), "Write it anew: make manage ARGS=openapi"


def test_the_document_is_valid() -> None:
    validate(DOCUMENT)


def test_headers_are_named_as_they_are_sent() -> None:
    """Those with underscores pass neither nginx nor a browser's preflight."""
    parameters = [named(parameter) for _, operation in operations() for parameter in operation["parameters"]]
    sent = {parameter["name"] for parameter in parameters if parameter["in"] == "header"}
    answered = {name for _, operation in operations() for _, answer in answers(operation) for name in answer["headers"]}

    assert sent == {"Idempotency-Key", "If-None-Match"}
    assert answered == set(DOCUMENT["components"]["headers"])
    assert [name for name in sent | answered if not HEADER.fullmatch(name)] == []


def test_money_needs_its_key() -> None:
    keys = {
        operation["operationId"]: (parameter["required"], parameter["schema"]["type"], parameter["schema"]["minLength"])
        for _, operation in operations()
        for parameter in map(named, operation["parameters"])
        if parameter["name"] == "Idempotency-Key"
    }

    assert {"start_payment", "request_withdrawal", "refund_payment_to_card", "withdraw_everything"} <= set(keys)
    assert set(keys.values()) == {(True, "string", 1)}


def test_no_patch_publishes_a_default() -> None:
    """A generated client sends defaults, and so erases what it was not asked to change."""
    patches = [
        named(operation["requestBody"]["content"]["application/json"]["schema"])
        for method, operation in operations()
        if method == "patch"
    ]

    assert {patch["title"] for patch in patches} >= {"MePatch", "JobPatch"}
    # Of the only field there is, nothing else can be left as it was.
    several = [patch for patch in patches if len(patch["properties"]) > 1]
    assert [patch["title"] for patch in several if "required" in patch] == []
    assert [
        (patch["title"], name) for patch in patches for name, field in patch["properties"].items() if "default" in field
    ] == []


def test_answers_leave_no_field_out() -> None:
    loose = {
        name: sorted(set(schema["properties"]) - set(schema.get("required", [])))
        for name, schema in SCHEMAS.items()
        if (name.endswith(("Out", "Item")) or name.startswith("PageOut")) and "properties" in schema
    }

    assert {name: fields for name, fields in loose.items() if fields} == {}
    assert "PersonOut" in loose


def test_the_codes_are_those_of_the_errors() -> None:
    assert SCHEMAS["ProblemCode"]["enum"] == sorted({error.code for error in named_errors()})
    assert SCHEMAS["Problem"]["properties"]["code"] == {"$ref": "#/components/schemas/ProblemCode"}


def test_each_operation_names_the_codes_of_its_refusals() -> None:
    """What the code can raise and what is declared are the same; what is answered, the whole suite watches."""
    assert differences(api) == []


def test_refusals_list_the_codes_of_their_operation() -> None:
    accept = dict(answers(DOCUMENT["paths"]["/api/applications/{application_id}/accept"]["post"]))
    config = dict(answers(DOCUMENT["paths"]["/api/config"]["get"]))

    assert codes_in(accept[403]) == ["blocked", "wrong_role"]
    assert {"busy", "job_full", "overlapping_shifts"} <= set(codes_in(accept[409]))
    assert "insufficient_funds" not in codes_in(accept[409])
    assert {status: codes_in(answer) for status, answer in config.items() if status >= 400} == {
        400: ["bad_request"],
        422: ["invalid_input"],
        500: ["internal_error"],
        503: ["unavailable"],
    }


def codes_in(answer: Json) -> list[str]:
    problem, own = named(answer["content"]["application/problem+json"]["schema"])["allOf"]
    codes: list[str] = own["properties"]["code"]["enum"]
    assert problem == {"$ref": "#/components/schemas/Problem"}
    return codes


def test_the_codes_of_a_refusal_to_apply_are_known() -> None:
    codes = get_args(ApplyRefusalOut.model_fields["code"].annotation)

    assert set(codes) <= set(SCHEMAS["ProblemCode"]["enum"])
    assert {exceptions.JobNotOpen.code, exceptions.JobFull.code, exceptions.OwnJob.code} <= set(codes)


def test_public_operations_need_no_token_and_others_do() -> None:
    public = {operation["operationId"] for _, operation in operations() if {} in (operation["security"] or [{}])}

    assert public == PUBLIC_OPERATIONS


def test_the_cookie_is_declared_where_it_is_read() -> None:
    schemes = DOCUMENT["components"]["securitySchemes"]
    cookies = {name: scheme["name"] for name, scheme in schemes.items() if scheme.get("in") == "cookie"}
    readers = {
        operation["operationId"]: operation["security"]
        for _, operation in operations()
        if any(set(way) & set(cookies) for way in operation["security"])
    }

    assert cookies == {"RefreshCookie": NAME}
    assert readers == {"refresh_tokens": [{"RefreshCookie": []}, {}]}


def test_reads_say_that_nothing_may_have_changed() -> None:
    """Those that are open to all, too."""
    silent = [
        operation["operationId"]
        for method, operation in operations()
        if method == "get"
        if {200, 304} - dict(answers(operation)).keys() or "ETag" not in operation["responses"]["200"]["headers"]
    ]

    assert silent == []


def test_headers_are_listed_where_they_are_sent() -> None:
    listed = {
        (operation["operationId"], status): set(answer["headers"]) - {"X-Request-ID"}
        for _, operation in operations()
        for status, answer in answers(operation)
    }

    assert listed["get_me", 401] == {"WWW-Authenticate"}
    assert listed["get_config", 200] == {"ETag", "Cache-Control", "Cache-Status"}
    assert listed["start_payment", 409] == {"Retry-After", "Idempotent-Replayed"}
    assert listed["request_code", 429] == {"Retry-After"}
    assert {name for name, status in listed if "Set-Cookie" in listed[name, status]} == {
        *("log_in", "refresh_tokens", "log_out", "log_out_everywhere", "delete_me")
    }


def test_pages_are_not_json() -> None:
    content = {
        operation["operationId"]: list(operation["responses"]["200"]["content"])
        for method, operation in operations()
        if method == "get"
    }

    assert content["print_payment_receipt"] == content["print_withdrawal_receipt"] == ["text/html"]
    assert content["get_calendar"] == ["text/calendar"]
    assert content["get_me"] == ["application/json"]


def test_every_subject_is_explained_and_used() -> None:
    used = {tag for _, operation in operations() for tag in operation["tags"]}

    assert used == {tag["name"] for tag in DOCUMENT["tags"]}
    assert all(len(operation["tags"]) == 1 for _, operation in operations())


def test_no_schema_is_there_for_nothing() -> None:
    referred = set(re.findall(r"#/components/schemas/(\w+)", json.dumps(DOCUMENT)))

    assert set(SCHEMAS) - referred == set()


def test_a_query_is_never_null() -> None:
    nulls = [
        (operation["operationId"], parameter["name"])
        for _, operation in operations()
        for parameter in map(named, operation["parameters"])
        if {"type": "null"} in parameter["schema"].get("anyOf", [])
    ]

    assert nulls == []
