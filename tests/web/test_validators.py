"""The validators of the document that `make check` runs: pinned, and a rule of theirs is off only with a reason."""

import json
import re
from itertools import pairwise
from pathlib import Path

import pytest

from core.dev.contract import TOOLS, validators

RULES = [TOOLS / ".spectral.yaml", TOOLS / "redocly.yaml"]


def test_three_validators_of_three_makers_read_the_committed_document() -> None:
    assert {name: Path(command[-1]).name for name, command in validators().items()} == dict.fromkeys(
        ("openapi-spec-validator", "spectral", "redocly"), "openapi.json"
    )


def test_versions_are_exact_and_locked() -> None:
    wanted = json.loads((TOOLS / "package.json").read_text())["dependencies"]
    locked = json.loads((TOOLS / "package-lock.json").read_text())["packages"]

    assert [version for version in wanted.values() if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []
    assert {name: locked[f"node_modules/{name}"]["version"] for name in wanted} == wanted


@pytest.mark.parametrize("rules", RULES, ids=lambda path: path.name)
def test_rule_that_is_off_says_why(rules: Path) -> None:
    lines = rules.read_text().splitlines()
    switched_off = [(above, line) for above, line in pairwise(lines) if line.endswith(": off")]

    assert switched_off
    assert [line for above, line in switched_off if not above.lstrip().startswith("# ")] == []
