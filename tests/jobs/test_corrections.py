"""Attendance put right before it is approved: in both directions, by whoever may, with the money that follows."""

from datetime import timedelta

import pytest

from accounts.models import CustomUser, Profile
from jobs.models import Application, AttendanceLog, Job, JobStatus, ShiftAssignment, Spell
from jobs.services import clockwork
from jobs.services.counters import compare_counters
from payment.models import Resolution
from payment.services.accounts import escrow_account, wallet_account
from payment.services.disputes import resolve_dispute, review_dispute
from tests.factories.jobs import LATITUDE, LONGITUDE, ApplicationFactory, JobFactory, ShiftAssignmentFactory
from tests.factories.payment import DisputeFactory, balance_of
from tests.jobs.conftest import ENDS_AT, STARTS_AT, Api, Move, funded
from tests.support.api_client import ApiClient
from tests.support.notices import told

pytestmark = pytest.mark.django_db

HERE = {"latitude": LATITUDE, "longitude": LONGITUDE}
CODE = {"code": "246810"}
WAGE, FEE = 1_200_000, 120_000
DAY = timedelta(hours=24)
MINUTE = timedelta(minutes=1)
WHY = {"reason": "Nobody has seen them."}


@pytest.fixture
def assignment(chidi: CustomUser, wale: CustomUser) -> ShiftAssignment:
    """Wale's shift, of which nothing has happened yet."""
    job = funded(JobFactory.create(client=chidi, applicants_needed=1))
    application = ApplicationFactory.create(job=job, applicant=wale, status="accepted")
    return ShiftAssignmentFactory.create(application=application)


class Site:
    """What both sides do on one shift, each answer as (status, code or status of the assignment)."""

    def __init__(self, api: Api, clock_at: Move, assignment: ShiftAssignment) -> None:
        self.assignment = assignment
        self.move = clock_at
        self.worker_user, self.client_user = assignment.worker, assignment.client
        self.api = api

    def worker(self, step: str, body: object = None) -> tuple[int, str]:
        return self._post(self.api(self.worker_user), step, body)

    def client(self, step: str, body: object = None) -> tuple[int, str]:
        return self._post(self.api(self.client_user), step, body)

    def _post(self, client: ApiClient, step: str, body: object) -> tuple[int, str]:
        response = client.post(f"/assignments/{self.assignment.pk}/{step}", body)
        self.assignment.refresh_from_db()
        answer = response.json()
        return response.status_code, answer.get("code") or answer["status"]

    def money(self) -> dict[str, int]:
        job_id = self.assignment.application.job_id
        return {
            "escrow": balance_of(escrow_account(job_id)),
            "worker": balance_of(wallet_account(self.worker_user.pk)),
            "client": balance_of(wallet_account(self.client_user.pk)),
        }

    def log(self) -> list[tuple[str, int | None, int | None, int | None]]:
        rows = AttendanceLog.objects.order_by("pk")
        return list(rows.values_list("correction", "changed_by_id", "minutes_before", "minutes_after"))


@pytest.fixture
def site(api: Api, clock_at: Move, assignment: ShiftAssignment) -> Site:
    return Site(api, clock_at, assignment)


def reliability(user: CustomUser) -> tuple[int, int]:
    """Approved and no-shows, which agree with what is counted anew."""
    assert compare_counters() == []
    counts: tuple[int, int] = Profile.objects.values_list("approved_count", "no_show_count").get(user=user)
    return counts


def test_check_out_by_mistake_is_taken_back_and_the_spell_goes_on(site: Site, wale: CustomUser) -> None:
    site.move(STARTS_AT)
    site.worker("check-in", HERE)
    site.move(STARTS_AT + 60 * MINUTE)
    site.worker("check-out")
    site.move(STARTS_AT + 75 * MINUTE)

    assert site.worker("check-out/take-back") == (200, "checked_in")

    assert (site.assignment.checked_out_at, site.assignment.worked_minutes) == (None, None)
    site.move(ENDS_AT)
    site.worker("check-out")
    assert site.assignment.worked_minutes == 480
    assert site.log() == [("check_out_taken_back", wale.pk, 60, None)]


