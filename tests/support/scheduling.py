"""Which process of the suite runs what: whole files, the long ones first, so that no process waits for another's."""

from collections.abc import Iterable
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

# All of these share one marketplace, which takes a minute to make.
MARKETPLACE = "tests/performance"
# By how long they take. Whoever begins with them can fill the other processes' time with the many short ones.
LONG = (
    "tests/web/test_browser.py",
    "tests/machine/test_work_and_money.py",
    MARKETPLACE,
    "tests/coherence/test_every_row.py",
    "tests/payshift/test_populate_demo.py",
)


class ByFile(LoadScopeScheduling):
    """A file's fixtures are made once, by the process that runs it."""

    def __init__(self, config: pytest.Config, log: Any) -> None:
        config.option.loadscopereorder = False
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        return unit_of(nodeid)


def unit_of(nodeid: str) -> str:
    path = nodeid.partition("::")[0]
    return MARKETPLACE if path.startswith(f"{MARKETPLACE}/") else path


def long_ones_first(items: Iterable[pytest.Item]) -> list[pytest.Item]:
    """Otherwise in the order that they come in."""
    rank = {unit: number for number, unit in enumerate(LONG)}
    return sorted(items, key=lambda item: rank.get(unit_of(item.nodeid), len(rank)))
