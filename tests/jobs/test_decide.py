"""POST /applications/{id}/accept and /reject."""

from datetime import timedelta
from itertools import product

import pytest

from accounts.models import CustomUser
from jobs.models import Application, ApplicationStatusLog, Job, JobStatus, ShiftAssignment
from tests.factories.jobs import ApplicationFactory, BlockFactory, JobFactory, ShiftAssignmentFactory
from tests.jobs.conftest import MONDAY, STARTS_AT, Api, Move
from tests.support.api_client import ApiClient

pytestmark = pytest.mark.django_db


def decide(client: ApiClient, application: Application, word: str = "accept") -> tuple[int, str]:
    response = client.post(f"/applications/{application.pk}/{word}")
    return response.status_code, response.json().get("code", "")


def test_accepting_creates_an_assignment_per_shift_at_its_price(api: Api, chidi: CustomUser, wale: CustomUser) -> None:
    job = JobFactory.create(client=chidi, days=3)
    application = ApplicationFactory.create(job=job, applicant=wale)

    response = api(chidi).post(f"/applications/{application.pk}/accept")

    assert (response.status_code, response.json()["status"]) == (200, "accepted")
    assignments = ShiftAssignment.objects.filter(application=application, worker=wale, status="scheduled")
    assert list(assignments.values_list("wage_kobo", "fee_kobo")) == [(1_200_000, 120_000)] * 3
    assert set(assignments.values_list("shift_id", "starts_at", "ends_at")) == set(
        job.shifts.values_list("id", "starts_at", "ends_at")
    )
    application.refresh_from_db()
    job.refresh_from_db()
    assert (application.accepted_at, application.decided_at) == (MONDAY, MONDAY)
    assert (job.accepted_count, job.status) == (1, JobStatus.UPCOMING)
    log = ApplicationStatusLog.objects.get()
    assert (log.from_status, log.to_status, log.changed_by_id) == ("applied", "accepted", chidi.pk)


def test_with_the_last_place_taken_who_still_waits_stands_by(api: Api, chidi: CustomUser, job: Job) -> None:
    first, second, third, rejected = (
        ApplicationFactory.create(job=job, status=status) for status in ("applied", "applied", "applied", "rejected")
    )
    client = api(chidi)

    decide(client, first)
    third.refresh_from_db()
    assert third.status == "applied"
    decide(client, second)

    third.refresh_from_db()
    rejected.refresh_from_db()
    assert (third.status, rejected.status) == ("standing_by", "rejected")
    assert (
        ApplicationStatusLog.objects.filter(application=third, to_status="standing_by", changed_by=chidi).count() == 1
    )


def test_w1_full_job_takes_nobody_more(api: Api, chidi: CustomUser) -> None:
    job = JobFactory.create(client=chidi, applicants_needed=1)
    ApplicationFactory.create(job=job, status="accepted")
    waiting = ApplicationFactory.create(job=job)

    assert decide(api(chidi), waiting) == (409, "job_full")
    assert Application.objects.get(pk=waiting.pk).status == "applied"
    assert not ShiftAssignment.objects.exists()


def test_w2_worker_with_a_shift_at_that_time_is_refused(
    api: Api, chidi: CustomUser, wale: CustomUser, job: Job
) -> None:
    elsewhere = ApplicationFactory.create(job=JobFactory.create(), applicant=wale, status="accepted")
    ShiftAssignmentFactory.create(application=elsewhere)
    application = ApplicationFactory.create(job=job, applicant=wale)

    assert decide(api(chidi), application) == (409, "overlapping_shifts")
    application.refresh_from_db()
    job.refresh_from_db()
    assert (application.status, job.accepted_count) == ("applied", 0)
    assert not ApplicationStatusLog.objects.exists()


def test_shifts_that_only_touch_do_not_overlap(api: Api, chidi: CustomUser, wale: CustomUser, job: Job) -> None:
    elsewhere = ApplicationFactory.create(applicant=wale, status="accepted")
    ShiftAssignmentFactory.create(application=elsewhere, starts_at=STARTS_AT - timedelta(hours=4), ends_at=STARTS_AT)

    assert decide(api(chidi), ApplicationFactory.create(job=job, applicant=wale)) == (200, "")


DECIDED = ["accepted", "withdrawn", "closed", "completed", "no_show", "canceled"]


@pytest.mark.parametrize(("word", "status"), [*product(["accept", "reject"], DECIDED), ("reject", "rejected")])
def test_decided_application_is_not_decided_again(
    api: Api, chidi: CustomUser, job: Job, word: str, status: str
) -> None:
    application = ApplicationFactory.create(job=job, status=status)

    assert decide(api(chidi), application, word) == (409, "invalid_state")
    assert Application.objects.get(pk=application.pk).status == status


def test_started_job_takes_nobody(api: Api, chidi: CustomUser, job: Job, clock_at: Move) -> None:
    application = ApplicationFactory.create(job=job)
    client = api(chidi)
    clock_at(STARTS_AT)

    assert decide(client, application) == (409, "job_started")


def test_job_that_fell_back_to_pending_takes_nobody(api: Api, chidi: CustomUser) -> None:
    application = ApplicationFactory.create(job=JobFactory.create(client=chidi, status=JobStatus.PENDING))

    assert decide(api(chidi), application) == (409, "job_not_open")


def test_blocked_and_banned_workers_are_refused(
    api: Api, chidi: CustomUser, wale: CustomUser, ada: CustomUser, job: Job
) -> None:
    BlockFactory.create(blocker=wale, blocked=chidi)
    CustomUser.objects.filter(pk=ada.pk).update(is_active=False)
    client = api(chidi)

    assert decide(client, ApplicationFactory.create(job=job, applicant=wale)) == (403, "blocked")
    assert decide(client, ApplicationFactory.create(job=job, applicant=ada)) == (409, "worker_unavailable")


def test_rejected_by_mistake_is_accepted_while_there_are_places(api: Api, chidi: CustomUser) -> None:
    job = JobFactory.create(client=chidi, applicants_needed=1)
    first, second = ApplicationFactory.create_batch(2, job=job)
    client = api(chidi)

    assert [decide(client, application, "reject") for application in (first, second)] == [(200, "")] * 2
    first.refresh_from_db()
    assert (first.status, first.decided_at, first.accepted_at) == ("rejected", MONDAY, None)

    assert decide(client, first) == (200, "")
    assert decide(client, second) == (409, "job_full")
    assert [Application.objects.get(pk=each.pk).status for each in (first, second)] == ["accepted", "rejected"]


@pytest.mark.parametrize("word", ["accept", "reject"])
def test_deciding_is_for_the_jobs_client(
    api: Api, wale: CustomUser, emeka: CustomUser, bisi: CustomUser, job: Job, word: str
) -> None:
    application = ApplicationFactory.create(job=job, applicant=wale)

    assert decide(api(wale), application, word) == (403, "wrong_role")
    assert decide(api(emeka), application, word) == (404, "not_found")
    assert decide(api(bisi), application, word) == (403, "wrong_role")
    assert Application.objects.get().status == "applied"
