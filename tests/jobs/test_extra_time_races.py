"""The worker agrees to stay at the moment at which something else happens: all of it counts, or nothing."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction

from accounts.models import CustomUser
from core.actor import Actor, Role
from jobs.models import Job, ShiftAssignment
from jobs.services import attendance, cancelling, extra_time
from payment.services.accounts import escrow_account, wallet_account
from payment.services.ledger_check import check_books
from tests.factories.jobs import ApplicationFactory, JobFactory, ShiftAssignmentFactory, ShiftFactory
from tests.factories.payment import balance_of, pay_in, pay_in_escrow
from tests.jobs.conftest import ENDS_AT, Move
from tests.jobs.test_races import run_together, take_locks_away

pytestmark = pytest.mark.django_db(transaction=True)

EXTRA = 165_000
HOUR = timedelta(hours=1)


def at_work(clock_at: Move, client: CustomUser, workers: int = 1, *, wallet_kobo: int = EXTRA) -> list[ShiftAssignment]:
    """All on one job, an hour before its end, each offered an hour more; the wallet holds the price of one hour."""
    job = JobFactory.create(client=client, applicants_needed=workers, status="ongoing")
    pay_in_escrow(job)
    pay_in(client.pk, wallet_kobo)
    assignments = []
    for _ in range(workers):
        application = ApplicationFactory.create(job=job, status="accepted")
        assignments.append(
            ShiftAssignmentFactory.create(application=application, checked_in=True, extra_offered_minutes=60)
        )
    clock_at(ENDS_AT - HOUR)
    return assignments


def worker_of(assignment: ShiftAssignment) -> Actor:
    return Actor(assignment.worker_id, Role.APPLICANT)


def client_of(assignment: ShiftAssignment) -> Actor:
    return Actor(assignment.client_id, Role.CLIENT)


def accepting(assignment: ShiftAssignment) -> Callable[[], object]:
    actor = worker_of(assignment)
    return lambda: extra_time.accept_extra_time(actor=actor, assignment_id=assignment.pk, minutes=60)


def agreed_and_paid(*assignments: ShiftAssignment) -> tuple[int, int, int]:
    """How many agreed, by the assignments, by the job and by the wallet; the books agree."""
    job = Job.objects.get(pk=assignments[0].application.job_id)
    agreed = 0
    for assignment in assignments:
        assignment.refresh_from_db()
        assert assignment.ends_at == ENDS_AT or assignment.extra_minutes
        agreed += assignment.extra_minutes // 60
    wallet = balance_of(wallet_account(job.client_id))
    paid_in = balance_of(escrow_account(job.pk)) - job.price_wage_kobo - job.price_fee_kobo
    assert check_books().findings == []
    return agreed, job.extra_kobo // EXTRA, paid_in // EXTRA if wallet % EXTRA == 0 else -1


def test_agreed_twice_at_once_is_paid_once(clock_at: Move, chidi: CustomUser) -> None:
    (assignment,) = at_work(clock_at, chidi, wallet_kobo=2 * EXTRA)

    assert run_together([accepting(assignment)] * 4) == ["InvalidState"] * 3 + ["ok"]

    assert agreed_and_paid(assignment) == (1, 1, 1)


def test_without_locks_the_books_refuse_the_second(
    clock_at: Move, chidi: CustomUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both find the offer; its posting is named after the extra minutes, and there once."""
    (assignment,) = at_work(clock_at, chidi, wallet_kobo=2 * EXTRA)
    take_locks_away(monkeypatch, extra_time, "lock_for_worker", 2)

    assert run_together([accepting(assignment)] * 2) == ["AlreadyPosted", "ok"]


def test_two_agree_and_the_wallet_holds_the_price_of_one(clock_at: Move, chidi: CustomUser) -> None:
    both = at_work(clock_at, chidi, 2)

    assert run_together([accepting(each) for each in both]) == ["ExtraTimeUnpaid", "ok"]

    assert agreed_and_paid(*both) == (1, 1, 1)


def test_control_without_locks_the_job_forgets_what_one_of_two_agreed_to(
    clock_at: Move, chidi: CustomUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = at_work(clock_at, chidi, 2, wallet_kobo=2 * EXTRA)
    take_locks_away(monkeypatch, extra_time, "lock_for_worker", 2)

    assert run_together([accepting(each) for each in both]) == ["ok", "ok"]

    assert Job.objects.get(pk=both[0].application.job_id).extra_kobo == EXTRA
    assert [finding.check for finding in check_books().findings] == ["extra time is paid"] * 2


def test_with_locks_both_agree(clock_at: Move, chidi: CustomUser) -> None:
    both = at_work(clock_at, chidi, 2, wallet_kobo=2 * EXTRA)

    assert run_together([accepting(each) for each in both]) == ["ok", "ok"]

    assert agreed_and_paid(*both) == (2, 2, 2)


@pytest.mark.parametrize("other", ["check out", "withdraw", "decline", "cancel"])
def test_agreed_before_it_or_refused(clock_at: Move, chidi: CustomUser, other: str) -> None:
    (assignment,) = at_work(clock_at, chidi)
    worker, client, row_id = worker_of(assignment), client_of(assignment), assignment.pk
    job_id = assignment.application.job_id
    with transaction.atomic():
        # Something is ahead, so that there is a job to cancel.
        ShiftFactory.create(job=assignment.application.job, starts_at=ENDS_AT + 8 * HOUR)
    acts: dict[str, Callable[[], object]] = {
        "check out": lambda: attendance.check_out(actor=worker, assignment_id=row_id),
        "withdraw": lambda: extra_time.withdraw_extra_time(actor=client, assignment_id=row_id),
        "decline": lambda: extra_time.decline_extra_time(actor=worker, assignment_id=row_id, minutes=60),
        "cancel": lambda: cancelling.cancel_job(actor=client, job_id=job_id),
    }

    outcomes = run_together([accepting(assignment), acts[other]])

    refused = {"check out": ["ok", "ok"], "cancel": ["ok", "ok"]}.get(other, ["InvalidState", "ok"])
    assert outcomes in (refused, ["InvalidState", "ok"])
    agreed = agreed_and_paid(assignment)
    assert agreed in ((0, 0, 0), (1, 1, 1))
    assert (agreed == (1, 1, 1)) or outcomes == ["InvalidState", "ok"]
