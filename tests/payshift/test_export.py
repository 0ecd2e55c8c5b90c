"""GET /me/export: all of one's own, nothing of anybody else's, no number of an account."""

import json
from datetime import datetime
from typing import Any

import pytest
from django.db.models import ForeignObjectRel
from pydantic import TypeAdapter

from accounts.models import CustomUser
from jobs.models import ApplicationStatusLog
from payshift.schemas import ExportOut
from tests.accounts.conftest import Api, problem
from tests.architecture.world import World, build_world
from tests.factories.accounts import BankAccountFactory, OTPFactory, SecondFactorFactory
from tests.factories.jobs import InvitationFactory
from tests.factories.payment import DisputeStatementFactory, PaymentAttemptFactory, PaymentFactory

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
    assert [row["name"] for row in body["saved_searches"]] == [world.search.name]
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

    assert [row["worker_id"] for row in body["favourites"]] == [world.favoured.pk]
    assert [row["terms"]["title"] for row in body["job_series"]] == [world.done_job.title]
    assert [row["name"] for row in body["job_templates"]] == [world.template.name]
    assert [(row["number"], row["job_id"]) for row in body["weeks_of_series"]] == [(0, world.done_job.pk)]
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


# Names people, and is not in their export. Why not:
LEFT_OUT = {
    "admin.LogEntry.user": "what staff did, kept of their work and not of them",
    "accounts.CustomUser_groups.customuser": "rights of staff",
    "accounts.CustomUser_user_permissions.customuser": "rights of staff",
    "accounts.StaffExport.user": "what staff did",
    "jobs.ApplicationStatusLog.changed_by": "the other side of a change; one's own applications are in the history",
    "jobs.Block.blocked": "would tell who blocked whom",
    "jobs.Job.created_by": "the job is the client's, whoever typed it",
    "jobs.HandledPattern.handled_by": "what staff did",
    "jobs.Report.user": "would tell who reported whom",
    "jobs.ShiftAssignment.client": "of the workers; the client's part is in jobs, shifts and payments",
    "jobs.StaffNote.author": "what staff did",
    "jobs.StaffNote.user": "what staff wrote to staff, which may tell of others: given on request, by hand",
    "payment.ClosedMonth.closed_by": "what staff did",
    "payment.Dispute.proposed_by": "what staff did",
    "payment.Dispute.resolved_by": "what staff did",
    "payment.IdempotencyKey.user": "answers that the client got before, for seven days",
    "payment.LedgerAccount.user": "shown as wallet_entries",
    "payment.ProviderDifference.closed_by": "what staff did",
    "payment.StaffAlone.staff": "what staff did",
    "payment.StaffMove.decided_by": "what staff did",
    "payment.StaffMove.proposed_by": "what staff did",
    "payment.StaffMove.user": "what came of it is in wallet_entries",
    "payment.Wallet.user": "shown as wallet_entries",
}
# What is not a list of its own.
SHOWN_AS = {
    "accounts.BankAccount.user": "bank_account",
    "accounts.NotificationPreference.user": "notification_settings",
    "accounts.Profile.user": "account",
    "accounts.QuietHours.user": "quiet_hours",
    "accounts.SecondFactor.user": "second_factor",
    "accounts.OTP.user": "codes",
    "jobs.Application.applicant": "applications",
    "jobs.AttendanceLog.changed_by": "attendance_corrections",
    "jobs.ShiftAssignment.worker": "assignments",
    "payment.Dispute.opened_by": "disputes",
    "payment.DisputeStatement.author": "dispute_statements",
    "rating.Review.reviewer": "reviews_given",
    "rating.Review.reviewed": "reviews_received",
}


def test_every_model_that_names_people_is_exported_or_left_out_for_a_reason() -> None:
    """A new one must be thought about."""
    parts = set(ExportOut.model_fields)
    missing = []
    for relation in CustomUser._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ForeignObjectRel) or relation.many_to_many:
            continue
        name = f"{relation.related_model._meta.label}.{relation.field.name}"
        plural = str(relation.related_model._meta.verbose_name_plural).replace(" ", "_")
        if name not in LEFT_OUT and SHOWN_AS.get(name, plural) not in parts:
            missing.append(name)

    assert missing == []


def test_worker_gets_the_steps_codes_and_links_too(api: Api, world: World) -> None:
    code = OTPFactory.create(user=world.wale, sent_to="wale@example.com")
    OTPFactory.create(user=world.ada)

    body = export(api, world.wale)

    assert [row["sent_to"] for row in body["codes"]] == [code.sent_to]
    [shown] = body["calendar_links"]
    assert datetime.fromisoformat(shown["created_at"]) == world.wale.calendar_link.created_at
    steps = ApplicationStatusLog.objects.filter(application__applicant=world.wale).order_by("pk")
    assert [(row["application_id"], row["to_status"]) for row in body["application_history"]] == list(
        steps.values_list("application_id", "to_status")
    )
    assert "hmac" not in json.dumps(body)


def test_client_gets_the_tries_to_pay_and_the_invitations_sent(api: Api, world: World) -> None:
    sent = InvitationFactory.create(job=world.open_job, worker=world.ada)
    mine = PaymentAttemptFactory.create(payment=PaymentFactory.create(payer=world.chidi, job=world.open_job))
    PaymentAttemptFactory.create()

    body = export(api, world.chidi)

    assert (sent.job_id, world.ada.pk) in {(row["job_id"], row["worker_id"]) for row in body["invitations"]}
    tries = {row["reference"]: row["payment_reference"] for row in body["payment_attempts"]}
    assert tries[mine.reference] == mine.payment.reference
    assert set(tries.values()) <= {row["reference"] for row in body["payments"]}


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
