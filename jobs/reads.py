"""The cached read of work, and what it shows."""

from core.cache.reads import CachedRead
from jobs.models import Job
from jobs.schemas.job import JobOut

JOB = CachedRead(operation="get_job", path="/jobs/{int:job_id}", ttl_seconds=1800, key="{job_id}", shows=JobOut)


def entities_of(job: Job) -> frozenset[str]:
    """The job with its shifts and places, its client's public face, the names of its trade."""
    entities = {f"job:{job.pk}", f"user:{job.client_id}", f"industry:{job.industry_id}"}
    if job.subcategory_id is not None:
        entities.add(f"subcategory:{job.subcategory_id}")
    return frozenset(entities)
