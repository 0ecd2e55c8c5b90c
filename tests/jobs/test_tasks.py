"""The periodic jobs: registered with the worker, and one run of each carries out what is due."""

from datetime import timedelta

import pytest
from procrastinate.contrib.django import app

from accounts.models import CustomUser
from jobs.models import Job, JobStatus, ShiftAssignment
from jobs.tasks import run_attendance, run_expiry, run_reminders
from payment.services.accounts import wallet_account
from tests.factories.jobs import ApplicationFactory, JobFactory, ShiftAssignmentFactory
from tests.factories.payment import balance_of
from tests.jobs.conftest import ENDS_AT, STARTS_AT, Move, funded

pytestmark = pytest.mark.django_db


def test_every_rule_of_the_clock_is_scheduled() -> None:
    scheduled = {
        periodic.task.name: periodic.cron
        for periodic in app.periodic_registry.periodic_tasks.values()
        if periodic.task.name.startswith("jobs.")
    }

    assert scheduled == {
        "jobs.tasks.run_attendance": "* * * * *",
        "jobs.tasks.run_expiry": "* * * * *",
        "jobs.tasks.run_refill": "* * * * *",
        "jobs.tasks.run_rules": "* * * * *",
        "jobs.tasks.run_series": "7 * * * *",
        "jobs.tasks.run_reminders": "*/5 * * * *",
        "jobs.tasks.run_confirmations": "*/5 * * * *",
    }


def test_forgotten_shift_is_checked_out_approved_and_paid_in_one_run(
    chidi: CustomUser, wale: CustomUser, clock_at: Move
) -> None:
    job = funded(JobFactory.create(client=chidi, applicants_needed=1, status=JobStatus.ONGOING))
    application = ApplicationFactory.create(job=job, applicant=wale, status="accepted")
    ShiftAssignmentFactory.create(application=application, checked_in=True)
    clock_at(ENDS_AT + timedelta(hours=24))

    run_attendance(timestamp=0)

    assert Job.objects.get().status == JobStatus.COMPLETED
    assert balance_of(wallet_account(wale.pk)) == 1_200_000


def test_expiry_and_reminders_run(job: Job, wale: CustomUser, clock_at: Move) -> None:
    accepted = ApplicationFactory.create(job=job, applicant=wale, status="accepted")
    ShiftAssignmentFactory.create(application=accepted)
    empty = funded(JobFactory.create())
    clock_at(STARTS_AT - timedelta(hours=1))
    run_reminders(timestamp=0)
    clock_at(STARTS_AT)
    run_expiry(timestamp=0)

    assert ShiftAssignment.objects.get().reminded_at == STARTS_AT - timedelta(hours=1)
    empty.refresh_from_db()
    assert empty.status == JobStatus.EXPIRED
