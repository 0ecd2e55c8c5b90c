"""`python -m tests.mutation`: runs the mutants, writes docs/testing.md, and exits 1 when too many survive."""

import argparse
import os
import sys
import time
from collections.abc import Sequence

from core.dev import environment
from core.dev.console import say
from tests.mutation.plan import PLAN

LOWEST_SHARE = 85
# A database and a Redis of its own, so that the suite may run meanwhile.
OWN_GROUND = "gw8"


def main() -> int:
    parser = argparse.ArgumentParser(prog="make mutate")
    parser.add_argument("--sample", type=int, default=12, help="mutants of each module")
    parser.add_argument("--seed", type=int, default=1, help="which of them")
    parser.add_argument("--minutes", type=float, default=60, help="after which no mutant begins")
    parser.add_argument("--only", nargs="+", choices=list(PLAN), default=list(PLAN), help="these modules")
    asked = parser.parse_args()
    os.environ["PYTEST_XDIST_WORKER"] = OWN_GROUND
    environment.prepare()
    return run(asked.only, sample=asked.sample, seed=asked.seed, minutes=asked.minutes)


def run(modules: Sequence[str], *, sample: int, seed: int, minutes: float) -> int:
    import pytest

    # Reads the settings, as the tests have them.
    import conftest  # noqa: F401
    from tests.mutation.running import Mutating
    from tests.mutation.telling import tell

    mutating = Mutating(modules, sample=sample, seed=seed, ends=time.monotonic() + minutes * 60, say=say)
    files = sorted({file for module in modules for file in PLAN[module]})
    failed = pytest.main(
        [*files, "-q", "-p", "no:randomly", "-p", "no:cacheprovider", "-p", "no:xdist", "-s", "-W", "ignore"],
        plugins=[mutating],
    )
    if not mutating.results:
        return int(failed) or 1
    return 0 if tell(mutating, lowest_share=LOWEST_SHARE) else 1


if __name__ == "__main__":
    sys.exit(main())
