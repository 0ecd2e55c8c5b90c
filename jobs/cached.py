"""What cached answers show of work; see `core.cache`."""

from core.cache.coherence import shown_as
from jobs.models import Application, Job, JobIndustry, JobSubcategory, Shift


def declare() -> None:
    shown_as(Job, "job:{id}")
    shown_as(Shift, "job:{job_id}")
    # Its trigger counts the places that are taken.
    shown_as(Application, "job:{job_id}")
    shown_as(JobIndustry, "industry:{id}")
    shown_as(JobSubcategory, "subcategory:{id}")
