"""GET /jobs/{job_id}, GET /jobs/{job_id}/me and GET /jobs/matched."""

from datetime import time, timedelta

import pytest

from accounts.models import CustomUser, Profile
from jobs.models import Job, JobStatus
from tests.factories.jobs import (
    ApplicationFactory,
    BlockFactory,
    JobFactory,
    JobIndustryFactory,
    JobSubcategoryFactory,
    SavedJobFactory,
    ShiftAssignmentFactory,
)
from tests.jobs.conftest import MONDAY, STARTS_AT, Api, Count, Move

pytestmark = pytest.mark.django_db


def test_job_is_the_same_for_its_client_a_worker_and_staff(
    api: Api, chidi: CustomUser, wale: CustomUser, bisi: CustomUser, job: Job
) -> None:
    ApplicationFactory.create(job=job, applicant=wale)
    SavedJobFactory.create(job=job, user=wale)

    bodies = [api(person).get(f"/jobs/{job.pk}").json() for person in (chidi, wale, bisi)]

    assert bodies[0] == bodies[1] == bodies[2]
    assert bodies[0]["description"] == job.description
    assert [shift["minutes"] for shift in bodies[0]["shifts"]] == [480]


def test_job_shows_neither_codes_nor_price(api: Api, wale: CustomUser, job: Job) -> None:
    response = api(wale).get(f"/jobs/{job.pk}")

    assert b"on_site_code" not in response.content
    assert b"246810" not in response.content
    assert b"price" not in response.content