def test_check_out_is_taken_back_only_shortly_after_it(site: Site) -> None:
    site.move(STARTS_AT)
    site.worker("check-in", HERE)
    assert site.worker("check-out/take-back") == (409, "invalid_state")
    site.worker("check-out")
    site.move(STARTS_AT + 15 * MINUTE + timedelta(seconds=1))

    assert site.worker("check-out/take-back") == (409, "invalid_state")
    assert site.assignment.status == "checked_out"
    assert not AttendanceLog.objects.exists()


def test_lunch_is_left_out_and_the_spells_around_it_are_summed(site: Site) -> None:
    # Early, which does not count, then half an hour of lunch and 20 seconds that make no minute by themselves.
    for arrives, leaves in (
        (STARTS_AT - 20 * MINUTE, STARTS_AT + 210 * MINUTE + timedelta(seconds=40)),
        (STARTS_AT + 240 * MINUTE, ENDS_AT + 5 * MINUTE),
    ):
        site.move(arrives)
        assert site.worker("check-in", HERE)[0] == 200
        site.move(leaves)
        if leaves < ENDS_AT:
            assert site.worker("check-out")[0] == 200
    clockwork.check_out_overdue()

    site.assignment.refresh_from_db()
    assert site.assignment.worked_minutes == 450
    assert site.assignment.checked_in_at == STARTS_AT - 20 * MINUTE
    assert Spell.objects.count() == 2
    assert [entry[0] for entry in site.log()] == ["checked_in_again"]


def test_check_in_of_an_older_release_has_a_spell_made_up(site: Site) -> None:
    """It wrote no spells: the time between its check-in and check-out counts all the same."""
    ShiftAssignment.objects.update(
        status="checked_in", checked_in_at=STARTS_AT, check_in_method="position", checked_out_at=None
    )
    site.move(STARTS_AT + 60 * MINUTE)
    site.worker("check-out")
    Spell.objects.all().delete()
    site.move(STARTS_AT + 120 * MINUTE)
    site.worker("check-in", HERE)
    site.move(STARTS_AT + 180 * MINUTE)
    site.worker("check-out")

    assert site.assignment.worked_minutes == 120


def test_minutes_are_raised_to_the_schedule_with_a_reason_and_paid(
    site: Site, chidi: CustomUser, wale: CustomUser
) -> None:
    """Checked out by mistake at once, worked all day: both agree, and escrow holds the price."""
    site.move(STARTS_AT)
    site.worker("check-in", HERE)
    site.worker("check-out")
    site.move(ENDS_AT)

    assert site.client("approve", {"minutes": 480}) == (422, "invalid_minutes")
    assert site.client("approve", {"minutes": 480, "reason": "Tapped by mistake."}) == (200, "approved")

    assert (site.assignment.worked_minutes, site.assignment.approved_minutes) == (0, 480)
    assert (site.assignment.raised_reason, site.assignment.lowered_reason) == ("Tapped by mistake.", "")
    assert site.money() == {"escrow": 0, "worker": WAGE, "client": 0}
    assert site.log() == [("minutes_raised", chidi.pk, 0, 480)]
    assert Job.objects.get().status == JobStatus.COMPLETED
    assert reliability(wale) == (1, 0)


