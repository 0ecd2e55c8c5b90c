"""POST /jobs/{job_id}/cancel."""

from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import Permission
from pytest_django import Settings

from accounts.models import CustomUser, Device, Profile
from core import clock
from core.actor import Role
from jobs.models import Application, Job, JobStatus, ShiftAssignment
from payment.services.accounts import escrow_account, wallet_account
from tests.factories.accounts import SecondFactorFactory, UserFactory
from tests.factories.jobs import ApplicationFactory, JobFactory, ShiftAssignmentFactory
from tests.factories.payment import balance_of, fund_escrow
from tests.jobs.conftest import ENDS_AT, STARTS_AT, Api, Move, funded
from tests.support.api_client import ApiClient

pytestmark = pytest.mark.django_db

WAGE, FEE = 1_200_000, 120_000


def cancel(client: ApiClient, job: Job) -> tuple[int, str]:
    response = client.post(f"/jobs/{job.pk}/cancel")
    return response.status_code, response.json().get("code", "")


def accepted(job: Job, worker: CustomUser) -> Application:
    application = ApplicationFactory.create(job=job, applicant=worker, status="accepted")
    for shift in job.shifts.order_by("starts_at"):
        ShiftAssignmentFactory.create(application=application, shift=shift)
    return application


def balances(job: Job, *workers: CustomUser) -> list[int]:
    """Escrow, client, workers."""
    accounts = [escrow_account(job.pk), wallet_account(job.client_id), *(wallet_account(w.pk) for w in workers)]
    return [balance_of(account) for account in accounts]


def called_off(client: CustomUser) -> int:
    return Profile.objects.get(user=client).called_off_count


def test_cancelling_until_24_hours_before_is_free(
    api: Api, chidi: CustomUser, wale: CustomUser, job: Job, clock_at: Move
) -> None:
    application = accepted(job, wale)
    waiting = ApplicationFactory.create(job=job)
    clock_at(STARTS_AT - timedelta(hours=24))

    response = api(chidi).post(f"/jobs/{job.pk}/cancel")

    body = response.json()
    assert (response.status_code, body["status"]) == (200, "canceled")
    assert body["canceled_at"] == body["shifts"][0]["canceled_at"] == "2026-03-02T08:00:00Z"
    application.refresh_from_db()
    waiting.refresh_from_db()
    assignment = ShiftAssignment.objects.get()
    assert (application.status, waiting.status) == ("canceled", "closed")
    assert (assignment.status, assignment.cancel_reason) == ("canceled", "job_canceled")
    assert balances(job, wale) == [0, job.price_kobo, 0]
    assert called_off(chidi) == 0


