"""The alert rules before Prometheus' own tool: `python -m core.dev.alerts`, a part of `make check`.

deploy/prometheus/tests holds a test of every alert: it is silent at its bound however long that lasts, silent a step
before its `for` is over, and then fires with the words that its reader gets.
"""

import subprocess
import sys

from core.dev.console import say
from core.dev.distribution import Program
from core.dev.errors import DevelopmentError
from core.dev.paths import BASE_DIR

RULES = BASE_DIR / "deploy" / "prometheus" / "alerts.yml"
TESTS = RULES.parent / "tests"
PROMTOOL = Program("promtool", package="prometheus", path="usr/bin/promtool", variable="PROMTOOL")


def main() -> int:
    try:
        program = PROMTOOL.find()
    except DevelopmentError as problem:
        say(str(problem))
        return 1
    tests = [str(path) for path in sorted(TESTS.glob("*.yml"))]
    checks = (["check", "rules", str(RULES)], ["test", "rules", *tests])
    return max(subprocess.run([program, *arguments], check=False).returncode for arguments in checks)  # noqa: S603


if __name__ == "__main__":
    sys.exit(main())
