"""POST /applications/{id}/withdraw."""

from datetime import timedelta

import pytest

from accounts.models import CustomUser, Profile
from core.actor import Actor, Role
from jobs.models import Application, ApplicationStatusLog, AssignmentStatus, Job, JobStatus, ShiftAssignment
from payment.models import Dispute, Resolution
from payment.services.accounts import escrow_account, wallet_account
from payment.services.disputes import open_dispute, resolve_dispute, review_dispute
from tests.factories.accounts import UserFactory
from tests.factories.jobs import ApplicationFactory, JobFactory, ShiftAssignmentFactory
from tests.factories.payment import balance_of
from tests.jobs.conftest import ENDS_AT, STARTS_AT, Api, Move, funded
from tests.support.api_client import ApiClient

pytestmark = pytest.mark.django_db


def withdraw(client: ApiClient, application: Application) -> tuple[int, str]:
    response = client.post(f"/applications/{application.pk}/withdraw")
    return response.status_code, response.json().get("code", "")


def accepted(job: Job, worker: CustomUser) -> Application:
    application = ApplicationFactory.create(job=job, applicant=worker, status="accepted")
    for shift in job.shifts.order_by("starts_at"):
        ShiftAssignmentFactory.create(application=application, shift=shift)
    return application


def late_cancellations(worker: CustomUser) -> int:
    return Profile.objects.get(user=worker).late_cancel_count


def test_waiting_application_is_withdrawn(api: Api, wale: CustomUser, job: Job) -> None:
    application = ApplicationFactory.create(job=job, applicant=wale)

    assert withdraw(api(wale), application) == (200, "")
    application.refresh_from_db()
    assert (application.status, application.accepted_at) == ("withdrawn", None)
    assert ApplicationStatusLog.objects.get().changed_by_id == wale.pk


def test_place_reopens_and_early_withdrawal_counts_for_nothing(
    api: Api, wale: CustomUser, clock_at: Move, chidi: CustomUser
) -> None:
    job = JobFactory.create(client=chidi, applicants_needed=1)
    application = accepted(job, wale)
    clock_at(STARTS_AT - timedelta(hours=24))

    assert withdraw(api(wale), application) == (200, "")
    application.refresh_from_db()
    job.refresh_from_db()
    assignment = ShiftAssignment.objects.get()
    assert (application.status, job.accepted_count, job.is_open) == ("withdrawn", 0, True)
    assert (assignment.status, assignment.cancel_reason) == ("canceled", "withdrawn")
    assert late_cancellations(wale) == 0


def test_withdrawal_within_24_hours_counts_as_late_per_assignment(
    api: Api, wale: CustomUser, clock_at: Move, chidi: CustomUser
) -> None:
    job = JobFactory.create(client=chidi, days=3)
    application = accepted(job, wale)
    client = api(wale)
    clock_at(STARTS_AT - timedelta(hours=1))

    assert withdraw(client, application) == (200, "")
    reasons = ShiftAssignment.objects.order_by("starts_at").values_list("cancel_reason", flat=True)
    assert list(reasons) == ["withdrawn_late", "withdrawn", "withdrawn"]
    assert late_cancellations(wale) == 1


def test_illness_on_day_two_withdraws_the_remaining_shifts_only(
    api: Api, wale: CustomUser, chidi: CustomUser, clock_at: Move
) -> None:
    job = funded(JobFactory.create(client=chidi, days=3, applicants_needed=1))
    application = accepted(job, wale)
    worker, client = api(wale), api(chidi)
    first = ShiftAssignment.objects.earliest("starts_at")
    clock_at(STARTS_AT)
    worker.post(f"/assignments/{first.pk}/check-in", {"code": "246810"})
    clock_at(ENDS_AT)
    worker.post(f"/assignments/{first.pk}/check-out")

    assert withdraw(worker, application) == (200, "")

    application.refresh_from_db()
    statuses = ShiftAssignment.objects.order_by("starts_at").values_list("status", flat=True)
    assert list(statuses) == ["checked_out", "canceled", "canceled"]
    assert application.status == "accepted"

    client.post(f"/assignments/{first.pk}/approve", {})

    application.refresh_from_db()
    job.refresh_from_db()
    assert (application.status, job.status) == ("completed", JobStatus.ONGOING)
    assert balance_of(wallet_account(wale.pk)) == 1_200_000
    assert balance_of(escrow_account(job.pk)) == 2 * 1_320_000


