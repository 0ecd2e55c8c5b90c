"""What the end of a dispute does to an assignment: called by payment, after the award."""

import pytest

from accounts.models import CustomUser, Profile
from core.actor import Actor, Role
from jobs.models import Application, Job, JobStatus, ShiftAssignment
from jobs.services.approval import approve_assignment, mark_no_show
from jobs.services.disputes import conclude_dispute
from payment.services.accounts import escrow_account, wallet_account
from tests.factories.jobs import ApplicationFactory, JobFactory, ShiftAssignmentFactory
from tests.factories.payment import balance_of
from tests.jobs.conftest import ENDS_AT, Move, funded

pytestmark = pytest.mark.django_db


@pytest.fixture
def worked(chidi: CustomUser, wale: CustomUser, clock_at: Move) -> ShiftAssignment:
    job = funded(JobFactory.create(client=chidi, applicants_needed=1, status=JobStatus.ONGOING))
    application = ApplicationFactory.create(job=job, applicant=wale, status="accepted")
    clock_at(ENDS_AT)
    return ShiftAssignmentFactory.create(application=application, checked_out=True)


def test_work_not_approved_ends_without_pay_because_the_award_took_its_place(
    worked: ShiftAssignment, chidi: CustomUser, wale: CustomUser
) -> None:
    conclude_dispute(assignment_id=worked.pk)
    conclude_dispute(assignment_id=worked.pk)

    worked.refresh_from_db()
    assert (worked.status, worked.approved_minutes, worked.paid_wage_kobo) == ("approved", 480, 0)
    assert Application.objects.get().status == "completed"
    assert Job.objects.get().status == JobStatus.COMPLETED
    assert balance_of(wallet_account(wale.pk)) == 0
    assert balance_of(wallet_account(chidi.pk)) == 1_320_000
    assert Profile.objects.get(user=wale).approved_count == 1


def test_forgotten_check_out_is_made_up(worked: ShiftAssignment) -> None:
    ShiftAssignment.objects.all().delete()
    working = ShiftAssignmentFactory.create(application=worked.application, checked_in=True)

    conclude_dispute(assignment_id=working.pk)

    working.refresh_from_db()
    assert (working.status, working.checked_out_automatically) == ("approved", True)


def test_withheld_difference_goes_back(worked: ShiftAssignment, chidi: CustomUser) -> None:
    actor = Actor(chidi.pk, Role.CLIENT)
    approve_assignment(actor=actor, assignment_id=worked.pk, minutes=420, reason="Left at four.")

    conclude_dispute(assignment_id=worked.pk)

    assert Job.objects.get().status == JobStatus.COMPLETED
    assert balance_of(escrow_account(worked.shift.job_id)) == 0
    assert balance_of(wallet_account(chidi.pk)) == 165_000


def test_assignment_that_is_only_scheduled_stays_to_the_clock(worked: ShiftAssignment, chidi: CustomUser) -> None:
    ShiftAssignment.objects.all().delete()
    absent = ShiftAssignmentFactory.create(application=worked.application)

    conclude_dispute(assignment_id=absent.pk)

    absent.refresh_from_db()
    assert absent.status == "scheduled"
    mark_no_show(actor=Actor(chidi.pk, Role.CLIENT), assignment_id=absent.pk)
    absent.refresh_from_db()
    assert absent.withheld_kobo == absent.price_kobo
