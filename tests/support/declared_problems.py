"""No operation answers with a code that it does not declare: every problem that is met in any test is held against the
document, and the test in which another one came fails.

Servers in processes of their own are out of reach; those answer what is answered here.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from pydantic_core import from_json

from core.problems import API_PREFIX, CONTENT_TYPE

# What came that is not declared, until the test ends in which it came.
UNDECLARED: list[str] = []


class DeclaredProblemsMiddleware:
    """Above all others: what it sees is what the client gets."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        # Other URLs have operations of their own.
        response = self.get_response(request)
        urls = getattr(request, "urlconf", settings.ROOT_URLCONF)
        is_problem = response.headers.get("Content-Type") == CONTENT_TYPE
        # To HEAD there is no body, and GET answers the same.
        if is_problem and request.method != "HEAD" and urls == "payshift.urls":
            code = str(from_json(getattr(response, "content", b""))["code"])
            if complaint := complaint_about(request, response.status_code, code):
                UNDECLARED.append(complaint)
        return response


def complaint_about(request: HttpRequest, status: int, code: str) -> str | None:
    name = operation_at(str(request.method), request.path_info)
    if name is None or (status, code) in declared()[name]:
        return None
    return f"{name} answered {status} {code}, which it does not declare."


def operation_at(method: str, path: str) -> str | None:
    return next((name for verb, pattern, name in patterns() if verb == method and pattern.fullmatch(path)), None)


@cache
def patterns() -> list[tuple[str, re.Pattern[str], str]]:
    from tests.architecture.routes import routes

    def pattern(path: str) -> str:
        parts = re.split(r"{(\w+:)?\w+}", API_PREFIX.rstrip("/") + path)
        kinds = {"int:": "[0-9]+", "str:": "[^/]+", None: "[^/]+"}
        return "".join(kinds[part] if place % 2 else re.escape(part) for place, part in enumerate(parts))

    # Paths without parameters first: /jobs/matched is no job.
    found = sorted(routes(), key=lambda route: len(route.path_parameters))
    return [(route.method, re.compile(pattern(route.path)), route.name) for route in found]


@cache
def declared() -> dict[str, set[tuple[int, str]]]:
    """By operation, as the document has it."""
    from payshift.api import api

    document = api.get_openapi_schema()
    return {
        operation["operationId"]: set(codes_in(document, operation))
        for path in document["paths"].values()
        for operation in path.values()
    }


def codes_in(document: dict[str, Any], operation: dict[str, Any]) -> Iterator[tuple[int, str]]:
    for status, answer in operation["responses"].items():
        if status >= 400:
            shared = document["components"]["responses"].get(answer.get("$ref", "").rpartition("/")[2], answer)
            name = shared["content"][CONTENT_TYPE]["schema"]["$ref"].rpartition("/")[2]
            _, own = document["components"]["schemas"][name]["allOf"]
            yield from ((status, code) for code in own["properties"]["code"]["enum"])


@pytest.fixture(autouse=True)
def _problems_are_declared() -> Iterator[None]:
    yield
    found = UNDECLARED.copy()
    UNDECLARED.clear()
    assert found == []
