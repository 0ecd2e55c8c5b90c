"""POST /apply-jobs/ and the worker's own applications."""

from datetime import timedelta

import pytest

from accounts.models import CustomUser
from jobs.models import Application, ApplicationStatusLog, Job, JobStatus
from jobs.models.job import TAKES_PEOPLE
from tests.factories.jobs import ApplicationFactory, BlockFactory, JobFactory, ShiftAssignmentFactory
from tests.jobs.conftest import MONDAY, STARTS_AT, Api, Count, Move
from tests.support.api_client import ApiClient

pytestmark = pytest.mark.django_db


def apply(client: ApiClient, job: Job, **more: object) -> tuple[int, str]:
    response = client.post("/apply-jobs/", {"job_id": job.pk, **more})
    return response.status_code, response.json().get("code", "")


def test_worker_applies(api: Api, wale: CustomUser, job: Job) -> None:
    response = api(wale).post("/apply-jobs/", {"job_id": job.pk, "note": "I know the hall."})

    application = Application.objects.get()
    assert response.status_code == 201
    assert response.json() == {
        "id": application.pk,
        "job_id": job.pk,
        "applicant_id": wale.pk,
        "status": "applied",
        "note": "I know the hall.",
        "created_at": "2026-03-02T07:00:00Z",
        "decided_at": None,
    }
    log = ApplicationStatusLog.objects.get()
    assert (log.from_status, log.to_status, log.changed_by_id) == ("", "applied", wale.pk)


def test_applying_runs_four_queries(api: Api, wale: CustomUser, job: Job, count: Count) -> None:
    # token, job with the applicant's facts under lock, application with its log, notification
    assert count(api(wale), "/apply-jobs/", json={"job_id": job.pk}) == 4


def test_second_application_is_refused(api: Api, wale: CustomUser, job: Job) -> None:
    client = api(wale)
    apply(client, job)

    assert apply(client, job) == (409, "already_applied")
    assert Application.objects.count() == 1


@pytest.mark.parametrize("status", ["rejected", "standing_by", "no_show", "canceled"])
def test_refused_application_cannot_be_repeated(api: Api, wale: CustomUser, job: Job, status: str) -> None:
    ApplicationFactory.create(job=job, applicant=wale, status=status)

    assert apply(api(wale), job) == (409, "already_applied")


def test_applying_again_after_withdrawing_unaccepted(api: Api, wale: CustomUser, job: Job) -> None:
    ApplicationFactory.create(job=job, applicant=wale, status="withdrawn")

    assert apply(api(wale), job) == (201, "")


def test_applying_again_after_withdrawing_an_accepted_one_is_refused(api: Api, wale: CustomUser, job: Job) -> None:
    ApplicationFactory.create(job=job, applicant=wale, status="withdrawn", accepted_at=MONDAY)

    assert apply(api(wale), job) == (409, "already_applied")


def test_own_job_is_refused(api: Api, chidi: CustomUser, job: Job) -> None:
    CustomUser.objects.filter(pk=chidi.pk).update(role="applicant")

    assert apply(api(CustomUser.objects.get(pk=chidi.pk)), job) == (409, "own_job")


def test_client_is_refused(api: Api, emeka: CustomUser, job: Job) -> None:
    assert apply(api(emeka), job) == (403, "wrong_role")


@pytest.mark.parametrize("by_worker", [True, False])
def test_block_on_either_side_is_refused(api: Api, wale: CustomUser, job: Job, by_worker: bool) -> None:
    pair = (wale, job.client) if by_worker else (job.client, wale)
    BlockFactory.create(blocker=pair[0], blocked=pair[1])

    assert apply(api(wale), job) == (403, "blocked")


@pytest.mark.parametrize("status", [status for status in JobStatus if status not in TAKES_PEOPLE])
def test_job_that_is_not_upcoming_is_refused(api: Api, wale: CustomUser, status: JobStatus) -> None:
    assert apply(api(wale), JobFactory.create(status=status)) == (409, "job_not_open")


def test_full_job_is_refused(api: Api, wale: CustomUser) -> None:
    job = JobFactory.create(applicants_needed=1)
    ApplicationFactory.create(job=job, status="accepted")

    assert apply(api(wale), job) == (409, "job_full")


def test_started_job_is_refused(api: Api, wale: CustomUser, job: Job, clock_at: Move) -> None:
    client = api(wale)
    clock_at(STARTS_AT)

    assert apply(client, job) == (409, "job_started")


