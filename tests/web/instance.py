"""A whole instance for real browsers: web server, worker and sandbox gateway as `make run` starts them, on a database
and a Redis number of their own, so that it lives beside the tests of this process."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psycopg
from django.conf import settings
from psycopg import sql

from core.dev import processes
from payshift.measuring.servers import free_port

START_SECONDS = 120
# All migrations of an empty database, on a machine that runs other tests beside.
MIGRATE_SECONDS = 300
# Of the sixteen of a Redis: far from those of the running application and of the suite's processes.
REDIS_NUMBER = 13
HINTS = ("-m", "granian", "--interface", "asgi", "--host", "127.0.0.1", "--no-ws")
GRANIAN = ("-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--no-ws", "--blocking-threads", "4")


@dataclass(frozen=True, slots=True)
class WebInstance:
    url: str
    gateway_url: str
    # What its processes say.
    logs: Path
    # Of its processes: a command with these acts in its database.
    environment: Mapping[str, str]


@contextmanager
def running(owner: psycopg.Connection, logs: Path) -> Iterator[WebInstance]:
    """`owner` may create databases. Whatever happens, the processes end and the database goes."""
    name = f"test_web_{os.getpid()}"
    web, gateway, events = free_port(), free_port(), free_port()
    environment = variables(name, web, gateway, events)
    owner.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        migrate = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
        subprocess.run(migrate, cwd=settings.BASE_DIR, env=environment, check=True, timeout=MIGRATE_SECONDS)
        with ExitStack() as stack:
            for program in (
                (*GRANIAN, "--port", str(web), "payshift.wsgi:application"),
                ("manage.py", "work"),
                (*HINTS, "--port", str(events), "payshift.asgi:application"),
                (*GRANIAN, "--port", str(gateway), "payment.sandbox.wsgi:application"),
            ):
                stack.enter_context(started(program, environment, logs / f"{program[-1]}.log"))
            instance = WebInstance(f"http://127.0.0.1:{web}", f"http://127.0.0.1:{gateway}", logs, environment)
            wait_until_ready(f"{instance.url}/health/ready", logs)
            wait_until_ready(f"{instance.gateway_url}/", logs)
            wait_until_ready(f"{environment['EVENTS_URL']}/health/live", logs)
            yield instance
    finally:
        owner.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def beside(instance: WebInstance, **other: str) -> Iterator[WebInstance]:
    """The same instance by another operator's settings: one more web server, with its hints, on its database."""
    web, events = free_port(), free_port()
    url, hints = f"http://127.0.0.1:{web}", f"http://127.0.0.1:{events}"
    environment = {**instance.environment, "PUBLIC_URL": url, "EVENTS_URL": hints, **other}
    with ExitStack() as stack:
        for program, name in (
            ((*GRANIAN, "--port", str(web), "payshift.wsgi:application"), f"web-{web}.log"),
            ((*HINTS, "--port", str(events), "payshift.asgi:application"), f"hints-{events}.log"),
        ):
            stack.enter_context(started(program, environment, instance.logs / name))
        wait_until_ready(f"{url}/health/ready", instance.logs)
        wait_until_ready(f"{hints}/health/live", instance.logs)
        yield replace(instance, url=url, environment=environment)


def variables(database: str, web: int, gateway: int, events: int) -> dict[str, str]:
    """Those of `make run`, with the addresses of this instance."""
    own = dict(os.environ)
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
        own[name] = urlsplit(os.environ[name])._replace(path=f"/{database}").geturl()
    own["REDIS_URL"] = urlsplit(os.environ["REDIS_URL"])._replace(path=f"/{REDIS_NUMBER}").geturl()
    sandbox = f"http://127.0.0.1:{gateway}"
    return own | {
        "DATABASE_POOL_SIZE": "8",
        "DEBUG": "1",
        # Nobody reads it there.
        "DEBUG_TOOLBAR": "0",
        "TIME_TRAVEL": "1",
        "EMAIL_URL": "mailbox://",
        "PUBLIC_URL": f"http://127.0.0.1:{web}",
        "EVENTS_URL": f"http://127.0.0.1:{events}",
        "SANDBOX_GATEWAY_URL": sandbox,
        "PAYSTACK_BASE_URL": f"{sandbox}/paystack",
        "PREMBLY_BASE_URL": f"{sandbox}/prembly",
        "TIER_1_WITHDRAWAL_KOBO": "2026-01-01=20000000",
        "FLUTTERWAVE_BASE_URL": f"{sandbox}/flutterwave/v3",
    }


@contextmanager
def started(program: tuple[str, ...], environment: Mapping[str, str], log: Path) -> Iterator[None]:
    with log.open("wb") as output:
        process = processes.detach(
            [sys.executable, *program], output, directory=settings.BASE_DIR, environment=environment
        )
    try:
        yield
    finally:
        processes.end_group(process.pid, seconds=15)
        process.wait()


def wait_until_ready(url: str, logs: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            if httpx.get(url, timeout=5, trust_env=False).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        assert time.monotonic() < deadline, f"{url} does not answer; the logs are in {logs}"
        time.sleep(0.2)
