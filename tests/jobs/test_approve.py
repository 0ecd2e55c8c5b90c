"""POST /assignments/{id}/approve, /no-show and /accept-minutes, and the money that follows."""

from datetime import timedelta

import pytest

from accounts.models import CustomUser, Profile
from jobs.models import Application, Job, JobStatus, ShiftAssignment
from jobs.services import clockwork
from payment.models import AccountKind
from payment.services.accounts import escrow_account, system_account, wallet_account
from tests.factories.jobs import ApplicationFactory, JobFactory, ShiftAssignmentFactory
from tests.factories.payment import DisputeFactory, balance_of
from tests.jobs.conftest import ENDS_AT, STARTS_AT, Api, Move, funded
from tests.support.api_client import ApiClient

pytestmark = pytest.mark.django_db

# 8 hours at 1,500 naira, and the fee of 10 %.
WAGE, FEE = 1_200_000, 120_000


@pytest.fixture
def job(chidi: CustomUser) -> Job:
    return funded(JobFactory.create(client=chidi, applicants_needed=1, status=JobStatus.ONGOING))


@pytest.fixture
def worked(job: Job, wale: CustomUser, clock_at: Move) -> ShiftAssignment:
    """Wale worked the whole shift, which has just ended."""
    application = ApplicationFactory.create(job=job, applicant=wale, status="accepted")
    clock_at(ENDS_AT)
    return ShiftAssignmentFactory.create(application=application, checked_out=True)


def post(client: ApiClient, assignment: ShiftAssignment, step: str, body: object = None) -> tuple[int, str]:
    response = client.post(f"/assignments/{assignment.pk}/{step}", {} if step == "approve" and not body else body)
    return response.status_code, response.json().get("code", "")


def balances(job: Job, worker: CustomUser) -> dict[str, int]:
    return {
        "escrow": balance_of(escrow_account(job.pk)),
        "worker": balance_of(wallet_account(worker.pk)),
        "client": balance_of(wallet_account(job.client_id)),
        "fees": balance_of(system_account(AccountKind.PLATFORM_FEES)),
    }


def test_approval_pays_at_once_and_completes_the_job(
    api: Api, chidi: CustomUser, wale: CustomUser, job: Job, worked: ShiftAssignment
) -> None:
    response = api(chidi).post(f"/assignments/{worked.pk}/approve", {})

    body = response.json()
    assert response.status_code == 200
    assert (body["status"], body["approved_minutes"], body["paid_wage_kobo"]) == ("approved", 480, WAGE)
    assert (body["approved_automatically"], body["withheld_kobo"]) == (False, 0)
    assert balances(job, wale) == {"escrow": 0, "worker": WAGE, "client": 0, "fees": FEE}
    assert Application.objects.get().status == "completed"
    assert Job.objects.get().status == JobStatus.COMPLETED
    assert Profile.objects.get(user=wale).approved_count == 1
    assert Profile.objects.get(user=chidi).given_count == 1


def test_lowered_minutes_pay_less_and_leave_the_difference_in_escrow(
    api: Api, chidi: CustomUser, wale: CustomUser, job: Job, worked: ShiftAssignment
) -> None:
    body = {"minutes": 420, "reason": "Left at four."}

    assert post(api(chidi), worked, "approve", body) == (200, "")

    worked.refresh_from_db()
    assert (worked.approved_minutes, worked.lowered_reason) == (420, "Left at four.")
    assert worked.withheld_kobo == 150_000 + 15_000
    assert worked.withheld_until == ENDS_AT + timedelta(hours=48)
    assert balances(job, wale) == {"escrow": 165_000, "worker": 1_050_000, "client": 0, "fees": 105_000}
    # The work is decided, the job is not settled.
    assert Application.objects.get().status == "completed"
    assert Job.objects.get().status == JobStatus.ONGOING


def test_accepted_difference_goes_back_and_completes_the_job(
    api: Api, chidi: CustomUser, wale: CustomUser, job: Job, worked: ShiftAssignment
) -> None:
    post(api(chidi), worked, "approve", {"minutes": 420, "reason": "Left at four."})

    assert post(api(wale), worked, "accept-minutes") == (200, "")

    worked.refresh_from_db()
    assert (worked.withheld_kobo, worked.minutes_accepted_at) == (0, ENDS_AT)
    assert balances(job, wale) == {"escrow": 0, "worker": 1_050_000, "client": 165_000, "fees": 105_000}
    assert Job.objects.get().status == JobStatus.COMPLETED
    assert post(api(wale), worked, "accept-minutes") == (409, "invalid_state")


def test_minutes_lost_by_coming_late_stay_until_they_can_be_disputed_no_longer(
    api: Api, chidi: CustomUser, wale: CustomUser, job: Job, worked: ShiftAssignment, clock_at: Move
) -> None:
    ShiftAssignment.objects.update(checked_in_at=STARTS_AT + timedelta(hours=1), worked_minutes=420)

    post(api(chidi), worked, "approve")

    assert balances(job, wale) == {"escrow": 165_000, "worker": 1_050_000, "client": 0, "fees": 105_000}
    clock_at(ENDS_AT + timedelta(hours=48))
    assert clockwork.accept_overdue_minutes() == 0
    clock_at(ENDS_AT + timedelta(hours=48, seconds=1))
    assert clockwork.accept_overdue_minutes() == 1
    assert balances(job, wale) == {"escrow": 0, "worker": 1_050_000, "client": 165_000, "fees": 105_000}


