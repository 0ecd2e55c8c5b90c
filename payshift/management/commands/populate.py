"""`manage.py populate --jobs 10000`: a marketplace of that size, for measuring."""

from time import perf_counter
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import CustomUser
from payshift.management.commands.populate_demo import empty_database
from payshift.measuring.databases import owner_connection
from payshift.measuring.populating.populate import SEED, populate
from payshift.measuring.populating.verifying import differences
from payshift.measuring.progress import Bar


class Command(BaseCommand):
    help = "Fill an empty database with jobs and people, applications, payments, books, reviews in proportion."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--jobs", type=int, default=10_000)
        parser.add_argument("--seed", type=int, default=SEED)
        parser.add_argument("--reset", action="store_true", help="first delete everything that is there")
        parser.add_argument("--force", action="store_true", help="even with DEBUG off")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG and not options["force"]:
            raise CommandError("Populating is for development and measuring: with DEBUG off it needs --force.")
        if options["jobs"] < 1:
            raise CommandError("--jobs must be 1 or more.")
        if options["reset"]:
            empty_database()
        if CustomUser.objects.exists():
            raise CommandError("There are people already; --reset deletes everything first.")
        started = perf_counter()
        with owner_connection() as owner:
            counts = populate(owner, jobs=options["jobs"], seed=options["seed"], progress=Bar(self.stdout).show)
        for table, count in counts.items():
            self.stdout.write(f"  {count:>12,} {table}")
        loaded = perf_counter() - started
        self.stdout.write(f"  {sum(counts.values()):>12,} rows in {loaded:.1f} s")
        if found := list(differences()):
            raise CommandError("The data is not as the services would have left it:\n  " + "\n  ".join(found))
        self.stdout.write(
            f"Counters, escrows and books are right (checked in {perf_counter() - started - loaded:.1f} s)."
        )
