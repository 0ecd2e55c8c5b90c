"""Gauges that are read from the database when a scrape comes: the queue here, money and whatever else an app adds.

An app adds a source in `AppConfig.ready()`: a function that yields Prometheus families. What a scrape may cost is
bounded whatever a source does: all of them share one transaction per scrape with a statement time-out, they may only
read, and scrapes within five seconds share one reading. A source that fails is told by `payshift_source_up`, and takes
no other down with it.
"""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

import structlog
from django.db import DatabaseError, connection, transaction
from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from core.lanes import Lane

type Source = Callable[[], Iterable[Metric]]

KEPT_SECONDS = 5.0
STATEMENT_TIMEOUT_MS = 1000

SOURCES: dict[str, Source] = {}

logger = structlog.get_logger(__name__)


def add_source(name: str, source: Source) -> None:
    """Read `source` at each scrape. It must bring a bounded number of rows by indexed statements."""
    SOURCES[name] = source


class DatabaseGauges(Collector):
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.forget()

    def forget(self) -> None:
        self._families: list[Metric] = []
        self._read_at = float("-inf")

    def collect(self) -> Iterable[Metric]:
        """Of parallel scrapes one reads, the others wait for it."""
        with self._lock:
            if time.monotonic() - self._read_at > KEPT_SECONDS:
                self._families = list(self._read())
                self._read_at = time.monotonic()
            return self._families

    def _read(self) -> Iterator[Metric]:
        up = GaugeMetricFamily("payshift_source_up", "Whether a source of gauges could be read.", labels=["source"])
        answers = _database_answers()
        for name, source in SOURCES.items():
            families = _read_source(name, source) if answers else None
            up.add_metric([name], 0 if families is None else 1)
            yield from families or ()
        yield up


database_gauges = DatabaseGauges()


def _database_answers() -> bool:
    """Asked once: each source would wait for a connection by itself."""
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        logger.warning("metrics_without_database", error=type(error).__name__)
        return False
    return True


def _read_source(name: str, source: Source) -> list[Metric] | None:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {STATEMENT_TIMEOUT_MS}")
            return list(source())
    except DatabaseError as error:
        logger.warning("metrics_source_failed", source=name, error=type(error).__name__)
        return None


# One row per queue: what waits, what runs, what failed, and since when the oldest that could run has been waiting.
# Jobs carry no time of their own: the first of those without a schedule has its deferral among the events.
QUEUES = """
WITH waiting AS (
    SELECT queue_name,
           count(*) AS jobs,
           min(id) FILTER (WHERE scheduled_at IS NULL) AS first_id,
           min(scheduled_at) FILTER (WHERE scheduled_at <= now()) AS first_scheduled
    FROM procrastinate_jobs WHERE status = 'todo' GROUP BY queue_name
), oldest AS (
    SELECT queue_name, jobs,
           least(first_scheduled, (SELECT min(at) FROM procrastinate_events WHERE job_id = first_id)) AS since
    FROM waiting
), running AS (
    SELECT queue_name, count(*) AS jobs FROM procrastinate_jobs WHERE status = 'doing' GROUP BY queue_name
), failed AS (
    SELECT queue_name, count(*) AS jobs FROM procrastinate_jobs WHERE status = 'failed' GROUP BY queue_name
)
SELECT queue_name, coalesce(o.jobs, 0), coalesce(r.jobs, 0), coalesce(f.jobs, 0),
       coalesce(extract(epoch FROM now() - o.since), 0)::float
FROM oldest o FULL JOIN running r USING (queue_name) FULL JOIN failed f USING (queue_name)
ORDER BY queue_name
"""
# procrastinate keeps the latest run of each.
CRON_JOBS = """
SELECT d.task_name, bool_or(j.status = 'failed') FROM procrastinate_periodic_defers d
JOIN procrastinate_jobs j ON j.id = d.job_id GROUP BY d.task_name ORDER BY d.task_name
"""
WORKERS = "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - make_interval(secs => 35)"


def read_queues() -> Iterator[Metric]:
    """By the database's clock, which writes the queue's times. A lane without jobs is a row of zeros, no hole."""
    # Which import models: this module is there before they are.
    from core import clock
    from core.rounds import ROUNDS

    jobs = GaugeMetricFamily("payshift_queue_jobs", "Jobs in the queue.", labels=["queue", "status"])
    oldest = GaugeMetricFamily(
        "payshift_queue_oldest_seconds",
        "How long the oldest job that could run, or row that a round could take, has been waiting.",
        labels=["queue"],
    )
    waits: defaultdict[str, list[float]] = defaultdict(list)
    for each in ROUNDS.values():
        if since := each.waiting_since():
            waits[each.lane].append((clock.now() - since).total_seconds())
    cron = GaugeMetricFamily(
        "payshift_cron_failed", "Whether the last run of a periodic task failed for good.", labels=["task"]
    )
    with connection.cursor() as cursor:
        cursor.execute(QUEUES)
        rows = cursor.fetchall()
        rows += [(lane, 0, 0, 0, 0) for lane in Lane if lane not in {row[0] for row in rows}]
        for queue, waiting, running, failed, seconds in rows:
            for status, count in (("todo", waiting), ("doing", running), ("failed", failed)):
                jobs.add_metric([queue, status], count)
            oldest.add_metric([queue], max(seconds, 0, *waits[queue]))
        cursor.execute(CRON_JOBS)
        for task, has_failed in cursor.fetchall():
            cron.add_metric([task], int(has_failed))
        cursor.execute(WORKERS)
        (workers,) = cursor.fetchone()
    yield jobs
    yield oldest
    yield cron
    yield GaugeMetricFamily("payshift_workers", "Workers with a heartbeat.", value=workers)


add_source("queue", read_queues)


SLOTS = """
SELECT slot_name, coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn), 0)::float8
FROM pg_replication_slots WHERE NOT pg_is_in_recovery() ORDER BY slot_name
"""


def read_replication() -> Iterator[Metric]:
    """How far behind those are for whom the server keeps its log: replicas with a slot, and the archive."""
    lag = GaugeMetricFamily(
        "payshift_replication_slot_lag_bytes", "Log that the holder of a slot has not fetched.", labels=["slot"]
    )
    with connection.cursor() as cursor:
        cursor.execute(SLOTS)
        for slot, behind in cursor.fetchall():
            lag.add_metric([slot], behind)
    yield lag


add_source("replication", read_replication)
