"""GET /me/export: all of one's own, nothing of anybody else's, no number of an account."""

import json
from typing import Any

import pytest
from pydantic import TypeAdapter

from accounts.models import CustomUser
from payshift.schemas import ExportOut
from tests.accounts.conftest import Api, problem
from tests.architecture.world import World, build_world
from tests.factories.accounts import BankAccountFactory, SecondFactorFactory
from tests.factories.payment import DisputeStatementFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(chidi: CustomUser, wale: CustomUser, ada: CustomUser) -> World:
    return build_world(chidi=chidi, wale=wale, ada=ada)


def export(api: Api, user: CustomUser) -> dict[str, Any]:
    answer = api(user).get("/me/export")
    assert answer.status_code == 200, answer.content
    TypeAdapter(ExportOut).validate_python(answer.json())
    body: dict[str, Any] = answer.json()
    return body


def test_worker_gets_everything_that_is_kept_of_them(api: Api, world: World) -> None:
    body = export(api, world.wale)

    assert body["account"]["email"] == "wale@example.com"
    assert body["second_factor"] == {"is_on": False, "confirmed_at": None, "recovery_codes_left": 0}
    assert {row["id"] for row in body["applications"]} == set(world.wale.applications.values_list("pk", flat=True))
    assert {row["id"] for row in body["assignments"]} == set(world.wale.assignments.values_list("pk", flat=True))
    assert [row["job_title"] for row in body["saved_jobs"]] == ["Open"]
    assert {row["job_id"] for row in body["invitations"]} == set(
        world.wale.invitations.values_list("job_id", flat=True)
    )
    assert [row["blocked_id"] for row in body["blocks"]] == [world.blocked.pk]
    assert [row["kind"] for row in body["payments"]] == ["wage"]
    assert sum(row["amount_kobo"] for row in body["wallet_entries"]) == world.wale.wallet.account.balance_kobo
    assert [row["reference"] for row in body["withdrawals"]] == [world.withdrawal.reference]
    assert [row["id"] for row in body["reviews_received"]] == [world.review.pk]
    assert [row["id"] for row in body["notifications"]] == [world.notification.pk]
    assert (body["jobs"], body["shifts"], body["reviews_given"]) == ([], [], [])


def test_client_gets_their_jobs_with_shifts_payments_and_disputes(api: Api, world: World) -> None:
    said = DisputeStatementFactory.create(dispute=world.dispute, author=world.chidi)
    DisputeStatementFactory.create(dispute=world.dispute, author=world.ada, body="Ada said this.")

    body = export(api, world.chidi)

    own = set(world.chidi.jobs.values_list("pk", flat=True))
    assert {row["id"] for row in body["jobs"]} == own
    assert {row["job_id"] for row in body["shifts"]} == own
    assert world.funding.reference in {row["reference"] for row in body["payments"]}
    assert world.dispute.pk in {row["id"] for row in body["disputes"]}
    assert [row["id"] for row in body["dispute_statements"]] == [said.pk]
    assert [row["id"] for row in body["reviews_given"]] == [world.review.pk]
    assert body["applications"] == []


def test_nothing_tells_of_others_but_ids_and_what_they_wrote_to_one(api: Api, world: World, sade: CustomUser) -> None:
    text = json.dumps(export(api, world.chidi))
    strangers = export(api, sade)

    for trace in ("wale@example.com", "ada@example.com", "Adeyemi", "on_site_code"):
        assert trace not in text
    lists = {name: rows for name, rows in strangers.items() if isinstance(rows, list)}
    # The request itself was made from a device.
    assert {name for name, rows in lists.items() if rows} == {"devices", "notification_settings"}


def test_account_numbers_are_masked_and_secrets_are_not_there(api: Api, wale: CustomUser) -> None:
    BankAccountFactory.create(user=wale, account_number="0987654321")
    factor = SecondFactorFactory.create(user=wale)

    body = export(api, wale)

    assert body["bank_account"]["account_number"] == "******4321"
    assert body["second_factor"]["is_on"] is True
    text = json.dumps(body)
    for secret in ("0987654321", "sha256", "hmac", "password", bytes(factor.encrypted_secret).decode()):
        assert secret not in text


def test_withdrawals_mask_the_number_too(api: Api, world: World) -> None:
    [withdrawal] = export(api, world.wale)["withdrawals"]

    assert withdrawal["account_number"] == "******6789"
    assert "0123456789" not in json.dumps(withdrawal)


def test_it_is_throttled(api: Api, wale: CustomUser) -> None:
    client = api(wale)
    for _ in range(10):
        assert client.get("/me/export").status_code == 200

    assert problem(client.get("/me/export")) == (429, "too_many_requests")