def test_dead_phone_is_asked_for_and_granted(site: Site, chidi: CustomUser, wale: CustomUser) -> None:
    site.move(STARTS_AT)
    assert site.worker("ask-minutes", {"minutes": 481, "reason": "Dead."}) == (422, "invalid_minutes")
    assert site.worker("ask-minutes", {"minutes": 480, "reason": "My phone is dead."}) == (200, "scheduled")
    assert site.client("approve", {"minutes": 480, "reason": "I saw them."}) == (409, "too_early")
    site.move(ENDS_AT)
    assert site.client("approve", {}) == (422, "invalid_minutes")
    assert site.client("approve", {"minutes": 0, "reason": "Never came."}) == (422, "invalid_minutes")

    assert site.client("approve", {"minutes": 480, "reason": "I saw them."}) == (200, "approved")

    assert (site.assignment.check_in_method, site.assignment.checked_in_at) == ("granted", STARTS_AT)
    assert site.money() == {"escrow": 0, "worker": WAGE, "client": 0}
    assert site.log() == [("minutes_asked", wale.pk, 0, 480), ("minutes_raised", chidi.pk, 0, 480)]
    assert (Job.objects.get().status, Application.objects.get().status) == (JobStatus.COMPLETED, "completed")
    assert reliability(wale) == (1, 0)


def test_asked_minutes_that_are_not_granted_wait_for_a_dispute(site: Site, api: Api, wale: CustomUser) -> None:
    site.move(STARTS_AT + 120 * MINUTE)
    site.worker("check-in", HERE)
    site.worker("ask-minutes", {"minutes": 480, "reason": "The gate was shut until eleven."})
    site.move(ENDS_AT)
    site.worker("check-out")
    site.move(ENDS_AT + 23 * timedelta(hours=1))

    site.client("approve", {})

    # 48 hours from the decision, because it goes against the worker's word.
    assert site.assignment.withheld_until == ENDS_AT + timedelta(hours=23 + 48)
    assert site.money() == {"escrow": 330_000, "worker": 900_000, "client": 0}
    site.move(ENDS_AT + timedelta(hours=60))
    dispute = api(wale).post("/disputes", {"assignment_id": site.assignment.pk, "reason": "The gate was shut."})
    assert dispute.status_code == 201
    site.move(ENDS_AT + 10 * DAY)
    assert clockwork.accept_overdue_minutes() == 0
    assert site.money()["escrow"] == 330_000


def test_asking_is_refused_once_it_is_decided(site: Site) -> None:
    site.move(ENDS_AT)
    ask = {"minutes": 60, "reason": "I was there."}
    site.client("approve", {"minutes": 480, "reason": "I saw them."})

    assert site.worker("ask-minutes", ask) == (409, "invalid_state")
    assert site.assignment.asked_minutes is None


def test_no_show_by_mistake_is_taken_back(site: Site, chidi: CustomUser, wale: CustomUser) -> None:
    site.move(STARTS_AT + 60 * MINUTE)
    site.client("no-show")
    assert (site.assignment.status, reliability(wale)) == ("no_show", (0, 1))
    assert Application.objects.get().status == "no_show"

    assert site.client("no-show/take-back") == (200, "scheduled")

    assert (site.assignment.no_show_at, site.assignment.withheld_kobo) == (None, 0)
    assert (Application.objects.get().status, Job.objects.get().accepted_count) == ("accepted", 1)
    assert reliability(wale) == (0, 0)
    assert site.client("no-show/take-back") == (409, "invalid_state")
    site.worker("check-in", HERE)
    site.move(ENDS_AT)
    assert site.client("approve", {}) == (200, "approved")
    assert site.money()["worker"] == 1_050_000
    assert [entry[:2] for entry in site.log()] == [("no_show_marked", chidi.pk), ("no_show_taken_back", chidi.pk)]


def test_no_show_is_refuted_by_a_check_in_at_the_site(site: Site, wale: CustomUser) -> None:
    site.move(STARTS_AT + 60 * MINUTE)
    site.client("no-show")
    far = {"latitude": LATITUDE + 1, "longitude": LONGITUDE}
    assert site.worker("check-in", far) == (422, "too_far_away")
    assert (site.assignment.status, reliability(wale)) == ("no_show", (0, 1))

    assert site.worker("check-in", HERE) == (200, "checked_in")

    assert Application.objects.get().status == "accepted"
    assert Job.objects.get().status == JobStatus.ONGOING
    assert reliability(wale) == (0, 0)
    assert site.log()[-1][:2] == ("no_show_refuted", wale.pk)


