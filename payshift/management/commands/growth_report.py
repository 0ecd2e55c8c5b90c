"""`manage.py growth_report --small 10000 --large 1000000`: whether reads stay as quick when the data grows."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from payshift.measuring.databases import populated
from payshift.measuring.growth import Reader, measure
from payshift.measuring.growth_bounds import checks_of, write_report
from payshift.measuring.report import refuse_missed


class Command(BaseCommand):
    help = "Time every list and detail in a small and in a large database; exits 1 when one grows beyond its bound."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--small", type=int, default=10_000)
        parser.add_argument("--large", type=int, default=1_000_000, help="jobs; made once and kept for the next time")
        parser.add_argument("--rounds", type=int, default=5)
        parser.add_argument("--most-used", action="store_true", help="only the ten reads that a crowd asks for most")
        parser.add_argument("--here", action="store_true", help="answer for this database, asked on standard input")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["here"]:
            Reader().serve()
            return
        sizes = options["small"], options["large"]
        databases = [populated(size, say=self.stdout.write) for size in sizes]
        growths = []
        for growth in measure(databases, rounds=options["rounds"], most_used=options["most_used"]):
            self.stdout.write(f"  {growth.name}: {growth.before_ms:.2f} -> {growth.after_ms:.2f} ms")
            growths.append(growth)
        checks = checks_of(growths)
        for line in write_report(growths, checks, sizes=sizes, most_used=options["most_used"]):
            self.stdout.write(line)
        refuse_missed(checks)
