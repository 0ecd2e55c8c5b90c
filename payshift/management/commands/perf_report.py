"""`manage.py perf_report`: the documented operations, naive, optimised and cached."""

import subprocess
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import CustomUser
from jobs.models import Job
from payment.models import Payment
from payshift.measuring.comparison import ROUNDS, Comparison
from payshift.measuring.databases import drop, manage, populated
from payshift.measuring.operations import documented_operations
from payshift.measuring.performance import NAME, checks_of, write_report
from payshift.measuring.reads import find_cast
from payshift.measuring.report import print_checks, refuse_missed


class Command(BaseCommand):
    help = "Measure each documented operation in three modes; writes docs/performance.md and exits 1 on a missed bound."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--jobs", type=int, default=10_000, help="how much data is made for it")
        parser.add_argument("--rounds", type=int, default=ROUNDS)
        parser.add_argument("--here", action="store_true", help="measure in this database, which is populated already")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["here"]:
            self._measure(rounds=options["rounds"])
            return
        # A process with the settings of production, in a database that nobody else uses.
        name = populated(options["jobs"], say=self.stdout.write, purpose=NAME, fresh=True)
        try:
            manage(name, "perf_report", "--here", f"--rounds={options['rounds']}")
        except subprocess.CalledProcessError as error:
            raise CommandError("The report says why.", returncode=error.returncode) from None
        finally:
            drop(name)

    def _measure(self, *, rounds: int) -> None:
        comparison, rows = Comparison(), []
        for operation in documented_operations(find_cast()):
            self.stdout.write(f"  {operation.name}", self.style.HTTP_INFO)
            rows.append(comparison.measure(operation, rounds=rounds))
        checks = checks_of(rows)
        data = (
            f"{Job.objects.count():,} jobs, {CustomUser.objects.count():,} people, {Payment.objects.count():,} payments"
        )
        for line in write_report(rows, checks, data=data):
            self.stdout.write(line)
        print_checks(checks, self.stdout.write)
        refuse_missed(checks)