def test_approving_nothing_pays_no_wage_and_the_fee_of_a_day_that_was_worked(
    api: Api, chidi: CustomUser, wale: CustomUser, job: Job, worked: ShiftAssignment
) -> None:
    post(api(chidi), worked, "approve", {"minutes": 0, "reason": "Slept all day."})

    assert balances(job, wale) == {"escrow": WAGE, "worker": 0, "client": 0, "fees": FEE}
    assert post(api(wale), worked, "accept-minutes") == (200, "")
    assert balances(job, wale)["client"] == WAGE


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"minutes": 481, "reason": "More than was scheduled."}, "invalid_minutes"),
        ({"minutes": 479}, "invalid_minutes"),
        ({"minutes": 479, "reason": "  "}, "invalid_minutes"),
        ({"minutes": -1, "reason": "x"}, "invalid_input"),
        ({"minutes": True, "reason": "x"}, "invalid_input"),
        ({"amount_kobo": 1}, "invalid_input"),
    ],
)
def test_minutes_are_at_most_the_scheduled_ones_and_others_than_recorded_have_a_reason(
    api: Api,
    chidi: CustomUser,
    wale: CustomUser,
    job: Job,
    worked: ShiftAssignment,
    body: dict[str, object],
    code: str,
) -> None:
    assert post(api(chidi), worked, "approve", body) == (422, code)
    worked.refresh_from_db()
    assert worked.status == "checked_out"
    assert balances(job, wale)["worker"] == 0


def test_w4_second_approval_is_refused_and_pays_nothing(
    api: Api, chidi: CustomUser, wale: CustomUser, job: Job, worked: ShiftAssignment
) -> None:
    client = api(chidi)
    post(client, worked, "approve")

    assert post(client, worked, "approve") == (409, "invalid_state")
    assert balances(job, wale)["worker"] == WAGE
    assert Profile.objects.get(user=wale).approved_count == 1


def test_forgotten_check_out_is_made_up_by_approval(
    api: Api, chidi: CustomUser, wale: CustomUser, job: Job, clock_at: Move
) -> None:
    application = ApplicationFactory.create(job=job, applicant=wale, status="accepted")
    assignment = ShiftAssignmentFactory.create(application=application, checked_in=True)
    client = api(chidi)
    clock_at(ENDS_AT - timedelta(seconds=1))
    assert post(client, assignment, "approve") == (409, "invalid_state")
    clock_at(ENDS_AT + timedelta(minutes=5))

    assert post(client, assignment, "approve") == (200, "")
    assignment.refresh_from_db()
    assert (assignment.checked_out_at, assignment.checked_out_automatically) == (ENDS_AT, True)
    assert balances(job, wale)["worker"] == WAGE


def test_dispute_freezes_approval(
    api: Api, chidi: CustomUser, wale: CustomUser, job: Job, worked: ShiftAssignment
) -> None:
    DisputeFactory.create(assignment=worked)

    assert post(api(chidi), worked, "approve") == (409, "dispute_open")
    assert balances(job, wale)["worker"] == 0


def test_dispute_freezes_accepting_the_minutes(
    api: Api, chidi: CustomUser, wale: CustomUser, worked: ShiftAssignment
) -> None:
    post(api(chidi), worked, "approve", {"minutes": 420, "reason": "Left at four."})
    DisputeFactory.create(assignment=ShiftAssignment.objects.get())

    assert post(api(wale), worked, "accept-minutes") == (409, "dispute_open")


@pytest.mark.parametrize("step", ["approve", "no-show"])
def test_approval_is_for_the_jobs_client(
    api: Api, wale: CustomUser, emeka: CustomUser, bisi: CustomUser, worked: ShiftAssignment, step: str
) -> None:
    assert post(api(wale), worked, step) == (403, "wrong_role")
    assert post(api(emeka), worked, step) == (404, "not_found")
    assert post(api(bisi), worked, step) == (403, "wrong_role")


def test_accepting_minutes_is_for_the_worker(
    api: Api, chidi: CustomUser, sade: CustomUser, worked: ShiftAssignment
) -> None:
    assert post(api(chidi), worked, "accept-minutes") == (403, "wrong_role")
    assert post(api(sade), worked, "accept-minutes") == (404, "not_found")


@pytest.fixture
def absent(chidi: CustomUser, wale: CustomUser) -> ShiftAssignment:
    job = funded(JobFactory.create(client=chidi, applicants_needed=1))
    return ShiftAssignmentFactory.create(
        application=ApplicationFactory.create(job=job, applicant=wale, status="accepted")
    )


