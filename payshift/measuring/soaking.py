"""The random parts of the suite run for longer: their tests as they are, and what became of them as checks.

pytest runs in a process of its own and leaves a JUnit report, which counts tests and keeps what they recorded.
"""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from django.conf import settings

from payshift.measuring.report import DIRECTORY, Check, at_least, at_most

# A number that no process of the suite has: a database and a Redis of its own, so that the suite may run meanwhile.
OWN_GROUND = {"PYTEST_XDIST_WORKER": "gw9"}
# Calls whose answers are dealt to the seeds; so many seeds are dealt every one of them.
ANSWERED = (
    *(("paystack", call) for call in ("initialise", "recipient", "transfer", "transfers", "refund")),
    *(("flutterwave", call) for call in ("initialise", "transfer", "refund")),
)
SEEDS_FOR_ALL = 200


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the tests. `recorded` is what they said by `record_testsuite_property`."""

    passed: int
    failed: tuple[str, ...]
    seconds: float
    recorded: Mapping[str, str]


def simulate(*, first_seed: int, seeds: int) -> Outcome:
    """The providers' faults, one plan per seed."""
    return run_tests("tests/payment/test_simulation.py", PROVIDER_SEEDS=f"{first_seed}-{first_seed + seeds}")


def explore(*, steps: int) -> Outcome:
    """The machine of work and money: other examples in every run."""
    return run_tests("tests/machine/test_work_and_money.py", SOAK_STEPS=str(steps))


def refill(*, jobs: int) -> Outcome:
    """A month of dropouts."""
    return run_tests("tests/jobs/test_refill_month.py", SOAK_JOBS=str(jobs))


def checks_of(
    simulation: Outcome, machine: Outcome, month: Outcome, *, seeds: int, steps: int, jobs: int
) -> list[Check]:
    # One of ten steps is a payday, and every other seed's provider takes several in a call: one call a seed of these,
    # one in five of them answered by a fault. Chance may halve that.
    batches, with_a_fault = recorded(simulation, "batches"), recorded(simulation, "batches_with_a_fault")
    return [
        at_least("simulation: seeds after which books and gateway agree", simulation.passed, seeds),
        at_most("simulation: seeds after which they do not", len(simulation.failed), 0),
        at_least("simulation: calls for several transfers", batches, max(1, seeds // 4)),
        at_least("simulation: those that met a fault", with_a_fault, seeds // 40),
        *_answers_drawn(simulation, seeds=seeds),
        at_least("machine: steps with every guarantee checked", recorded(machine, "steps"), steps),
        at_least("refill: jobs in the month of dropouts", recorded(month, "jobs"), jobs),
        at_least("refill: the month ended as it should", month.passed, 1),
        at_most("machine: explorations that found one broken", len(machine.failed), 0),
    ]


def _answers_drawn(simulation: Outcome, *, seeds: int) -> Iterator[Check]:
    """Of each provider and call: which of its answers, with the effect done and not. All of them in a whole soak."""
    for provider, call in ANSWERED:
        name = f"{provider} {call}"
        cards, of, answers = (recorded(simulation, f"{name} {each}") for each in ("cards", "of", "answers"))
        needed = max(of, 1) if seeds >= SEEDS_FOR_ALL else 0
        yield at_least(f"simulation: answers of {name}, of {of} (given {answers} times)", cards, needed)


def recorded(outcome: Outcome, name: str) -> int:
    return int(outcome.recorded.get(name, 0))


def run_tests(path: str, **variables: str) -> Outcome:
    """Run the tests of a file, which print as they go. Raises `FileNotFoundError` if they could not begin."""
    report = DIRECTORY / f"soak-{Path(path).stem}.xml"
    report.parent.mkdir(parents=True, exist_ok=True)
    report.unlink(missing_ok=True)
    command = [sys.executable, "-m", "pytest", path, "-q", f"--junit-xml={report}"]
    environment = {**os.environ, **OWN_GROUND, **variables}
    subprocess.run(command, cwd=settings.BASE_DIR, env=environment, check=False)  # noqa: S603
    return read_outcome(report)


def read_outcome(report: Path) -> Outcome:
    suite = ElementTree.parse(report).getroot()  # noqa: S314  # pytest's own, of a moment ago
    tests = list(suite.iter("testcase"))
    failed = [test for test in tests if test.find("failure") is not None or test.find("error") is not None]
    passed = [test for test in tests if test not in failed and test.find("skipped") is None]
    return Outcome(
        passed=len(passed),
        failed=tuple(test.get("name", "") for test in failed),
        seconds=sum(float(test.get("time", 0)) for test in tests),
        recorded={each.get("name", ""): each.get("value", "") for each in suite.iter("property")},
    )
