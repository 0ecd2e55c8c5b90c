"""Postings through the service, against the same statements through bare psycopg, in one process and by turns.

The median of the rounds' ratios counts.
"""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from payshift.measuring.benching.closed_loop import Sample
from payshift.measuring.benching.posting_callers import CALLERS, ROUNDS
from payshift.measuring.crowd.stage import copy_of
from payshift.measuring.databases import manage, measuring_environment, populated
from payshift.measuring.report import Check, at_least, table, write_section

JOBS = 10_000
BOUND = 0.25
INTRODUCTION = f"""## What a posting costs

`make bench ARGS=posting`: {CALLERS} parallel callers move money between wallets through the posting service, against
the same statements sent by bare psycopg, which prepares them and checks nothing. Both in threads of one process, each
with a connection of its own, by turns; medians of {ROUNDS} rounds. Afterwards `ledger_check` finds the books right."""
HEAD = ("wallets", "service/s", "bare/s", "p50 ms", "bare p50", "p99 ms", "bare p99", "ratio")


@dataclass(frozen=True, slots=True)
class Comparison:
    wallets: str
    service: list[Sample]
    bare: list[Sample]

    @property
    def ratio(self) -> float:
        return median(ours.per_second / theirs.per_second for ours, theirs in zip(self.service, self.bare, strict=True))

    def row(self) -> list[str]:
        figures = [
            f"{median(map(value, samples)):{form}}"
            for value, form in PER_SAMPLE
            for samples in (self.service, self.bare)
        ]
        return [self.wallets, *figures, f"{self.ratio:.2f}"]


PER_SAMPLE: list[tuple[Callable[[Sample], float], str]] = [
    (lambda sample: sample.per_second, ",.0f"),
    (lambda sample: sample.p50_ms, ".2f"),
    (lambda sample: sample.p99_ms, ".2f"),
]


def measure(say: Callable[[str], object]) -> list[Check]:
    with copy_of(populated(JOBS, say=say)) as name:
        environment = {**measuring_environment(name), "DATABASE_POOL_SIZE": str(CALLERS + 1)}
        command = [sys.executable, "-m", "payshift.measuring.benching.posting_callers"]
        answer = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True)  # noqa: S603
        manage(name, "ledger_check")
    compared = [
        Comparison(wallets, *([Sample(**sample) for sample in ways[way]] for way in ("service", "bare")))
        for wallets, ways in json.loads(answer.stdout).items()
    ]
    lines = table(HEAD, [comparison.row() for comparison in compared])
    for line in lines:
        say(line)
    write_section("posting", "\n\n".join([INTRODUCTION, "\n".join(lines)]))
    return [at_least(f"posting over {each.wallets}: service / bare", each.ratio, BOUND) for each in compared]
