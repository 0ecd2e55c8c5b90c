"""`manage.py soak`: what the suite explores at random, for an hour instead of a minute."""

import sys
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from payshift.measuring.report import print_checks, write_report
from payshift.measuring.soaking import checks_of, explore, refill, simulate


class Command(BaseCommand):
    help = "Providers' faults over many seeds, and anything at any time by many steps, with all guarantees checked."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seeds", type=int, default=200, help="of the simulation of the providers")
        parser.add_argument("--first-seed", type=int, default=0, help="elsewhere than where the suite was")
        parser.add_argument("--steps", type=int, default=20_000, help="of the machine of work and money")
        parser.add_argument("--jobs", type=int, default=1000, help="of the month of dropouts")

    def handle(self, *args: Any, **options: Any) -> None:
        simulation = simulate(first_seed=options["first_seed"], seeds=options["seeds"])
        machine = explore(steps=options["steps"])
        month = refill(jobs=options["jobs"])
        asked = {name: options[name] for name in ("seeds", "steps", "jobs")}
        checks = checks_of(simulation, machine, month, **asked)
        print_checks(checks, self.stdout.write)
        write_report("soak", checks, simulation=asdict(simulation), machine=asdict(machine), month=asdict(month))
        if not all(check.ok for check in checks):
            sys.exit(1)
