"""What there is to count of one job."""

from dataclasses import dataclass

from django.db.models import Count

from core.cache.values import CachedValue
from core.errors import NotFound
from jobs.models import ApplicationStatus, Job


@dataclass(frozen=True, slots=True)
class JobStatistics:
    """Whose job it is, and how many applications it has in each status; a status without any is left out."""

    client_id: int
    applications: dict[ApplicationStatus, int]


STATISTICS = CachedValue(
    JobStatistics,
    name="get_job_statistics",
    ttl_seconds=1800,
    key="{job_id}",
    entities=("job:{job_id}", "applications-of-job:{job_id}"),
)


def get_job_statistics(*, job_id: int) -> JobStatistics:
    """Cached, or in one query. The caller decides who may see them. Raises `NotFound`."""
    return STATISTICS.get(lambda: _count(job_id), job_id=job_id)


def _count(job_id: int) -> JobStatistics:
    counted = Job.objects.filter(pk=job_id).order_by().values_list("client_id", "applications__status")
    rows = list(counted.annotate(Count("applications")))
    if not rows:
        raise NotFound
    # A job without applications is one row without a status.
    return JobStatistics(rows[0][0], {ApplicationStatus(status): count for _, status, count in rows if status})
