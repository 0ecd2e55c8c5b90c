"""Background jobs. The queue is in PostgreSQL: deferring in a transaction is the outbox, it commits with the write.

A task is a thin function in `<app>/tasks.py` that calls one service, takes ids, can run twice, and names its lane.
Around each one the worker reads the clock's offset, counts queries and binds the job to its log lines; procrastinate's
Django app closes the connection.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from time import perf_counter
from typing import Any, cast

import structlog
from django.conf import settings
from procrastinate import App, BaseRetryStrategy, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import UniqueViolation
from procrastinate.job_context import JobContext
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager
from procrastinate.retry import RetryDecision
from procrastinate.tasks import Task

from core import clock
from core.lanes import PRIORITY, Lane
from core.metrics import observe_job
from core.queries import OBSERVERS, QueryCount, count_queries

logger = structlog.get_logger(__name__)

# After 4, 16, 64, 256, 1024 and 4096 seconds: an outage of an hour and a half is ridden out.
DEFAULT_RETRY = RetryStrategy(max_attempts=6, exponential_wait=4)


class UntilItWorks(BaseRetryStrategy):
    """Forever, after 4, 16, 64, 256 and 1024 seconds and then every hour: for what must come about at last."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision:
        return RetryDecision(retry_in={"seconds": 4 ** (job.attempts + 1) if job.attempts < 5 else 3600})


def task[**P, R](
    *,
    lane: Lane,
    priority: int | None = None,
    cron: str | None = None,
    retry: BaseRetryStrategy | None = DEFAULT_RETRY,
    lock: str | None = None,
    queueing_lock: str | None = None,
) -> Callable[[Callable[P, R]], Task[P, R, P]]:
    """Register a task of a lane; defer it with `the_task.defer(...)` or `the_task.configure(...).defer(...)`.

    With `cron` it runs periodically and takes `timestamp: int`.
    """

    def register(function: Callable[P, R]) -> Task[P, R, P]:
        registered = app.task(
            queue=lane,
            priority=PRIORITY[lane] if priority is None else priority,
            retry=retry or False,
            lock=lock,
            queueing_lock=queueing_lock,
        )(function)
        if cron:
            app.periodic(cron=cron)(cast("Task[[int], R, [int]]", registered))
        return registered

    return register


class YieldingJobManager(JobManager):
    """Knows what becomes of a job that failed while another with its queueing lock waits already.

    Both at once the lock refuses, and the failed one would stay `doing` for as long as its worker lives. It has failed
    then: the other does the same, later.
    """

    async def retry_job(self, job: Job, *args: Any, **kwargs: Any) -> None:
        try:
            await super().retry_job(job, *args, **kwargs)
        except UniqueViolation:
            await self.finish_job(job, Status.FAILED, delete_job=False)


def on_app_ready(ready_app: App) -> None:
    """PROCRASTINATE_ON_APP_READY: the worker runs `around_task` inside procrastinate's own clean-up of connections."""
    ready_app.job_manager = YieldingJobManager(ready_app.connector)
    ready_app.worker_defaults["task_middleware"] = [*ready_app.worker_defaults.get("task_middleware", []), around_task]


def around_task(call_next: Callable[[], Any], context: JobContext, worker: Any) -> Any:
    """What the request middlewares do, for synchronous tasks."""
    with structlog.contextvars.bound_contextvars(job_id=context.job.id, task=context.job.task_name):
        if settings.TIME_TRAVEL:
            clock.refresh()
        started, outcome = perf_counter(), "failed"
        counted = QueryCount()
        try:
            with count_queries() as counted, _span(context.job.task_name):
                result = call_next()
            outcome = "succeeded"
        finally:
            observe_job(context.job.task_name, outcome, perf_counter() - started)
            for observe in OBSERVERS:
                observe(context.job.task_name, counted)
        logger.info("job_finished", queries=counted.count)
        return result


def _span(name: str) -> AbstractContextManager[object]:
    if not settings.OTEL_EXPORTER_OTLP_ENDPOINT:
        return nullcontext()
    # Its packages are there only where they are used.
    from opentelemetry.trace import SpanKind

    from core.tracing import traced

    return traced(name, kind=SpanKind.CONSUMER)
