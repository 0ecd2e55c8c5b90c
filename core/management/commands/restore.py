"""`manage.py restore BACKUP --data DIRECTORY`: a data directory for a new PostgreSQL server, at any moment of the log.

python manage.py restore /backups/2026-11-27T020000Z --data /var/lib/postgresql/18/main \
    --wal /backups/wal --until '2026-11-27 14:05:00+00'

Start the server, and then run `manage.py restored`.
"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.dateparse import parse_datetime

from core.backups import run_script


def moment(text: str) -> str:
    parsed = parse_datetime(text)
    if parsed is None or parsed.tzinfo is None:
        raise ValueError("A moment with its time zone, such as 2026-11-27 14:05:00+00.")
    return parsed.isoformat(sep=" ")


class Command(BaseCommand):
    help = "Make the data directory of a PostgreSQL server from a backup, and from the log where there is one."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("backup", type=Path, help="a directory that `backup` made")
        parser.add_argument("--data", type=Path, required=True, help="empty, or not there yet")
        parser.add_argument("--wal", type=Path, help="the archive of the write-ahead log; else the backup's end")
        parser.add_argument("--until", type=moment, help="a moment; else the end of the log")
        parser.add_argument(
            "--timeline", type=int, help="which history to follow; else the latest that the archive has"
        )
        parser.add_argument("--media", type=Path, help="where the pictures go; else they stay in the backup")
        parser.add_argument("--owner", help="whom the files belong to, for root only; else postgres")

    def handle(self, *args: Any, **options: Any) -> None:
        made = run_script(
            "restore.sh",
            options["backup"].resolve(),
            options["data"].resolve(),
            WAL=options["wal"] and options["wal"].resolve(),
            UNTIL=options["until"],
            TIMELINE=options["timeline"] and str(options["timeline"]),
            MEDIA=options["media"] and options["media"].resolve(),
            POSTGRES_OWNER=options["owner"],
        )
        self.stdout.write(f"{made} is ready. Start PostgreSQL with it, then run: manage.py restored")
