"""What cached answers show of work; see `core.cache`."""

from core.cache.coherence import Part, shown_as
from jobs.models import Application, ApplicationStatus, Job, JobIndustry, JobSubcategory, Shift


def may_take_a_place(application: Application) -> bool:
    return application.status != ApplicationStatus.APPLIED


def declare() -> None:
    shown_as(Job, "job:{id}", Part("title-of-job:{id}", ("title",)))
    shown_as(Shift, "job:{job_id}")
    # Its trigger counts the places that are taken; a new one that applied takes none.
    shown_as(
        Application, "applications-of-job:{job_id}", Part("job:{job_id}", ("status", "fills_in"), new=may_take_a_place)
    )
    shown_as(JobIndustry, "industry:{id}", "trades")
    shown_as(JobSubcategory, "subcategory:{id}", "trades")
