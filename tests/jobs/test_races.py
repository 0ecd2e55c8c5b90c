"""Races, each with real threads on real PostgreSQL, and the control that breaks without its protection."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest
from django.conf import settings
from django.db import OperationalError, connection, transaction
from psycopg import sql

from accounts.models import CustomUser, Profile
from conftest import owner_connection
from core.actor import Actor, Role
from core.instances import Instances
from jobs.models import Application, Job, JobStatus, ShiftAssignment
from jobs.schemas.terms import JobIn
from jobs.services import approval, attendance, deciding, hiring, locks, no_shows, posting
from jobs.services.locks import lock_job, lock_own_application, lock_user
from payment.services.accounts import wallet_account
from tests.factories.jobs import ApplicationFactory, JobFactory, ShiftAssignmentFactory
from tests.factories.payment import balance_of
from tests.jobs.conftest import ENDS_AT, STARTS_AT, Move, funded
from tests.jobs.test_post_job import BODY
from tests.support.books import without_trigger
from tests.support.row_locks import take_row_locks_away

pytestmark = pytest.mark.django_db(transaction=True)


def run_together(calls: list[Callable[[], object]], *, at_once: int | None = None) -> list[str]:
    """All calls at once, each in a thread of its own. "ok" or the name of the error, per call.

    Of very many calls `at_once` are in the database at a time, as in a process whose pool is smaller than its threads:
    a queue as long as that for one lock would take longer on a busy machine than PostgreSQL lets anybody wait.
    """
    barrier = threading.Barrier(len(calls))
    places = threading.BoundedSemaphore(at_once or len(calls))
    outcomes = [""] * len(calls)

    def run(index: int) -> None:
        try:
            if at_once is None:
                connect_patiently()
            barrier.wait(60)
            with places:
                try:
                    connect_patiently()
                    calls[index]()
                finally:
                    connection.close()
            outcomes[index] = "ok"
        except Exception as error:  # noqa: BLE001  # the outcome is what the test looks at
            outcomes[index] = type(error).__name__

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return sorted(outcomes)


def connect_patiently() -> None:
    """Borrow a connection, however long a busy machine takes to make one: requests are refused after a second."""
    for _ in range(200):
        with contextlib.suppress(OperationalError):
            connection.ensure_connection()
            return
        time.sleep(0.05)
    connection.ensure_connection()


def take_locks_away(monkeypatch: pytest.MonkeyPatch, module: ModuleType, name: str, parties: int) -> None:
    """No row is locked any more, and behind the function `name` nobody goes on before all have read."""
    barrier = threading.Barrier(parties)
    read = getattr(module, name)

    def read_together(*args: Any, **kwargs: Any) -> Any:
        found = read(*args, **kwargs)
        barrier.wait(10)
        return found

    take_row_locks_away(monkeypatch)
    monkeypatch.setattr(module, name, read_together)


@contextmanager
def without_constraint(table: str, name: str) -> Iterator[None]:
    with owner_connection(settings.DATABASES["owner"]["NAME"]) as owner:
        row = owner.execute("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [name]).fetchone()
        assert row is not None
        names = {"table": sql.Identifier(table), "name": sql.Identifier(name)}
        owner.execute(sql.SQL("ALTER TABLE {table} DROP CONSTRAINT {name}").format(**names))
        try:
            yield
        finally:
            owner.execute(sql.SQL("TRUNCATE {table} CASCADE").format(**names))
            owner.execute(
                sql.SQL("ALTER TABLE {table} ADD CONSTRAINT {name} {definition}").format(
                    **names, definition=sql.SQL(row[0])
                )
            )


@contextmanager
def without_w1() -> Iterator[None]:
    """Neither for the whole job nor on any shift does the database count who comes."""
    with (
        without_constraint("jobs_job", "jobs_job_places_respected"),
        without_trigger("jobs_shiftassignment", "jobs_assignment_taken"),
    ):
        yield


def as_client(user: CustomUser) -> Actor:
    return Actor(user.pk, Role.CLIENT)


def accept(application: Application) -> Callable[[], object]:
    actor = as_client(application.job.client)
    return lambda: deciding.accept_application(actor=actor, application_id=application.pk)


@pytest.fixture
def last_place(chidi: CustomUser) -> list[Application]:
    """Eight who want the one place."""
    job = JobFactory.create(client=chidi, applicants_needed=1)
    return [ApplicationFactory.create(job=job) for _ in range(8)]


def test_w1_last_place_is_given_once(last_place: list[Application]) -> None:
    outcomes = run_together([accept(application) for application in last_place])

    # The others stand by: they could be accepted if there were a place.
    assert outcomes == ["JobFull"] * 7 + ["ok"]
    assert Application.objects.filter(status="accepted").count() == 1
    assert ShiftAssignment.objects.count() == 1
    assert Job.objects.get().accepted_count == 1


def test_what_is_read_behind_the_locks_is_as_their_last_holder_left_it(last_place: list[Application]) -> None:
    """All of it is one statement, which began before."""
    application = last_place[0]
    read: list[tuple[int, str]] = []

    def accepting() -> None:
        with transaction.atomic():
            job, own = lock_own_application(
                application_id=application.pk, client_id=application.job.client_id, with_worker=True
            )
            read.append((job.rate_kobo, own.note))
        connection.close()

    waiter = threading.Thread(target=accepting)
    with transaction.atomic():
        lock_user(application.applicant_id)
        lock_job(application.job_id)
        waiter.start()
        wait_until(lambda: blocked() == 1)
        Job.objects.filter(pk=application.job_id).update(rate_kobo=77_700)
        Application.objects.filter(pk=application.pk).update(note="I can come earlier.")
    waiter.join(10)

    assert read == [(77_700, "I can come earlier.")]


def test_rows_are_locked_in_the_order_of_the_design() -> None:
    """PostgreSQL locks them in the order in which the clause names them."""
    orders: dict[Instances[Any], list[str]] = {
        locks._lock_own_application_and_worker: ["accounts_customuser", "jobs_job", "jobs_application"],
        locks._lock_own_application: ["jobs_job", "jobs_application"],
        locks._lock_attendance: ["jobs_job", "jobs_application", "jobs_shiftassignment"],
        locks._lock_attendance_for_client: ["jobs_job", "jobs_application", "jobs_shiftassignment"],
        locks._lock_attendance_for_worker: ["jobs_job", "jobs_application", "jobs_shiftassignment"],
    }

    for each, order in orders.items():
        _, _, named = each.written.statement.sql.partition(" FOR NO KEY UPDATE OF ")
        # The person is the fourth table: Django gives it a name of its own.
        assert named.replace('"', "").replace("T4", "accounts_customuser").split(", ") == order


def blocked() -> int:
    """How many sessions of this database wait for a row."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        ((number,),) = cursor.fetchall()
    return int(number)


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_w1_without_the_lock_the_database_still_gives_it_once(
    last_place: list[Application], monkeypatch: pytest.MonkeyPatch
) -> None:
    take_locks_away(monkeypatch, deciding, "lock_own_application", 2)
    monkeypatch.setattr(hiring, "stand_by", lambda **options: [])

    outcomes = run_together([accept(application) for application in last_place[:2]])

    assert outcomes == ["IntegrityError", "ok"]
    assert Application.objects.filter(status="accepted").count() == 1