def test_no_show_is_approved_until_it_is_settled(site: Site, wale: CustomUser) -> None:
    site.move(ENDS_AT + DAY)
    clockwork.mark_overdue_no_shows()
    assert Job.objects.get().status == JobStatus.UPCOMING

    assert site.client("approve", {"minutes": 240, "reason": "Half the day."}) == (200, "approved")

    assert (site.assignment.paid_wage_kobo, site.assignment.withheld_kobo) == (600_000, 660_000)
    assert Application.objects.get().status == "completed"
    assert reliability(wale) == (1, 0)


def test_settled_no_show_stays_one(site: Site, wale: CustomUser) -> None:
    site.move(STARTS_AT + 60 * MINUTE)
    site.client("no-show")
    site.worker("accept-minutes")

    assert site.client("no-show/take-back") == (409, "invalid_state")
    assert site.worker("check-in", HERE) == (409, "invalid_state")
    site.move(ENDS_AT)
    assert site.client("approve", {"minutes": 480, "reason": "Came."}) == (409, "invalid_state")
    assert site.money() == {"escrow": 0, "worker": 0, "client": WAGE + FEE}
    assert reliability(wale) == (0, 1)


def test_contested_check_in_is_answered_with_the_code_only(site: Site, wale: CustomUser) -> None:
    site.move(STARTS_AT)
    assert site.client("contest", WHY) == (409, "invalid_state")
    site.worker("check-in", HERE)
    assert site.client("contest", {"reason": " "}) == (422, "invalid_input")
    assert site.client("contest", WHY) == (200, "checked_in")
    assert site.client("contest", WHY) == (409, "invalid_state")
    site.move(STARTS_AT + 60 * MINUTE)
    assert site.worker("check-in", HERE) == (422, "code_required")

    assert site.worker("check-in", CODE) == (200, "checked_in")

    assert (site.assignment.contested_at, site.assignment.check_in_method) == (None, "code")
    assert site.assignment.checked_in_at == STARTS_AT
    assert site.client("contest", WHY) == (409, "invalid_state")
    site.move(ENDS_AT)
    site.worker("check-out")
    assert site.assignment.worked_minutes == 480


def test_stayed_at_home_and_contested_is_paid_nothing_by_the_clock(site: Site, wale: CustomUser) -> None:
    """The place is public, so its coordinates check in from anywhere: the client's word stops the automatic pay."""
    site.move(STARTS_AT)
    site.worker("check-in", HERE)
    site.client("contest", WHY)
    site.move(ENDS_AT)
    clockwork.check_out_overdue()
    site.move(ENDS_AT + DAY)
    assert clockwork.approve_overdue() == 1

    site.assignment.refresh_from_db()
    assert (site.assignment.status, site.assignment.withheld_kobo) == ("no_show", WAGE + FEE)
    assert site.money() == {"escrow": WAGE + FEE, "worker": 0, "client": 0}
    assert reliability(wale) == (0, 1)


def test_job_of_a_contested_no_show_ends_and_its_price_comes_back(site: Site) -> None:
    """The check-in made the job `ongoing`, and nothing of it was ever approved."""
    site.move(STARTS_AT)
    site.worker("check-in", HERE)
    site.client("contest", WHY)
    site.move(ENDS_AT)
    assert site.client("no-show") == (200, "no_show")
    assert site.worker("check-out") == (409, "invalid_state")

    site.move(ENDS_AT + 2 * DAY + MINUTE)
    assert clockwork.accept_overdue_minutes() == 1

    assert Job.objects.get().status == JobStatus.COMPLETED
    assert site.money() == {"escrow": 0, "worker": 0, "client": WAGE + FEE}


