"""`manage.py dearest_report`: what the dearest request of each operation costs, each within its bound."""

import subprocess
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django_redis import get_redis_connection

from jobs.models import Job
from payshift.measuring.cpu import BackendCPU
from payshift.measuring.databases import drop, manage, populated
from payshift.measuring.dearest import NAME, checks_of, dear_requests, give_many_rows, measure, write_report
from payshift.measuring.modes import Mode, application_of, switched_to
from payshift.measuring.reads import find_cast
from payshift.measuring.report import print_checks, refuse_missed
from payshift.measuring.tokens import make_tokens


class Command(BaseCommand):
    help = "Measure the dearest request of each operation; writes docs/performance.md and exits 1 on a missed bound."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--jobs", type=int, default=10_000, help="how much data is made for it")
        parser.add_argument("--here", action="store_true", help="measure in this database, which it fills")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["here"]:
            self._measure()
            return
        name = populated(options["jobs"], say=self.stdout.write, purpose=NAME, fresh=True)
        try:
            manage(name, NAME, "--here")
        except subprocess.CalledProcessError as error:
            raise CommandError("The report says why.", returncode=error.returncode) from None
        finally:
            drop(name)

    def _measure(self) -> None:
        # Whatever an earlier run counted of the same people.
        get_redis_connection("default").flushdb()
        settings.UNPAID_JOBS = 100
        cast = find_cast()
        give_many_rows(cast.worker_id)
        tokens = make_tokens({cast.worker_id, cast.client_id, cast.owner_id})
        application, cpu, costs = application_of(Mode.OPTIMISED), BackendCPU(), []
        with switched_to(Mode.OPTIMISED):
            for dear in dear_requests(cast):
                costs.append(measure(application, cpu, dear, token=tokens[dear.user_id]))
                self.stdout.write(f"  {dear.name}", self.style.HTTP_INFO)
        checks = checks_of(costs)
        for line in write_report(costs, checks, data=f"{Job.objects.count():,} jobs"):
            self.stdout.write(line)
        print_checks([check for check in checks if not check.ok], self.stdout.write)
        refuse_missed(checks)
