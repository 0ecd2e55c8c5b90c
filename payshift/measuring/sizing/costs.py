"""What one request costs, read from what `make load` wrote into docs/performance.md."""

import re
from dataclasses import dataclass
from pathlib import Path

from payshift.measuring.crowd.processor import PARTS
from payshift.measuring.report import DOCUMENT


class NotMeasured(Exception):
    """The document has no such section, or one that reads otherwise."""


@dataclass(frozen=True, slots=True)
class Costs:
    """Milliseconds of a core for a request of the mix, by part; `misses` is the share of them that PostgreSQL sees."""

    ms: dict[str, float]
    misses: float


def measured(document: Path = DOCUMENT) -> Costs:
    """Raises `NotMeasured`."""
    section = document.read_text().partition("<!-- load: measured")[2].partition("<!-- end of load -->")[0]
    cores = _number(r"on (\d+) cores that also run", section)
    per_second = _number(r"requests, ([\d,]+) in a second", section)
    busy = {part: _number(rf"\b{part} (\d+)%", section) / 100 for part in PARTS}
    return Costs(
        ms={part: share * cores / per_second * 1000 for part, share in busy.items()},
        misses=1 - _hits(section),
    )


def _hits(section: str) -> float:
    """Of all requests, not of the cached reads alone."""
    rows = re.findall(r"^\|\s*(\w+)\s*\|\s*([\d,]+) \|.*\|\s*([\d.]*)%?\s*\|$", section, re.MULTILINE)
    counts = {name: (int(count.replace(",", "")), float(hits or 0) / 100) for name, count, hits in rows}
    if "all" not in counts:
        raise NotMeasured("the table of operations")
    total, _ = counts.pop("all")
    return sum(count * hits for count, hits in counts.values()) / total


def _number(pattern: str, text: str) -> float:
    found = re.search(pattern, text)
    if found is None:
        raise NotMeasured(pattern)
    return float(found[1].replace(",", ""))
