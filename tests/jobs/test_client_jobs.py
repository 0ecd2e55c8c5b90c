"""The client's views: GET /clientjobs/{user_id}, GET /client/jobs/{job_id}, applications, best applicants."""

from datetime import timedelta

import pytest
from django.db.models import F

from accounts.models import CustomUser, Profile
from jobs.models import Application, Job, JobStatus
from tests.factories.accounts import UserFactory
from tests.factories.jobs import ApplicationFactory, JobFactory, ShiftAssignmentFactory
from tests.jobs.conftest import MONDAY, Api, Count

pytestmark = pytest.mark.django_db


def test_client_lists_own_jobs_newest_first(api: Api, chidi: CustomUser, job: Job) -> None:
    newer = JobFactory.create(client=chidi, created_at=MONDAY + timedelta(minutes=1), status=JobStatus.PENDING)
    JobFactory.create()
    ApplicationFactory.create(job=job)
    ApplicationFactory.create(job=job, status="rejected")
    client = api(chidi)

    items = client.get(f"/clientjobs/{chidi.pk}").json()["items"]

    assert [(item["id"], item["waiting_applications"]) for item in items] == [(newer.pk, 0), (job.pk, 1)]
    pending = client.get(f"/clientjobs/{chidi.pk}", {"status": "pending"}).json()["items"]
    assert [item["id"] for item in pending] == [newer.pk]


def test_jobs_of_another_client_are_not_found(
    api: Api, emeka: CustomUser, bisi: CustomUser, chidi: CustomUser, job: Job
) -> None:
    for person in (emeka, bisi):
        assert api(person).get(f"/clientjobs/{chidi.pk}").status_code == 404


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_client_jobs_run_three_queries(api: Api, chidi: CustomUser, count: Count, rows: int) -> None:
    for _ in range(rows):
        ApplicationFactory.create(job=JobFactory.create(client=chidi))

    # token, jobs with trade, client and what there is to do, how many there are
    assert count(api(chidi), f"/clientjobs/{chidi.pk}", {"limit": 30}) == 3


def test_jobs_say_what_there_is_to_do(api: Api, chidi: CustomUser, job: Job) -> None:
    unpaid = JobFactory.create(client=chidi, status=JobStatus.PENDING)
    for status in ("accepted", "rejected", "applied", "applied"):
        ApplicationFactory.create(job=job, status=status)
    accepted = ApplicationFactory.create(job=job, status="accepted")
    ShiftAssignmentFactory.create(application=accepted, checked_out=True)

    body = api(chidi).get(f"/clientjobs/{chidi.pk}", {"status": ["upcoming", "pending"]}).json()

    shown = {
        item["id"]: [item[name] for name in ("accepted_count", "waiting_applications", "to_approve")]
        for item in body["items"]
    }
    assert shown == {job.pk: [2, 2, 1], unpaid.pk: [0, 0, 0]}
    owed = {item["id"]: item["outstanding_kobo"] for item in body["items"]}
    assert owed == {job.pk: 0, unpaid.pk: unpaid.price_kobo}
    assert body["counts"] == {"pending": 1, "upcoming": 1}


