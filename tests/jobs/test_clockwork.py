"""What happens when nobody acts."""

from datetime import timedelta
from functools import partial

import pytest

from accounts.models import CustomUser, Profile
from jobs.models import Application, Job, JobStatus, ShiftAssignment
from jobs.services import clockwork
from payment.services.accounts import escrow_account, wallet_account
from tests.factories.jobs import ApplicationFactory, JobFactory, ShiftAssignmentFactory
from tests.factories.payment import DisputeFactory, balance_of, fund_escrow
from tests.jobs.conftest import ENDS_AT, MONDAY, STARTS_AT, Move, funded

pytestmark = pytest.mark.django_db

WAGE, FEE = 1_200_000, 120_000
DAY = timedelta(hours=24)


@pytest.fixture
def job(chidi: CustomUser) -> Job:
    return funded(JobFactory.create(client=chidi, applicants_needed=1))


@pytest.fixture
def scheduled(job: Job, wale: CustomUser) -> ShiftAssignment:
    return ShiftAssignmentFactory.create(
        application=ApplicationFactory.create(job=job, applicant=wale, status="accepted")
    )


@pytest.fixture
def working(chidi: CustomUser, wale: CustomUser) -> ShiftAssignment:
    job = funded(JobFactory.create(client=chidi, applicants_needed=1, status=JobStatus.ONGOING))
    return ShiftAssignmentFactory.create(
        application=ApplicationFactory.create(job=job, applicant=wale, status="accepted"), checked_in=True
    )


def test_forgotten_check_out_happens_at_the_scheduled_end_and_is_flagged(
    working: ShiftAssignment, clock_at: Move
) -> None:
    clock_at(ENDS_AT - timedelta(seconds=1))
    assert clockwork.check_out_overdue() == 0
    clock_at(ENDS_AT + timedelta(minutes=3))

    assert clockwork.check_out_overdue() == 1
    assert clockwork.check_out_overdue() == 0

    working.refresh_from_db()
    assert (working.status, working.checked_out_at, working.worked_minutes) == ("checked_out", ENDS_AT, 480)
    assert working.checked_out_automatically


def test_undecided_work_is_approved_as_worked_after_24_hours(
    working: ShiftAssignment, wale: CustomUser, clock_at: Move
) -> None:
    clock_at(ENDS_AT)
    clockwork.check_out_overdue()
    clock_at(ENDS_AT + DAY - timedelta(seconds=1))
    assert clockwork.approve_overdue() == 0
    clock_at(ENDS_AT + DAY)

    assert clockwork.approve_overdue() == 1

    working.refresh_from_db()
    assert (working.status, working.approved_minutes, working.approved_automatically) == ("approved", 480, True)
    assert balance_of(wallet_account(wale.pk)) == WAGE
    assert Job.objects.get().status == JobStatus.COMPLETED


def test_who_never_came_is_a_no_show_after_24_hours_and_refunded_after_48_more(
    scheduled: ShiftAssignment, chidi: CustomUser, wale: CustomUser, clock_at: Move
) -> None:
    clock_at(ENDS_AT + DAY)
    assert clockwork.mark_overdue_no_shows() == 1
    scheduled.refresh_from_db()
    assert (scheduled.status, scheduled.withheld_kobo) == ("no_show", WAGE + FEE)
    # The last moment in which it can be disputed.
    clock_at(ENDS_AT + 3 * DAY)
    assert clockwork.accept_overdue_minutes() == 0
    clock_at(ENDS_AT + 3 * DAY + timedelta(seconds=1))

    assert clockwork.accept_overdue_minutes() == 1

    assert Job.objects.get().status == JobStatus.EXPIRED
    assert balance_of(wallet_account(chidi.pk)) == WAGE + FEE
    assert Profile.objects.get(user=wale).no_show_count == 1


def test_open_dispute_holds_up_the_clock(working: ShiftAssignment, wale: CustomUser, clock_at: Move) -> None:
    clock_at(ENDS_AT)
    clockwork.check_out_overdue()
    DisputeFactory.create(assignment=ShiftAssignment.objects.get())
    clock_at(ENDS_AT + 5 * DAY)

    assert clockwork.approve_overdue() == 0
    assert balance_of(wallet_account(wale.pk)) == 0


