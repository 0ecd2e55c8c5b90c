"""`manage.py restored`: after a restore, before web and worker start."""

import time
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection

from core import health
from core.cache.store import store

REPLAY_SECONDS = 3600
ASK_EVERY_SECONDS = 0.5


class Command(BaseCommand):
    help = "Wait until the restored server takes writes, void the cache, and prove that the books are right."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        deadline = time.monotonic() + REPLAY_SECONDS
        self.stdout.write("Waiting until PostgreSQL takes writes.")
        while not takes_writes():
            if time.monotonic() > deadline:
                raise CommandError("The server has not ended its recovery: its log says how far it is.")
            time.sleep(ASK_EVERY_SECONDS)
        # A new connection has done it where the lineage is another one; once more does no harm.
        if not store.new_epoch():
            raise CommandError("Redis cannot be reached: what it holds must be void before web starts.")
        if not health.migrations_are_applied():
            raise CommandError("The backup is of an earlier release: run migrate, then this command again.")
        call_command("ledger_check", stdout=self.stdout)


def takes_writes() -> bool:
    """Whether it answers and is no longer in recovery."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT NOT pg_is_in_recovery()")
            return bool(cursor.fetchone()[0])
    except OperationalError:
        return False
    finally:
        connection.close()