def test_cancelling_later_compensates_each_accepted_worker(
    api: Api, chidi: CustomUser, wale: CustomUser, ada: CustomUser, clock_at: Move
) -> None:
    job = funded(JobFactory.create(client=chidi, days=2, applicants_needed=3))
    accepted(job, wale)
    accepted(job, ada)
    client = api(chidi)
    clock_at(STARTS_AT - timedelta(hours=24) + timedelta(seconds=1))

    assert cancel(client, job) == (200, "")

    # Half of the wage of the next cancelled shift, not of both.
    assert balances(job, wale, ada) == [0, job.price_kobo - WAGE, WAGE // 2, WAGE // 2]
    paid = ShiftAssignment.objects.order_by("starts_at", "id").values_list("compensation_kobo", flat=True)
    assert list(paid) == [WAGE // 2, WAGE // 2, 0, 0]
    assert called_off(chidi) == 2


def test_cancelling_while_people_work_lets_them_finish(
    api: Api, chidi: CustomUser, wale: CustomUser, clock_at: Move
) -> None:
    job = funded(JobFactory.create(client=chidi, days=3, applicants_needed=1))
    application = accepted(job, wale)
    today = ShiftAssignment.objects.earliest("starts_at")
    client, worker = api(chidi), api(wale)
    clock_at(STARTS_AT)
    worker.post(f"/assignments/{today.pk}/check-in", {"code": "246810"})

    assert cancel(client, job) == (200, "")

    job.refresh_from_db()
    assert (job.status, job.canceled_at) == (JobStatus.ONGOING, STARTS_AT)
    statuses = ShiftAssignment.objects.order_by("starts_at").values_list("status", flat=True)
    assert list(statuses) == ["checked_in", "canceled", "canceled"]
    # What today's shift needs stays; half of tomorrow's wage is compensation, the rest went back.
    assert balances(job, wale) == [WAGE + FEE, 2 * (WAGE + FEE) - WAGE // 2, WAGE // 2]

    clock_at(ENDS_AT)
    client.post(f"/assignments/{today.pk}/approve", {})

    job.refresh_from_db()
    application.refresh_from_db()
    assert (job.status, application.status) == (JobStatus.COMPLETED, "completed")
    assert balances(job, wale) == [0, 2 * (WAGE + FEE) - WAGE // 2, WAGE // 2 + WAGE]


def test_unfunded_job_is_canceled_and_what_was_paid_goes_back(api: Api, chidi: CustomUser) -> None:
    job = JobFactory.create(client=chidi, status=JobStatus.PENDING)
    fund_escrow(job, 500_000)
    waiting = ApplicationFactory.create(job=job)

    assert cancel(api(chidi), job) == (200, "")

    job.refresh_from_db()
    waiting.refresh_from_db()
    assert (job.status, waiting.status) == (JobStatus.CANCELED, "closed")
    assert balances(job) == [0, 500_000]


def test_job_whose_shifts_have_all_started_is_not_canceled(
    api: Api, chidi: CustomUser, wale: CustomUser, job: Job, clock_at: Move
) -> None:
    accepted(job, wale)
    client = api(chidi)
    clock_at(STARTS_AT)

    assert cancel(client, job) == (409, "invalid_state")
    job.refresh_from_db()
    assert (job.status, job.canceled_at) == (JobStatus.UPCOMING, None)


@pytest.mark.parametrize("status", [JobStatus.COMPLETED, JobStatus.CANCELED, JobStatus.EXPIRED])
def test_job_that_is_over_is_not_canceled(api: Api, chidi: CustomUser, status: JobStatus) -> None:
    assert cancel(api(chidi), JobFactory.create(client=chidi, status=status)) == (409, "invalid_state")


def test_second_cancellation_is_refused(api: Api, chidi: CustomUser, job: Job) -> None:
    client = api(chidi)
    cancel(client, job)

    assert cancel(client, job) == (409, "invalid_state")
    assert balances(job) == [0, job.price_kobo]


def test_cancelling_is_for_the_client_and_staff(
    api: Api, wale: CustomUser, emeka: CustomUser, bisi: CustomUser, job: Job
) -> None:
    assert cancel(api(wale), job) == (403, "wrong_role")
    assert cancel(api(emeka), job) == (404, "not_found")
    assert Job.objects.get().status == JobStatus.UPCOMING
    assert cancel(api(bisi), job) == (200, "")


def test_staff_without_the_right_cancel_nothing(api: Api, job: Job) -> None:
    clerk = UserFactory.create(email="clerk@example.com", role=Role.ADMIN)

    assert cancel(api(clerk), job) == (403, "forbidden")
    assert Job.objects.get().status == JobStatus.UPCOMING

    clerk.user_permissions.add(Permission.objects.get(codename="change_job"))
    assert cancel(api(clerk), job) == (200, "")


def test_staff_cancel_by_the_api_only_soon_after_a_log_in(api: Api, bisi: CustomUser, job: Job, clock_at: Move) -> None:
    client = api(bisi)
    logged_in_at = Device.objects.get(user=bisi).created_at
    clock_at(logged_in_at + timedelta(minutes=django_settings.STAFF_PROOF_MINUTES, seconds=1))
    # Whoever holds the tokens may refresh them; that is no log-in.
    Device.objects.filter(user=bisi).update(last_used_at=clock.now(), rotated_at=clock.now(), generation=1)

    assert cancel(client, job) == (403, "proof_required")
    job.refresh_from_db()
    assert (job.status, job.canceled_at) == (JobStatus.UPCOMING, None)

    assert cancel(api(bisi), job) == (200, "")


def test_staff_cancel_by_the_api_with_a_second_factor_where_it_is_asked(
    api: Api, bisi: CustomUser, job: Job, settings: Settings
) -> None:
    settings.STAFF_SECOND_FACTOR = True

    assert cancel(api(bisi), job) == (403, "proof_required")
    SecondFactorFactory.create(user=bisi)
    assert cancel(api(bisi), job) == (200, "")


def test_clients_are_asked_for_no_proof(api: Api, chidi: CustomUser, job: Job) -> None:
    client = api(chidi)
    Device.objects.filter(user=chidi).update(created_at=clock.now() - timedelta(days=20))

    assert cancel(client, job) == (200, "")
