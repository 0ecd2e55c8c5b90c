"""What goes wrong: each a block at whose end it is mended, as an operator or a supervisor would."""

import os
import random
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass

from psycopg import sql

from accounts.models import CustomUser
from core.dev import processes
from core.dev.postgres_server import APPLICATION
from payshift.measuring.drills.servers import Redis, cluster, freeze, standby, superuser, tree
from payshift.measuring.overload import attacks
from payshift.measuring.overload.probing import Caller
from payshift.measuring.overload.queueing import queue_notices
from payshift.measuring.overload.stage import Stage
from payshift.measuring.servers import WORKER, started

SLOW_MAIL_SECONDS = 20.0
NO_CONNECTIONS = 0


@dataclass(frozen=True, slots=True)
class Drill:
    """`known_after` is when everybody should have noticed; `ready` what readiness has to say from then on.

    `refuses` where something has to be refused: if nothing is, people did not ask for what is broken. `spares` reads of
    other tables.
    """

    name: str
    fault: Callable[[Stage], AbstractContextManager[None]]
    known_after: float = 2.0
    ready: int = 200
    refuses: bool = False
    spares: bool = True
    # Without Redis a cached read is one from PostgreSQL, and nothing is kept for a while afterwards.
    cached: bool = True
    # The cache tells of a server that is no more, and has to be void afterwards.
    voids: bool = False


@contextmanager
def postgresql_stopped(stage: Stage) -> Iterator[None]:
    database = cluster()
    database.stop()
    yield
    database.ensure_running()


@contextmanager
def postgresql_frozen(stage: Stage) -> Iterator[None]:
    pids = tree(cluster().pid() or 0)
    freeze(pids)
    yield
    freeze(pids, thaw=True)


@contextmanager
def primary_lost(stage: Stage) -> Iterator[None]:
    """For good, with all that was under way; whoever watches over the pair promotes the standby."""
    for pid in reversed(tree(cluster().pid() or 0)):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    yield
    with superuser(standby()) as operator:
        operator.execute("SELECT pg_promote()")


@contextmanager
def table_locked(stage: Stage) -> Iterator[None]:
    with superuser(cluster()) as operator, operator.transaction():
        operator.execute("LOCK TABLE jobs_job IN ACCESS EXCLUSIVE MODE")
        yield


@contextmanager
def out_of_connections(stage: Stage) -> Iterator[None]:
    """The server refuses the application's role any, those that it had included."""
    limit = sql.SQL("ALTER ROLE {} CONNECTION LIMIT {}")
    with superuser(cluster()) as operator:
        operator.execute(limit.format(sql.Identifier(APPLICATION), sql.Literal(NO_CONNECTIONS)))
        end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s AND datname IS NOT NULL"
        operator.execute(end, [APPLICATION])
        yield
        operator.execute(limit.format(sql.Identifier(APPLICATION), sql.Literal(-1)))


@contextmanager
def redis_stopped(stage: Stage) -> Iterator[None]:
    redis = Redis()
    redis.kill()
    yield
    redis.start()


@contextmanager
def redis_frozen(stage: Stage) -> Iterator[None]:
    pids = [Redis().pid() or 0]
    freeze(pids)
    yield
    freeze(pids, thaw=True)


@contextmanager
def provider_slow(stage: Stage) -> Iterator[None]:
    with attacks.slow_provider(stage.gateway_port, attacks.payments_and_banks(stage.port)):
        yield


@contextmanager
def mail_server_slow(stage: Stage) -> Iterator[None]:
    usual, stage.mails.seconds_of_a_mail = stage.mails.seconds_of_a_mail, SLOW_MAIL_SECONDS
    queue_notices(list(CustomUser.objects.filter(is_active=True).order_by("pk").values_list("pk", flat=True)[:50]))
    with attacks.again_and_again([code_of(Caller(stage.port))], pause_seconds=1):
        yield
    stage.mails.seconds_of_a_mail = usual


def code_of(caller: Caller) -> attacks.Act:
    """Asked for somebody who is not there: the answer takes as long, and no inbox gets too many."""
    body = b'{"email": "nobody@payshift.example", "purpose": "reset_password"}'
    return lambda: caller.ask("/api/auth/otp", body=body)


@contextmanager
def web_process_killed(stage: Stage) -> Iterator[None]:
    """One of the container's two; granian starts another."""
    children = [pid for pid in processes.members(stage.web) if pid != stage.web]
    os.kill(random.choice(children), signal.SIGKILL)  # noqa: S311
    yield


@contextmanager
def worker_killed(stage: Stage) -> Iterator[None]:
    """And started again when the drill is over, for the ones that come after."""
    processes.signal_group(stage.worker, signal.SIGKILL)
    yield
    successors.enter_context(started("drills-worker", WORKER, stage.environment))


# Closed by the command, when the stage is.
successors = ExitStack()

# Those of the cache last: nothing is kept for a while after them.
DRILLS = (
    Drill("PostgreSQL stopped", postgresql_stopped, ready=503, refuses=True, spares=False),
    Drill("PostgreSQL frozen", postgresql_frozen, known_after=7.0, ready=503, refuses=True, spares=False),
    Drill("PostgreSQL refuses connections", out_of_connections, ready=503, refuses=True, spares=False),
    Drill("a table locked", table_locked, known_after=5.0, refuses=True),
    Drill("a provider takes 10 s", provider_slow, known_after=7.0),
    Drill("the mail server takes 20 s", mail_server_slow),
    Drill("a web process killed", web_process_killed),
    Drill("the worker killed", worker_killed),
    Drill("Redis stopped", redis_stopped, cached=False),
    Drill("Redis frozen", redis_frozen, cached=False),
)

# With a standby (`servers.paired`); it serves at the end.
OF_A_PAIR = (Drill("PostgreSQL fails over", primary_lost, ready=503, refuses=True, spares=False, voids=True),)
