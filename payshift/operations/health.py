"""Admin's Health page: what Payshift stands on, the queue, and each operation's time, queries and cache."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, transaction
from redis import RedisError

from core import health
from core.cache.store import store
from core.metrics import counted_families
from core.metrics_gauges import read_queues
from payshift.operations.figures import OperationFigures, operation_figures
from payshift.operations.page import StaffPage, Table


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that Payshift stands on."""

    name: str
    ok: bool
    # What it means when it is not ok.
    without: str


@dataclass(frozen=True, slots=True)
class QueueRow:
    name: str
    todo: int
    doing: int
    failed: int
    oldest_seconds: int


class HealthPage(StaffPage):
    title = "Health"
    permission_required = "core.view_selfcheck"
    template_name = "operations/health.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        operations = operation_figures(counted_families())
        return super().get_context_data(
            parts=parts(),
            tables=[queue_table(), cache_table(operations), operation_table(operations)],
            **kwargs,
        )


def queue_table() -> Table:
    rows = [(row.name, row.todo, row.doing, row.failed, row.oldest_seconds) for row in queues()]
    return Table("Queue", ("Queue", "Waiting", "Running", "Failed", "Oldest waits, s"), rows, empty="It is empty.")


def cache_table(operations: list[OperationFigures]) -> Table:
    outcomes = ("hit", "miss", "bypass", "stale_guard")
    return Table(
        "Cached reads",
        ("Operation", "Hit rate, %", "Hits", "Misses", "Bypasses", "Not stored: stale"),
        [
            (operation.name, f"{operation.hit_percent:.1f}", *(int(operation.cache[outcome]) for outcome in outcomes))
            for operation in operations
            if operation.hit_percent is not None
        ],
        note="A bypass could not reach Redis. An answer is not stored when something it shows was being written.",
    )


def operation_table(operations: list[OperationFigures]) -> Table:
    alone = "PROMETHEUS_MULTIPROC_DIR" not in os.environ
    return Table(
        "Operations",
        ("Operation", "Requests", "Errors", "Mean, ms", "p95, ms", "Queries each", "SQL each, ms", "Over budget"),
        [
            (
                operation.name,
                int(operation.requests),
                int(operation.errors),
                f"{operation.mean_ms:.1f}",
                f"{operation.p95_ms:.0f}",
                f"{operation.queries_each:.1f}",
                f"{operation.query_ms_each:.1f}",
                int(operation.over_budget),
            )
            for operation in operations
            if operation.requests
        ],
        note=f"Of {'this process' if alone else 'all processes'} since the start, the most time first.",
    )


def parts() -> list[Part]:
    return [
        Part("PostgreSQL", _ok(health.database_answers), "Nothing works."),
        Part("Migrations", _ok(health.migrations_are_applied), "The code expects tables that are not there."),
        Part("Redis", _ok(health.redis_answers), "Reads go to PostgreSQL, throttles count per process."),
        Part("Cache", store.available, "Cut off from Redis: it is asked again twice a second."),
        Part("Worker", _ok(health.worker_is_alive), "Webhooks, payouts and mails wait in the queue."),
    ]


def queues() -> list[QueueRow]:
    """From the same statements as the metrics."""
    counts: dict[str, dict[str, int]] = {}
    oldest: dict[str, int] = {}
    for family in read_queues():
        for sample in family.samples:
            if sample.name == "payshift_queue_jobs":
                counts.setdefault(sample.labels["queue"], {})[sample.labels["status"]] = int(sample.value)
            elif sample.name == "payshift_queue_oldest_seconds":
                oldest[sample.labels["queue"]] = int(sample.value)
    return [QueueRow(name, row["todo"], row["doing"], row["failed"], oldest[name]) for name, row in counts.items()]


def _ok(check: Callable[[], bool]) -> bool:
    try:
        with transaction.atomic():
            return check()
    except (DatabaseError, RedisError):
        return False