def test_no_show_keeps_the_wage_in_escrow(
    api: Api, chidi: CustomUser, wale: CustomUser, absent: ShiftAssignment, clock_at: Move
) -> None:
    client = api(chidi)
    clock_at(STARTS_AT + timedelta(minutes=59, seconds=59))
    assert post(client, absent, "no-show") == (409, "too_early")
    clock_at(STARTS_AT + timedelta(minutes=60))

    assert post(client, absent, "no-show") == (200, "")

    absent.refresh_from_db()
    job = absent.shift.job
    assert (absent.status, absent.withheld_kobo) == ("no_show", WAGE + FEE)
    assert Application.objects.get().status == "no_show"
    assert job.status == JobStatus.UPCOMING
    assert balances(job, wale)["escrow"] == WAGE + FEE
    assert Profile.objects.get(user=wale).no_show_count == 1


def test_accepted_no_show_refunds_the_job_that_nobody_worked(
    api: Api, chidi: CustomUser, wale: CustomUser, absent: ShiftAssignment, clock_at: Move
) -> None:
    client, worker = api(chidi), api(wale)
    clock_at(STARTS_AT + timedelta(hours=1))
    post(client, absent, "no-show")

    assert post(worker, absent, "accept-minutes") == (200, "")

    job = Job.objects.get()
    assert job.status == JobStatus.EXPIRED
    assert balances(job, wale) == {"escrow": 0, "worker": 0, "client": WAGE + FEE, "fees": 0}


def test_who_checked_in_is_never_a_no_show(
    api: Api, chidi: CustomUser, wale: CustomUser, worked: ShiftAssignment
) -> None:
    assert post(api(chidi), worked, "no-show") == (409, "invalid_state")
    assert Profile.objects.get(user=wale).no_show_count == 0


def test_job_with_unfilled_places_refunds_them_when_the_last_worker_is_settled(
    api: Api, chidi: CustomUser, wale: CustomUser, ada: CustomUser, clock_at: Move
) -> None:
    job = funded(JobFactory.create(client=chidi, applicants_needed=10, status=JobStatus.ONGOING))
    first, second = (
        ShiftAssignmentFactory.create(
            application=ApplicationFactory.create(job=job, applicant=worker, status="accepted"), checked_out=True
        )
        for worker in (wale, ada)
    )
    client = api(chidi)
    clock_at(ENDS_AT)

    post(client, first, "approve")
    job.refresh_from_db()
    assert (job.status, balances(job, wale)["client"]) == (JobStatus.ONGOING, 0)
    post(client, second, "approve")

    job.refresh_from_db()
    assert (job.status, balances(job, wale)["client"]) == (JobStatus.COMPLETED, 8 * (WAGE + FEE))
    assert balances(job, wale)["escrow"] == 0


def test_skipped_day_is_unpaid_and_the_days_around_it_are_paid(
    api: Api, chidi: CustomUser, wale: CustomUser, clock_at: Move
) -> None:
    job = funded(JobFactory.create(client=chidi, applicants_needed=1, days=3, status=JobStatus.ONGOING))
    application = ApplicationFactory.create(job=job, applicant=wale, status="accepted")
    first, skipped, third = (
        ShiftAssignmentFactory.create(application=application, shift=shift, checked_out=index != 1)
        for index, shift in enumerate(job.shifts.order_by("starts_at"))
    )
    clock_at(ENDS_AT + timedelta(days=2))
    client, worker = api(chidi), api(wale)

    for assignment, step in ((third, "approve"), (first, "approve"), (skipped, "no-show")):
        assert post(client, assignment, step) == (200, "")

    application.refresh_from_db()
    job.refresh_from_db()
    assert (application.status, job.status) == ("completed", JobStatus.ONGOING)
    assert balances(job, wale) == {"escrow": WAGE + FEE, "worker": 2 * WAGE, "client": 0, "fees": 2 * FEE}

    assert post(worker, skipped, "accept-minutes") == (200, "")

    job.refresh_from_db()
    assert job.status == JobStatus.COMPLETED
    assert balances(job, wale) == {"escrow": 0, "worker": 2 * WAGE, "client": WAGE + FEE, "fees": 2 * FEE}
    counters = Profile.objects.values_list("approved_count", "no_show_count").get(user=wale)
    assert counters == (2, 1)


def test_multi_day_job_is_paid_per_shift(api: Api, chidi: CustomUser, wale: CustomUser, clock_at: Move) -> None:
    job = funded(JobFactory.create(client=chidi, applicants_needed=1, days=2, status=JobStatus.ONGOING))
    application = ApplicationFactory.create(job=job, applicant=wale, status="accepted")
    first, second = (
        ShiftAssignmentFactory.create(application=application, shift=shift, checked_out=index == 0)
        for index, shift in enumerate(job.shifts.order_by("starts_at"))
    )
    clock_at(ENDS_AT)

    assert post(api(chidi), first, "approve") == (200, "")

    assert balances(job, wale)["worker"] == WAGE
    assert balances(job, wale)["escrow"] == WAGE + FEE
    second.refresh_from_db()
    application.refresh_from_db()
    assert (second.status, application.status) == ("scheduled", "accepted")
