"""`manage.py web_report` (`make web-report`): what the app costs a phone, from the running instance."""

import json
import os
import subprocess
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.dev import web_client
from payshift.demo import people
from payshift.measuring.report import print_checks, refuse_missed, write_report
from payshift.measuring.web import checks_of, section_of

NAME = "web_report"
MINUTES = 15


class Command(BaseCommand):
    help = "Measure the web client of `make run` in a real browser; writes docs/web.md and exits 1 on a missed bound."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--rounds", type=int, default=5, help="slow visits of each role; their median counts")
        parser.add_argument("--pictures", action="store_true", help="take the pictures of docs/screens instead")

    def handle(self, *args: Any, **options: Any) -> None:
        web_client.build()
        if options["pictures"]:
            self._in_a_browser("pictures.ts")
            return
        measured = self._measure(rounds=options["rounds"])
        checks = checks_of(measured)
        write_report(NAME, checks, **measured)
        section_of(NAME, measured, checks)
        print_checks(checks, self.stdout.write)
        refuse_missed(checks)

    def _measure(self, *, rounds: int) -> dict[str, Any]:
        said = self._in_a_browser("report.ts", ROUNDS=str(rounds))
        measured: dict[str, Any] = json.loads(said.splitlines()[-1])
        return {**measured, "cores": os.cpu_count()}

    def _in_a_browser(self, script: str, **more: str) -> str:
        """What a script of web/report/ says, run with the demo's log-ins."""
        done = subprocess.run(  # noqa: S603
            [str(web_client.node() / "bin" / "node"), f"report/{script}"],
            cwd=web_client.WEB,
            env={
                **web_client.variables(),
                "PAYSHIFT_URL": settings.PUBLIC_URL,
                "DEMO_PASSWORD": people.PASSWORD,
                "DEMO_WORKER": people.WORKER_EMAIL,
                "DEMO_CLIENT": people.CLIENT_EMAIL,
                **more,
            },
            stdout=subprocess.PIPE,
            text=True,
            timeout=MINUTES * 60,
            check=False,
        )
        if done.returncode:
            raise CommandError(
                f"The app of {settings.PUBLIC_URL} could not be shown, for the reason above. Is `make run` going, "
                "with demo data of these days?"
            )
        return done.stdout