def test_control_without_lock_and_constraint_the_last_place_is_given_twice(
    last_place: list[Application], monkeypatch: pytest.MonkeyPatch
) -> None:
    take_locks_away(monkeypatch, deciding, "lock_own_application", 2)
    monkeypatch.setattr(hiring, "stand_by", lambda **options: [])

    with without_w1():
        outcomes = run_together([accept(application) for application in last_place[:2]])

        assert outcomes == ["ok", "ok"]
        assert Application.objects.filter(status="accepted").count() == 2


@pytest.fixture
def at_the_same_time(wale: CustomUser) -> list[Application]:
    """Wale applied to four jobs of four clients, all tomorrow from nine to five."""
    return [ApplicationFactory.create(job=JobFactory.create(), applicant=wale) for _ in range(4)]


def test_w2_worker_is_taken_on_once_for_that_time(at_the_same_time: list[Application]) -> None:
    outcomes = run_together([accept(application) for application in at_the_same_time])

    assert outcomes == ["IntegrityError"] * 3 + ["ok"]
    assert ShiftAssignment.objects.count() == 1
    assert sum(Job.objects.values_list("accepted_count", flat=True)) == 1


def test_control_without_the_exclusion_constraint_the_worker_is_taken_on_four_times(
    at_the_same_time: list[Application],
) -> None:
    with without_constraint("jobs_shiftassignment", "jobs_assignment_no_overlap"):
        assert run_together([accept(application) for application in at_the_same_time]) == ["ok"] * 4


def post(client: CustomUser) -> Callable[[], object]:
    terms = JobIn.model_validate(BODY).terms()
    return lambda: posting.post_job(actor=as_client(client), terms=terms)


def test_parallel_identical_postings_make_one_job(chidi: CustomUser) -> None:
    assert run_together([post(chidi)] * 8) == ["DuplicatePosting"] * 7 + ["ok"]
    assert Job.objects.count() == 1