def test_job_of_a_banned_client_is_refused(api: Api, wale: CustomUser, job: Job) -> None:
    CustomUser.objects.filter(pk=job.client_id).update(is_active=False)

    assert apply(api(wale), job) == (409, "job_not_open")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"job_id": 999_999}, 404),
        ({"job_id": "1"}, 422),
        ({"job_id": True}, 422),
        ({"job_id": 0}, 422),
        ({"job_id": 2**63}, 422),
        ({}, 422),
        ({"job_id": 1, "note": "x" * 1001}, 422),
        ({"job_id": 1, "applicant_id": 1}, 422),
    ],
)
def test_bad_application_is_refused(api: Api, wale: CustomUser, body: dict[str, object], status: int) -> None:
    assert api(wale).post("/apply-jobs/", body).status_code == status
    assert not Application.objects.exists()


def test_worker_lists_own_applications_newest_first(api: Api, wale: CustomUser, job: Job) -> None:
    rejected = ApplicationFactory.create(applicant=wale, status="rejected", created_at=MONDAY + timedelta(minutes=1))
    older = ApplicationFactory.create(applicant=wale, created_at=MONDAY - timedelta(days=1))
    newer = ApplicationFactory.create(applicant=wale)
    accepted = ApplicationFactory.create(applicant=wale, status="accepted", created_at=MONDAY - timedelta(days=2))
    ApplicationFactory.create(job=job)
    client = api(wale)

    items = client.get("/applications").json()["items"]

    assert [item["id"] for item in items] == [rejected.pk, newer.pk, older.pk, accepted.pk]
    assert items[-1]["job"]["client"]["id"] == accepted.job.client_id
    only = client.get("/applications", {"status": "rejected"}).json()["items"]
    assert [item["id"] for item in only] == [rejected.pk]


def test_pages_of_own_applications_lose_none_that_is_decided_in_between(api: Api, wale: CustomUser) -> None:
    for number in range(5):
        ApplicationFactory.create(
            applicant=wale,
            status="accepted" if number % 2 else "applied",
            created_at=MONDAY + timedelta(seconds=number),
        )
    client = api(wale)
    whole = [item["id"] for item in client.get("/applications").json()["items"]]
    first = client.get("/applications", {"limit": 3}).json()
    # One of the first page and one of the next are decided about in between.
    Application.objects.filter(pk__in=[whole[0], whole[4]]).update(status="rejected")

    second = client.get("/applications", {"limit": 3, "cursor": first["next_cursor"]}).json()

    assert [item["id"] for item in first["items"] + second["items"]] == whole
    assert second["next_cursor"] is None


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_own_applications_run_two_queries(api: Api, wale: CustomUser, count: Count, rows: int) -> None:
    for _ in range(rows):
        ApplicationFactory.create(applicant=wale)

    # token, applications with job, client and assignments
    assert count(api(wale), "/applications", {"limit": 30}) == 3


def test_application_is_seen_by_its_two_sides_only(
    api: Api, wale: CustomUser, chidi: CustomUser, sade: CustomUser, emeka: CustomUser, bisi: CustomUser, job: Job
) -> None:
    application = ApplicationFactory.create(job=job, applicant=wale)

    statuses = [
        api(person).get(f"/applications/{application.pk}").status_code for person in (wale, chidi, sade, emeka, bisi)
    ]

    assert statuses == [200, 200, 404, 404, 404]


@pytest.mark.parametrize("days", [1, 3, 30])
def test_application_shows_assignments_and_history_in_two_queries(
    api: Api, wale: CustomUser, chidi: CustomUser, count: Count, days: int
) -> None:
    job = JobFactory.create(client=chidi, days=days)
    application = ApplicationFactory.create(job=job, applicant=wale, status="accepted")
    for shift in job.shifts.all():
        ShiftAssignmentFactory.create(application=application, shift=shift)
    ApplicationStatusLog.objects.create(
        application=application, from_status="applied", to_status="accepted", changed_by=chidi, created_at=MONDAY
    )

    body = api(wale).get(f"/applications/{application.pk}").json()

    assert len(body["assignments"]) == days
    assert body["history"] == [
        {"from_status": "applied", "to_status": "accepted", "created_at": "2026-03-02T07:00:00Z"}
    ]
    # token, application with job, both people, assignments and history
    assert count(api(wale), f"/applications/{application.pk}") == 2
