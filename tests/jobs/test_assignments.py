"""GET /assignments and GET /assignments/{id}."""

from datetime import timedelta

import pytest

from accounts.models import CustomUser, Profile
from jobs.models import Job, ShiftAssignment
from tests.factories.jobs import ApplicationFactory, JobFactory, ShiftAssignmentFactory
from tests.jobs.conftest import MONDAY, Api, Count, Move

pytestmark = pytest.mark.django_db


def assigned(worker: CustomUser, *, day: int, client: CustomUser | None = None) -> ShiftAssignment:
    more = {} if client is None else {"client": client}
    job = JobFactory.create(date=(MONDAY + timedelta(days=day)).date(), **more)
    return ShiftAssignmentFactory.create(
        application=ApplicationFactory.create(job=job, applicant=worker, status="accepted")
    )


def test_calendar_is_by_start_of_shift_and_period(api: Api, wale: CustomUser, ada: CustomUser) -> None:
    later, sooner = assigned(wale, day=9), assigned(wale, day=2)
    assigned(ada, day=2)
    client = api(wale)

    items = client.get("/assignments").json()["items"]

    assert [item["id"] for item in items] == [sooner.pk, later.pk]
    period = {"starting_from": "2026-03-09T00:00:00Z", "starting_before": "2026-03-16T00:00:00Z"}
    assert [item["id"] for item in client.get("/assignments", period).json()["items"]] == [later.pk]
    assert client.get("/assignments", {"status": "approved"}).json()["items"] == []
    assert client.get("/assignments", {"starting_from": "2026-03-09"}).status_code == 422


def test_what_is_over_is_read_from_the_last_one_on(api: Api, wale: CustomUser) -> None:
    first, second, third = (assigned(wale, day=day) for day in (2, 5, 9))
    client, latest = api(wale), {"order": "latest", "limit": 2}

    page = client.get("/assignments", latest).json()
    rest = client.get("/assignments", {**latest, "cursor": page["next_cursor"]}).json()

    assert [item["id"] for item in page["items"] + rest["items"]] == [third.pk, second.pk, first.pk]
    assert rest["next_cursor"] is None
    # A cursor of the one order is none of the other.
    other = client.get("/assignments", {"cursor": page["next_cursor"]})
    assert (other.status_code, other.json()["code"]) == (422, "invalid_cursor")
    assert client.get("/assignments", {"order": "rate"}).status_code == 422


def test_client_sees_the_assignments_of_own_jobs(
    api: Api, chidi: CustomUser, emeka: CustomUser, wale: CustomUser
) -> None:
    own = assigned(wale, day=2, client=chidi)
    assigned(wale, day=3, client=emeka)
    client = api(chidi)

    assert [item["id"] for item in client.get("/assignments").json()["items"]] == [own.pk]
    by_job = client.get("/assignments", {"job_id": own.application.job_id}).json()["items"]
    assert [item["worker"]["name"] for item in by_job] == ["Wale Adeyemi"]


def test_assignment_is_seen_by_its_two_sides_only(
    api: Api, chidi: CustomUser, wale: CustomUser, sade: CustomUser, emeka: CustomUser, bisi: CustomUser
) -> None:
    assignment = assigned(wale, day=2, client=chidi)

    answers = [api(p).get(f"/assignments/{assignment.pk}") for p in (chidi, wale, sade, emeka, bisi)]

    assert [answer.status_code for answer in answers] == [200, 200, 404, 404, 404]
    # But for what each side alone may do.
    assert answers[0].json() | {"may_give_back": True, "may_offer_extra_time": False} == answers[1].json()
    assert b"on_site_code" not in answers[1].content
    assert answers[1].json()["wage_kobo"] == 1_200_000


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_calendar_runs_two_queries(
    api: Api, chidi: CustomUser, wale: CustomUser, count: Count, job: Job, rows: int
) -> None:
    for day in range(2, rows + 2):
        assigned(wale, day=day, client=chidi)

    # token, assignments with job and worker
    assert count(api(wale), "/assignments", {"limit": 30}) == 2
    assert count(api(chidi), "/assignments", {"limit": 30}) == 2


def test_assignment_runs_two_queries(api: Api, wale: CustomUser, count: Count) -> None:
    assert count(api(wale), f"/assignments/{assigned(wale, day=2).pk}") == 2


def test_shift_says_what_each_side_may_do_and_how_to_reach_the_other(
    api: Api, chidi: CustomUser, wale: CustomUser, clock_at: Move
) -> None:
    Profile.objects.filter(user=chidi).update(phone="+2348031234567")
    assignment = assigned(wale, day=2, client=chidi)
    path = f"/assignments/{assignment.pk}"
    worker, client = api(wale), api(chidi)
    clock_at(assignment.starts_at - timedelta(minutes=31))
    early = worker.get(path).json()
    clock_at(assignment.starts_at - timedelta(minutes=30))
    open_now = worker.get(path).json()
    clock_at(assignment.starts_at + timedelta(minutes=60))
    late = client.get(path).json()

    assert (early["client_phone"], early["worker_phone"], early["client"]["id"]) == ("+2348031234567", None, chidi.pk)
    assert early["job"]["latitude"] == assignment.application.job.latitude
    assert (early["may_check_in"], open_now["may_check_in"]) == (False, True)
    assert (open_now["may_mark_no_show"], late["may_mark_no_show"], late["may_check_in"]) == (False, True, False)
    assert (early["may_dispute"], late["may_dispute"], late["dispute_id"]) == (False, True, None)


def test_phones_are_told_while_there_is_a_shift_to_talk_about(api: Api, chidi: CustomUser, wale: CustomUser) -> None:
    Profile.objects.filter(user=chidi).update(phone="+2348031234567")
    job = JobFactory.create(client=chidi, date=(MONDAY - timedelta(days=3)).date())
    application = ApplicationFactory.create(job=job, applicant=wale, status="completed")
    assignment = ShiftAssignmentFactory.create(application=application, approved=True)

    assert api(wale).get(f"/assignments/{assignment.pk}").json()["client_phone"] is None
