"""What is forgotten of work; and what the database keeps as evidence for its time, whoever asks."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.models import CustomUser
from core import retention
from jobs.models import ApplicationStatusLog, Invitation, Job, JobStatus, SavedJob, ShiftAssignment, StaffNote
from tests.factories.jobs import (
    ApplicationFactory,
    InvitationFactory,
    JobFactory,
    SavedJobFactory,
    ShiftAssignmentFactory,
    StaffNoteFactory,
)
from tests.jobs.conftest import ENDS_AT, MONDAY, STARTS_AT, Move
from tests.support.books import constraint_name

pytestmark = pytest.mark.django_db

YEAR = timedelta(days=365)
OVER = [JobStatus.COMPLETED, JobStatus.CANCELED, JobStatus.EXPIRED]


def log_of(job: Job, *, days_ago: int) -> ApplicationStatusLog:
    application = ApplicationFactory.create(job=job)
    created_at = MONDAY - timedelta(days=days_ago)
    return ApplicationStatusLog.objects.create(application=application, to_status="applied", created_at=created_at)


def test_positions_are_emptied_after_90_days_in_batches_and_distances_kept(
    wale: CustomUser, ada: CustomUser, job: Job, clock_at: Move, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 1)
    for worker in (wale, ada):
        application = ApplicationFactory.create(job=job, applicant=worker, status="accepted")
        ShiftAssignmentFactory.create(application=application, checked_in=True)
    ShiftAssignment.objects.update(
        check_in_latitude=6.4, check_in_longitude=3.4, check_in_distance_m=12, checked_in_at=STARTS_AT
    )
    clock_at(STARTS_AT + timedelta(days=90))
    assert retention.carry_out("positions") == 0
    clock_at(STARTS_AT + timedelta(days=90, seconds=1))

    assert retention.carry_out("positions") == 2

    columns = ("check_in_latitude", "check_in_longitude", "check_in_distance_m")
    assert list(ShiftAssignment.objects.values_list(*columns)) == [(None, None, 12)] * 2


@pytest.mark.parametrize("status", JobStatus)
def test_invitations_and_saved_jobs_go_a_year_after_a_job_that_is_over(status: JobStatus, clock_at: Move) -> None:
    job = JobFactory.create(status=status)
    InvitationFactory.create(job=job)
    SavedJobFactory.create(job=job)
    clock_at(ENDS_AT + YEAR)
    assert [retention.carry_out(name) for name in ("invitations", "saved jobs")] == [0, 0]
    clock_at(ENDS_AT + YEAR + timedelta(seconds=1))

    gone = [retention.carry_out(name) for name in ("invitations", "saved jobs")]

    assert gone == [status in OVER] * 2
    assert [Invitation.objects.count(), SavedJob.objects.count()] == [status not in OVER] * 2


@pytest.mark.parametrize("status", JobStatus)
def test_histories_go_after_seven_years_once_the_job_is_over(status: JobStatus) -> None:
    job = JobFactory.create(status=status)
    log_of(job, days_ago=2556)
    young = log_of(job, days_ago=2554)

    assert retention.carry_out("histories of applications") == (status in OVER)

    assert ApplicationStatusLog.objects.filter(pk=young.pk).exists()


@pytest.mark.parametrize(("status", "days_ago"), [(JobStatus.COMPLETED, 300), (JobStatus.ONGOING, 3000)])
def test_history_is_refused_to_go_before_two_years_or_while_its_job_goes_on(status: JobStatus, days_ago: int) -> None:
    log = log_of(JobFactory.create(status=status), days_ago=days_ago)

    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        log.delete()

    assert constraint_name(refused) == "jobs_applicationstatuslog_kept"
    assert ApplicationStatusLog.objects.filter(pk=log.pk).exists()


def test_notes_of_staff_go_after_seven_years(job: Job) -> None:
    StaffNoteFactory.create(job=job, created_at=MONDAY - timedelta(days=2556))
    young = StaffNoteFactory.create(job=job, created_at=MONDAY - timedelta(days=2554))

    assert retention.carry_out("notes of staff") == 1

    assert list(StaffNote.objects.all()) == [young]