def test_what_stays_due_holds_up_nothing_behind_it(
    chidi: CustomUser, clock_at: Move, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clockwork, "BATCH", 2)
    ongoing = partial(JobFactory.create, client=chidi, applicants_needed=1, status=JobStatus.ONGOING)
    shifts = [
        ShiftAssignmentFactory.create(
            application=ApplicationFactory.create(job=funded(ongoing()), status="accepted"), checked_in=True
        )
        for _ in range(5)
    ]
    clock_at(ENDS_AT)
    assert [clockwork.check_out_overdue() for _ in range(4)] == [2, 2, 1, 0]
    for shift in shifts[:4]:
        DisputeFactory.create(assignment=ShiftAssignment.objects.get(pk=shift.pk))
    clock_at(ENDS_AT + 2 * DAY)

    assert clockwork.approve_overdue() == 1
    assert set(ShiftAssignment.objects.filter(status="approved")) == {shifts[4]}


def test_one_run_carries_a_forgotten_shift_through(working: ShiftAssignment, wale: CustomUser, clock_at: Move) -> None:
    clock_at(ENDS_AT + 2 * DAY)

    clockwork.check_out_overdue()
    clockwork.approve_overdue()

    assert balance_of(wallet_account(wale.pk)) == WAGE


def test_unfunded_job_expires_at_its_start_and_is_refunded(chidi: CustomUser, clock_at: Move) -> None:
    job = JobFactory.create(client=chidi, status=JobStatus.PENDING)
    fund_escrow(job, 700_000)
    waiting = ApplicationFactory.create(job=job)
    clock_at(STARTS_AT - timedelta(seconds=1))
    assert clockwork.expire_jobs() == 0
    clock_at(STARTS_AT)

    assert clockwork.expire_jobs() == 1

    job.refresh_from_db()
    waiting.refresh_from_db()
    assert (job.status, waiting.status) == (JobStatus.EXPIRED, "closed")
    assert balance_of(escrow_account(job.pk)) == 0
    assert balance_of(wallet_account(chidi.pk)) == 700_000


def test_job_that_nobody_took_expires_and_is_refunded(job: Job, chidi: CustomUser, clock_at: Move) -> None:
    clock_at(STARTS_AT)

    assert clockwork.expire_jobs() == 1

    job.refresh_from_db()
    assert job.status == JobStatus.EXPIRED
    assert balance_of(wallet_account(chidi.pk)) == job.price_kobo


def test_start_closes_who_still_waits_and_leaves_the_job_to_its_workers(
    chidi: CustomUser, wale: CustomUser, clock_at: Move
) -> None:
    job = funded(JobFactory.create(client=chidi, applicants_needed=2))
    ShiftAssignmentFactory.create(application=ApplicationFactory.create(job=job, applicant=wale, status="accepted"))
    waiting = ApplicationFactory.create(job=job)
    clock_at(STARTS_AT)

    clockwork.expire_jobs()

    job.refresh_from_db()
    assert job.status == JobStatus.UPCOMING
    assert Application.objects.get(pk=waiting.pk).status == "closed"
    assert balance_of(escrow_account(job.pk)) == job.price_kobo


def test_reminder_is_sent_once_12_hours_before(scheduled: ShiftAssignment, clock_at: Move) -> None:
    clock_at(STARTS_AT - timedelta(hours=12, seconds=1))
    assert clockwork.send_reminders() == 0
    clock_at(STARTS_AT - timedelta(hours=12))

    assert clockwork.send_reminders() == 1
    assert clockwork.send_reminders() == 0

    scheduled.refresh_from_db()
    assert scheduled.reminded_at == STARTS_AT - timedelta(hours=12)


def test_one_that_fails_does_not_hold_up_the_others(chidi: CustomUser, clock_at: Move) -> None:
    # Its escrow is empty, so its wage cannot be paid.
    poor = JobFactory.create(client=chidi, applicants_needed=1, status=JobStatus.ONGOING)
    rich = funded(JobFactory.create(client=chidi, applicants_needed=1, status=JobStatus.ONGOING))
    for job in (poor, rich):
        application = ApplicationFactory.create(job=job, status="accepted")
        ShiftAssignmentFactory.create(application=application, checked_out=True)
    clock_at(ENDS_AT + DAY)

    assert clockwork.approve_overdue() == 1

    assert set(ShiftAssignment.objects.values_list("status", flat=True)) == {"checked_out", "approved"}
    assert Job.objects.get(pk=rich.pk).status == JobStatus.COMPLETED


def test_clock_writes_no_name_into_the_log(scheduled: ShiftAssignment, clock_at: Move) -> None:
    clock_at(ENDS_AT + DAY)

    clockwork.mark_overdue_no_shows()

    log = scheduled.application.status_log.get()
    assert (log.to_status, log.changed_by_id) == ("no_show", None)
    assert log.created_at > MONDAY
