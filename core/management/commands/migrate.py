"""Django's migrate, as the owner role where one is configured; then the application's grants, and an empty cache."""

from typing import Any

from django.conf import settings
from django.core.management.commands.migrate import Command as MigrateCommand
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.recorder import MigrationRecorder

from core import grants
from core.cache.store import store

OWNER_ALIAS = "owner"


class Command(MigrateCommand):
    def handle(self, *args: Any, **options: Any) -> None:
        if options["database"] == DEFAULT_DB_ALIAS and OWNER_ALIAS in settings.DATABASES:
            options["database"] = OWNER_ALIAS
        recorder = MigrationRecorder(connections[options["database"]])
        before = set(recorder.applied_migrations())
        super().handle(*args, **options)
        if set(recorder.applied_migrations()) != before:
            # Migrations write rows unannounced: nothing that was cached before is served.
            store.new_epoch()
        if not (options["plan"] or options["check_unapplied"]):
            grants.apply(owner=options["database"])
