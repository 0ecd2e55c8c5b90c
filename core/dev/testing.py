"""`make test`: the whole suite with branch coverage; with arguments, the part that they name and no coverage."""

import os
import subprocess
import sys
from collections.abc import Sequence

from core.dev.errors import DevelopmentError
from core.dev.paths import BASE_DIR

LOWEST_COVERAGE = 85
# Two processes, each with a database, a Redis number and a gateway of its own.
WHOLE = ("-n", "2", "--cov", "--cov-branch", f"--cov-fail-under={LOWEST_COVERAGE}")


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
