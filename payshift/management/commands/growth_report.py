"""`manage.py growth_report --small 10000 --large 1000000`: whether reads stay as quick when the data grows."""

import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from payshift.measuring.databases import manage, populated
from payshift.measuring.growth import Stopwatch, Times, checks_of, combined, write_report


class Command(BaseCommand):
    help = "Time every list and detail in a small and in a large database; exits 1 when one grows beyond its bound."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--small", type=int, default=10_000)
        parser.add_argument("--large", type=int, default=1_000_000, help="jobs; made once and kept for the next time")
        parser.add_argument("--rounds", type=int, default=3)
        parser.add_argument("--here", metavar="FILE", help="measure this database and leave the times in a file")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["here"]:
            stopwatch = Stopwatch()
            measured = {"times": stopwatch.measure(), "kinds": stopwatch.kinds()}
            Path(options["here"]).write_text(json.dumps(measured))
            return
        sizes = options["small"], options["large"]
        names = [populated(size, say=self.stdout.write) for size in sizes]
        rounds: list[list[Times]] = [[], []]
        kinds: dict[str, str] = {}
        for number in range(options["rounds"]):
            # In turns: a slow moment of the machine meets both.
            for name, taken in zip(names, rounds, strict=True):
                self.stdout.write(f"  round {number + 1} in {name}")
                measured = self._measure(name)
                taken.append(measured["times"])
                kinds = measured["kinds"]
        small, large = combined(rounds[0]), combined(rounds[1])
        checks = checks_of(small, large, kinds)
        for line in write_report(small, large, checks, sizes=sizes):
            self.stdout.write(line)
        if missed := [check.name for check in checks if not check.ok]:
            raise CommandError(f"Missed: {', '.join(missed)}", returncode=1)

    def _measure(self, name: str) -> dict[str, Any]:
        with tempfile.NamedTemporaryFile() as file:
            try:
                manage(name, "growth_report", f"--here={file.name}")
            except subprocess.CalledProcessError as error:
                raise CommandError(f"{name} could not be measured.", returncode=error.returncode) from None
            measured: dict[str, Any] = json.loads(Path(file.name).read_text())
        return measured