def test_contest_that_was_wrong_is_taken_back(site: Site, wale: CustomUser) -> None:
    site.move(STARTS_AT)
    site.worker("check-in", HERE)
    site.client("contest", WHY)
    site.move(STARTS_AT + 60 * MINUTE)
    assert site.client("no-show") == (200, "no_show")

    assert site.client("no-show/take-back") == (200, "checked_in")
    assert site.client("contest/take-back") == (409, "invalid_state")
    site.client("contest", WHY)
    assert site.client("contest/take-back") == (200, "checked_in")

    site.move(ENDS_AT)
    site.worker("check-out")
    assert (site.assignment.worked_minutes, reliability(wale)) == (480, (0, 0))


def test_job_may_ask_for_the_code_only(site: Site, api: Api, chidi: CustomUser) -> None:
    job = Job.objects.get()
    assert api(chidi).patch(f"/jobs/{job.pk}", {"code_only": True}).json()["code_only"] is True
    site.move(STARTS_AT)

    assert site.worker("check-in", HERE) == (422, "code_required")
    assert site.worker("check-in", CODE) == (200, "checked_in")


def test_client_is_reminded_once_before_the_clock_decides(site: Site) -> None:
    site.move(STARTS_AT)
    site.worker("check-in", HERE)
    site.move(ENDS_AT)
    site.worker("check-out")
    site.move(ENDS_AT + timedelta(hours=18) - timedelta(seconds=1))
    assert clockwork.remind_of_approval() == 0
    site.move(ENDS_AT + timedelta(hours=18))

    assert (clockwork.remind_of_approval(), clockwork.remind_of_approval()) == (1, 0)

    assert [notice.user_id for notice in told("approval_due")] == [site.client_user.pk]


@pytest.mark.parametrize("awarded", [True, False])
def test_dispute_about_a_no_show_corrects_the_record(
    site: Site, wale: CustomUser, bisi: CustomUser, awarded: bool
) -> None:
    site.move(ENDS_AT)
    site.client("no-show")
    dispute = DisputeFactory.create(assignment=site.assignment)
    review_dispute(dispute_id=dispute.pk)
    assert site.client("no-show/take-back") == (409, "dispute_open")

    resolve_dispute(
        staff_id=bisi.pk,
        dispute_id=dispute.pk,
        resolution=Resolution.WORKER if awarded else Resolution.CLIENT,
        note="The gate book says so.",
    )

    site.assignment.refresh_from_db()
    assert site.assignment.status == ("approved" if awarded else "no_show")
    assert reliability(wale) == ((1, 0) if awarded else (0, 1))
    assert site.money()["worker"] == (WAGE if awarded else 0)
    assert site.money()["escrow"] == 0


def test_history_shows_both_sides_who_said_what(site: Site, api: Api, wale: CustomUser, chidi: CustomUser) -> None:
    site.move(STARTS_AT)
    site.worker("check-in", HERE)
    site.move(STARTS_AT + 60 * MINUTE)
    site.worker("check-out")
    site.worker("ask-minutes", {"minutes": 480, "reason": "I stay."})
    site.move(ENDS_AT)
    site.client("approve", {"minutes": 300, "reason": "Left at two."})

    answers = [api(user).get(f"/assignments/{site.assignment.pk}/history").json() for user in (wale, chidi)]

    assert answers[0] == answers[1]
    assert answers[0]["spells"] == [{"started_at": "2026-03-03T08:00:00Z", "ended_at": "2026-03-03T09:00:00Z"}]
    names = ("by", "correction", "minutes_before", "minutes_after", "reason")
    told = [tuple(row[name] for name in names) for row in answers[0]["corrections"]]
    assert told == [
        ("worker", "minutes_asked", 60, 480, "I stay."),
        ("client", "minutes_raised", 60, 300, "Left at two."),
    ]
