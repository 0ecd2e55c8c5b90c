"""What telling people costs the write that tells."""

import json
import subprocess
import sys
from collections.abc import Callable

from payshift.measuring.benching.notices_told import PEOPLE, ROUNDS
from payshift.measuring.crowd.stage import copy_of
from payshift.measuring.databases import measuring_environment, populated
from payshift.measuring.report import Check, at_most, table, write_section

JOBS = 1_000
# Of the process that tells, for each of many: their rows are one statement.
MOST_US_TOGETHER = 150
INTRODUCTION = f"""## What telling people costs

`make bench ARGS=notices`: {PEOPLE:,} people are told of a payment, each by a write of its own and then all by one. Per
person, in processor time of the process and of its PostgreSQL backend, with the commit; medians of {ROUNDS} rounds."""
HEAD = ("told", "process µs", "PostgreSQL µs", "people/s")
STEPS = {"one": "one by one", "together": "all in one write"}


def measure(say: Callable[[str], object]) -> list[Check]:
    with copy_of(populated(JOBS, say=say, fresh=True)) as name:
        command = [sys.executable, "-m", "payshift.measuring.benching.notices_told"]
        answer = subprocess.run(command, env=measuring_environment(name), stdout=subprocess.PIPE, check=True)  # noqa: S603
    found = json.loads(answer.stdout)
    figures = ("process", "backend", "per_second")
    lines = table(HEAD, [[told, *(f"{found[step][name]:,.0f}" for name in figures)] for step, told in STEPS.items()])
    for line in lines:
        say(line)
    write_section("notices", "\n\n".join([INTRODUCTION, "\n".join(lines)]))
    return [at_most("µs to tell each of many", found["together"]["process"], MOST_US_TOGETHER)]
