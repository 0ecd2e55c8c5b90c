"""The cached read of work, and what it shows."""

from core.cache.reads import CachedRead
from jobs.models import Job
from jobs.schemas.job import JobOut

JOB = CachedRead(operation="get_job", path="/jobs/{int:job_id}", ttl_seconds=1800, key="{job_id}", shows=JobOut)


def entities_of(job: Job) -> frozenset[str]:
    """The job with its shifts and places, its client's name, picture and rating, the names of its trade."""
    client, industry = job.client_id, job.industry_id
    entities = {f"job:{job.pk}", f"user:{client}", f"rating-of:{client}", f"avatar-of:{client}", f"industry:{industry}"}
    if job.subcategory_id is not None:
        entities.add(f"subcategory:{job.subcategory_id}")
    return frozenset(entities)
