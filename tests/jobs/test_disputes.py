"""What the end of a dispute does to an assignment: called by payment, after the award."""

import pytest

from accounts.models import CustomUser, Profile
from core.actor import Actor, Role
from core.errors import InvalidState
from jobs.models import Application, Job, JobStatus, ShiftAssignment
from jobs.services.approval import approve_assignment
from jobs.services.disputes import conclude_dispute
from jobs.services.no_shows import mark_no_show
from payment.models import Resolution
from payment.services.accounts import escrow_account, wallet_account
from payment.services.disputes import open_dispute, resolve_dispute, review_dispute
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
    conclude_dispute(assignment_id=worked.pk, awarded_kobo=0)
    conclude_dispute(assignment_id=worked.pk, awarded_kobo=0)

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

    conclude_dispute(assignment_id=working.pk, awarded_kobo=0)

    working.refresh_from_db()
    assert (working.status, working.checked_out_automatically) == ("approved", True)


def test_withheld_difference_goes_back(worked: ShiftAssignment, chidi: CustomUser) -> None:
    actor = Actor(chidi.pk, Role.CLIENT)
    approve_assignment(actor=actor, assignment_id=worked.pk, minutes=420, reason="Left at four.")

    conclude_dispute(assignment_id=worked.pk, awarded_kobo=0)

    assert Job.objects.get().status == JobStatus.COMPLETED
    assert balance_of(escrow_account(worked.shift.job_id)) == 0
    assert balance_of(wallet_account(chidi.pk)) == 165_000


@pytest.fixture
def never_checked_in(chidi: CustomUser, wale: CustomUser, clock_at: Move) -> ShiftAssignment:
    job = funded(JobFactory.create(client=chidi, applicants_needed=1))
    application = ApplicationFactory.create(job=job, applicant=wale, status="accepted")
    clock_at(ENDS_AT)
    return ShiftAssignmentFactory.create(application=application)


def test_who_never_checked_in_but_got_an_award_was_there(never_checked_in: ShiftAssignment, wale: CustomUser) -> None:
    conclude_dispute(assignment_id=never_checked_in.pk, awarded_kobo=500_000)
    conclude_dispute(assignment_id=never_checked_in.pk, awarded_kobo=500_000)

    never_checked_in.refresh_from_db()
    assert (never_checked_in.status, never_checked_in.worked_minutes) == ("approved", 480)
    assert never_checked_in.check_in_method == "granted"
    assert never_checked_in.checked_out_automatically
    assert Application.objects.get().status == "completed"
    assert Profile.objects.get(user=wale).approved_count == 1


def test_w4_after_an_award_nothing_more_is_owed_for_the_shift(
    never_checked_in: ShiftAssignment, chidi: CustomUser, wale: CustomUser, bisi: CustomUser
) -> None:
    """Left scheduled, the shift would become a no-show and withhold a price that escrow does not hold any more."""
    worker, client = Actor(wale.pk, Role.APPLICANT), Actor(chidi.pk, Role.CLIENT)
    dispute = open_dispute(actor=worker, assignment_id=never_checked_in.pk, reason="My phone was dead.")
    review_dispute(dispute_id=dispute.pk)

    resolve_dispute(staff_id=bisi.pk, dispute_id=dispute.pk, resolution=Resolution.WORKER, note="Seen at the gate.")

    with pytest.raises(InvalidState):
        mark_no_show(actor=client, assignment_id=never_checked_in.pk)
    assert balance_of(wallet_account(wale.pk)) == 1_200_000
    assert balance_of(wallet_account(chidi.pk)) == 120_000
    assert balance_of(escrow_account(never_checked_in.shift.job_id)) == 0


def test_who_never_checked_in_and_got_nothing_is_a_no_show(
    never_checked_in: ShiftAssignment, chidi: CustomUser, wale: CustomUser
) -> None:
    conclude_dispute(assignment_id=never_checked_in.pk, awarded_kobo=0)

    never_checked_in.refresh_from_db()
    assert (never_checked_in.status, never_checked_in.withheld_kobo) == ("no_show", 0)
    assert Application.objects.get().status == "no_show"
    assert Profile.objects.get(user=wale).no_show_count == 1
    assert balance_of(wallet_account(chidi.pk)) == 1_320_000
