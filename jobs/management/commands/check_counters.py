from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from jobs.services.counters import compare_counters


class Command(BaseCommand):
    help = "Compares the attendance counters on profiles with the assignments. Exits 1 on a difference."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--repair", action="store_true", help="set the counters to what was counted")

    def handle(self, *args: Any, repair: bool, **options: Any) -> None:
        differences = compare_counters(repair=repair)
        for difference in differences:
            self.stdout.write(f"user {difference.user_id}: {difference.stored} stored, {difference.counted} counted")
        if differences and not repair:
            raise CommandError(f"{len(differences)} profiles differ. --repair sets them right.")
        self.stdout.write(f"{len(differences)} profiles set right." if differences else "All counters agree.")