def test_control_without_the_lock_on_the_client_they_make_several(
    chidi: CustomUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    barrier = threading.Barrier(4)
    seen_before = posting._posted_before

    def all_look_first(job: Job) -> bool:
        found = seen_before(job)
        barrier.wait(10)
        return found

    monkeypatch.setattr(posting, "lock_actor", lambda actor: None)
    monkeypatch.setattr(posting, "_posted_before", all_look_first)

    assert run_together([post(chidi)] * 4) == ["ok"] * 4
    assert Job.objects.count() == 4


@pytest.fixture
def worked(chidi: CustomUser, wale: CustomUser, clock_at: Move) -> ShiftAssignment:
    job = funded(JobFactory.create(client=chidi, status=JobStatus.ONGOING))
    application = ApplicationFactory.create(job=job, applicant=wale, status="accepted")
    clock_at(ENDS_AT)
    return ShiftAssignmentFactory.create(application=application, checked_out=True)


def approve(client: CustomUser, assignment: ShiftAssignment) -> Callable[[], object]:
    return lambda: approval.approve_assignment(actor=as_client(client), assignment_id=assignment.pk)


def test_w4_parallel_approvals_pay_once(chidi: CustomUser, wale: CustomUser, worked: ShiftAssignment) -> None:
    assert run_together([approve(chidi, worked)] * 8) == ["InvalidState"] * 7 + ["ok"]
    assert balance_of(wallet_account(wale.pk)) == 1_200_000
    assert Profile.objects.get(user=wale).approved_count == 1


def test_control_without_the_locks_a_second_approval_gets_as_far_as_the_books(
    chidi: CustomUser, wale: CustomUser, worked: ShiftAssignment, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_locks_away(monkeypatch, approval, "lock_for_client", 2)

    assert run_together([approve(chidi, worked)] * 2) == ["AlreadyPaid", "ok"]
    assert balance_of(wallet_account(wale.pk)) == 1_200_000


def test_parallel_guesses_of_the_on_site_code_have_five_tries(
    chidi: CustomUser, wale: CustomUser, clock_at: Move
) -> None:
    job = JobFactory.create(client=chidi)
    assignment = ShiftAssignmentFactory.create(
        application=ApplicationFactory.create(job=job, applicant=wale, status="accepted")
    )
    worker = Actor(wale.pk, Role.APPLICANT)
    clock_at(STARTS_AT)

    def guess() -> None:
        attendance.check_in(actor=worker, assignment_id=assignment.pk, code="000000")

    assert run_together([guess] * 8) == ["CodeTriesUsedUp"] * 3 + ["WrongCode"] * 5
    assert ShiftAssignment.objects.get().code_tries == 5


@pytest.fixture
def absent(chidi: CustomUser, wale: CustomUser, clock_at: Move) -> ShiftAssignment:
    """Marked as a no-show an hour into the shift, by mistake."""
    job = funded(JobFactory.create(client=chidi, applicants_needed=1))
    assignment = ShiftAssignmentFactory.create(
        application=ApplicationFactory.create(job=job, applicant=wale, status="accepted")
    )
    clock_at(STARTS_AT + timedelta(hours=1))
    no_shows.mark_no_show(actor=as_client(chidi), assignment_id=assignment.pk)
    return assignment


def undo_both_ways(assignment: ShiftAssignment) -> list[Callable[[], object]]:
    client, worker = as_client(assignment.client), Actor(assignment.worker_id, Role.APPLICANT)
    return [
        lambda: no_shows.take_back_no_show(actor=client, assignment_id=assignment.pk),
        lambda: attendance.check_in(actor=worker, assignment_id=assignment.pk, code="246810"),
    ]


def test_no_show_taken_back_and_refuted_at_once_is_uncounted_once(absent: ShiftAssignment) -> None:
    outcomes = run_together(undo_both_ways(absent))

    # Taken back first, the check-in is an ordinary one; refuted first, nothing is left to take back.
    assert outcomes in (["ok", "ok"], ["InvalidState", "ok"])
    assert ShiftAssignment.objects.get().status == "checked_in"
    assert Application.objects.get().status == "accepted"
    assert Profile.objects.get(user_id=absent.worker_id).no_show_count == 0
    assert Job.objects.get().accepted_count == 1


def test_control_without_the_locks_the_no_show_is_uncounted_twice(
    absent: ShiftAssignment, monkeypatch: pytest.MonkeyPatch
) -> None:
    barrier = threading.Barrier(2)
    undo = no_shows.undo_no_show

    def undo_together(*args: Any, **kwargs: Any) -> None:
        barrier.wait(10)
        undo(*args, **kwargs)

    take_row_locks_away(monkeypatch)
    monkeypatch.setattr(no_shows, "undo_no_show", undo_together)
    monkeypatch.setattr(attendance, "undo_no_show", undo_together)

    outcomes = run_together(undo_both_ways(absent))

    # The database has the last word: the counter does not go below zero.
    assert outcomes == ["IntegrityError", "ok"]


def test_w4_approval_and_a_check_out_taken_back_agree_on_one_wage(
    chidi: CustomUser, wale: CustomUser, clock_at: Move
) -> None:
    job = funded(JobFactory.create(client=chidi, applicants_needed=1, status=JobStatus.ONGOING))
    application = ApplicationFactory.create(job=job, applicant=wale, status="accepted")
    assignment = ShiftAssignmentFactory.create(application=application, checked_in=True)
    worker = Actor(wale.pk, Role.APPLICANT)
    clock_at(STARTS_AT + timedelta(hours=4))
    attendance.check_out(actor=worker, assignment_id=assignment.pk)

    outcomes = run_together(
        [
            approve(chidi, assignment),
            lambda: attendance.take_back_check_out(actor=worker, assignment_id=assignment.pk),
        ]
    )

    assert outcomes == ["InvalidState", "ok"]
    paid = {"approved": 600_000, "checked_in": 0}[ShiftAssignment.objects.get().status]
    assert balance_of(wallet_account(wale.pk)) == paid
