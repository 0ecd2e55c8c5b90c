"""The OpenAPI document is the whole truth: whatever is sent, the answer is one that it declares.

Schemathesis makes the requests from the document itself, the same ones in every run, and sends them through the WSGI
application to the real database, as a client and as a worker.
"""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from pydantic_core import to_json
from schemathesis import Case, GenerationMode, Response
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from accounts.models import CustomUser
from core.errors import PayshiftError
from payshift.api import api
from tests.architecture.access_matrix import BANK_ACCOUNT, MATRIX, Row
from tests.architecture.routes import Route, routes
from tests.architecture.test_access import avatar
from tests.architecture.world import World, build_world
from tests.support.api_client import ApiClient
from tests.support.gateway import Gateway

pytestmark = pytest.mark.django_db

ROUTES = {route.name: route for route in routes()}
OFFLINE = sorted(name for name, row in MATRIX.items() if not row.network and name in ROUTES)
ONLINE = sorted(name for name, row in MATRIX.items() if row.network and name in ROUTES)
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = {GenerationMode.POSITIVE: 5, GenerationMode.NEGATIVE: 8}

document = schemathesis.openapi.from_dict(json.loads(to_json(api.get_openapi_schema())))
document.app = get_wsgi_application()


@pytest.fixture
def world(chidi: CustomUser, wale: CustomUser, ada: CustomUser) -> World:
    return build_world(chidi=chidi, wale=wale, ada=ada)


@pytest.fixture(autouse=True)
def _requests_within_the_test(db: None) -> Iterator[None]:
    """The end of a request gives its connection back; here the connection is the test's, with its open transaction."""
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    yield
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


@pytest.mark.parametrize("name", OFFLINE)
def test_answers_are_declared(name: str, world: World) -> None:
    assert_conforms(name, world)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ONLINE)
def test_answers_of_what_calls_a_provider_are_declared(name: str, world: World, gateway: Gateway) -> None:
    gateway.register_account(**BANK_ACCOUNT, account_name=world.wale.name.upper())

    assert_conforms(name, world)


def assert_conforms(name: str, world: World) -> None:
    owners_success(name, world)
    for mode, examples in EXAMPLES.items():
        if mode is GenerationMode.POSITIVE:
            generated(name, world, mode, examples)()
            continue
        # Where the document declares no input that can be wrong (no parameters, any text), nothing wrong can be made.
        with suppress(Unsatisfiable):
            generated(name, world, mode, examples)()


def generated(name: str, world: World, mode: GenerationMode, examples: int) -> Any:
    checks = [*CHECKS, negative_data_rejection] if mode is GenerationMode.NEGATIVE else CHECKS
    path = real_path_parameters(ROUTES[name], MATRIX[name], world)
    callers = [world.chidi, world.wale]

    @settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation(name).as_strategy(generation_mode=mode), caller=st.sampled_from(callers), real=st.booleans())
    def sent(case: Case[Any], caller: CustomUser, real: bool) -> None:
        if mode is GenerationMode.POSITIVE and real:
            case.path_parameters = path
        answer = case.call(headers=headers(caller, MATRIX[name]))
        # A parameter that is left empty was not given, and nothing of it can be wrong.
        left_empty = re.search(r"[?&][^=&]+=(&|$)", answer.request.url or "")
        case.validate_response(answer, checks=CHECKS if left_empty else checks)
        assert_refusal_is_stable(answer)

    return sent


def owners_success(name: str, world: World) -> None:
    """The call that the access matrix allows the owner: so each declared success is seen once."""
    row, route = MATRIX[name], ROUTES[name]
    body = row.body(world) if callable(row.body) else row.body
    multipart = {"content_type": "multipart/form-data; boundary=BoUnDaRyStRiNg", "data": avatar()}
    case = operation(name).Case(
        path_parameters=real_path_parameters(route, row, world),
        query=dict(parse_qsl(urlsplit(row.path).query)),
        **({"media_type": "application/json", "body": body} if body is not None else {}),
    )
    sent = headers(getattr(world, row.owner), row)
    answer = case.call(headers=sent, **(multipart if row.upload else {}))

    assert answer.status_code == row.owner_gets, answer.content
    case.validate_response(answer, checks=CHECKS)


def assert_refusal_is_stable(answer: Response) -> None:
    if answer.status_code < 400:
        return
    problem = answer.json()
    assert problem["status"] == answer.status_code
    assert problem["code"] in codes(PayshiftError), problem
    assert problem["detail"]


def codes(error: type[PayshiftError]) -> set[str]:
    return {error.code}.union(*map(codes, error.__subclasses__()))


def operation(name: str) -> Any:
    return document.find_operation_by_id(name)


def real_path_parameters(route: Route, row: Row, world: World) -> dict[str, Any]:
    """The ids in the matrix' path, under the names of the route's."""
    pattern = re.sub(r"{(?:\w+:)?(\w+)}", r"(?P<\1>[^/]+)", route.path)
    match = re.fullmatch(pattern, row.path.format(**world.ids).partition("?")[0])
    assert match is not None, (route.path, row.path)
    return {name: int(value) if value.isdecimal() else value for name, value in match.groupdict().items()}


def headers(caller: CustomUser, row: Row) -> dict[str, str]:
    """A device for each call: some operations end it."""
    sent = {"Authorization": f"Bearer {ApiClient(caller).token}"}
    return {**sent, "Idempotency-Key": sent["Authorization"][-20:]} if row.money else sent
