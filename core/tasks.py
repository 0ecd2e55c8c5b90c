"""The queue's own upkeep."""

import structlog
from procrastinate.contrib.django import app
from procrastinate.jobs import Status

from core import files, queue_upkeep, retention
from core.background import UntilItWorks, task
from core.cache.store import store
from core.lanes import Lane
from core.metrics import CACHE_VERSIONS

logger = structlog.get_logger(__name__)

# Workers send a heartbeat every 10 s.
DEAD_AFTER_SECONDS = 30
# A job that takes its worker down each time (memory) must not do so for ever.
MOST_ATTEMPTS = 10


@task(lane=Lane.CODES, cron="* * * * *", queueing_lock="core_retry_stalled_jobs", retry=None)
async def retry_stalled_jobs(timestamp: int) -> None:
    """A killed worker leaves its jobs in `doing`; procrastinate itself never touches them again.

    Runs on the worker's asynchronous connection.
    """
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=DEAD_AFTER_SECONDS):
        if job.attempts >= MOST_ATTEMPTS:
            logger.error("stalled_job_given_up", job_id=job.id, task=job.task_name, attempts=job.attempts)
            await app.job_manager.finish_job(job, status=Status.FAILED, delete_job=False)
        else:
            logger.warning("stalled_job_retried", job_id=job.id, task=job.task_name, attempts=job.attempts)
            await app.job_manager.retry_job(job)


@task(lane=Lane.BULK, cron="40 3 * * *", queueing_lock="core_delete_old_jobs")
def delete_old_jobs(timestamp: int) -> None:
    queue_upkeep.delete_old_jobs()


@task(lane=Lane.BULK, cron="10 3 * * *", queueing_lock="core_forget_old_rows")
def forget_old_rows(timestamp: int) -> None:
    """Delete what is older than its kind is kept."""
    retention.forget_old_rows()


@task(lane=Lane.BULK, retry=UntilItWorks())
def delete_files(names: list[str]) -> None:
    files.delete(*names)


@task(lane=Lane.CODES)
def invalidate_entities(entities: list[str]) -> None:
    """Void what shows these entities: their writer could not reach Redis (R3). Tried again until Redis answers."""
    if not (store.begin("late", entities) and store.end("late", entities)):
        raise ConnectionError("Redis cannot be reached yet.")


@task(lane=Lane.BULK, cron="* * * * *", queueing_lock="core_prune_cache_versions", retry=None)
def prune_cache_versions(timestamp: int) -> None:
    store.prune()
    CACHE_VERSIONS.set(store.version_count())
