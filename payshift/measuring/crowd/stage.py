"""What the crowd comes to: a database of its own, the web server and the worker with the settings of production."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection
from django_redis import get_redis_connection
from psycopg import sql

from payshift.measuring.crowd.processor import Pids, children_of, group_members, parent_of
from payshift.measuring.databases import drop, owner_connection
from payshift.measuring.servers import WORKER, started, web_server

# More threads only wait for each other inside one Python process; fewer leave it waiting for PostgreSQL.
WORKERS, THREADS = 2, 4


@dataclass(frozen=True, slots=True)
class Stage:
    port: int
    watched: dict[str, Pids]


@contextmanager
def copy_of(template: str) -> Iterator[str]:
    """A database that may be changed, made from one that nobody is connected to; dropped with the block."""
    name = f"{template}_crowd"
    drop(name)
    with owner_connection() as owner:
        owner.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))
    try:
        yield name
    finally:
        drop(name)


@contextmanager
def serving(environment: Mapping[str, str], *, name: str, generator: Pids) -> Iterator[Stage]:
    """Two web processes and a worker, in the database and with the Redis at hand."""
    shape = {"workers": WORKERS, "threads": THREADS}
    with (
        web_server(f"{name}-web", "payshift.wsgi:application", environment, **shape) as web,
        started(f"{name}-worker", WORKER, environment) as worker,
    ):
        redis_process = redis_pid()
        watched = {
            "web": group_members(web.group),
            "PostgreSQL": children_of(postmaster()),
            "Redis": lambda: [redis_process],
            "worker": group_members(worker.group),
            "generator": generator,
        }
        yield Stage(web.port, watched)


def postmaster() -> int:
    """The first process of the PostgreSQL server, if it runs on this machine."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return parent_of(cursor.fetchone()[0])


def redis_pid() -> int:
    return int(get_redis_connection("default").info("server")["process_id"])
