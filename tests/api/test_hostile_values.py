"""What no column holds and no calendar knows is refused by name: 4xx, and never an error of ours.

Into every place that an operation takes something: its path, its query, each field of its body.
"""

from itertools import product
from typing import Any

import pytest
from django.db import transaction
from pytest_django import Settings

from accounts.models import CustomUser
from core.api import query_names
from core.schemas import BIGINT_MAX
from tests.architecture.access_matrix import MATRIX
from tests.architecture.routes import routes
from tests.architecture.world import World, build_world
from tests.support.api_client import ApiClient, ApiResponse

pytestmark = pytest.mark.django_db

ROUTES = {route.name: route for route in routes()}
# A call to a provider is allowed in no transaction.
NAMES = sorted(name for name, row in MATRIX.items() if not row.network and not row.upload and name in ROUTES)
# Several in one test, which spares each a world of its own; few enough for the time that a transaction has.
GROUPS = [NAMES[first : first + 6] for first in range(0, len(NAMES), 6)]
NUMBERS = (BIGINT_MAX, BIGINT_MAX + 1)
MOMENTS = (
    # PostgreSQL ends at offsets of sixteen hours and with the year 9999, Python begins with the year 1.
    "2026-01-01T00:00:00+23:59",
    "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59-23:59",
    "9999-12-31",
)
DEEP: list[Any] = []
for _ in range(28):
    DEEP = [DEEP]
VALUES = {
    "path": (*NUMBERS, "a" * 300),
    "query": (10**40, *MOMENTS, "1e999999", "\u0661\u0662"),
    "body": (10**40, 1e308, *MOMENTS, "23:59:59.9999999+23:59", DEEP),
}


def body_fields(name: str) -> list[str]:
    """The names that its body may have; none for an operation without one."""
    models = [model for model in ROUTES[name].operation.models if model.__ninja_param_source__ == "body"]
    bodies = [field.annotation for model in models for field in model.model_fields.values()]
    return sorted({name for body in bodies for name in getattr(body, "model_fields", {})})


@pytest.fixture
def world(chidi: CustomUser, wale: CustomUser, ada: CustomUser, settings: Settings) -> World:
    # Else a throttle answers in the place of what is looked at.
    settings.THROTTLE_FACTOR = 100_000
    return build_world(chidi=chidi, wale=wale, ada=ada)


@pytest.mark.parametrize("name", ["edit_job", "start_payment", "list_assignments", "log_in"])
def test_control_with_what_the_matrix_sends_the_call_is_the_owners(name: str, world: World) -> None:
    assert Caller(name, world).answer().status_code == MATRIX[name].owner_gets


@pytest.mark.parametrize("names", GROUPS, ids=lambda names: f"{names[0]} to {names[-1]}")
def test_no_value_is_an_error_of_ours(names: list[str], world: World) -> None:
    answers: dict[tuple[str, str, str], ApiResponse] = {}
    for name in names:
        caller, route = Caller(name, world), ROUTES[name]
        for value in VALUES["path"] if route.path_parameters else ():
            path = MATRIX[name].path.format_map(Everywhere(value))
            answers[name, "path", str(value)[:40]] = caller.answer(path=path)
        for parameter, value in product(sorted(query_names(route.operation)[0]), VALUES["query"]):
            answers[name, parameter, str(value)[:40]] = caller.answer(query={parameter: value})
        for field, value in product(body_fields(name), VALUES["body"]):
            answers[name, field, str(value)[:40]] = caller.answer(body={**(caller.body or {}), field: value})

    assert {case: answer.content for case, answer in answers.items() if answer.status_code >= 500} == {}
    assert {case for case, answer in answers.items() if case[1] == "path" and answer.status_code < 400} == set()


class Everywhere(dict[str, Any]):
    """The same value in each place of a path."""

    def __init__(self, value: object) -> None:
        self.value = value

    def __missing__(self, name: str) -> object:
        return self.value


class Caller:
    """The owner in an operation's row of the matrix."""

    def __init__(self, name: str, world: World) -> None:
        self.row, self.method = MATRIX[name], ROUTES[name].method
        self.client = ApiClient(getattr(world, self.row.owner))
        self.path = self.row.path.format(**world.ids)
        self.body = self.row.body(world) if callable(self.row.body) else self.row.body

    def answer(self, *, path: str = "", query: dict[str, Any] | None = None, body: Any = None) -> ApiResponse:
        """What the owner is answered; what the call changed is undone."""
        headers = {"Idempotency_Key": "a-key-of-this-call"} if self.row.money else {}
        before = transaction.savepoint_create()
        sent = {} if self.method == "GET" else {"data": self.body if body is None else body}
        answer = self.client._send(self.method, path or self.path, query_params=query, headers=headers, **sent)
        transaction.savepoint_rollback(before)
        return answer
