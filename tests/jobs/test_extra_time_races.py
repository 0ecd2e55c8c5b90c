"""The worker agrees to stay at the moment at which something else happens: all of it counts, or nothing."""

import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import transaction

from accounts.models import CustomUser
from core.actor import Actor, Role
from jobs.models import Application, Job, ShiftAssignment
from jobs.services import attendance, cancelling, deciding, extra_time, parties, places, withdrawing
from payment.services.accounts import escrow_account, wallet_account
from payment.services.ledger_check import check_books
from tests.factories.jobs import ApplicationFactory, JobFactory, ShiftAssignmentFactory, ShiftFactory
from tests.factories.payment import balance_of, pay_in, pay_in_escrow
from tests.jobs.conftest import ENDS_AT, STARTS_AT, Move
from tests.jobs.test_races import run_together, take_locks_away
from tests.support.row_locks import take_row_locks_away

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


def ahead(clock_at: Move, client: CustomUser, *, agreed: bool = False) -> ShiftAssignment:
    """A place for tomorrow, offered an hour more; the wallet holds the price of it."""
    job = JobFactory.create(client=client, applicants_needed=1)
    pay_in_escrow(job)
    pay_in(client.pk, EXTRA)
    application = ApplicationFactory.create(job=job, status="accepted")
    assignment: ShiftAssignment = ShiftAssignmentFactory.create(application=application, extra_offered_minutes=60)
    if agreed:
        accepting(assignment)()
    return assignment


def stepping_back(assignment: ShiftAssignment) -> Callable[[], object]:
    actor = worker_of(assignment)
    return lambda: withdrawing.give_back_shift(actor=actor, assignment_id=assignment.pk)


def paid_in_and_wallet(assignment: ShiftAssignment) -> tuple[int, int]:
    job = Job.objects.get(pk=assignment.application.job_id)
    return balance_of(escrow_account(job.pk)), balance_of(wallet_account(job.client_id))


@pytest.mark.parametrize("other", ["give back", "withdraw", "cancel", "release", "decline"])
def test_agreed_before_the_shift_as_it_is_lost_nothing_stays_behind(
    clock_at: Move, chidi: CustomUser, other: str
) -> None:
    assignment = ahead(clock_at, chidi)
    worker, client, application_id = worker_of(assignment), client_of(assignment), assignment.application_id
    job_id = assignment.application.job_id
    if other == "release":
        clock_at(STARTS_AT - 4 * HOUR)
        asked = {"confirmation_asked_at": STARTS_AT - 24 * HOUR}
        Application.objects.filter(pk=application_id).update(**asked)
    acts: dict[str, Callable[[], object]] = {
        "give back": stepping_back(assignment),
        "withdraw": lambda: withdrawing.withdraw_application(actor=worker, application_id=application_id),
        "cancel": lambda: cancelling.cancel_job(actor=client, job_id=job_id),
        "release": lambda: places.release_place(actor=client, application_id=application_id),
        "decline": lambda: extra_time.decline_extra_time(actor=worker, assignment_id=assignment.pk, minutes=60),
    }

    outcomes = run_together([accepting(assignment), acts[other]])

    assert outcomes in (["ok", "ok"], ["InvalidState", "ok"])
    assert check_books().findings == []
    job = Job.objects.get(pk=job_id)
    assignment.refresh_from_db()
    if other == "decline":
        assert job.extra_kobo in (0, EXTRA)
        return
    compensation = assignment.compensation_kobo
    price = 0 if other == "cancel" else job.price_kobo
    back = job.price_kobo - compensation if other == "cancel" else 0
    assert (assignment.status, job.extra_kobo) == ("canceled", 0)
    assert paid_in_and_wallet(assignment) == (price, EXTRA + back)


def test_control_without_locks_extra_time_is_agreed_for_a_place_that_was_given_back(
    clock_at: Move, chidi: CustomUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Overtaken between reading and writing: the price stays in escrow for a shift that nobody comes to."""
    assignment = ahead(clock_at, chidi)
    read = parties.lock_for_worker

    def read_and_be_overtaken(*args: Any, **kwargs: Any) -> Any:
        found = read(*args, **kwargs)
        assert run_together([stepping_back(assignment)]) == ["ok"]
        return found

    take_row_locks_away(monkeypatch)
    monkeypatch.setattr(extra_time, "lock_for_worker", read_and_be_overtaken)

    accepting(assignment)()

    assignment.refresh_from_db()
    assert assignment.status == "canceled"
    assert {finding.check for finding in check_books().findings} == {"extra time is paid"}


def test_given_back_twice_its_price_goes_back_once(clock_at: Move, chidi: CustomUser) -> None:
    assignment = ahead(clock_at, chidi, agreed=True)
    job_id = assignment.application.job_id
    cancel = partial(cancelling.cancel_job, actor=client_of(assignment), job_id=job_id)

    outcomes = run_together([stepping_back(assignment), stepping_back(assignment), cancel])

    assert "ok" in outcomes
    assert check_books().findings == []
    job = Job.objects.get(pk=job_id)
    assert (job.status, job.extra_kobo) == ("canceled", 0)
    assert paid_in_and_wallet(assignment) == (0, EXTRA + job.price_kobo)


def test_agreed_at_the_moment_at_which_the_shift_begins(clock_at: Move, chidi: CustomUser) -> None:
    """Decided behind the locks: whoever waited for them until the start has nothing to agree to any more."""
    assignment = ahead(clock_at, chidi)
    clock_at(STARTS_AT - timedelta(seconds=1))
    held, waits = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            Job.objects.select_for_update().get(pk=assignment.application.job_id)
            held.set()
            waits.wait(10)
            clock_at(STARTS_AT)

    def agree() -> None:
        held.wait(10)
        waits.set()
        accepting(assignment)()

    assert run_together([hold, agree]) == ["InvalidState", "ok"]
    assert agreed_and_paid(assignment) == (0, 0, 0)


def test_w2_agreed_as_the_worker_is_taken_on_elsewhere_has_one_of_both(clock_at: Move, chidi: CustomUser) -> None:
    assignment = ahead(clock_at, chidi)
    other = JobFactory.create(starts_at=ENDS_AT)
    pay_in_escrow(other)
    waiting = ApplicationFactory.create(job=other, applicant=assignment.worker)
    client = Actor(other.client_id, Role.CLIENT)

    outcomes = run_together(
        [
            accepting(assignment),
            lambda: deciding.accept_application(actor=client, application_id=waiting.pk),
        ]
    )

    refusal, done = outcomes
    assert done == "ok"
    assert refusal in ("IntegrityError", "OverlappingShifts")
    taken_on = ShiftAssignment.objects.filter(application=waiting).count()
    assert agreed_and_paid(assignment)[0] + taken_on == 1
    assert check_books().findings == []
