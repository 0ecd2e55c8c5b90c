"""`manage.py index_report`: redundant, unused and missing indexes; exits 1 on redundant ones."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from payshift.measuring.indexes import index_report


class Command(BaseCommand):
    help = "Indexes that repeat another, that nobody used since the statistics were reset, and that are missing."

    def handle(self, *args: Any, **options: Any) -> None:
        report = index_report()
        self._section(
            "Redundant (every write keeps them, no read needs them)",
            [f"{index.name} repeats the beginning of {other.name}" for index, other in report.redundant],
        )
        self._section(
            "Unused since the statistics were last reset (unique ones enforce a rule and are not listed)",
            [f"{index.name} on {index.table}, {index.bytes / 1024:,.0f} kB" for index in report.unused],
        )
        self._section("Foreign keys looked up by without an index", report.missing)
        if report.redundant:
            raise CommandError(f"{len(report.redundant)} redundant.", returncode=1)

    def _section(self, title: str, lines: list[str]) -> None:
        self.stdout.write(f"{title}: {len(lines) or 'none'}")
        for line in lines:
            self.stdout.write(f"  {line}")
