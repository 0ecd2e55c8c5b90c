"""`make test`: the whole suite with coverage; with arguments, the part that they name and no coverage."""

import os
import subprocess
import sys
from collections.abc import Sequence

from core.dev.errors import DevelopmentError
from core.dev.paths import BASE_DIR

LOWEST_COVERAGE = 90
# Two processes, each with a database, a Redis number and a gateway of its own.
IN_PARALLEL = ("-n", "2", "--cov", f"--cov-fail-under={LOWEST_COVERAGE}")
# A busy machine may make a browser or a process late. What fails is tried once more, at most three times in a run, and
# the summary names it with its traceback.
SECOND_CHANCE = ("--reruns", "1", "--max-suite-reruns", "3", "--rerun-show-tracebacks")
# These search for what happens rarely: what they found once is a finding.
SEARCHES = (
    "tests/machine",
    "tests/coherence",
    "tests/core/cache/test_storm.py",
    "tests/payment/test_kill.py",
    *sorted(str(path.relative_to(BASE_DIR)) for path in BASE_DIR.glob("tests/*/test_*races.py")),
)
WHOLE = (*IN_PARALLEL, *SECOND_CHANCE, *(f"--rerun-exclude-path={path}" for path in SEARCHES))


def run(arguments: Sequence[str]) -> int:
    if not os.environ.get("DATABASE_OWNER_URL"):
        raise DevelopmentError(
            "The tests need DATABASE_OWNER_URL next to DATABASE_URL: a role that may create databases, and the role of "
            "the application."
        )
    # A process of its own, so that coverage sees the first import of everything, this package included.
    command = [sys.executable, "-m", "pytest", *(arguments or WHOLE)]
    # Ctrl-C reaches both: pytest then says where it was.
    with subprocess.Popen(command, cwd=BASE_DIR) as pytest:  # noqa: S603
        while True:
            try:
                return pytest.wait()
            except KeyboardInterrupt:
                continue
