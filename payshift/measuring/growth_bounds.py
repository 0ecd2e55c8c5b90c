"""What growth is allowed, and how it is written down."""

from collections.abc import Sequence

from payshift.measuring import report
from payshift.measuring.growth import LATE, Growth
from payshift.measuring.reads import Kind
from payshift.measuring.report import Check, at_most

NAME = "growth_report"
BOUNDS = {Kind.LIST: 1.3, Kind.DETAIL: 1.3, Kind.RANKED: 3.0}
LATE_PAGE_BOUND = 1.2


def checks_of(growths: Sequence[Growth]) -> list[Check]:
    return [
        at_most(f"{each.name} / page 1", each.ratio, LATE_PAGE_BOUND)
        if LATE in each.name
        else at_most(f"{each.name}, large / small", each.ratio, BOUNDS[each.kind])
        for each in growths
    ]


def write_report(
    growths: Sequence[Growth], checks: Sequence[Check], *, sizes: tuple[int, int], most_used: bool = False
) -> list[str]:
    """The report and the section, each of its own for the reads that are most used."""
    head = ("read", f"ms with {sizes[0]:,} jobs", f"ms with {sizes[1]:,} jobs", "times", "allowed", "kept")
    rows = [
        (
            each.name,
            f"{each.before_ms:.2f}",
            f"{each.after_ms:.2f}",
            f"{each.ratio:.2f}",
            check.bound,
            "yes" if check.ok else "no",
        )
        for each, check in zip(growths, checks, strict=True)
    ]
    lines = report.table(head, rows)
    name = f"{NAME}_most_used" if most_used else NAME
    report.write_report(name, checks, sizes=sizes)
    note = "" if most_used else "A late page stands beside page 1 of the same, large database."
    report.write_section(name, "\n".join([*lines, "", note]))
    return lines
