"""When a worker's time is taken, as one value that PostgreSQL compares many jobs with: a multirange, as text."""

from datetime import datetime
from typing import Any

from django.contrib.postgres.fields import DateTimeRangeField
from django.db.models import Aggregate, BooleanField, F, Func, OuterRef, Subquery, TextField, Value
from django.db.models.functions import Cast, Coalesce

from core.listings import Bound
from core.models import PayshiftQuerySet
from jobs.models import Application, ApplicationStatus, ShiftAssignment
from jobs.models.assignment import LIVE_STATUSES

NEVER = "{}"


class RangeAgg(Aggregate):
    """Django has no multirange: it is carried as text."""

    function = "range_agg"
    output_field = TextField()


def shifts_of(worker: OuterRef, *, since: datetime | Bound) -> Coalesce:
    """The live shifts of a worker that are not over."""
    live = ShiftAssignment.objects.filter(worker_id=worker, status__in=LIVE_STATUSES, ends_at__gt=since)
    return _together(live, whose="worker_id")


def waiting_jobs_of(worker: OuterRef) -> Coalesce:
    """The jobs, from first to last day, for which a worker waits for an answer."""
    waiting = Application.objects.filter(applicant_id=worker, status=ApplicationStatus.APPLIED)
    return _together(waiting, whose="applicant_id", of="job__")


def overlaps(busy: Bound) -> Func:
    """Whether a row's `starts_at` to `ends_at` falls into it."""
    template = "(%(expressions)s::tstzmultirange)"
    return Func(_period(), busy, template=template, arg_joiner=" && ", output_field=BooleanField())


def _period(of: str = "") -> Func:
    return Func(F(f"{of}starts_at"), F(f"{of}ends_at"), function="tstzrange", output_field=DateTimeRangeField())


def _together(rows: PayshiftQuerySet[Any], *, whose: str, of: str = "") -> Coalesce:
    times = rows.order_by().values(whose).annotate(times=Cast(RangeAgg(_period(of)), TextField())).values("times")
    return Coalesce(Subquery(times, output_field=TextField()), Value(NEVER), output_field=TextField())
