"""A pytest plugin that runs the collected tests against each mutant, in forks of the process that collected them."""

import json
import os
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from django.conf import settings
from django.db import connections
from django_redis import get_redis_connection

from conftest import owner_connection
from tests.mutation.mutants import Mutant, mutants_of
from tests.mutation.patching import put_in
from tests.mutation.plan import PLAN
from tests.support.database import empty_but_for_seeds

SURVIVED, KILLED, BROKEN = 0, 1, 3
# Loops that do not end, waits that nobody ends.
LIMIT_SECONDS = 90.0


class Verdict(StrEnum):
    KILLED = "killed"
    TIMED_OUT = "killed by time"
    SURVIVED = "survived"
    UNREACHED = "reached by no test"


@dataclass(frozen=True, slots=True)
class Result:
    module: str
    line: int
    change: str
    verdict: Verdict

    @property
    def is_killed(self) -> bool:
        return self.verdict in (Verdict.KILLED, Verdict.TIMED_OUT)


@dataclass(slots=True, eq=False)
class Mutating:
    """`sample` mutants of each module, the same for the same seed and source; nothing new begins after `ends`."""

    modules: Sequence[str]
    sample: int
    seed: int
    ends: float
    say: Callable[[str], object]
    results: list[Result] = field(default_factory=list)
    possible: dict[str, int] = field(default_factory=dict)
    _failed: bool = False

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        session.items = [item for item in session.items if "gateway" not in getattr(item, "fixturenames", ())]
        # Makes the database, which all forks use after one another.
        first, second = session.items[:2]
        first.config.hook.pytest_runtest_protocol(item=first, nextitem=second)
        if self._failed:
            raise pytest.UsageError("The tests fail before anything is changed.")
        for module in self.modules:
            self._mutate(session, module)
        return True

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._failed = self._failed or report.failed

    def _mutate(self, session: pytest.Session, module: str) -> None:
        path = Path(str(import_module(module).__file__))
        everything = mutants_of(path)
        self.possible[module] = len(everything)
        chosen = Random(f"{self.seed}:{module}").sample(everything, min(self.sample, len(everything)))
        answering = [item for item in session.items if str(item.path.relative_to(settings.BASE_DIR)) in PLAN[module]]
        reached = self._reached(session, answering, path)
        for mutant in sorted(chosen, key=lambda mutant: mutant.number):
            if time.monotonic() > self.ends:
                return
            tests = [item for item in answering if mutant.line in reached[item.nodeid]]
            verdict = self._try(session, mutant, tests) if tests else Verdict.UNREACHED
            self.results.append(Result(module, mutant.line, mutant.change, verdict))
            self.say(f"{module}:{mutant.line} {verdict}: {mutant.change}")

    def _reached(self, session: pytest.Session, tests: Sequence[pytest.Item], path: Path) -> dict[str, frozenset[int]]:
        """The lines of this file that each test reaches, by its number; none for a test that fails by itself."""
        with TemporaryDirectory() as home:
            file = Path(home, "reached.json")

            def watch() -> int:
                file.write_text(json.dumps(self._watched(session, tests, str(path))))
                return SURVIVED

            if self._in_a_fork(watch, seconds=10 * LIMIT_SECONDS) != SURVIVED:
                raise pytest.UsageError(f"The tests of {path.name} could not be watched.")
            found: dict[str, list[int]] = json.loads(file.read_text())
        return defaultdict(frozenset, {test: frozenset(lines) for test, lines in found.items()})

    def _watched(self, session: pytest.Session, tests: Sequence[pytest.Item], path: str) -> dict[str, list[int]]:
        monitoring, tool = sys.monitoring, sys.monitoring.COVERAGE_ID
        lines: set[int] = set()

        def at_line(code: object, line: int) -> object:
            if getattr(code, "co_filename", "") != path:
                return monitoring.DISABLE
            lines.add(line)
            return None

        monitoring.use_tool_id(tool, "mutation")
        monitoring.register_callback(tool, monitoring.events.LINE, at_line)
        monitoring.set_events(tool, monitoring.events.LINE)
        found: dict[str, list[int]] = {}
        for item in tests:
            lines.clear()
            self._failed = False
            self._run(session, [item])
            if not self._failed:
                found[item.nodeid] = sorted(lines)
        return found

    def _try(self, session: pytest.Session, mutant: Mutant, tests: Sequence[pytest.Item]) -> Verdict:
        def attempt() -> int:
            if not put_in(mutant.code):
                return BROKEN
            return KILLED if self._run(session, tests) else SURVIVED

        ended = self._in_a_fork(attempt, seconds=LIMIT_SECONDS)
        if ended == BROKEN:
            raise pytest.UsageError(f"Line {mutant.line} is in no living function: {mutant.change}")
        if ended is None:
            clean_up()
            return Verdict.TIMED_OUT
        if ended != SURVIVED:
            clean_up()
            return Verdict.KILLED
        return Verdict.SURVIVED

    def _run(self, session: pytest.Session, tests: Sequence[pytest.Item]) -> bool:
        """Whether one failed, which is the last then. What the whole session has, such as the database, stays."""
        self._failed = False
        for number, item in enumerate(tests):
            session._setupstate.teardown_exact(item)
            after = tests[number + 1] if number + 1 < len(tests) else self._another(session, item)
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
            if self._failed:
                return True
        return False

    def _another(self, session: pytest.Session, item: pytest.Item) -> pytest.Item:
        return next(each for each in session.items if each is not item)

    def _in_a_fork(self, act: Callable[[], int], *, seconds: float) -> int | None:
        """The exit code of a process that does it; None for one that had to be ended."""
        connections.close_all()
        connections["default"].close_pool()  # type: ignore[attr-defined]  # PostgreSQL's own
        sys.stdout.flush()
        child = os.fork()
        if not child:
            self._be_the_child(act)
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            pid, status = os.waitpid(child, os.WNOHANG)
            if pid:
                return os.waitstatus_to_exitcode(status)
            time.sleep(0.05)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        return None

    def _be_the_child(self, act: Callable[[], int]) -> None:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for stream in (1, 2):
            os.dup2(nowhere, stream)
        code = KILLED
        try:
            code = act()
        finally:
            os._exit(code)


def clean_up() -> None:
    """What a test that failed or was ended in the middle left behind."""
    name = settings.DATABASES["owner"]["NAME"]
    with owner_connection(name) as owner:
        owner.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND usename <> current_user"
            " AND pg_has_role(current_user, usename, 'MEMBER')",
            [name],
        )
        empty_but_for_seeds(owner)
    get_redis_connection("default").flushdb()
