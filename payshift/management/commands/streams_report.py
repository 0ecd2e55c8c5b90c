"""`manage.py streams_report` (`make streams-report`): what thousands of idle streams of hints cost."""

import asyncio
import os
import time
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from accounts.tokens import new_access_token, sha256
from core import clock
from core.actor import Actor, Role
from core.bearer import token_key
from core.cache.store import store
from core.cache.tokens import keep_token
from core.dev import processes
from core.dev.ports import HOST
from core.hints import channel
from payshift.measuring.report import print_checks, refuse_missed, table, write_report, write_section
from payshift.measuring.servers import free_port, started, wait_until
from payshift.measuring.streams import checks_of, measure

NAME = "streams_report"
# Nobody has such a number: no hint of theirs goes to real people, and none of real people's to them.
FIRST_PERSON = 9_000_000_000
KEPT_AFTER_SECONDS = 60
APPLICATION_NAME = "payshift-streams-report"


class Command(BaseCommand):
    help = "Open thousands of streams of hints; writes docs/performance.md and exits 1 on a missed bound. Linux only."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--streams", type=int, default=2000)
        parser.add_argument("--idle-seconds", type=float, default=45.0, help="signs of life and checks are in it")

    def handle(self, *args: Any, **options: Any) -> None:
        wanted: int = options["streams"]
        self._wait_until_tokens_are_kept()
        people = range(FIRST_PERSON, FIRST_PERSON + wanted)
        tokens = [self._token(user_id) for user_id in people]
        port, url = free_port(), os.environ["DATABASE_URL"]
        environment = {
            **os.environ,
            "DATABASE_URL": f"{url}{'&' if '?' in url else '?'}application_name={APPLICATION_NAME}",
            "EVENT_STREAMS_PER_PROCESS": str(wanted),
        }
        command = ["-m", "granian", "--interface", "asgi", "--host", HOST, "--port", str(port), "--no-ws"]
        command += ["--backlog", "8192", "--backpressure", "8192", "payshift.asgi:application"]
        with started("streams", command, environment, port=port) as server:
            wait_until(port, lambda: bool(processes.members(server.group)), log=server.log)
            costs = asyncio.run(
                measure(
                    port=port,
                    group=server.group,
                    tokens=tokens,
                    idle_seconds=options["idle_seconds"],
                    publish=lambda: store.publish(channel(), [f'{user} {{"about": "job"}}' for user in people]),
                    count_connections=_connections,
                )
            )
        checks = checks_of(costs, wanted=wanted)
        write_report(NAME, checks, streams=wanted)
        rows = [("ok" if check.ok else "MISSED", check.name, f"{check.value:.2f}", check.bound) for check in checks]
        idle = f"idle for {options['idle_seconds']:g} s; then a hint to each"
        said = f"{wanted} streams of as many people in one process, {idle} (`make streams-report`)."
        figures = table(("", "figure", "value", "bound"), rows)
        write_section(NAME, "\n".join(["## Streams of hints", "", said, "", *figures]))
        print_checks(checks, self.stdout.write)
        refuse_missed(checks)

    def _wait_until_tokens_are_kept(self) -> None:
        """A Redis that has just started stores nothing for a while."""
        deadline = time.monotonic() + KEPT_AFTER_SECONDS
        while True:
            known = store.read(token_key=token_key(sha256(self._token(FIRST_PERSON))))
            if known is not None and known.token_meta:
                return
            if time.monotonic() > deadline:
                raise CommandError("Redis keeps no tokens.")
            time.sleep(1)

    def _token(self, user_id: int) -> str:
        """In Redis as a request leaves it there."""
        token = new_access_token()
        lookup = store.read()
        if lookup is None:
            raise CommandError(f"Redis does not answer at {settings.CACHES['default']['LOCATION']}.")
        keep_token(
            sha256(token),
            lookup=lookup,
            actor=Actor(user_id=user_id, role=Role.APPLICANT, device_id=user_id),
            expires_at=clock.now() + timedelta(minutes=15),
            entities=[f"device:{user_id}", f"login:{user_id}"],
        )
        return token


def _connections() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE application_name = %s", [APPLICATION_NAME])
        return int(cursor.fetchone()[0])
