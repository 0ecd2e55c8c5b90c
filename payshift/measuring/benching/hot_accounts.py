"""How long those who move money wait for the accounts that all of them share."""

import json
import subprocess
import sys
from collections.abc import Callable

from payshift.measuring.benching.hot_callers import ACTS, CALLERS, FAR_MS, NEAR_MS, TIMES
from payshift.measuring.crowd.stage import copy_of
from payshift.measuring.databases import manage, measuring_environment, populated
from payshift.measuring.report import Check, at_least, at_most, table, write_section

JOBS = 10_000
# With the network between, against holding the accounts from the posting on.
LEAST_RATIO = 3.0
MOST_WAITING = 0.10
INTRODUCTION = f"""## What shared accounts cost

`make bench ARGS=hot-accounts`: {CALLERS} callers approve shifts of different jobs, book payments that came, withdraw,
and book transfers that arrived, each {TIMES} times; with {FAR_MS} ms of network before every statement and every
COMMIT, as between machines that are far apart, and with none. "Held" locks Payshift's own accounts from the posting to
the end of the transaction; "now" is the product. Waiting is the share of the callers' time in which PostgreSQL lets
them wait for a row. Afterwards `ledger_check` finds the books right."""
HEAD = ("what", "network ms", "held/s", "now/s", "ratio", "held waits", "now waits", "held p95 ms", "now p95 ms")


def measure(say: Callable[[str], object]) -> list[Check]:
    template = populated(JOBS, say=say)
    held, now = (_run(template, way) for way in ("held", "now"))
    rows, checks = [], []
    for network_ms in (FAR_MS, NEAR_MS):
        for act in ACTS:
            key = f"{act} {network_ms}"
            before, after = held[key], now[key]
            ratio = after["per_second"] / before["per_second"]
            rates = (f"{before['per_second']:,.1f}", f"{after['per_second']:,.1f}", f"{ratio:.2f}")
            waits = (f"{before['waiting']:.0%}", f"{after['waiting']:.0%}")
            slowest = (f"{before['p95_ms']:,.0f}", f"{after['p95_ms']:,.0f}")
            rows.append((act, str(network_ms), *rates, *waits, *slowest))
            if network_ms == FAR_MS:
                checks.append(at_most(f"{act}: share of the time spent waiting", after["waiting"], MOST_WAITING))
                checks.append(at_least(f"{act}: now / held", ratio, LEAST_RATIO))
    lines = table(HEAD, rows)
    for line in lines:
        say(line)
    write_section("hot-accounts", "\n\n".join([INTRODUCTION, "\n".join(lines)]))
    return checks


def _run(template: str, way: str) -> dict[str, dict[str, float]]:
    with copy_of(template) as name:
        environment = {**measuring_environment(name), "DATABASE_POOL_SIZE": str(CALLERS + 2)}
        command = [sys.executable, "-m", "payshift.measuring.benching.hot_callers", way]
        answer = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True)  # noqa: S603
        manage(name, "ledger_check")
    figures: dict[str, dict[str, float]] = json.loads(answer.stdout)
    return figures
