"""The comparison of writes: by turns, of those that both have done."""

from typing import Any, cast

import pytest

from payshift.measuring.benching import writes
from payshift.measuring.benching.writes import Cost, Doer, compare


class Scripted:
    """Answers with a cost of its own, and refuses some."""

    def __init__(self, name: str, process: float, refused: set[int], order: list[str]) -> None:
        self.name = name
        self.process = process
        self.refused = refused
        self.order = order

    def do(self, request: dict[str, Any]) -> Cost:
        self.order.append(self.name)
        status = 409 if request["number"] in self.refused else 201
        return Cost(status, self.process, self.process / 2, postgresql=7, redis=4)


def test_writes_are_compared_by_turns_and_only_those_that_both_have_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writes, "TIMES", 4)
    monkeypatch.setattr(writes, "WARM_UP", 2)
    order: list[str] = []
    before, now = Scripted("before", 1000.0, {1}, order), Scripted("now", 400.0, {3}, order)
    requests = [{"number": number} for number in range(20)]

    found = compare("apply", requests, cast("tuple[Doer, Doer]", (before, now)))

    # Six that both have done, of which the first two are not counted, and the two that one of them refused.
    assert len(order) == 2 * 8
    assert order[:4] == ["before", "now", "now", "before"]
    assert (len(found.before), len(found.now)) == (4, 4)
    assert found.times == pytest.approx(0.4)
    assert found.row() == ["apply", "1,000 → 400", "500 → 200", "0.40", "7 → 7", "4 → 4"]
