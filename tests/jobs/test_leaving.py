"""Somebody is banned while work of theirs is live: what has not begun ends, what runs is paid."""

from datetime import timedelta

import pytest

from accounts.models import CustomUser, Notification, Profile
from accounts.services.banning import ban_user
from jobs.models import Application, Job, JobStatus, ShiftAssignment
from jobs.services import clockwork
from payment.services.accounts import escrow_account, wallet_account
from tests.factories.jobs import ApplicationFactory, JobFactory, ShiftAssignmentFactory
from tests.factories.payment import balance_of
from tests.jobs.conftest import ENDS_AT, STARTS_AT, Move, funded
from tests.support.jobs import RunJobs

pytestmark = pytest.mark.django_db(transaction=True)

WAGE, FEE = 1_200_000, 120_000
DAY = timedelta(hours=24)


def hired(job: Job, worker: CustomUser) -> Application:
    application = ApplicationFactory.create(job=job, applicant=worker, status="accepted")
    for shift in job.shifts.order_by("starts_at"):
        ShiftAssignmentFactory.create(application=application, shift=shift)
    return application


def told(user: CustomUser) -> set[str]:
    return set(Notification.objects.filter(user=user).values_list("kind", flat=True))


def test_jobs_of_a_banned_client_are_canceled_and_workers_compensated(
    chidi: CustomUser, wale: CustomUser, ada: CustomUser, bisi: CustomUser, run_jobs: RunJobs, clock_at: Move
) -> None:
    soon = funded(JobFactory.create(client=chidi))
    later = funded(JobFactory.create(client=chidi, date=(STARTS_AT + 7 * DAY).date()))
    unpaid = JobFactory.create(client=chidi, status=JobStatus.PENDING)
    hired(soon, wale)
    waiting = ApplicationFactory.create(job=later, applicant=ada)
    clock_at(STARTS_AT - timedelta(hours=1))

    ban_user(user_id=chidi.pk, staff_id=bisi.pk)
    run_jobs()

    assert {job.status for job in Job.objects.filter(pk__in=[soon.pk, later.pk, unpaid.pk])} == {JobStatus.CANCELED}
    waiting.refresh_from_db()
    assert waiting.status == "closed"
    assert balance_of(wallet_account(wale.pk)) == WAGE // 2
    assert balance_of(wallet_account(chidi.pk)) == soon.price_kobo - WAGE // 2 + later.price_kobo
    assert balance_of(escrow_account(soon.pk)) == balance_of(escrow_account(later.pk)) == 0
    assert told(wale) == {"job_canceled", "wage_paid"}
    assert told(ada) == {"application_closed"}
    assert Profile.objects.get(user=chidi).called_off_count == 1


def test_shift_that_runs_for_a_banned_client_is_paid_by_the_clock(
    chidi: CustomUser, wale: CustomUser, bisi: CustomUser, run_jobs: RunJobs, clock_at: Move
) -> None:
    job = funded(JobFactory.create(client=chidi, applicants_needed=1, days=2, status=JobStatus.ONGOING))
    hired(job, wale)
    today = ShiftAssignment.objects.earliest("starts_at")
    ShiftAssignment.objects.filter(pk=today.pk).update(status="checked_in", checked_in_at=STARTS_AT)
    clock_at(STARTS_AT + timedelta(hours=1))

    ban_user(user_id=chidi.pk, staff_id=bisi.pk)
    run_jobs()

    assert list(ShiftAssignment.objects.order_by("starts_at").values_list("status", flat=True)) == [
        "checked_in",
        "canceled",
    ]
    clock_at(ENDS_AT + DAY)
    clockwork.check_out_overdue()
    clockwork.approve_overdue()
    job.refresh_from_db()
    assert job.status == JobStatus.COMPLETED
    # A whole day, and half of the one that was called off.
    assert balance_of(wallet_account(wale.pk)) == WAGE + WAGE // 2
    assert balance_of(escrow_account(job.pk)) == 0


def test_places_of_a_banned_worker_reopen_and_the_clients_are_told(
    chidi: CustomUser, wale: CustomUser, bisi: CustomUser, job: Job, run_jobs: RunJobs, clock_at: Move
) -> None:
    accepted = hired(job, wale)
    waiting = ApplicationFactory.create(job=JobFactory.create(client=chidi), applicant=wale)
    clock_at(STARTS_AT - timedelta(hours=2))

    ban_user(user_id=wale.pk, staff_id=bisi.pk)
    run_jobs()

    for application in (accepted, waiting):
        application.refresh_from_db()
        assert application.status == "withdrawn"
    job.refresh_from_db()
    assert (job.status, job.places_left) == (JobStatus.UPCOMING, 2)
    assert ShiftAssignment.objects.get().cancel_reason == "withdrawn_late"
    assert Profile.objects.get(user=wale).late_cancel_count == 1
    assert told(chidi) == {"application_withdrawn"}
    # Neither that they withdrew, which they did not, nor why they do not come.
    titles = Notification.objects.filter(user=chidi).values_list("title", flat=True)
    assert set(titles) == {"A worker cannot come"}
    for body in Notification.objects.filter(user=chidi).values_list("body", flat=True):
        assert body.startswith("Wale Adeyemi is no longer available on Payshift, and so not for “")
