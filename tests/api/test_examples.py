"""The document's examples: each fits its schema, and each request succeeds where what it is about is there."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction
from openapi_schema_validator import OAS31Validator
from pytest_django import Settings
from time_machine import TimeMachineFixture

from accounts.models import CustomUser
from payshift.examples import REQUESTS
from tests.api.staging import stage
from tests.api.test_document import DOCUMENT, operations
from tests.architecture.access_matrix import MATRIX
from tests.architecture.world import World, build_world
from tests.support.api_client import ApiClient, ApiResponse
from tests.support.gateway import Gateway

type Json = dict[str, Any]

NETWORK = [name for name, row in MATRIX.items() if row.network and name in REQUESTS]
# The examples' days lie in 2031, and a job at most five years ahead.
TODAY = datetime(2027, 3, 1, 9, tzinfo=UTC)


@pytest.fixture
def world(time_machine: TimeMachineFixture, chidi: CustomUser, wale: CustomUser, ada: CustomUser) -> World:
    time_machine.move_to(TODAY)
    return build_world(chidi=chidi, wale=wale, ada=ada)


@pytest.mark.django_db
def test_each_example_succeeds(world: World, settings: Settings) -> None:
    settings.VIRTUAL_ACCOUNTS = True

    refused = {}
    for name in REQUESTS:
        if name in NETWORK:
            continue
        # Not atomic(): a used-up code commits by itself, and refuses to be inside of one.
        point = transaction.savepoint_create()
        answer = send(name, world)
        each = answer.json().get("results", []) if name == "approve_assignments" else []
        if not 200 <= answer.status_code < 300 or any(one["refusal"] for one in each):
            refused[name] = answer.content.decode()
        transaction.savepoint_rollback(point)

    assert refused == {}


@pytest.mark.django_db(transaction=True)
def test_those_that_a_provider_is_asked_about_succeed_too(world: World, gateway: Gateway) -> None:
    gateway.register_account(**REQUESTS["look_up_account"], account_name=world.wale.name.upper())
    asked = REQUESTS["confirm_identity_number"]
    gateway.command("identities", **asked, first_name=world.wale.first_name, last_name=world.wale.last_name)

    answers = {name: send(name, world) for name in NETWORK}

    assert {name: answer.status_code for name, answer in answers.items()} == dict.fromkeys(NETWORK, 200)


def send(name: str, world: World) -> ApiResponse:
    """As the example stands, but for ids, codes and tokens, which are the caller's own: see `staging`."""
    row, staged = MATRIX[name], stage(name, world)
    method = next(method for method, operation in operations() if operation["operationId"] == name)
    headers = {"Idempotency_Key": name} if row.money else {}
    path = row.path.format(**{**world.ids, **staged.ids})
    return ApiClient(staged.caller)._send(method.upper(), path, data=staged.body, headers=headers)


def test_each_body_has_its_example() -> None:
    bodies = {
        operation["operationId"]: operation["requestBody"]["content"]["application/json"].get("example")
        for _, operation in operations()
        if "application/json" in operation.get("requestBody", {}).get("content", {})
    }

    assert bodies == REQUESTS


def test_each_example_fits_its_schema() -> None:
    seen = 0
    for _, operation in operations():
        for answer in [operation.get("requestBody", {}), *operation["responses"].values()]:
            content = answer.get("content", {}).get("application/json", {})
            if "example" in content:
                seen += 1
                OAS31Validator({**content["schema"], "components": DOCUMENT["components"]}).validate(content["example"])

    assert seen > len(REQUESTS)


def test_answers_have_examples() -> None:
    without = [
        operation["operationId"]
        for _, operation in operations()
        for status, answer in operation["responses"].items()
        if int(status) < 300 and "application/json" in answer.get("content", {})
        if "example" not in answer["content"]["application/json"]
    ]

    assert without == []


def test_an_example_of_an_answer_reads_like_one() -> None:
    answer = DOCUMENT["paths"]["/api/jobs/{job_id}"]["get"]["responses"]["200"]["content"]["application/json"]

    assert answer["example"]["title"] == "Ushers for a trade fair"
    assert answer["example"]["currency"] == "NGN"
    assert answer["example"]["start_time"] == "09:00:00"
