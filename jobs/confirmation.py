"""Confirmation: shortly before their work each worker says once more that they come, or their place may be given on.

An accepted application, until the first of the worker's own shifts begins, goes `not asked -> asked -> confirmed`, or
`asked -> released`. The first shift is the first that was not cancelled for this worker: of who takes the days that are
left, or gave the first day back, it is later than the job's start. Once it has begun nobody is asked.

- The clock asks from `CONFIRMATION_ASK_HOURS` before it on. From then on the worker may confirm, asked or not.
- The client may release a place from `CONFIRMATION_RELEASE_HOURS` before it on, while its worker was asked at
  least `CONFIRMATION_ANSWER_MINUTES` ago, and neither confirmed nor checked in. A worker process that is dead asks
  nobody, and so nobody can be released; who was taken on an hour before has time to answer.
- Nothing is released by itself, unless the client chose that at posting (`release_unconfirmed`).

Confirming and releasing lock the job and then the application: whichever comes second finds what the first did, and
nobody's shifts change meanwhile. Behind them `jobs_application_released_unconfirmed` refuses a row that is both.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Case, OuterRef, Q, Subquery, When

from core.listings import Bound
from jobs.models import Application, ApplicationStatus, AssignmentStatus, ShiftAssignment
from jobs.rows import ApplicationRow, WorkedApplication


def first_start(shifts: Iterable[tuple[str, datetime]]) -> datetime | None:
    """When a worker's work begins, of their assignments as status and start; None if nothing is left of them."""
    return min((starts_at for status, starts_at in shifts if status != AssignmentStatus.CANCELED), default=None)


def first_start_of(application: Application) -> datetime | None:
    """`first_start` in one query; exact under the application's lock."""
    return first_start(application.assignments.values_list("status", "starts_at"))


def first_start_in_sql(application: str = "") -> Case:
    """`first_start` of an application that is not confirmed, else NULL. `application`: the way from the row to it."""
    own = ShiftAssignment.objects.filter(application_id=OuterRef(f"{application}pk"))
    first = own.exclude(status=AssignmentStatus.CANCELED).order_by("starts_at").values("starts_at")[:1]
    return Case(When(_unconfirmed(application), then=Subquery(first)))


def may_confirm(
    application: Application | WorkedApplication | ApplicationRow, first_starts_at: datetime | None, *, now: datetime
) -> bool:
    """`first_starts_at`: by `first_start`, here and below."""
    waits = application.status == ApplicationStatus.ACCEPTED and application.confirmed_at is None
    if not waits or first_starts_at is None:
        return False
    return first_starts_at - timedelta(hours=settings.CONFIRMATION_ASK_HOURS) <= now < first_starts_at


def near(*, now: datetime | Bound, until: datetime | Bound) -> Q:
    """The work begins by then: for a query of rows with `first_start_in_sql` as `first_starts_at`."""
    return Q(first_starts_at__isnull=False, first_starts_at__gt=now, first_starts_at__lte=until)


def release_from(application: Application | ApplicationRow, first_starts_at: datetime | None) -> datetime | None:
    """From when on the place may be released; None while its worker was not asked, and once there is an answer."""
    asked_at = application.confirmation_asked_at
    waits = application.status == ApplicationStatus.ACCEPTED and application.confirmed_at is None
    if not waits or asked_at is None or first_starts_at is None:
        return None
    answer_until = asked_at + timedelta(minutes=settings.CONFIRMATION_ANSWER_MINUTES)
    return max(answer_until, first_starts_at - timedelta(hours=settings.CONFIRMATION_RELEASE_HOURS))


def _unconfirmed(application: str) -> Q:
    return Q(**{f"{application}status": ApplicationStatus.ACCEPTED, f"{application}confirmed_at__isnull": True})
