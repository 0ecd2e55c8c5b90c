"""`manage.py bench`: what the product's way costs, against the least that would do, in one run on one machine."""

import sys
from argparse import ArgumentParser
from collections.abc import Callable
from importlib import import_module
from typing import Any

from django.core.management.base import BaseCommand

from payshift.measuring.report import Check, print_checks, write_report

type Say = Callable[[str], object]

# Each module has `measure(say) -> list[Check]`; imported only when it runs.
PARTS = {
    "cached-hits": "payshift.measuring.benching.cached_hits",
    "hot-accounts": "payshift.measuring.benching.hot_accounts",
    "lists": "payshift.measuring.benching.lists",
    "posting": "payshift.measuring.benching.posting",
    "mails": "payshift.measuring.benching.mails",
    "prune": "payshift.measuring.benching.prune",
    "notices": "payshift.measuring.benching.notices",
    "writes": "payshift.measuring.benching.writes",
}


class Command(BaseCommand):
    help = "Compare throughput and latency with bare programs that do the same work."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="all by default")

    def handle(self, *args: Any, **options: Any) -> None:
        checks: list[Check] = []
        for name in options["parts"] or PARTS:
            self.stdout.write(f"\n{name}")
            checks += import_module(PARTS[name]).measure(self.stdout.write)
        print_checks(checks, self.stdout.write)
        write_report("bench", checks)
        if not all(check.ok for check in checks):
            sys.exit(1)
