"""What the crowd comes to: a database of its own, the web server and the worker with the settings of production."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from django.db import connection
from django_redis import get_redis_connection
from psycopg import sql

from payshift.measuring.crowd.processor import Pids, children_of, group_members, parent_of
from payshift.measuring.databases import drop, owner_connection
from payshift.measuring.servers import WORKER, started, web_server
from payshift.measuring.trees import HERE, Tree

# More threads only wait for each other inside one Python process; fewer leave it waiting for PostgreSQL.
WORKERS, THREADS = 2, 4


@dataclass(frozen=True, slots=True)
class Stage:
    port: int
    watched: dict[str, Pids]


@contextmanager
def copy_of(template: str, *, purpose: str = "crowd") -> Iterator[str]:
    """A database that may be changed, made from one that nobody is connected to; dropped with the block."""
    name = f"{template}_{purpose}"
    drop(name)
    with owner_connection() as owner:
        owner.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))
    try:
        yield name
    finally:
        drop(name)


@contextmanager
def serving(
    environment: Mapping[str, str], *, name: str, generator: Pids, tree: Tree = HERE, worker: Sequence[str] = WORKER
) -> Iterator[Stage]:
    """Two web processes and a worker, in the database and with the Redis of this environment."""
    web_server_of = partial(web_server, workers=WORKERS, threads=THREADS, tree=tree)
    with (
        web_server_of(f"{name}-web", "payshift.wsgi:application", environment) as web,
        started(f"{name}-worker", worker, environment, tree=tree) as worker_process,
    ):
        redis_process = redis_pid()
        watched = {
            "web": group_members(web.group),
            "PostgreSQL": children_of(postmaster()),
            "Redis": lambda: [redis_process],
            "worker": group_members(worker_process.group),
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
