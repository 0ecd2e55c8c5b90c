"""Refill: a place that comes free again is offered to those who stand by.

An application stands by when the job filled before its client answered. When a place comes free (its worker withdrew,
was banned, or left), the best few are offered it at once: the client's favourites first, then by the score of best
applicants. They have it to themselves until `offered_until`, which is the sooner the nearer the start is; then it is
open to all who stand by. The first to take it has it. Nobody need run for that: whether an offer still stands is read
off the clock under the job's lock, so a dead worker process extends nothing and only tells people late. Its client may
accept whoever wants it at any time, and newcomers may apply: neither waits for an offer to end.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from accounts.models import NotificationKind
from core import clock
from core.actor import Actor, Role, require_role
from core.errors import InvalidState, NotFound
from jobs.days_left import open_shifts, shifts_on_offer
from jobs.eligibility import refusal_of_job
from jobs.exceptions import PlaceNotOffered
from jobs.models import Application, ApplicationStatus, Job
from jobs.selectors.stand_bys import holds_offer, stand_bys_of
from jobs.services.hiring import check_worker, take_on
from jobs.services.locks import lock_actor, lock_application, lock_applications, lock_job
from jobs.services.notices import name_of, tell_about_application, tell_of_free_place

# An offer lasts a twelfth of the time that is left: two hours of a day, five minutes of an hour.
SHARE_OF_TIME_LEFT = 12


@transaction.atomic
def take_place(*, actor: Actor, application_id: int) -> Application:
    """Take a place that came free again, without a word of the client: the first to call has it.

    Locks the worker, then job and application. Raises `NotFound`, `WrongRole`, `InvalidState` for an application that
    does not stand by, `JobNotOpen`, `JobStarted`, `JobFull` (W1), `PlaceNotOffered` while it is kept for others,
    `TermsChanged`, `Blocked`; overlapping shifts of the worker are refused by the database (W2).
    """
    require_role(actor, Role.APPLICANT)
    own = Application.objects.filter(pk=application_id, applicant_id=actor.user_id)
    job_id = own.values_list("job_id", flat=True).first()
    if job_id is None:
        raise NotFound
    lock_actor(actor)
    job, application, now = lock_job(job_id), lock_application(application_id), clock.now()
    if application.status != ApplicationStatus.STANDING_BY:
        raise InvalidState("Only an application that stands by takes a place.")
    check_worker(job, actor.user_id)
    if refusal := refusal_of_job(job, client_active=True, now=now):
        raise refusal
    if not holds_offer(application, job, now=now):
        raise PlaceNotOffered
    shifts = take_on(job, application, now=now, changed_by=actor.user_id)
    name = name_of(actor.user_id)
    tell_about_application(application, job, NotificationKind.PLACE_TAKEN, name=name, shifts=shifts)
    return application


def offer_places(*, job_id: int) -> int:
    """Offer what is free to the best of those who stand by and hold no offer. How many were told.

    Called in the transaction in which a place came free. Locks the job, then applications; does nothing while the job
    takes nobody.
    """
    job, now = lock_job(job_id), clock.now()
    if refusal_of_job(job, client_active=True, now=now):
        return 0
    until = now + offer_lasts(now=now, starts_at=_next_start(job, now=now))
    chosen = stand_bys_of(job_id, now=now)[: settings.REFILL_OFFERS_AT_ONCE * job.places_left]
    if not chosen:
        return 0
    _offer(job, chosen, now=now, until=until)
    # An earlier offer may last longer.
    job.offers_until = max(until, job.offers_until or until)
    job.save(update_fields=["offers_until"])
    return len(chosen)


@transaction.atomic
def open_to_all(*, job_id: int) -> bool:
    """The offers of a job are over: tell those who stand by and were not asked that the place is theirs to take.

    They could from the very moment on. Locks job, then applications. Safe to call twice.
    """
    job, now = lock_job(job_id), clock.now()
    if job.offers_until is None or job.offers_until > now:
        return False
    if refusal_of_job(job, client_active=True, now=now) is None:
        unasked = Application.objects.filter(pk__in=stand_bys_of(job_id, now=now), offered_until__isnull=True)
        shifts = shifts_on_offer(job, now=now)
        occasion = f"{job.offers_until.isoformat()}:all"
        tell_of_free_place(unasked.planned(), job, shifts=shifts, until=None, occasion=occasion)
    job.offers_until = None
    job.save(update_fields=["offers_until"])
    return True


def offer_lasts(*, now: datetime, starts_at: datetime) -> timedelta:
    """Never beyond the start."""
    left = starts_at - now
    longest = timedelta(minutes=settings.REFILL_LONGEST_MINUTES)
    shortest = timedelta(minutes=settings.REFILL_SHORTEST_MINUTES)
    return min(left, max(shortest, min(longest, left / SHARE_OF_TIME_LEFT)))


def _next_start(job: Job, *, now: datetime) -> datetime:
    """Of a job that takes people: when the first shift that has a place begins."""
    return open_shifts(job, now=now)[0].starts_at


def _offer(job: Job, application_ids: Iterable[int], *, now: datetime, until: datetime) -> None:
    wanted = set(application_ids)
    waiting = lock_applications(job_id=job.pk, status=ApplicationStatus.STANDING_BY)
    offered = [application for application in waiting if application.pk in wanted]
    for application in offered:
        application.offered_at, application.offered_until = now, until
    Application.objects.bulk_update(offered, ["offered_at", "offered_until"])
    local = until.astimezone(ZoneInfo(job.time_zone))
    tell_of_free_place(offered, job, shifts=shifts_on_offer(job, now=now), until=local, occasion=now.isoformat())
