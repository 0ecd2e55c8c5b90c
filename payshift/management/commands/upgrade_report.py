"""`manage.py upgrade_report --jobs 1000000`: what an upgrade, a backup and a restore of that many jobs take."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from payshift.measuring.report import at_most, print_checks, refuse_missed, table, write_report, write_section
from payshift.measuring.upgrading import Recovery, Upgrade, measure

NAME = "upgrade_report"
DOCUMENT = settings.BASE_DIR / "docs" / "operations.md"
MOST_SECONDS = 1.0
SHOWN = 8


class Command(BaseCommand):
    help = "Upgrade, back up and restore a marketplace of the release before; exits 1 where a write waited too long."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--jobs", type=int, default=1_000_000)

    def handle(self, *args: Any, **options: Any) -> None:
        jobs = options["jobs"]
        upgrade, recovery = measure(jobs, say=self.stdout.write)
        checks = [at_most("s that a write waited for a migration", upgrade.longest, MOST_SECONDS)]
        write_report(NAME, checks, jobs=jobs, revision=upgrade.revision, migrations=upgrade.migrations)
        for name, lines in (("upgrade", told(upgrade, jobs)), ("recovery", taken(recovery, jobs))):
            write_section(name, "\n".join(lines), document=DOCUMENT)
            for line in lines:
                self.stdout.write(line)
        print_checks(checks, self.stdout.write)
        refuse_missed(checks)


def told(upgrade: Upgrade, jobs: int) -> list[str]:
    rows = [(name, f"{rows:,}", f"{seconds * 1000:.0f}") for name, rows, seconds in upgrade.waited[:SHOWN]]
    what = f"{upgrade.migrations} migrations since `{upgrade.revision}`, over {jobs:,} jobs"
    return [
        f"{what}, took {upgrade.seconds:.0f} s. The longest that a write waited meanwhile, by table:",
        "",
        *table(("table", "rows", "ms"), rows),
    ]


def taken(recovery: Recovery, jobs: int) -> list[str]:
    sizes = [f"{each / 1e9:.1f}" for each in (recovery.database_bytes, recovery.backup_bytes)]
    times = (recovery.backup_seconds, recovery.restore_seconds, recovery.proof_seconds)
    head = ("jobs", "database GB", "backup GB", "backup s", "restore s", "until the books are proven s")
    return table(head, [(f"{jobs:,}", *sizes, *(f"{each:.0f}" for each in times))])
