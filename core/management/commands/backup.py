"""`manage.py backup DIRECTORY`: the whole PostgreSQL server and the pictures, verified, in a directory of its own."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from core.backups import run_script, server_variables


class Command(BaseCommand):
    help = "Back the PostgreSQL server and the pictures up into a new directory below DIRECTORY, and print its name."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("directory", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        media = settings.MEDIA_ROOT if Path(settings.MEDIA_ROOT).is_dir() else None
        self.stdout.write(run_script("backup.sh", options["directory"].resolve(), MEDIA=media, **server_variables()))
