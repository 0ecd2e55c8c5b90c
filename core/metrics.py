"""What Prometheus scrapes: counts that requests and jobs move in passing, without a round trip to anything.

With PROMETHEUS_MULTIPROC_DIR set (a directory of this machine, empty when the server starts) all processes add to the
same figures, and any of them answers a scrape for all. Labels come from the code (operations, tasks, outcomes), never
from a caller: nobody can make a series per request.

Figures that are read from the database when a scrape comes are in `core.metrics_gauges`.
"""

import os
import socket
from collections.abc import Iterable
from functools import cache

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram, Metric, values
from prometheus_client.multiprocess import MultiProcessCollector

from core import replica
from core.metrics_directory import say_alive, shared_directory
from core.queries import OBSERVERS, QueryCount

if (directory := shared_directory()) is not None:
    # Containers that share the directory have the same process ids. The library splits file names at underscores.
    HOST = socket.gethostname().replace("_", "-")

    def process_name() -> str:
        """Asked at every count: a forked process starts files of its own."""
        return f"{HOST}-{os.getpid()}"

    say_alive(directory, process_name())
    # Before the first figure below is made.
    values.ValueClass = values.MultiProcessValue(process_name)  # type: ignore[no-untyped-call]

# Of an address that is no operation: one series, whatever scanners ask for.
UNMATCHED = "unmatched"

REQUESTS = Counter("payshift_requests_total", "Requests by operation and status.", ["operation", "status"])
REQUEST_SECONDS = Histogram(
    "payshift_request_seconds",
    "Time to answer, by operation.",
    ["operation"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5, 10),
)
# Starvation shows here and not in the time to answer, which begins when a thread takes the request.
QUEUED_SECONDS = Histogram(
    "payshift_request_queued_seconds",
    "Time between the proxy and a thread of the web server.",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
BUSY_THREADS = Gauge("payshift_busy_threads", "Threads that serve a request.", multiprocess_mode="livesum")
THREADS = Gauge("payshift_threads", "Threads that can serve a request.", multiprocess_mode="livesum")
POOL_WAIT_SECONDS = Histogram(
    "payshift_pool_wait_seconds",
    "Time until a connection to the database was lent.",
    ["database"],
    buckets=(0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
POOL_REFUSALS = Counter("payshift_pool_refusals_total", "Connections that were not lent.", ["database"])
DATABASE_AWAY = Gauge(
    "payshift_database_away", "Whether a process found the server away.", ["database"], multiprocess_mode="livemax"
)
REPLICA_LAG = Gauge(
    "payshift_replica_lag_seconds", "Age of what the replica last replayed.", multiprocess_mode="livemax"
)
QUERIES = Counter("payshift_queries_total", "Database queries by operation or task.", ["operation"])
QUERY_SECONDS = Counter("payshift_query_seconds_total", "Time in the database by operation or task.", ["operation"])
OVER_BUDGET = Counter("payshift_query_budget_exceeded_total", "Requests that ran too many queries.", ["operation"])
CACHE_READS = Counter("payshift_cache_reads_total", "Cached reads by operation and outcome.", ["operation", "outcome"])
CACHE_FILLS = Counter("payshift_cache_fills_total", "Fills by operation and result.", ["operation", "result"])
# R3: each of them has a job that tells Redis later.
CACHE_UNANNOUNCED = Counter("payshift_cache_unannounced_writes_total", "Writes that began without Redis knowing.")
CACHE_VERSIONS = Gauge(
    "payshift_cache_versions",
    "Entities written in the last hour, which Redis keeps a version of.",
    multiprocess_mode="livemostrecent",
)
EVENT_STREAMS = Gauge("payshift_event_streams", "Streams of hints that are open.", multiprocess_mode="livesum")
EVENT_STREAMS_ENDED = Counter(
    "payshift_event_streams_ended_total", "Streams of hints that ended, by reason.", ["reason"]
)
EVENT_STREAMS_REFUSED = Counter(
    "payshift_event_streams_refused_total", "Streams of hints that were not opened, by status.", ["status"]
)
EVENT_HINTS = Counter("payshift_event_hints_total", "Hints that were sent to open streams.")
PROVIDER_REFUSALS = Counter(
    "payshift_provider_calls_refused_total", "Calls to providers that requests did not make.", ["provider", "reason"]
)
ROWS_FORGOTTEN = Counter("payshift_rows_forgotten_total", "Rows that were deleted for their age, by rule.", ["rule"])
JOBS = Counter("payshift_jobs_total", "Background jobs run, by task and outcome.", ["task", "outcome"])
JOB_SECONDS = Counter("payshift_job_seconds_total", "Time of background jobs by task.", ["task"])
LANE_SLOTS = Gauge(
    "payshift_lane_slots", "Jobs that can run at a time, by lane.", ["queue"], multiprocess_mode="livesum"
)


@cache
def _requests(operation: str, status: int) -> Counter:
    """Labels are looked up once: that takes longer than counting."""
    return REQUESTS.labels(operation or UNMATCHED, str(status))


@cache
def _seconds(operation: str) -> Histogram:
    return REQUEST_SECONDS.labels(operation or UNMATCHED)


@cache
def _queries(operation: str) -> tuple[Counter, Counter]:
    return QUERIES.labels(operation or UNMATCHED), QUERY_SECONDS.labels(operation or UNMATCHED)


def observe_request(operation: str, status: int, seconds: float) -> None:
    _requests(operation, status).inc()
    _seconds(operation).observe(seconds)


def observe_queries(operation: str, counted: QueryCount) -> None:
    if counted.count:
        queries, seconds = _queries(operation)
        queries.inc(counted.count)
        seconds.inc(counted.ms / 1000)


def observe_job(task: str, outcome: str, seconds: float) -> None:
    JOBS.labels(task, outcome).inc()
    JOB_SECONDS.labels(task).inc(seconds)


OBSERVERS.append(observe_queries)
replica.OBSERVERS.append(REPLICA_LAG.set)


def counted_families() -> Iterable[Metric]:
    """The figures of this process, or of all that share the directory."""
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        # A registry of its own: the collector must not find itself among this process's figures.
        collector = MultiProcessCollector(CollectorRegistry())  # type: ignore[no-untyped-call]
        families: Iterable[Metric] = collector.collect()  # type: ignore[no-untyped-call]
        return families
    return REGISTRY.collect()
