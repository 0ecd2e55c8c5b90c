"""A job elsewhere: its clock is the one on its wall, whatever the caller's or the server's says."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import CustomUser
from jobs.models import Application, Job, ShiftAssignment
from jobs.services import clockwork
from payment.services.accounts import escrow_account, wallet_account
from tests.factories.payment import balance_of
from tests.jobs.conftest import Api, Move, funded

pytestmark = pytest.mark.django_db

# In London the clocks go forward on 29 March 2026 at 01:00: a night of 22:00 to 06:00 has seven hours.
NIGHT = {
    "title": "Night porter",
    "description": "Keep the door.",
    "industry": "hospitality",
    "location": "London",
    "date": "2026-03-28",
    "start_time": "22:00",
    "end_time": "06:00",
    "time_zone": "Europe/London",
    "rate_kobo": 150_000,
}
BEGINS, ENDS = datetime(2026, 3, 28, 22, tzinfo=UTC), datetime(2026, 3, 29, 5, tzinfo=UTC)
WAGE, FEE = 1_050_000, 105_000


@pytest.fixture
def assignment(api: Api, chidi: CustomUser, wale: CustomUser) -> ShiftAssignment:
    posted = api(chidi).post("/jobs", NIGHT).json()
    funded(Job.objects.get(pk=posted["id"]))
    Job.objects.update(status="upcoming")
    api(wale).post("/apply-jobs/", {"job_id": posted["id"]})
    api(chidi).post(f"/applications/{Application.objects.get().pk}/accept")
    return ShiftAssignment.objects.select_related("shift").get()


def test_night_of_the_change_is_priced_and_shown_by_the_hours_that_pass(
    api: Api, wale: CustomUser, assignment: ShiftAssignment
) -> None:
    body = api(wale).get(f"/jobs/{assignment.shift.job_id}").json()

    assert (body["date"], body["start_time"], body["end_time"]) == ("2026-03-28", "22:00:00", "06:00:00")
    assert [(s["starts_at"], s["ends_at"], s["minutes"]) for s in body["shifts"]] == [
        ("2026-03-28T22:00:00Z", "2026-03-29T05:00:00Z", 420)
    ]
    assert (assignment.wage_kobo, assignment.fee_kobo) == (WAGE, FEE)


def test_whole_night_is_paid(
    api: Api, chidi: CustomUser, wale: CustomUser, assignment: ShiftAssignment, clock_at: Move
) -> None:
    path, code = f"/assignments/{assignment.pk}", {"code": assignment.shift.on_site_code}
    clock_at(BEGINS - timedelta(minutes=30, seconds=1))
    assert api(wale).post(f"{path}/check-in", code).json()["code"] == "check_in_closed"
    clock_at(BEGINS - timedelta(minutes=30))
    assert api(wale).post(f"{path}/check-in", code).status_code == 200
    clock_at(ENDS - timedelta(seconds=1))
    assert clockwork.check_out_overdue() == 0
    clock_at(ENDS)
    assert clockwork.check_out_overdue() == 1

    body = api(chidi).post(f"{path}/approve", {}).json()

    assert (body["worked_minutes"], body["paid_wage_kobo"]) == (420, WAGE)
    assert balance_of(wallet_account(wale.pk)) == WAGE
    assert balance_of(escrow_account(assignment.shift.job_id)) == 0


def test_job_today_elsewhere_may_have_begun(api: Api, chidi: CustomUser) -> None:
    """It is 08:00 in Lagos on 2 March: 20:00 of the same day in Auckland, and the evening before in Honolulu."""
    begun = api(chidi).post(
        "/jobs", NIGHT | {"date": "2026-03-02", "start_time": "19:00", "time_zone": "Pacific/Auckland"}
    )
    ahead = api(chidi).post("/jobs", NIGHT | {"date": "2026-03-01", "time_zone": "Pacific/Honolulu"})

    assert (begun.status_code, begun.json()["errors"][0]["code"]) == (422, "in_the_past")
    assert (ahead.status_code, ahead.json()["starts_at"]) == (201, "2026-03-02T08:00:00Z")
