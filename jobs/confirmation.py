"""Confirmation: shortly before the job each worker says once more that they come, or their place may be given on.

An accepted application, until its job starts, goes `not asked -> asked -> confirmed`, or `asked -> released`.

- The clock asks from `CONFIRMATION_ASK_HOURS` before the start on. From then on the worker may confirm, asked or not.
- The client may release a place from `CONFIRMATION_RELEASE_HOURS` before the start on, while its worker was asked at
  least `CONFIRMATION_ANSWER_MINUTES` ago, and neither confirmed nor checked in. A worker process that is dead asks
  nobody, and so nobody can be released; who was taken on an hour before the start has time to answer.
- Nothing is released by itself, unless the client chose that at posting (`release_unconfirmed`).

Confirming and releasing lock the job and then the application: whichever comes second finds what the first did. Behind
them `jobs_application_released_unconfirmed` refuses a row that is both.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from jobs.models import Application, ApplicationStatus, Job


def may_confirm(application: Application, job: Job, *, now: datetime) -> bool:
    asks_from = job.starts_at - timedelta(hours=settings.CONFIRMATION_ASK_HOURS)
    open_ = application.status == ApplicationStatus.ACCEPTED and application.confirmed_at is None
    return open_ and asks_from <= now < job.starts_at


def confirmable(*, now: datetime) -> Q:
    """`may_confirm`, for a query of assignments."""
    return Q(
        application__status=ApplicationStatus.ACCEPTED,
        application__confirmed_at__isnull=True,
        application__job__starts_at__gt=now,
        application__job__starts_at__lte=now + timedelta(hours=settings.CONFIRMATION_ASK_HOURS),
    )


def release_from(application: Application, job: Job) -> datetime | None:
    """From when on the place may be released; None while its worker was not asked, and once there is an answer."""
    asked_at = application.confirmation_asked_at
    if application.status != ApplicationStatus.ACCEPTED or application.confirmed_at is not None or asked_at is None:
        return None
    answer_until = asked_at + timedelta(minutes=settings.CONFIRMATION_ANSWER_MINUTES)
    return max(answer_until, job.starts_at - timedelta(hours=settings.CONFIRMATION_RELEASE_HOURS))
