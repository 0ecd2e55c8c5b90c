"""Nobody waits long for a database that is away, frozen or full, and everything is as before once it is back.

The bounds leave room for a machine that is busy with something else; what they tell apart is several times as long.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress

import pytest
from django.conf import settings
from django.db import OperationalError, connections
from psycopg import sql

from conftest import owner_connection
from core.postgresql.base import MOST_WAITING, DatabaseWrapper
from core.postgresql.watch import Watch
from tests.support.races import errors_of, race
from tests.support.tcp_proxy import TcpProxy

DRILL = "drill"
POOL_SIZE = 3
POOL_WAIT_SECONDS = 1.0
AT_ONCE_SECONDS = 0.5

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", DRILL])


@pytest.fixture(scope="module", autouse=True)
def _line(django_db_setup: None) -> Iterator[TcpProxy]:
    proxy = TcpProxy()
    usual = connections["default"].settings_dict
    pool = {"min_size": 1, "max_size": POOL_SIZE, "timeout": POOL_WAIT_SECONDS, "check": None, "reconnect_timeout": 1.0}
    connections.settings[DRILL] = {
        **usual,
        "HOST": "127.0.0.1",
        "PORT": str(proxy.port),
        "OPTIONS": {**usual["OPTIONS"], "pool": pool},
        "TEST": {**usual["TEST"], "MIRROR": "default"},
    }
    yield proxy
    proxy.cut()
    del connections.settings[DRILL]


@pytest.fixture
def line(_line: TcpProxy) -> Iterator[TcpProxy]:
    # The first connection of a process asks for the types of the database, by a second one: a busy machine may need
    # longer for both than a request would wait.
    wait_until(connects, 60)
    connections[DRILL].close()
    yield _line
    _line.mend()
    connections[DRILL].close_pool()  # type: ignore[attr-defined]  # PostgreSQL's own
    del connections[DRILL]


@pytest.fixture
def connect(line: TcpProxy) -> Callable[[], DatabaseWrapper]:
    """Makes what each thread has of its own; they share one pool over the line."""

    def make() -> DatabaseWrapper:
        wrapper = connections.create_connection(DRILL)
        assert isinstance(wrapper, DatabaseWrapper)
        return wrapper

    return make


def answer(wrapper: DatabaseWrapper, statement: str = "SELECT 1") -> float:
    """How long a request takes that borrows a connection, asks once and gives it back."""
    started = time.monotonic()
    try:
        with wrapper.cursor() as cursor:
            cursor.execute(statement)
    finally:
        wrapper.close()
    return time.monotonic() - started


def refusal(wrapper: DatabaseWrapper, statement: str = "SELECT 1") -> float:
    """How long a request takes to be refused."""
    started = time.monotonic()
    with pytest.raises(OperationalError):
        answer(wrapper, statement)
    return time.monotonic() - started


def connects() -> bool:
    with suppress(OperationalError):
        connections[DRILL].ensure_connection()
    return connections[DRILL].connection is not None


def wait_until(condition: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def watch(connect: Callable[[], DatabaseWrapper]) -> Watch:
    return connect().watch


def test_while_the_server_is_away_requests_are_refused_at_once(
    line: TcpProxy, connect: Callable[[], DatabaseWrapper]
) -> None:
    answer(connect())
    line.cut()

    assert refusal(connect()) < POOL_WAIT_SECONDS + AT_ONCE_SECONDS
    wait_until(lambda: watch(connect).away, 3)
    assert sum(refusal(connect()) for _ in range(20)) < AT_ONCE_SECONDS


def test_when_the_server_is_back_the_first_request_is_answered(
    line: TcpProxy, connect: Callable[[], DatabaseWrapper]
) -> None:
    answer(connect())
    line.cut()
    refusal(connect())
    wait_until(lambda: watch(connect).away, 3)

    line.mend()

    wait_until(lambda: not watch(connect).away, 5)
    assert max(answer(connect()) for _ in range(5)) < POOL_WAIT_SECONDS


def test_who_waits_for_a_frozen_server_is_cut_off_and_others_are_refused_at_once(
    line: TcpProxy, connect: Callable[[], DatabaseWrapper]
) -> None:
    answer(connect())
    line.freeze()

    # Two silent probes of two seconds each, and a second before the first.
    assert refusal(connect()) < 8
    assert watch(connect).away
    assert refusal(connect()) < AT_ONCE_SECONDS

    line.mend()
    wait_until(lambda: not watch(connect).away, 5)
    assert answer(connect()) < POOL_WAIT_SECONDS


def test_slow_statements_are_not_taken_for_a_frozen_server(connect: Callable[[], DatabaseWrapper]) -> None:
    assert answer(connect(), "SELECT pg_sleep(3.5)") > 3
    assert not watch(connect).away


def test_connections_of_a_server_that_restarted_are_replaced_without_waiting(
    line: TcpProxy, connect: Callable[[], DatabaseWrapper]
) -> None:
    """psycopg's pool alone sleeps one, two and four seconds between the connections that it finds broken."""
    all_out = threading.Barrier(POOL_SIZE)

    def borrow() -> None:
        with closing(connect()) as wrapper, wrapper.cursor() as cursor:
            cursor.execute("SELECT 1")
            all_out.wait(timeout=30)

    assert errors_of(race(*[borrow] * POOL_SIZE)) == []
    line.hang_up()

    assert answer(connect()) < POOL_WAIT_SECONDS
    assert answer(connect()) < AT_ONCE_SECONDS


def test_only_so_many_wait_while_all_connections_are_lent(connect: Callable[[], DatabaseWrapper]) -> None:
    """The others have their threads back at once, for what needs no database."""
    holders = [connect() for _ in range(POOL_SIZE)]
    for holder in holders:
        holder.ensure_connection()

    times = race(*[lambda: refusal(connect())] * (MOST_WAITING + 12))
    for holder in holders:
        holder.close()

    in_order = sorted(seconds for seconds in times if isinstance(seconds, float))
    assert max(in_order[:12]) < AT_ONCE_SECONDS
    assert min(in_order[12:]) > POOL_WAIT_SECONDS * 0.9
    assert len(in_order) == MOST_WAITING + 12
    assert answer(connect()) < AT_ONCE_SECONDS


@contextmanager
def closed_doors() -> Iterator[None]:
    """The server answers, and lets nobody into this database who is not in it."""
    name = settings.DATABASES["owner"]["NAME"]
    limit = sql.SQL("ALTER DATABASE {} CONNECTION LIMIT {}")
    with owner_connection(name) as owner:
        owner.execute(limit.format(sql.Identifier(name), sql.Literal(0)))
        try:
            yield
        finally:
            owner.execute(limit.format(sql.Identifier(name), sql.Literal(-1)))


def test_a_server_that_lets_nobody_in_refuses_at_once_whoever_has_no_connection(
    line: TcpProxy, connect: Callable[[], DatabaseWrapper]
) -> None:
    answer(connect())
    with closed_doors():
        line.hang_up()
        refusal(connect())
        wait_until(lambda: watch(connect).away, 10)

        assert sum(refusal(connect()) for _ in range(20)) < 20 * POOL_WAIT_SECONDS / 2

    wait_until(lambda: not watch(connect).away, 10)
    answer(connect())


def test_a_server_that_lets_nobody_else_in_serves_whoever_is_in(connect: Callable[[], DatabaseWrapper]) -> None:
    answer(connect())
    with closed_doors():
        watch(connect)._ask()

        assert not watch(connect).away
        answer(connect())
