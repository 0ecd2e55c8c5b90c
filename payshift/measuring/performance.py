"""The performance report: its bounds, and how its figures are written down."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from statistics import median
from typing import Any

from payshift.measuring import report
from payshift.measuring.comparison import Figures, Row
from payshift.measuring.modes import Mode
from payshift.measuring.plot import bars
from payshift.measuring.report import Check, at_least, at_most

NAME = "perf_report"
PLOT = report.DOCUMENT.with_suffix(".svg")
HEAD = ("operation", "queries", "SQL ms", "total ms", "database CPU ms")
LONGEST_QUERY_MS, LONGEST_ANSWER_MS = 100.0, 200.0


def checks_of(rows: Sequence[Row]) -> list[Check]:
    """Medians over the operations that have relations to join; for the cache, over those of them that it holds."""
    joining = [row for row in rows if row.operation.joins]
    held = [row for row in joining if row.operation.cached]
    product = [figures for row in rows for mode, figures in row.figures.items() if mode is not Mode.NAIVE]
    checks = [
        at_least("% fewer queries, optimised", _saved(joining, Mode.OPTIMISED, lambda f: f.queries), 80),
        at_least("% less SQL time, optimised", _saved(joining, Mode.OPTIMISED, lambda f: f.sql_ms), 50),
    ]
    # Nobody can read it of a server elsewhere.
    if all(figures.cpu_ms is not None for figures in product):
        saved = _saved(joining, Mode.OPTIMISED, lambda f: f.cpu_ms or 0.0)
        checks.append(at_least("% less database CPU, optimised", saved, 50))
    return [
        *checks,
        at_least("% less total time, optimised", _saved(joining, Mode.OPTIMISED, lambda f: f.total_ms), 75),
        at_least("% less total time, cached", _saved(held, Mode.CACHED, lambda f: f.total_ms), 95),
        at_most("queries of a cache hit", max(row.figures[Mode.CACHED].queries for row in held), 0),
        at_most("ms of the slowest query (95th percentile)", max(f.slow_query_ms for f in product), LONGEST_QUERY_MS),
        at_most(
            "ms of the slowest answer (95th percentile)", max(f.slow_answer_ms for f in product), LONGEST_ANSWER_MS
        ),
    ]


def write_report(rows: Sequence[Row], checks: Sequence[Check], *, data: str) -> list[str]:
    """JSON, plot and the document's section; returns the figures' table for the terminal."""
    figures = report.table(HEAD, [_cells(row) for row in rows])
    report.write_report(NAME, checks, data=data, operations=[_measured(row) for row in rows])
    totals = {row.operation.name: [row.figures[mode].total_ms for mode in Mode] for row in rows}
    PLOT.write_text(bars("Time per request", totals, list(Mode)))
    bounds = report.bounds_table(checks)
    plot = f"![Time per request]({PLOT.name})"
    report.write_section(
        NAME, "\n".join([f"Over {data}; each figure naive → optimised → cached.", "", *figures, "", *bounds, "", plot])
    )
    return figures


def _cells(row: Row) -> list[str]:
    figures = [row.figures[mode] for mode in Mode]
    has_cpu = all(each.cpu_ms is not None for each in figures)
    return [
        row.operation.name if row.operation.cached else f"{row.operation.name} (not cached)",
        " → ".join(f"{each.queries:g}" for each in figures),
        " → ".join(f"{each.sql_ms:.2f}" for each in figures),
        " → ".join(f"{each.total_ms:.2f}" for each in figures),
        " → ".join(f"{each.cpu_ms:.2f}" for each in figures) if has_cpu else "not available",
    ]


def _saved(rows: Sequence[Row], mode: Mode, what: Callable[[Figures], float]) -> float:
    return median(row.saved(mode, what) for row in rows)


def _measured(row: Row) -> dict[str, Any]:
    figures = {str(mode): asdict(figures) for mode, figures in row.figures.items()}
    return {"name": row.operation.name, "cached": row.operation.cached, "joins": row.operation.joins, **figures}
