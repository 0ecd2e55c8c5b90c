"""Telling workers of a new job, once it is paid: its client's favourites first, then those whom it suits.

The payment queues `announce_job` in its transaction. Favourites are told at once, the others `FAVOURITES_FIRST_MINUTES`
later, or at once where the client has none: those whom it suits, and whoever saved a search that shows it. Whether the
job still takes anybody is asked each time, so one that filled or was cancelled meanwhile is told to nobody. Nobody is
told twice, however often this runs and even if the job is paid, refunded and paid again: the key of the notice names
the job. How many a person is told in a day is bounded where people are told.
"""

from collections.abc import Mapping

from django.conf import settings
from django.db import transaction

from core import clock
from jobs.days_left import shifts_on_offer
from jobs.eligibility import refusal_of_job
from jobs.models import Job
from jobs.selectors.announcing import favourites_to_tell, others_to_tell
from jobs.selectors.saved_searches import last_person_of_batch, searches_that_show
from jobs.services.notices import name_of, tell_of_new_job

SEARCHES_AT_ONCE = 1000
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
    _tell(job, dict.fromkeys(favourites, praise))
    minutes = settings.FAVOURITES_FIRST_MINUTES if favourites else 0
    later = announce_job_to_others.configure(schedule_in={"minutes": minutes} if minutes else None)
    later.defer(job_id=job_id)


@transaction.atomic
def announce_to_others(*, job_id: int) -> None:
    """And queue what those are told whose saved search shows it: they hear that instead."""
    from jobs.tasks import announce_job_to_searches  # which imports this module

    job = _open_job(job_id)
    if job is None:
        return
    others = others_to_tell(job)
    searching = searches_that_show(job.pk, now=clock.now()).filter(user_id__in=others)
    searching_ids = set(searching.values_list("user_id", flat=True))
    suited = [user_id for user_id in others if user_id not in searching_ids]
    _tell(job, dict.fromkeys(suited, SUITS))
    announce_job_to_searches.defer(job_id=job_id, after_user_id=0)


@transaction.atomic
def announce_to_searches(*, job_id: int, after_user_id: int) -> None:
    """One batch of people whose saved searches show the job; queues the next in the same transaction.

    A batch ends with the last search of a person, so that each is told once, with all names of theirs.
    """
    from jobs.tasks import announce_job_to_searches

    job = _open_job(job_id)
    if job is None:
        return
    upto = last_person_of_batch(after_user_id=after_user_id, size=SEARCHES_AT_ONCE)
    searches = searches_that_show(job.pk, now=clock.now()).filter(user_id__gt=after_user_id)
    if upto is not None:
        searches = searches.filter(user_id__lte=upto)
        announce_job_to_searches.defer(job_id=job_id, after_user_id=upto)
    names: dict[int, list[str]] = {}
    for user_id, name in searches.order_by("user_id", "pk").values_list("user_id", "name"):
        names.setdefault(user_id, []).append(f"“{name}”")
    _tell(job, {user_id: f"It fits your saved search {' and '.join(of_one)}." for user_id, of_one in names.items()})


def _tell(job: Job, reasons: Mapping[int, str]) -> None:
    """Of the days that whoever applies now would get."""
    tell_of_new_job(job, reasons, shifts=shifts_on_offer(job, now=clock.now()))


def _open_job(job_id: int) -> Job | None:
    job = Job.objects.planned().select_related("client", "industry", "subcategory").get(pk=job_id)
    refusal = refusal_of_job(job, client_active=job.client.is_active, now=clock.now())
    return job if refusal is None else None