def test_shift_that_is_disputed_stays_and_the_others_are_withdrawn(
    api: Api, wale: CustomUser, chidi: CustomUser, clock_at: Move
) -> None:
    """Its price is frozen: somebody who takes the place could not be paid from the same money."""
    job = funded(JobFactory.create(client=chidi, days=3, applicants_needed=1))
    application = accepted(job, wale)
    first = disputed(wale, clock_at)

    assert withdraw(api(wale), application) == (200, "")

    statuses = ShiftAssignment.objects.order_by("starts_at").values_list("status", flat=True)
    assert list(statuses) == ["scheduled", "canceled", "canceled"]
    application.refresh_from_db()
    assert (application.status, late_cancellations(wale)) == ("accepted", 1)
    resolve(first, clock_at)
    application.refresh_from_db()
    assert (application.status, balance_of(wallet_account(wale.pk))) == ("completed", 1_200_000)


def test_nothing_is_withdrawn_from_the_only_shift_while_it_is_disputed(
    api: Api, wale: CustomUser, job: Job, clock_at: Move
) -> None:
    application = accepted(job, wale)
    assignment = disputed(wale, clock_at)

    assert withdraw(api(wale), application) == (409, "dispute_open")

    application.refresh_from_db()
    assignment.refresh_from_db()
    job.refresh_from_db()
    assert (application.status, assignment.status, job.accepted_count) == ("accepted", "scheduled", 1)
    assert late_cancellations(wale) == 0


def disputed(worker: CustomUser, clock_at: Move) -> ShiftAssignment:
    """The first shift, an hour after it began."""
    clock_at(STARTS_AT + timedelta(hours=1))
    assignment = ShiftAssignment.objects.earliest("starts_at")
    open_dispute(actor=Actor(worker.pk, Role.APPLICANT), assignment_id=assignment.pk, reason="I was sent away.")
    return assignment


def resolve(assignment: ShiftAssignment, clock_at: Move) -> None:
    """For the worker, once the shift is over."""
    clock_at(assignment.ends_at)
    dispute_id = Dispute.objects.get().pk
    review_dispute(dispute_id=dispute_id)
    resolve_dispute(
        staff_id=UserFactory.create(role=Role.ADMIN, is_superuser=True).pk,
        dispute_id=dispute_id,
        resolution=Resolution.WORKER,
        note="The gate book says so.",
    )


def test_nothing_left_to_withdraw_is_refused(api: Api, wale: CustomUser, job: Job, clock_at: Move) -> None:
    application = accepted(job, wale)
    client = api(wale)
    clock_at(ENDS_AT)

    assert withdraw(client, application) == (409, "invalid_state")
    assert ShiftAssignment.objects.get().status == AssignmentStatus.SCHEDULED
    assert late_cancellations(wale) == 0


@pytest.mark.parametrize("status", ["rejected", "withdrawn", "closed", "completed", "no_show", "canceled"])
def test_ended_application_cannot_be_withdrawn(api: Api, wale: CustomUser, job: Job, status: str) -> None:
    application = ApplicationFactory.create(job=job, applicant=wale, status=status)

    assert withdraw(api(wale), application) == (409, "invalid_state")


def test_withdrawing_is_for_the_applicant(
    api: Api, chidi: CustomUser, wale: CustomUser, sade: CustomUser, job: Job
) -> None:
    application = ApplicationFactory.create(job=job, applicant=wale)

    assert withdraw(api(chidi), application) == (403, "wrong_role")
    assert withdraw(api(sade), application) == (404, "not_found")


def test_last_worker_withdrawing_after_the_start_ends_the_job(
    api: Api, wale: CustomUser, job: Job, clock_at: Move
) -> None:
    application = accepted(job, wale)
    client = api(wale)
    clock_at(STARTS_AT + timedelta(minutes=5))

    assert withdraw(client, application) == (200, "")
    job.refresh_from_db()
    assert job.status == JobStatus.EXPIRED
    assert balance_of(wallet_account(job.client_id)) == job.price_kobo
    assert late_cancellations(wale) == 1
