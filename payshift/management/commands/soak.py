"""`manage.py soak`: what the suite explores at random, for an hour instead of a minute; and the document under fire."""

import sys
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from payshift.measuring import fuzzing
from payshift.measuring.report import Check, print_checks, write_report
from payshift.measuring.soaking import checks_of, explore, refill, simulate


class Command(BaseCommand):
    help = "Providers' faults, anything at any time, a month of dropouts, the API document: all guarantees checked."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seeds", type=int, default=200, help="of the simulation of the providers")
        parser.add_argument("--first-seed", type=int, default=0, help="elsewhere than where the suite was")
        parser.add_argument("--steps", type=int, default=20_000, help="of the machine of work and money")
        parser.add_argument("--jobs", type=int, default=1000, help="of the month of dropouts")
        parser.add_argument("--minutes", type=float, default=24, help="of requests made from the API's document")
        parser.add_argument("--document-only", action="store_true", help="nothing but these requests")

    def handle(self, *args: Any, **options: Any) -> None:
        checks, details = ([], {}) if options["document_only"] else self._explore(options)
        fuzzed = fuzzing.fuzz(minutes=options["minutes"], seed=options["first_seed"], say=self.stdout.write)
        checks = [*checks, *fuzzing.checks_of(fuzzed)]
        print_checks(checks, self.stdout.write)
        write_report("soak", checks, **details, document={who: asdict(outcome) for who, outcome in fuzzed.items()})
        if not all(check.ok for check in checks):
            sys.exit(1)

    def _explore(self, options: dict[str, Any]) -> tuple[list[Check], dict[str, Any]]:
        simulation = simulate(first_seed=options["first_seed"], seeds=options["seeds"])
        machine = explore(steps=options["steps"])
        month = refill(jobs=options["jobs"])
        asked = {name: options[name] for name in ("seeds", "steps", "jobs")}
        details = {"simulation": asdict(simulation), "machine": asdict(machine), "month": asdict(month)}
        return checks_of(simulation, machine, month, **asked), details
