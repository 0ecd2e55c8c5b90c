"""`manage.py demo` (`make demo`): drives the main job over HTTP against the running instance and narrates it."""

import time
from typing import Any

from django.conf import settings
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand

from payshift.demo.instance import Instance
from payshift.demo.narrator import Deviation, Narrator
from payshift.demo.walkthrough import Walkthrough


class Command(BaseCommand):
    help = "Tell the main job step by step over HTTP: from four sign-ups to wages, reviews and balanced books."
    # The instance is checked by asking it.
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.SANDBOX_GATEWAY_URL:
            raise CommandError("The demo pays at the sandbox gateway: set SANDBOX_GATEWAY_URL, or use `make run`.")
        narrator = Narrator(self.stdout.write)
        started = time.monotonic()
        try:
            with Instance(
                web_url=settings.PUBLIC_URL, gateway_url=settings.SANDBOX_GATEWAY_URL, narrator=narrator
            ) as instance:
                self._tell(instance)
        except Deviation as deviation:
            raise CommandError(f"Not as it should be, in step {narrator.steps}: {deviation}") from None
        seconds = time.monotonic() - started
        self.stdout.write(
            f"\nAll {narrator.steps} steps are as they should be: {narrator.calls} calls, {seconds:.1f} s."
        )

    def _tell(self, instance: Instance) -> None:
        instance.check_that_it_runs()
        try:
            Walkthrough(instance).run()
        finally:
            instance.reset_clock()
        instance.narrator.step("The books")
        # It only reads, and raises when a kobo is missing.
        call_command("ledger_check", stdout=self.stdout)
