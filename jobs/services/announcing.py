"""Telling workers of a new job, once it is paid: its client's favourites first, then those whom it suits.

The payment queues `announce_job` in its transaction. Favourites are told at once, the others `FAVOURITES_FIRST_MINUTES`
later, or at once where the client has none. Whether the job still takes anybody is asked each time, so one that filled
or was cancelled meanwhile is told to nobody. Nobody is told twice, however often this runs and even if the job is paid,
refunded and paid again: the notice's key names the job. How many a person is told in a day is bounded at delivery.
"""

from django.conf import settings
from django.db import transaction

from accounts.models import NotificationKind
from core import clock
from jobs.eligibility import refusal_of_job
from jobs.models import Job
from jobs.selectors.announcing import favourites_to_tell, others_to_tell
from jobs.services.notices import name_of, tell_about_job

SUITS = "It is in your trade, and near you."


@transaction.atomic
def announce_to_favourites(*, job_id: int) -> None:
    """And queue what the others are told."""
    from jobs.tasks import announce_job_to_others  # which imports this module

    job = _open_job(job_id)
    if job is None:
        return
    favourites = favourites_to_tell(job)
    praise = f"{name_of(job.client_id)} counts you among the best." if favourites else ""
    tell_about_job(job, NotificationKind.NEW_JOB, user_ids=favourites, why=praise)
    minutes = settings.FAVOURITES_FIRST_MINUTES if favourites else 0
    later = announce_job_to_others.configure(schedule_in={"minutes": minutes} if minutes else None)
    later.defer(job_id=job_id)


@transaction.atomic
def announce_to_others(*, job_id: int) -> None:
    job = _open_job(job_id)
    if job is not None:
        tell_about_job(job, NotificationKind.NEW_JOB, user_ids=others_to_tell(job), why=SUITS)


def _open_job(job_id: int) -> Job | None:
    job = Job.objects.planned().select_related("client", "industry", "subcategory").get(pk=job_id)
    refusal = refusal_of_job(job, client_active=job.client.is_active, now=clock.now())
    return job if refusal is None else None
