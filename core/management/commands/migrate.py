"""Django's migrate, as the owner role where one is configured; then the application's grants and time-outs, and an
empty cache.

One at a time: of several containers that start together, the second waits and then finds nothing to do.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.checks import Tags
from django.core.management.base import CommandError
from django.core.management.commands.migrate import Command as MigrateCommand
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.migrations.exceptions import MigrationSchemaMissing
from django.db.migrations.recorder import MigrationRecorder

from core import grants, timeouts
from core.cache.store import store

OWNER_ALIAS = "owner"
# Any number that nothing else in this database locks.
LOCK = 5_072_601


class Command(MigrateCommand):
    # Of the models only: an installation is migrated before it has keys and a mail server.
    requires_system_checks = [Tags.models]

    def handle(self, *args: Any, **options: Any) -> None:
        if options["database"] == DEFAULT_DB_ALIAS and OWNER_ALIAS in settings.DATABASES:
            options["database"] = OWNER_ALIAS
        if options["plan"] or options["check_unapplied"]:
            super().handle(*args, **options)
            return
        with alone(options["database"]):
            recorder = MigrationRecorder(connections[options["database"]])
            before = set(recorder.applied_migrations())
            try:
                super().handle(*args, **options)
            except MigrationSchemaMissing as error:
                raise CommandError(
                    f"The role {connections[options['database']].settings_dict['USER']} may not create tables: set "
                    "DATABASE_OWNER_URL to the role that owns the database."
                ) from error
            if set(recorder.applied_migrations()) != before:
                # Migrations write rows unannounced: nothing that was cached before is served.
                store.new_epoch()
            grants.apply(owner=options["database"])
            timeouts.apply(owner=options["database"])
        if not settings.DEBUG and grants.owns_the_tables():
            raise CommandError(
                "DATABASE_URL and DATABASE_OWNER_URL name one role, to which the database refuses nothing: give the "
                "application a role of its own."
            )


@contextmanager
def alone(alias: str) -> Iterator[None]:
    """A lock of the session, because a migration may commit on its way."""
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        # Another's migration may take longer than any lock should.
        cursor.execute("SET LOCAL lock_timeout = 0")
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
    try:
        yield
    finally:
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
