"""The embedded servers of this checkout and how long they live.

The rule: every command that uses them holds a lease, and the last one to leave stops them. So `make run` and `make
test` may overlap in any order, and nothing runs on when nobody uses it. A command that is killed cannot stop anything:
its lease ends with it, the servers wait for the next command, or for `make stop`.
"""

import atexit
import os
from dataclasses import dataclass

from core.dev import postgres_server, redis_server
from core.dev.paths import LOCAL, FileLock

LEASES = LOCAL / "servers.leases"
CHANGING = LOCAL / "servers.lock"


@dataclass(frozen=True)
class Addresses:
    """Where the servers answer; None where the developer named a server of their own."""

    database_url: str | None
    database_owner_url: str | None
    redis_url: str | None


class Lease:
    """A share in the servers. Given back at exit; the last share to come back stops them."""

    def __init__(self) -> None:
        self._holder = os.getpid()
        self._lock = FileLock(LEASES)
        # Waits while somebody who was the last is stopping them.
        self._lock.share()
        atexit.register(self.give_back)

    def give_back(self) -> None:
        # A forked child inherits the exit handler, but not the right to stop what its parent uses.
        if os.getpid() != self._holder:
            return
        atexit.unregister(self.give_back)
        if self._lock.try_alone():
            stop()
        self._lock.close()


def lease(*, postgres: bool, redis: bool) -> Addresses:
    """Start what is asked for and does not run yet, and keep it running for as long as this process lives."""
    Lease()
    with FileLock(CHANGING):
        database_url = owner_url = redis_url = None
        if postgres:
            cluster = postgres_server.cluster()
            port = cluster.ensure_running()
            database_url = cluster.url(postgres_server.APPLICATION, port)
            owner_url = cluster.url(postgres_server.OWNER, port)
        if redis:
            redis_url = redis_server.url(redis_server.ensure_running())
    return Addresses(database_url, owner_url, redis_url)


def stop() -> None:
    """Stop both servers, whoever uses them."""
    if LOCAL.exists():
        with FileLock(CHANGING):
            postgres_server.cluster().stop()
            redis_server.stop()
