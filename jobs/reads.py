"""The cached read of work, and what it shows."""

from core.cache.reads import CachedRead, Shown
from core.details import Detail, Inside
from core.errors import NotFound
from jobs.models import Job, JobStatus
from jobs.schemas.job import JobOut, ShiftOut
from jobs.selectors.jobs import one_job, shifts_of_job
from jobs.visibility import visible_to

JOB = CachedRead(operation="get_job", path="/jobs/{int:job_id}", ttl_seconds=1800, key="{job_id}", shows=JobOut)

WHOLE_JOB = Detail(
    JobOut,
    one_job,
    given=("job_id",),
    inside={"shifts": Inside(ShiftOut, shifts_of_job)},
    besides=("client_id", "industry_id", "subcategory_id", "status", "hidden_at"),
)


def job_shown(job_id: int, *, viewer_id: int) -> Shown:
    """A job with its shifts, in two queries, the same for everybody.

    Raises `NotFound`, for one that is unpaid or hidden also to whom it does not concern: a third query for such a job
    alone, and it is kept for its client, so that nothing that is kept depends on it.

    It shows the job with its shifts and places, its client's name, picture and rating, and the names of its trade.
    """
    job = WHOLE_JOB.read(job_id=job_id)
    if job is None:
        raise NotFound
    client, industry, subcategory, status, hidden_at = job.besides
    kept_back = status == JobStatus.PENDING or hidden_at is not None
    if kept_back and client != viewer_id and not visible_to(Job.objects.filter(pk=job_id), user_id=viewer_id).exists():
        raise NotFound
    entities = {f"job:{job_id}", f"user:{client}", f"rating-of:{client}", f"avatar-of:{client}", f"industry:{industry}"}
    if subcategory is not None:
        entities.add(f"subcategory:{subcategory}")
    return Shown(job.to_json(), frozenset(entities), only_for=client if kept_back else None)
