"""Django's migrate, as the owner role where one is configured, followed by the application role's grants."""

from typing import Any

from django.conf import settings
from django.core.management.commands.migrate import Command as MigrateCommand
from django.db import DEFAULT_DB_ALIAS

from core import grants

OWNER_ALIAS = "owner"


class Command(MigrateCommand):
    def handle(self, *args: Any, **options: Any) -> None:
        if options["database"] == DEFAULT_DB_ALIAS and OWNER_ALIAS in settings.DATABASES:
            options["database"] = OWNER_ALIAS
        super().handle(*args, **options)
        if not (options["plan"] or options["check_unapplied"]):
            grants.apply(owner=options["database"])
