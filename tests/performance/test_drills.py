"""The drills' figures: a missed bound is seen, whichever it is, and an answer is judged by when it was asked."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path
from time import monotonic, sleep

import pytest

from payshift.measuring.drills.faults import DRILLS, Drill
from payshift.measuring.drills.figures import Figures, Moments, back_after, checks_of, figures_of, good
from payshift.measuring.drills.servers import freeze, tree
from payshift.measuring.drills.traffic import Kind, Sample, Traffic
from payshift.measuring.overload.stage import Stage

# For what must come, on a busy machine.
PATIENCE_SECONDS = 60

GOOD = Figures(
    name="a drill",
    cached_idle_ms=20.0,
    cached_ms=35.0,
    cached_failed=0,
    refused=40,
    refused_ms=12.0,
    answered_ms=40.0,
    wrong=0,
    spared_refused=0,
    unfelt=False,
    live_failed=0,
    ready_untrue=0,
    back_seconds=1.5,
    acknowledged=80,
    lost=0,
)


def nothing(stage: Stage) -> AbstractContextManager[None]:
    return nullcontext()


def sample(kind: Kind, began: float, status: int, *, seconds: float = 0.01, retry_after: bool = False) -> Sample:
    return Sample(kind, began, began + seconds, status, retry_after)


def test_drill_that_keeps_its_bounds_is_passed() -> None:
    assert [check.name for check in checks_of(GOOD) if not check.ok] == []


@pytest.mark.parametrize(
    ("measured", "missed"),
    [
        (replace(GOOD, cached_ms=41.0), "cached reads, times idle"),
        (replace(GOOD, cached_failed=1), "cached reads failed"),
        (replace(GOOD, refused_ms=1_001.0), "refusals, p95 ms"),
        (replace(GOOD, answered_ms=1_001.0), "all answers, p95 ms"),
        (replace(GOOD, unfelt=True), "felt by nobody"),
        (replace(GOOD, spared_refused=1), "reads of what is whole refused"),
        (replace(GOOD, wrong=1), "neither given nor refused with Retry-After"),
        (replace(GOOD, live_failed=1), "liveness failed"),
        (replace(GOOD, ready_untrue=1), "readiness said what is not so"),
        (replace(GOOD, back_seconds=5.1), "seconds until all is as before"),
        (replace(GOOD, lost=1), "acknowledged writes lost"),
        (replace(GOOD, unvoided=True), "cache not voided"),
    ],
)
def test_missed_bound_is_seen(measured: Figures, missed: str) -> None:
    assert [check.name for check in checks_of(measured) if not check.ok] == [f"a drill: {missed}"]


def test_answers_are_judged_from_when_the_fault_is_known_until_it_ends() -> None:
    drill = Drill("away", nothing, known_after=2.0, ready=503)
    traffic = Traffic()
    for began, status in ((1.0, 200), (11.0, 200), (13.0, 200), (21.0, 200)):
        traffic.add(sample(Kind.HIT, began, status))
    # Before it is known an answer may be late or none at all; then it is a refusal that says when to come again.
    traffic.add(sample(Kind.READ, 11.0, 0, seconds=1.0))
    traffic.add(sample(Kind.READ, 13.0, 503, seconds=0.02, retry_after=True))
    traffic.add(sample(Kind.READ, 14.0, 500))
    traffic.add(sample(Kind.READ, 15.0, 503))
    traffic.add(sample(Kind.READY, 11.0, 200))
    traffic.add(sample(Kind.READY, 13.0, 200))
    traffic.add(sample(Kind.LIVE, 14.0, 0))
    traffic.add(sample(Kind.WRITE, 21.0, 503, seconds=0.5, retry_after=True), (7, 1))
    traffic.add(sample(Kind.WRITE, 22.0, 201), (7, 2))

    figures = figures_of(drill, traffic, Moments(0.0, 10.0, 20.0, 30.0), lost=0, voided=True)

    assert (figures.refused, figures.wrong, figures.live_failed, figures.ready_untrue) == (2, 2, 1, 1)
    assert (figures.cached_failed, figures.acknowledged, figures.back_seconds) == (0, 1, 1.5)


def test_a_fault_that_nobody_felt_and_a_refusal_of_what_is_whole_are_counted() -> None:
    drill = Drill("a table locked", nothing, refuses=True)
    traffic = Traffic()
    traffic.add(sample(Kind.READ, 15.0, 200, seconds=4.0))
    moments = Moments(0.0, 10.0, 20.0, 30.0)

    unfelt = figures_of(drill, traffic, moments, lost=0, voided=True)
    traffic.add(sample(Kind.ELSEWHERE, 15.0, 503, retry_after=True))
    felt = figures_of(drill, traffic, moments, lost=0, voided=True)
    unspared = figures_of(replace(drill, spares=False), traffic, moments, lost=0, voided=True)

    assert (unfelt.unfelt, unfelt.answered_ms, unfelt.spared_refused) == (True, 4_000.0, 0)
    assert (felt.unfelt, felt.spared_refused, unspared.spared_refused) == (False, 1, 0)


def test_write_that_was_refused_with_the_word_when_to_come_again_is_as_good_as_given() -> None:
    assert good(sample(Kind.WRITE, 0.0, 503, retry_after=True))
    assert not good(sample(Kind.WRITE, 0.0, 503))
    assert not good(sample(Kind.WRITE, 0.0, 0))
    assert back_after([sample(Kind.READ, 1.0, 503), sample(Kind.READ, 3.0, 200)], end=2.0) == 0.0


def test_freeze_stops_a_process_and_its_children_until_they_are_thawed() -> None:
    program = "import subprocess, sys; print(subprocess.Popen(['/bin/sleep', '60']).pid, flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdout
        child = int(parent.stdout.readline())
        pids = tree(parent.pid)
        freeze(pids)
        # The signal is sent at once; the process stops when the kernel gets to it.
        wait_until(lambda: {state(pid) for pid in pids} == {"T"})
        freeze(pids, thaw=True)
        wait_until(lambda: "T" not in {state(pid) for pid in pids})
        os.kill(child, signal.SIGKILL)
        parent.kill()

    assert pids == [parent.pid, child]


def state(pid: int) -> str:
    """Its first letter: T for a stopped process."""
    stat = Path(f"/proc/{pid}/stat")
    if stat.exists():
        return stat.read_text().rpartition(")")[2].split()[0]
    told = subprocess.run(["/bin/ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=True)
    return told.stdout.strip()[:1]


def wait_until(true: Callable[[], bool]) -> None:
    deadline = monotonic() + PATIENCE_SECONDS
    while not true():
        assert monotonic() < deadline
        sleep(0.01)


def test_every_drill_has_a_name_of_its_own_and_a_heading_in_the_documentation_names_the_command() -> None:
    operations = (Path(__file__).resolve().parents[2] / "docs" / "operations.md").read_text()

    assert len({drill.name for drill in DRILLS}) == len(DRILLS)
    assert "`make drills`" in operations.split("## Drills")[1].split("\n## ")[0]
