"""What PostgreSQL really does for a request: its statements with their parameters, and the plan of each."""

import json
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import count
from typing import Any

from django.db import connection

from core.listings import PreparingCursor


class KeptPlan(str):
    """The SQL of a statement that is planned once for all values."""


# What psycopg says of a value that it leaves to the server, where the text alone does not tell.
TYPES = {bool: "boolean", int: "bigint", float: "float8", datetime: "timestamptz", date: "date", list: "text[]"}


@dataclass
class Captured:
    statements: list[tuple[str, Any]] = field(default_factory=list)

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        kept = isinstance(getattr(context["cursor"], "cursor", None), PreparingCursor)
        self.statements.append((KeptPlan(sql) if kept else sql, params))
        return execute(sql, params, many, context)


@contextmanager
def captured_statements() -> Iterator[Captured]:
    captured = Captured()
    with connection.execute_wrapper(captured):
        yield captured


def explain(sql: str, params: Sequence[Any] | None) -> dict[str, Any]:
    """The plan, as executed: with the rows that each step really saw."""
    return _explained("ANALYZE, TIMING OFF", sql, params)


def estimate(sql: str, params: Sequence[Any] | None) -> dict[str, Any]:
    """The plan, not executed: with the rows that PostgreSQL expects of each step by its statistics."""
    return _explained("COSTS", sql, params)


def _explained(how: str, sql: str, params: Sequence[Any] | None) -> dict[str, Any]:
    with connection.cursor() as cursor:
        kept = isinstance(sql, KeptPlan) and bool(params)
        if kept:
            prepare(cursor, sql, params or ())
            sql = f"EXECUTE explained ({', '.join(['%s'] * len(params or ()))})"
        cursor.execute(f"EXPLAIN ({how}, FORMAT JSON) {sql}", params)
        (plan,) = cursor.fetchone()
        if kept:
            cursor.execute("DEALLOCATE explained")
    document = json.loads(plan) if isinstance(plan, str) else plan
    root: dict[str, Any] = document[0]["Plan"]
    return root


def prepare(cursor: Any, sql: str, params: Sequence[Any]) -> None:
    """As `explained`, which is planned without the values, as the session says."""
    number = count(1)
    text = re.sub("%%|%s", lambda place: "%" if place[0] == "%%" else f"${next(number)}", sql)
    types = ", ".join(TYPES.get(type(value), "unknown") for value in params)
    cursor.execute(f"PREPARE explained ({types}) AS {text}")


@contextmanager
def only_by_indexes(*, but_for_ties: bool = False) -> Iterator[None]:
    """The planner scans and sorts only what no index can bring, in that order, whatever its statistics say.

    `but_for_ties`: rows that are equal in the index's order may be put in order a few at a time.
    """
    settings = ("enable_seqscan", "enable_sort", *(() if but_for_ties else ("enable_incremental_sort",)))
    with connection.cursor() as cursor:
        for setting in settings:
            cursor.execute(f"SET {setting} = off")
    yield
    with connection.cursor() as cursor:
        for setting in settings:
            cursor.execute(f"RESET {setting}")


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", []):
        yield from nodes(child)


def tables_of(plan: dict[str, Any]) -> set[str]:
    return {node["Relation Name"] for node in nodes(plan) if "Relation Name" in node}


def scanned_tables(plan: dict[str, Any]) -> set[str]:
    """Tables that were read from one end to the other."""
    return {node["Relation Name"] for node in nodes(plan) if node["Node Type"] == "Seq Scan"}


def most_rows_sorted(plan: dict[str, Any], *, of: Collection[str]) -> int:
    """The largest input of any sort that has rows of these tables."""
    return max(
        (
            round(child["Actual Rows"] * child["Actual Loops"] / max(1, node["Actual Loops"]))
            for node in nodes(plan)
            if node["Node Type"] in {"Sort", "Incremental Sort"} and tables_of(node) & set(of)
            for child in node["Plans"][:1]
        ),
        default=0,
    )


def most_rows_discarded(plan: dict[str, Any], *, of: Collection[str]) -> int:
    """The most rows of these tables that one step read and left out: a walk along the wrong index is a scan as well."""
    return max(
        (
            round(node.get("Rows Removed by Filter", 0) * node["Actual Loops"])
            for node in nodes(plan)
            if node.get("Relation Name") in of
        ),
        default=0,
    )
