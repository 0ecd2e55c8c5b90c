"""What a measuring command hands over: checks with bounds, printed and kept in `.local/reports/`."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

DIRECTORY = settings.BASE_DIR / ".local" / "reports"
DOCUMENT = settings.BASE_DIR / "docs" / "performance.md"


@dataclass(frozen=True, slots=True)
class Check:
    """A measured value and the bound it must keep."""

    name: str
    value: float
    bound: str
    ok: bool


def at_least(name: str, value: float, bound: float) -> Check:
    return Check(name, round(value, 4), f">= {bound:g}", value >= bound)


def at_most(name: str, value: float, bound: float) -> Check:
    return Check(name, round(value, 4), f"<= {bound:g}", value <= bound)


def below(name: str, value: float, bound: float) -> Check:
    return Check(name, round(value, 4), f"< {bound:g}", value < bound)


def above(name: str, value: float, bound: float) -> Check:
    return Check(name, round(value, 4), f"> {bound:g}", value > bound)


def write_report(name: str, checks: Sequence[Check], **details: Any) -> None:
    """`.local/reports/<name>.json`: the checks, and whatever else was measured."""
    DIRECTORY.mkdir(parents=True, exist_ok=True)
    content = {"checks": [asdict(check) for check in checks], **details}
    (DIRECTORY / f"{name}.json").write_text(json.dumps(content, indent=2) + "\n")


def print_checks(checks: Sequence[Check], say: Callable[[str], object]) -> None:
    say("")
    rows = [("ok" if check.ok else "MISSED", check.name, f"{check.value:g}", check.bound) for check in checks]
    for line in table(("", "check", "value", "bound"), rows):
        say(line)


def refuse_missed(checks: Sequence[Check]) -> None:
    """Ends a command with 1, and the names of the bounds that were missed. Raises `CommandError`."""
    if missed := [check.name for check in checks if not check.ok]:
        raise CommandError(f"Missed: {', '.join(missed)}", returncode=1)


def bounds_table(checks: Sequence[Check]) -> list[str]:
    """For a section of the document."""
    rows = [(check.name, f"{check.value:g}", check.bound, "yes" if check.ok else "no") for check in checks]
    return table(("bound", "measured", "allowed", "kept"), rows)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Aligned columns, which Markdown reads as a table: numbers to the right, words to the left."""
    columns = list(zip(head, *rows, strict=True))
    widths = [max(3, *map(len, column)) for column in columns]
    to_the_right = [bool(rows) and all(cell[:1].isdigit() for cell in column[1:] if cell) for column in columns]

    def line(cells: Sequence[str]) -> str:
        parts = [
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(cells, widths, to_the_right, strict=True)
        ]
        return f"| {' | '.join(parts)} |"

    rule = ["-" * (width - 1) + (":" if right else "-") for width, right in zip(widths, to_the_right, strict=True)]
    return [line(head), line(rule), *map(line, rows)]


def write_section(name: str, text: str, *, document: Path = DOCUMENT) -> None:
    """Replace what stands between the markers of this name in the document; append it if there are none."""
    begin, end = f"<!-- {name}: measured, do not edit -->", f"<!-- end of {name} -->"
    whole = document.read_text() if document.exists() else "# Performance\n"
    before, found, rest = whole.partition(begin)
    after = rest.partition(end)[2] if found else "\n"
    separator = "" if found else "\n"
    document.write_text(f"{before}{separator}{begin}\n\n{text.strip()}\n\n{end}{after}")
