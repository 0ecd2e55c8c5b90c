"""Inviting somebody who worked for the client before."""

from typing import Any

import pytest
from pytest_django import Settings

from accounts.models import CustomUser
from jobs.models import Application, Invitation, Job, JobStatus
from tests.factories.jobs import (
    ApplicationFactory,
    BlockFactory,
    InvitationFactory,
    JobFactory,
    ShiftAssignmentFactory,
)
from tests.jobs.conftest import MONDAY, Api, Count, funded
from tests.support.notices import told

pytestmark = pytest.mark.django_db


@pytest.fixture
def wale(wale: CustomUser, chidi: CustomUser) -> CustomUser:
    """He worked for Chidi before."""
    before = JobFactory.create(client=chidi, status=JobStatus.COMPLETED)
    application = ApplicationFactory.create(job=before, applicant=wale, status="completed")
    ShiftAssignmentFactory.create(application=application, approved=True)
    return wale


def test_worker_is_told_once_and_applies(api: Api, chidi: CustomUser, wale: CustomUser, job: Job) -> None:
    client, worker = api(chidi), api(wale)

    answers = [client.post(f"/jobs/{job.pk}/invitations", {"user_id": wale.pk}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert answers[0].json()["user_id"] == wale.pk
    (notice,) = told("invited")
    assert (notice.user_id, notice.body.startswith("Chidi Okafor ")) == (wale.pk, True)
    (item,) = worker.get("/invitations").json()["items"]
    assert (item["job"]["id"], item["applied"], item["created_at"]) == (job.pk, False, "2026-03-02T07:00:00Z")
    assert worker.post("/apply-jobs/", {"job_id": job.pk}).status_code == 201
    assert worker.get("/invitations").json()["items"][0]["applied"] is True


def test_invitations_are_of_their_worker_last_first(
    api: Api, chidi: CustomUser, wale: CustomUser, ada: CustomUser
) -> None:
    first, second = InvitationFactory.create(worker=wale), InvitationFactory.create(worker=wale)
    InvitationFactory.create(worker=ada)

    items = api(wale).get("/invitations").json()["items"]

    assert [item["id"] for item in items] == [second.pk, first.pk]
    assert api(chidi).get("/invitations").json()["items"] == []


def test_who_never_worked_there_is_not_invited(
    api: Api, chidi: CustomUser, emeka: CustomUser, wale: CustomUser, ada: CustomUser, job: Job
) -> None:
    """Not by the client whose job it is, and not by one for whom somebody else's worker never worked."""
    elsewhere = JobFactory.create(client=emeka)

    answers = [
        api(chidi).post(f"/jobs/{job.pk}/invitations", {"user_id": ada.pk}),
        api(emeka).post(f"/jobs/{elsewhere.pk}/invitations", {"user_id": wale.pk}),
    ]

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(409, "never_worked_for_you")] * 2
    assert not Invitation.objects.exists()


def test_absence_is_no_work(api: Api, chidi: CustomUser, ada: CustomUser, job: Job) -> None:
    before = JobFactory.create(client=chidi, status=JobStatus.EXPIRED)
    ShiftAssignmentFactory.create(
        application=ApplicationFactory.create(job=before, applicant=ada, status="no_show"), status="no_show"
    )

    assert api(chidi).post(f"/jobs/{job.pk}/invitations", {"user_id": ada.pk}).json()["code"] == "never_worked_for_you"


@pytest.mark.parametrize("by_worker", [True, False])
def test_blocked_people_are_not_invited(
    api: Api, chidi: CustomUser, wale: CustomUser, job: Job, by_worker: bool
) -> None:
    BlockFactory.create(blocker=wale if by_worker else chidi, blocked=chidi if by_worker else wale)

    answer = api(chidi).post(f"/jobs/{job.pk}/invitations", {"user_id": wale.pk})

    assert (answer.status_code, answer.json()["code"]) == (403, "blocked")
    assert not Invitation.objects.exists()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"status": "pending"}, "job_not_open"),
        ({"starts_at": MONDAY}, "job_started"),
        ({"applicants_needed": 1, "accepted_count": 1}, "job_full"),
    ],
)
def test_job_that_takes_nobody_invites_nobody(
    api: Api, chidi: CustomUser, wale: CustomUser, changes: dict[str, Any], code: str
) -> None:
    job = JobFactory.create(client=chidi, **changes)

    assert api(chidi).post(f"/jobs/{job.pk}/invitations", {"user_id": wale.pk}).json()["code"] == code
    assert not Invitation.objects.exists()


def test_who_applied_needs_no_invitation(api: Api, chidi: CustomUser, wale: CustomUser, job: Job) -> None:
    ApplicationFactory.create(job=job, applicant=wale)

    assert api(chidi).post(f"/jobs/{job.pk}/invitations", {"user_id": wale.pk}).json()["code"] == "already_applied"
    assert Application.objects.filter(job=job).count() == 1


def test_closed_account_is_not_invited(api: Api, chidi: CustomUser, wale: CustomUser, job: Job) -> None:
    wale.is_active = False
    wale.save(update_fields=["is_active"])

    answer = api(chidi).post(f"/jobs/{job.pk}/invitations", {"user_id": wale.pk})

    assert answer.json()["code"] == "worker_unavailable"


def test_strangers_invite_nobody_to_a_job(
    api: Api, emeka: CustomUser, wale: CustomUser, bisi: CustomUser, chidi: CustomUser, job: Job
) -> None:
    path, body = f"/jobs/{job.pk}/invitations", {"user_id": wale.pk}

    assert [api(who).post(path, body).status_code for who in (emeka, wale, bisi)] == [404, 403, 403]
    assert api(chidi).post(path, {"user_id": 999_999}).status_code == 404
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_invitations_run_two_queries(api: Api, wale: CustomUser, count: Count, rows: int) -> None:
    for _ in range(rows):
        InvitationFactory.create(worker=wale)

    # token, invitations with jobs, trades and clients
    assert count(api(wale), "/invitations", {"limit": 30}) == 2


def test_invitations_of_one_client_are_bounded_and_those_of_another_are_not(
    api: Api, chidi: CustomUser, emeka: CustomUser, wale: CustomUser, job: Job, settings: Settings
) -> None:
    settings.INVITATIONS_PER_HOUR = 2
    worked = JobFactory.create(client=emeka, status=JobStatus.COMPLETED)
    ShiftAssignmentFactory.create(
        application=ApplicationFactory.create(job=worked, applicant=wale, status="completed"), approved=True
    )
    jobs = [job, *(funded(JobFactory.create(client=chidi, title=f"Waiters {number}")) for number in range(2))]
    another = funded(JobFactory.create(client=emeka))

    answers = [api(chidi).post(f"/jobs/{each.pk}/invitations", {"user_id": wale.pk}).status_code for each in jobs]

    assert answers == [201, 201, 429]
    assert Invitation.objects.count() == 2
    assert api(emeka).post(f"/jobs/{another.pk}/invitations", {"user_id": wale.pk}).status_code == 201
