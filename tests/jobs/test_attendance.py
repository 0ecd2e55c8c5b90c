"""POST /assignments/{id}/check-in and /check-out."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest

from accounts.models import CustomUser
from jobs.models import Application, Job, JobStatus, ShiftAssignment
from tests.factories.jobs import LATITUDE, LONGITUDE, ApplicationFactory, JobFactory, ShiftAssignmentFactory
from tests.jobs.conftest import ENDS_AT, STARTS_AT, Api, Move
from tests.support.api_client import ApiClient

pytestmark = pytest.mark.django_db

HERE = {"latitude": LATITUDE, "longitude": LONGITUDE}
# A thousandth of a degree of latitude is 111 m.
NEARBY = {"latitude": LATITUDE + 0.0017, "longitude": LONGITUDE}
TOO_FAR = {"latitude": LATITUDE + 0.0019, "longitude": LONGITUDE}


@pytest.fixture
def assignment(job: Job, wale: CustomUser) -> ShiftAssignment:
    return ShiftAssignmentFactory.create(
        application=ApplicationFactory.create(job=job, applicant=wale, status="accepted")
    )


def check_in(client: ApiClient, assignment: ShiftAssignment, body: Mapping[str, object]) -> tuple[int, str]:
    response = client.post(f"/assignments/{assignment.pk}/check-in", body)
    return response.status_code, response.json().get("code", "")


def test_position_within_the_radius_checks_in(
    api: Api, wale: CustomUser, assignment: ShiftAssignment, clock_at: Move
) -> None:
    client = api(wale)
    clock_at(STARTS_AT)

    response = client.post(f"/assignments/{assignment.pk}/check-in", NEARBY)

    assert response.status_code == 200
    body = response.json()
    assert (body["status"], body["check_in_method"], body["check_in_distance_m"]) == ("checked_in", "position", 200)
    assert body["checked_in_at"] == "2026-03-03T08:00:00Z"
    assert Job.objects.get().status == JobStatus.ONGOING


def test_position_outside_the_radius_is_refused(
    api: Api, wale: CustomUser, assignment: ShiftAssignment, clock_at: Move
) -> None:
    client = api(wale)
    clock_at(STARTS_AT)

    assert check_in(client, assignment, TOO_FAR) == (422, "too_far_away")
    assignment.refresh_from_db()
    assert (assignment.status, assignment.check_in_latitude) == ("scheduled", None)
    assert Job.objects.get().status == JobStatus.UPCOMING


def test_job_without_position_needs_the_code(api: Api, wale: CustomUser, clock_at: Move) -> None:
    job = JobFactory.create(latitude=None, longitude=None)
    application = ApplicationFactory.create(job=job, applicant=wale, status="accepted")
    assignment = ShiftAssignmentFactory.create(application=application)
    client = api(wale)
    clock_at(STARTS_AT)

    assert check_in(client, assignment, HERE) == (422, "job_has_no_position")
    assert check_in(client, assignment, {"code": "246810"}) == (200, "")


@pytest.mark.parametrize(
    ("at", "answer"),
    [
        (STARTS_AT - timedelta(minutes=30, seconds=1), (409, "check_in_closed")),
        (STARTS_AT - timedelta(minutes=30), (200, "")),
        (ENDS_AT - timedelta(seconds=1), (200, "")),
        (ENDS_AT, (409, "check_in_closed")),
    ],
)
def test_check_in_opens_30_minutes_before_and_closes_at_the_end(
    api: Api, wale: CustomUser, assignment: ShiftAssignment, clock_at: Move, at: datetime, answer: tuple[int, str]
) -> None:
    client = api(wale)
    clock_at(at)

    assert check_in(client, assignment, HERE) == answer


def test_code_checks_in_without_a_position(
    api: Api, wale: CustomUser, assignment: ShiftAssignment, clock_at: Move
) -> None:
    client = api(wale)
    clock_at(STARTS_AT)

    assert check_in(client, assignment, {"code": "246810"}) == (200, "")
    assignment.refresh_from_db()
    assert (assignment.check_in_method, assignment.check_in_distance_m) == ("code", None)


@pytest.mark.django_db(transaction=True)
def test_five_wrong_codes_are_counted_though_each_call_fails(
    api: Api, wale: CustomUser, assignment: ShiftAssignment, clock_at: Move
) -> None:
    client = api(wale)
    clock_at(STARTS_AT)

    answers = [check_in(client, assignment, {"code": "000000"}) for _ in range(5)]

    assert answers == [(422, "wrong_code")] * 5
    assert ShiftAssignment.objects.get().code_tries == 5
    assert check_in(client, assignment, {"code": "246810"}) == (409, "code_tries_used_up")
    assert ShiftAssignment.objects.get().status == "scheduled"
    assert check_in(client, assignment, HERE) == (200, "")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"latitude": 6.4},
        {**HERE, "code": "246810"},
        {"code": "24681"},
        {"code": "abcdef"},
        {"code": 246810},
        {"latitude": "6.4", "longitude": "3.4"},
        {**HERE, "checked_in_at": "2026-03-03T08:00:00Z"},
    ],
)
def test_bad_check_in_is_refused(
    api: Api, wale: CustomUser, assignment: ShiftAssignment, clock_at: Move, body: dict[str, object]
) -> None:
    client = api(wale)
    clock_at(STARTS_AT)

    assert check_in(client, assignment, body) == (422, "invalid_input")


@pytest.mark.parametrize(("minutes", "status"), [(-10, "applied"), (0, "closed")])
def test_first_check_in_closes_who_still_waits_once_the_shift_begins(
    api: Api, wale: CustomUser, job: Job, assignment: ShiftAssignment, clock_at: Move, minutes: int, status: str
) -> None:
    waiting = ApplicationFactory.create(job=job)
    client = api(wale)
    clock_at(STARTS_AT + timedelta(minutes=minutes))

    check_in(client, assignment, HERE)

    assert Application.objects.get(pk=waiting.pk).status == status


def test_second_check_in_is_refused(api: Api, wale: CustomUser, assignment: ShiftAssignment, clock_at: Move) -> None:
    client = api(wale)
    clock_at(STARTS_AT)
    check_in(client, assignment, HERE)

    assert check_in(client, assignment, HERE) == (409, "invalid_state")


def test_attendance_is_the_workers_own(
    api: Api, chidi: CustomUser, sade: CustomUser, assignment: ShiftAssignment, clock_at: Move
) -> None:
    client, stranger = api(chidi), api(sade)
    clock_at(STARTS_AT)

    for step in ("check-in", "check-out"):
        path = f"/assignments/{assignment.pk}/{step}"
        assert client.post(path, HERE if step == "check-in" else None).status_code == 403
        assert stranger.post(path, HERE if step == "check-in" else None).status_code == 404
    assert ShiftAssignment.objects.get().status == "scheduled"


@pytest.mark.parametrize(
    ("check_in_after", "check_out_after", "minutes"),
    [
        (timedelta(minutes=-20), timedelta(hours=8, minutes=10), 480),
        (timedelta(), timedelta(hours=8), 480),
        (timedelta(minutes=30, seconds=1), timedelta(hours=8), 449),
        (timedelta(), timedelta(hours=2, seconds=59), 120),
        (timedelta(minutes=-20), timedelta(minutes=-10), 0),
    ],
)
def test_worked_minutes_are_cut_to_the_shift_and_floored(
    api: Api,
    wale: CustomUser,
    assignment: ShiftAssignment,
    clock_at: Move,
    check_in_after: timedelta,
    check_out_after: timedelta,
    minutes: int,
) -> None:
    client = api(wale)
    clock_at(STARTS_AT + check_in_after)
    check_in(client, assignment, HERE)
    clock_at(STARTS_AT + check_out_after)

    body = client.post(f"/assignments/{assignment.pk}/check-out").json()

    assert (body["status"], body["worked_minutes"], body["checked_out_automatically"]) == (
        "checked_out",
        minutes,
        False,
    )


def test_checking_out_without_checking_in_is_refused(api: Api, wale: CustomUser, assignment: ShiftAssignment) -> None:
    response = api(wale).post(f"/assignments/{assignment.pk}/check-out")

    assert (response.status_code, response.json()["code"]) == (409, "invalid_state")