def test_partly_paid_job_says_what_is_left_to_pay(api: Api, chidi: CustomUser, job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(status=JobStatus.PENDING, price_wage_kobo=F("price_wage_kobo") + 5_000)

    (item,) = api(chidi).get(f"/clientjobs/{chidi.pk}").json()["items"]

    assert item["outstanding_kobo"] == 5_000


def test_owner_sees_applications_codes_and_escrow(api: Api, chidi: CustomUser, wale: CustomUser, job: Job) -> None:
    accepted = ApplicationFactory.create(job=job, applicant=wale, status="accepted")
    assignment = ShiftAssignmentFactory.create(application=accepted)

    body = api(chidi).get(f"/client/jobs/{job.pk}").json()

    assert [shift["on_site_code"] for shift in body["job"]["shifts"]] == ["246810"]
    assert body["job"]["price_kobo"] == 2_640_000
    assert body["escrow"] == {
        "required_kobo": 2_640_000,
        "paid_in_kobo": 2_640_000,
        "released_kobo": 0,
        "refunded_kobo": 0,
        "held_kobo": 2_640_000,
        "outstanding_kobo": 0,
        "in_review": False,
        "currency": "NGN",
    }
    (application,) = body["applications"]
    assert application["applicant"]["name"] == "Wale Adeyemi"
    assert application["assignments"] == [
        {
            "id": assignment.pk,
            "shift_id": assignment.shift_id,
            "status": "scheduled",
            "starts_at": "2026-03-03T08:00:00Z",
            "ends_at": "2026-03-03T16:00:00Z",
            "worked_minutes": None,
            "approved_minutes": None,
        }
    ]


@pytest.mark.parametrize("path", ["/client/jobs/{}", "/jobs/{}/applications", "/jobs/{}/best-applicants/"])
def test_owners_views_are_for_the_owner(
    api: Api, wale: CustomUser, emeka: CustomUser, bisi: CustomUser, job: Job, path: str
) -> None:
    ApplicationFactory.create(job=job, applicant=wale)

    answers = {person.first_name: api(person).get(path.format(job.pk)) for person in (wale, emeka, bisi)}

    assert {name: (r.status_code, r.json()["code"]) for name, r in answers.items()} == {
        "Wale": (403, "wrong_role"),
        "Emeka": (404, "not_found"),
        "Bisi": (403, "wrong_role"),
    }


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_owners_view_runs_five_queries(api: Api, chidi: CustomUser, count: Count, rows: int) -> None:
    job = JobFactory.create(client=chidi, applicants_needed=rows, days=min(rows, 5))
    for _ in range(rows):
        ShiftAssignmentFactory.create(application=ApplicationFactory.create(job=job, status="accepted"))

    # token, job, shifts, applications with assignments, escrow
    assert count(api(chidi), f"/client/jobs/{job.pk}") == 5


def test_applications_come_in_their_order_and_filtered(api: Api, chidi: CustomUser, job: Job) -> None:
    rejected = ApplicationFactory.create(job=job, status="rejected")
    applied = ApplicationFactory.create(job=job)
    accepted = ApplicationFactory.create(job=job, status="accepted")
    client = api(chidi)

    items = client.get(f"/jobs/{job.pk}/applications").json()["items"]

    assert [item["id"] for item in items] == [rejected.pk, applied.pk, accepted.pk]
    only = client.get(f"/jobs/{job.pk}/applications", {"status": "applied"}).json()["items"]
    assert [item["id"] for item in only] == [applied.pk]


def test_pages_of_applications_lose_none_that_is_decided_in_between(api: Api, chidi: CustomUser, job: Job) -> None:
    whole = [ApplicationFactory.create(job=job).pk for _ in range(4)]
    client, path = api(chidi), f"/jobs/{job.pk}/applications"
    first = client.get(path, {"limit": 2}).json()
    Application.objects.filter(pk=whole[0]).update(status="rejected")
    Application.objects.filter(pk=whole[3]).update(status="accepted", accepted_at=MONDAY)

    second = client.get(path, {"limit": 2, "cursor": first["next_cursor"]}).json()

    assert [item["id"] for item in first["items"] + second["items"]] == whole
    assert second["next_cursor"] is None


@pytest.mark.parametrize("rows", [1, 3, 30])
@pytest.mark.parametrize("path", ["/jobs/{}/applications", "/jobs/{}/best-applicants/"])
def test_lists_of_applicants_run_three_queries(
    api: Api, chidi: CustomUser, job: Job, count: Count, rows: int, path: str
) -> None:
    for _ in range(rows):
        ApplicationFactory.create(job=job)

    # token, job, applications with profiles
    assert count(api(chidi), path.format(job.pk), {"limit": 30}) == 3


def test_best_applicants_are_ranked_with_the_parts_of_the_score(api: Api, chidi: CustomUser, job: Job) -> None:
    proven = UserFactory.create()
    Profile.objects.filter(user=proven).update(
        reviews_count=20, rating_sum=100, approved_count=20, skills=["waiter"], latitude=6.4281, longitude=3.4219
    )
    new = UserFactory.create()
    unreliable = UserFactory.create()
    Profile.objects.filter(user=unreliable).update(approved_count=1, no_show_count=9, reviews_count=10, rating_sum=10)
    for worker in (unreliable, new, proven):
        ApplicationFactory.create(job=job, applicant=worker)
    ApplicationFactory.create(job=job, status="rejected")

    items = api(chidi).get(f"/jobs/{job.pk}/best-applicants/").json()["items"]

    assert [item["applicant_id"] for item in items] == [proven.pk, new.pk, unreliable.pk]
    assert items[0]["score_parts"] == {
        # (100 + 20) / 25 = 4.8 of 5, and (20 + 2.4) / 23
        "rating": 23.8,
        "reliability": 24.3,
        # Of the place that screens a home, rounded outward.
        "distance": {2: 12.5, 3: 11.5, 4: 10.7, 5: 10.0}[items[0]["distance_km"]],
        "experience": 0.0,
        "skills": 10.0,
        "availability": 10.0,
    }
    assert items[0]["score"] == round(sum(items[0]["score_parts"].values()), 1)
    assert items[1]["score_parts"]["rating"] == 18.8
    assert items[1]["distance_km"] is None
    assert b"latitude" not in api(chidi).get(f"/jobs/{job.pk}/best-applicants/").content


def test_equal_scores_go_by_who_applied_first(api: Api, chidi: CustomUser, job: Job) -> None:
    late = ApplicationFactory.create(job=job, created_at=MONDAY + timedelta(minutes=5))
    early = ApplicationFactory.create(job=job, created_at=MONDAY)

    items = api(chidi).get(f"/jobs/{job.pk}/best-applicants/").json()["items"]

    assert [item["id"] for item in items] == [early.pk, late.pk]


def test_worker_with_another_shift_at_that_time_is_unavailable(
    api: Api, chidi: CustomUser, wale: CustomUser, ada: CustomUser, job: Job
) -> None:
    for worker, day in ((wale, 1), (ada, 2)):
        other = JobFactory.create(date=(MONDAY + timedelta(days=day)).date())
        ShiftAssignmentFactory.create(
            application=ApplicationFactory.create(job=other, applicant=worker, status="accepted")
        )
        ApplicationFactory.create(job=job, applicant=worker)

    items = api(chidi).get(f"/jobs/{job.pk}/best-applicants/").json()["items"]

    assert [(item["applicant_id"], item["available"]) for item in items] == [(ada.pk, True), (wale.pk, False)]


def test_experience_in_the_trade_counts(api: Api, chidi: CustomUser, wale: CustomUser, job: Job) -> None:
    past = JobFactory.create(date=(MONDAY - timedelta(days=5)).date(), status=JobStatus.COMPLETED)
    done = ApplicationFactory.create(job=past, applicant=wale, status="completed")
    ShiftAssignmentFactory.create(application=done, approved=True)
    ApplicationFactory.create(job=job, applicant=wale)

    (item,) = api(chidi).get(f"/jobs/{job.pk}/best-applicants/").json()["items"]

    # Once in the industry and once more in the subcategory: 2 / (2 + 5) of 15 points.
    assert item["score_parts"]["experience"] == 4.3