def test_unknown_job_is_not_found(api: Api, wale: CustomUser) -> None:
    client = api(wale)

    for path in ("/jobs/999999", "/jobs/999999/me"):
        response = client.get(path)
        assert (response.status_code, response.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("days", [1, 3, 30])
def test_job_runs_three_queries(api: Api, wale: CustomUser, count: Count, days: int) -> None:
    job = JobFactory.create(days=days)

    # token, job with trade and client, shifts
    assert count(api(wale), f"/jobs/{job.pk}") == 3


def test_caller_sees_own_application_and_saving(api: Api, wale: CustomUser, job: Job, count: Count) -> None:
    application = ApplicationFactory.create(job=job, applicant=wale)
    SavedJobFactory.create(job=job, user=wale)

    assert api(wale).get(f"/jobs/{job.pk}/me").json() == {
        "is_own": False,
        "saved": True,
        "application_id": application.pk,
        "application_status": "applied",
        "may_apply": False,
        "refusal": {"code": "already_applied", "detail": "You applied to this job before."},
        "days_left": None,
        "pay_for_days_left_kobo": None,
        "own_days": None,
        "pay_for_own_days_kobo": None,
    }
    # token, job with the caller's facts
    assert count(api(wale), f"/jobs/{job.pk}/me") == 2


def test_stranger_may_apply(api: Api, sade: CustomUser, job: Job) -> None:
    assert api(sade).get(f"/jobs/{job.pk}/me").json() == {
        "is_own": False,
        "saved": False,
        "application_id": None,
        "application_status": None,
        "may_apply": True,
        "refusal": None,
        "days_left": None,
        "pay_for_days_left_kobo": None,
        "own_days": None,
        "pay_for_own_days_kobo": None,
    }


def test_withdrawing_before_acceptance_leaves_the_door_open(api: Api, wale: CustomUser, job: Job) -> None:
    ApplicationFactory.create(job=job, applicant=wale, status="withdrawn", accepted_at=None)

    body = api(wale).get(f"/jobs/{job.pk}/me").json()

    assert (body["application_status"], body["may_apply"]) == ("withdrawn", True)


def test_refusal_says_why(
    api: Api, chidi: CustomUser, wale: CustomUser, ada: CustomUser, emeka: CustomUser, job: Job, clock_at: Move
) -> None:
    BlockFactory.create(blocker=chidi, blocked=wale)

    def code(person: CustomUser, of: Job = job) -> str:
        return str(api(person).get(f"/jobs/{of.pk}/me").json()["refusal"]["code"])

    assert code(chidi) == "own_job"
    assert code(wale) == "blocked"
    assert code(emeka) == "wrong_role"
    unpaid = JobFactory.create(status=JobStatus.PENDING)
    ApplicationFactory.create(job=unpaid, applicant=ada, status="withdrawn", accepted_at=None)
    assert code(ada, unpaid) == "job_not_open"
    clock_at(STARTS_AT)
    assert code(ada) == "job_started"


def test_matched_jobs_are_ranked_with_the_parts_of_the_score(api: Api, wale: CustomUser, count: Count) -> None:
    wale.profile.skills = ["waiter"]
    wale.profile.latitude, wale.profile.longitude = 6.4281, 3.4219
    wale.profile.save()
    security = JobIndustryFactory.create(slug="security", name="Security")
    guard = JobFactory.create(
        industry=security,
        subcategory=JobSubcategoryFactory.create(industry=security, slug="bouncer", name="Bouncer"),
        latitude=9.0765,
        longitude=7.3986,
    )
    waiter = JobFactory.create()
    client = api(wale)

    first, second = client.get("/jobs/matched").json()["items"]

    assert (first["id"], second["id"]) == (waiter.pk, guard.pk)
    assert first["score_parts"] == {
        "distance": 25.0,
        "skills": 25.0,
        "experience": 0.0,
        # Nobody knows the client: the mean of both.
        "rating": 11.3,
        "reliability": 8.0,
        "availability": 10.0,
    }
    assert first["score"] == pytest.approx(sum(first["score_parts"].values()))
    assert first["distance_km"] == 0
    assert second["score_parts"]["skills"] == 0
    assert second["distance_km"] == pytest.approx(528, abs=3)
    # token, the worker with experience, ranked jobs
    assert count(api(wale), "/jobs/matched") == 3


def test_experience_counts_the_subcategory_twice(api: Api, wale: CustomUser) -> None:
    past = JobFactory.create(date=(MONDAY - timedelta(days=5)).date(), status=JobStatus.COMPLETED)
    done = ApplicationFactory.create(job=past, applicant=wale, status="completed")
    ShiftAssignmentFactory.create(application=done, approved=True)
    JobFactory.create()
    JobFactory.create(subcategory=JobSubcategoryFactory.create(slug="bartender", name="Bartender"))

    other, same = sorted(api(wale).get("/jobs/matched").json()["items"], key=lambda i: i["score"])

    # 1 / (1 + 5) and 2 / (2 + 5) of 15 points
    assert other["score_parts"]["experience"] == 2.5
    assert same["score_parts"]["experience"] == 4.3


def test_client_who_calls_off_ranks_below_one_who_keeps_to_it(api: Api, wale: CustomUser) -> None:
    kept, broken = JobFactory.create(), JobFactory.create()
    Profile.objects.filter(user=kept.client).update(given_count=17)
    Profile.objects.filter(user=broken.client).update(given_count=2, called_off_count=15)

    first, second = api(wale).get("/jobs/matched").json()["items"]

    # (17 + 2.4) / 20 and (2 + 2.4) / 20 of 10 points
    assert (first["id"], first["score_parts"]["reliability"]) == (kept.pk, 9.7)
    assert (second["id"], second["score_parts"]["reliability"]) == (broken.pk, 2.2)


def test_job_at_the_time_of_another_that_is_waited_for_ranks_lower(api: Api, wale: CustomUser, job: Job) -> None:
    at_once, later = JobFactory.create(), JobFactory.create(date=(MONDAY + timedelta(days=2)).date())
    ApplicationFactory.create(job=job, applicant=wale)
    # Turned down: not waited for any more.
    ApplicationFactory.create(job=JobFactory.create(date=later.date), applicant=wale, status="rejected")

    items = api(wale).get("/jobs/matched").json()["items"]

    assert [(i["id"], i["available"], i["score_parts"]["availability"]) for i in items] == [
        (later.pk, True, 10.0),
        (at_once.pk, False, 0.0),
    ]


def test_matched_looks_at_shifts_and_not_at_the_days_between(api: Api, wale: CustomUser) -> None:
    """Wale works on Wednesday: free for a job on Tuesday and Thursday, not for one from Tuesday to Thursday."""
    own = JobFactory.create(date=(MONDAY + timedelta(days=2)).date())
    ShiftAssignmentFactory.create(application=ApplicationFactory.create(job=own, applicant=wale, status="accepted"))
    around, through = JobFactory.create(days=3), JobFactory.create(days=3)
    around.shifts.order_by("starts_at")[1].delete()
    ends = JobFactory.create(date=own.date, start_time=time(17), end_time=time(18))

    ids = {item["id"] for item in api(wale).get("/jobs/matched").json()["items"]}

    assert ids == {around.pk, ends.pk}
    assert through.pk not in ids


def test_matched_leaves_out_what_the_worker_cannot_take(api: Api, wale: CustomUser, job: Job) -> None:
    ApplicationFactory.create(job=job, applicant=wale)
    taken = JobFactory.create(date=(MONDAY + timedelta(days=7)).date())
    accepted = ApplicationFactory.create(job=taken, applicant=wale, status="accepted")
    ShiftAssignmentFactory.create(application=accepted)
    JobFactory.create(date=(MONDAY + timedelta(days=7)).date())
    blocked = JobFactory.create(date=(MONDAY + timedelta(days=9)).date())
    BlockFactory.create(blocker=blocked.client, blocked=wale)

    assert api(wale).get("/jobs/matched").json()["items"] == []


def test_matched_is_for_workers(api: Api, chidi: CustomUser) -> None:
    response = api(chidi).get("/jobs/matched")

    assert (response.status_code, response.json()["code"]) == (403, "wrong_role")


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_matched_runs_three_queries_whatever_the_rows(api: Api, wale: CustomUser, count: Count, rows: int) -> None:
    for _ in range(rows):
        JobFactory.create()

    assert count(api(wale), "/jobs/matched", {"limit": 30}) == 3
