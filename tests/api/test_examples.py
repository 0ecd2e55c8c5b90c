"""The document's examples: each fits its schema, and the API takes each request as it stands."""

from datetime import UTC, datetime
from typing import Any

import pytest
from openapi_schema_validator import OAS31Validator
from time_machine import TimeMachineFixture

from accounts.models import CustomUser
from payshift.examples import REQUESTS
from tests.api.test_document import DOCUMENT, operations
from tests.architecture.access_matrix import MATRIX
from tests.architecture.world import World, build_world
from tests.support.api_client import ApiClient, ApiResponse
from tests.support.gateway import Gateway

type Json = dict[str, Any]

NETWORK = [name for name, row in MATRIX.items() if row.network and name in REQUESTS]
# What may be said of a body that is well made: the state is another one than the example's.
OF_STATE = {"invalid_code", "invalid_minutes", "too_far_away"}


# The examples' days lie in 2031, and a job at most five years ahead.
TODAY = datetime(2027, 3, 1, 9, tzinfo=UTC)


@pytest.fixture
def _today(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(TODAY)


@pytest.fixture
def world(_today: None, chidi: CustomUser, wale: CustomUser, ada: CustomUser) -> World:
    return build_world(chidi=chidi, wale=wale, ada=ada)


@pytest.mark.django_db
def test_each_example_of_a_request_is_taken(world: World) -> None:
    answers = {name: send(name, world) for name in REQUESTS if name not in NETWORK}

    assert {name: answer.json() for name, answer in answers.items() if is_refused_for_its_form(answer)} == {}
    assert answers["post_job"].status_code == 201
    assert answers["update_me"].status_code == answers["quote_job"].status_code == 200


@pytest.mark.django_db(transaction=True)
def test_those_that_a_provider_is_asked_about_are_taken_too(world: World, gateway: Gateway) -> None:
    body = REQUESTS["look_up_account"]
    gateway.register_account(**body, account_name=world.wale.name.upper())
    asked = REQUESTS["confirm_identity_number"]
    gateway.command("identities", **asked, first_name=world.wale.first_name, last_name=world.wale.last_name)

    answers = {name: send(name, world) for name in NETWORK}

    assert {name: answer.json() for name, answer in answers.items() if is_refused_for_its_form(answer)} == {}
    assert answers["look_up_account"].status_code == answers["confirm_identity_number"].status_code == 200


def send(name: str, world: World) -> ApiResponse:
    row = MATRIX[name]
    method = next(method for method, operation in operations() if operation["operationId"] == name)
    key = {"Idempotency_Key": name} if row.money else {}
    caller = ApiClient(getattr(world, row.owner))
    return caller._send(method.upper(), row.path.format(**world.ids), data=REQUESTS[name], headers=key)


def is_refused_for_its_form(answer: ApiResponse) -> bool:
    return answer.status_code in {400, 415, 422} and answer.json()["code"] not in OF_STATE


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
