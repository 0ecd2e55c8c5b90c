"""A table that somebody keeps locked is refused at once, and nothing else is.

The bounds leave room for a machine that is busy with something else; what they tell apart is several times as long.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress

import psycopg
import pytest
from django.conf import settings
from django.db import OperationalError, connections

from conftest import owner_connection
from core.errors import PayshiftError
from core.postgresql import locked as locked_tables
from core.postgresql.base import DatabaseWrapper
from core.postgresql.locked import LONG_SECONDS, LockedTables
from core.problems import error_from_database

LOCKED = "locked"
READ = 'SELECT count(*) FROM "jobs_job" jobs'
ANOTHER = "SELECT count(*) FROM jobs_jobindustry"
WRITE = 'UPDATE "jobs_job" SET title = title'
# What names the table nowhere: its foreign key is looked at when it commits.
CHILD = "INSERT INTO jobs_savedjob (job_id, user_id, saved_at) VALUES (1, 1, now())"


@pytest.fixture(autouse=True)
def _as_in_production(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locked_tables, "LONG_SECONDS", LONG_SECONDS)


@pytest.fixture(scope="module", autouse=True)
def _pool(django_db_setup: None) -> Iterator[None]:
    usual = connections["default"].settings_dict
    pool = {"min_size": 1, "max_size": 3, "timeout": 30.0, "check": None}
    connections.settings[LOCKED] = {
        **usual,
        "OPTIONS": {**usual["OPTIONS"], "pool": pool},
        "TEST": {**usual["TEST"], "MIRROR": "default"},
    }
    yield
    del connections.settings[LOCKED]


@pytest.fixture
def connect() -> Iterator[Callable[[], DatabaseWrapper]]:
    """Makes what each thread has of its own; they share one pool, and the process' look at the server."""

    def make() -> DatabaseWrapper:
        wrapper = connections.create_connection(LOCKED)
        assert isinstance(wrapper, DatabaseWrapper)
        return wrapper

    yield make
    connections[LOCKED].close_pool()  # type: ignore[attr-defined]  # PostgreSQL's own
    del connections[LOCKED]


def owner() -> psycopg.Connection:
    return owner_connection(settings.DATABASES["owner"]["NAME"])


@contextmanager
def locked(mode: str = "ACCESS EXCLUSIVE") -> Iterator[None]:
    with owner() as connection, connection.transaction():
        connection.execute(f"LOCK TABLE jobs_job IN {mode} MODE")
        yield


@contextmanager
def waiting(statement: str) -> Iterator[None]:
    """Somebody waits in vain for as long as the block lasts."""

    def wait() -> None:
        with suppress(psycopg.Error):
            waiter.execute(statement)

    with owner() as waiter:
        thread = threading.Thread(target=wait, daemon=True)
        thread.start()
        yield
        waiter.cancel_safe()
        thread.join(timeout=60)


def waits_long(looking: psycopg.Connection) -> bool:
    long = "SELECT count(*) FROM pg_locks WHERE waitstart < clock_timestamp() - make_interval(secs => %s)"
    return looking.execute(long, [LONG_SECONDS]).fetchone() == (1,)


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def ask(wrapper: DatabaseWrapper, statement: str) -> None:
    with closing(wrapper), wrapper.cursor() as cursor:
        cursor.execute(statement)


def write(wrapper: DatabaseWrapper, statement: str) -> None:
    with closing(wrapper):
        wrapper.set_autocommit(False)
        with wrapper.cursor() as cursor:
            cursor.execute(statement)
        wrapper.commit()


def refusal(act: Callable[[DatabaseWrapper, str], None], wrapper: DatabaseWrapper, statement: str) -> PayshiftError:
    with pytest.raises(OperationalError) as refused:
        act(wrapper, statement)
    problem = error_from_database(refused.value)
    assert problem is not None
    return problem


@pytest.mark.django_db(transaction=True, databases=["default", LOCKED])
def test_a_table_that_is_kept_locked_is_refused_and_others_are_read(connect: Callable[[], DatabaseWrapper]) -> None:
    ask(connect(), READ)
    known = connect().watch.locked
    with closing(connect()) as holder, locked():
        # Out for long: the watch looks why.
        holder.ensure_connection()
        with waiting(READ):
            wait_until(lambda: bool(known.held))

            problems = [refusal(act, connect(), said) for act, said in ((ask, READ), (write, WRITE), (write, CHILD))]
            ask(connect(), ANOTHER)
    wait_until(lambda: not known.held)

    assert [(problem.status, problem.headers) for problem in problems] == [(503, {"Retry-After": "5"})] * 3
    ask(connect(), READ)


def test_a_lock_of_a_moment_is_waited_for_and_so_is_the_next_one_of_somebody_else() -> None:
    tables = LockedTables(LOCKED)
    with owner() as looking:
        with locked(), waiting(READ):
            tables.look(looking)
            at_once = tables.held
            wait_until(lambda: waits_long(looking))
            tables.look(looking)
            later = {lock.table for lock in tables.held}
            with pytest.raises(psycopg.OperationalError):
                tables.refuse(READ)
        with locked():
            tables.look(looking)
            tables.refuse(READ)

    assert (at_once, later) == (frozenset(), {"jobs_job"})


def test_a_lock_that_leaves_readers_alone_refuses_writes_only() -> None:
    tables = LockedTables(LOCKED)
    with owner() as looking, locked("SHARE"), waiting(WRITE):
        wait_until(lambda: waits_long(looking))
        tables.look(looking)

        for statement in (READ, f"{READ} FOR KEY SHARE", ANOTHER, WRITE.replace("jobs_job", "jobs_jobskill")):
            tables.refuse(statement)
        for statement in (WRITE, "INSERT INTO jobs_job VALUES (1)", "DELETE FROM ONLY jobs_job"):
            with pytest.raises(psycopg.OperationalError):
                tables.refuse(statement)


def test_who_holds_an_index_holds_its_table() -> None:
    tables = LockedTables(LOCKED)
    with owner() as looking, owner() as operator, operator.transaction():
        operator.execute("REINDEX INDEX jobs_savedjob_once")
        with waiting("SELECT count(*) FROM jobs_savedjob"):
            wait_until(lambda: waits_long(looking))
            tables.look(looking)

    assert {(lock.table, lock.keeps_out_readers) for lock in tables.held} == {("jobs_savedjob", True)}
