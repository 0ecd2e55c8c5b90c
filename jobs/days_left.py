"""Days that are left: a job of several days takes people for the shifts ahead that have a free place.

- A shift has a place while it is not cancelled, has not begun, and fewer are to come to it than the job needs. A place
  comes free when somebody steps back from the shift: from all that is left of the job, or from this one.
- An upcoming job takes people until it starts; then nobody, until the first check-in makes it ongoing; then for the
  shifts ahead, as long as one has a place. A job that its client cancelled, or that is over, takes nobody.
- Whoever is taken on gets every shift ahead that has a place, and no other. Where that is not the whole job they fill
  in: beside those who were taken on for all of it, whose number stays within what the job needs (W1, also per shift).
- What was agreed to is kept with the application, the days too. Where the days are others by the time that somebody is
  taken on (a shift began, was given away, came free or was called off), they are asked first, as after every change of
  terms: nobody finds themselves with fewer days, or with more.
- Who waits or stands by is closed when the last shift begins, not the first. Offers go to them after every step back.
- The price does not change. Escrow was funded for each shift and place; what nobody works goes back at settlement.

The clock decides under the job's lock, by the moment of the lock, which days are ahead.
"""

import json
from collections.abc import Mapping, Sequence
from copy import copy
from datetime import date as Day
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, F, OuterRef, Q, TextField, Value, When
from django.db.models.functions import Cast, JSONObject

from core.instances import instances
from core.listings import Bound, Given
from core.models import PayshiftQuerySet
from jobs import work_offered
from jobs.models import Job, JobStatus, Shift, ShiftAssignment
from jobs.ports import ESCROW
from jobs.rows import OfferedJob
from jobs.work_offered import Hours, hours_of

# As `open_shifts_in_sql` reads them, each an object as text, which every cursor gives as it is: `starts_at`, `minutes`.
# None for a job that offers all its days.
type OpenShifts = list[str] | None


@instances("job_id", "needed", "now")
def _open_shifts(given: Given) -> PayshiftQuerySet[Shift]:
    of_job = {"job_id": given["job_id"], "taken_count__lt": given["needed"]}
    return _ahead(Shift.objects.planned(), now=given["now"], **of_job)


def open_shifts(job: Job, *, now: datetime) -> list[Shift]:
    """Those that somebody would be taken on for, in order. Exact under the job's lock."""
    return _open_shifts.all(job_id=job.pk, needed=job.applicants_needed, now=now)


@instances("job_id", "now")
def _shifts_ahead(given: Given) -> PayshiftQuerySet[Shift]:
    return _ahead(Shift.objects.planned(), now=given["now"], job_id=given["job_id"])


def shifts_ahead(job: Job, *, now: datetime) -> list[Shift]:
    """Those that its client did not call off and that have not begun, with a place or without, in order."""
    return _shifts_ahead.all(job_id=job.pk, now=now)


def days_on_offer(job: Job, *, now: datetime) -> list[Day] | None:
    """The days that somebody who applies now would get; None for all of them, without a query for a job that has not
    begun and that nobody gave a day of back."""
    shifts = shifts_on_offer(job, now=now)
    return None if shifts is None else days_of(shifts, job)


def shifts_on_offer(job: Job, *, now: datetime) -> list[Shift] | None:
    """The shifts of `days_on_offer`."""
    if job.status != JobStatus.ONGOING and not job.part_open:
        return None
    shifts = open_shifts(job, now=now)
    return None if len(shifts) == work_offered.shift_count_of(job) else shifts


def shifts_of(assignments: Sequence[ShiftAssignment], job: Job) -> list[Shift] | None:
    """Those of some work at the job, in order and as long as agreed with this worker; None for all of the job's as they
    are, without a query.
    """
    return shifts_of_each({None: assignments}, job)[None]


def shifts_of_each[K](works: Mapping[K, Sequence[ShiftAssignment]], job: Job) -> dict[K, list[Shift] | None]:
    """The same of the work of many at the job, in one query."""
    whole = work_offered.shift_count_of(job)
    parts = {key: work for key, work in works.items() if len(work) != whole or any(each.extra_minutes for each in work)}
    wanted = {assignment.shift_id for work in parts.values() for assignment in work}
    shifts = Shift.objects.planned().in_bulk(wanted) if wanted else {}
    found: dict[K, list[Shift] | None] = dict.fromkeys(works)
    for key, work in parts.items():
        agreed = (_as_agreed(shifts[each.shift_id], each.extra_minutes) for each in work)
        found[key] = sorted(agreed, key=lambda shift: shift.starts_at)
    return found


def _as_agreed(shift: Shift, extra_minutes: int) -> Shift:
    """With one worker: to be told, and not to be saved."""
    agreed = copy(shift)
    agreed.minutes += extra_minutes
    agreed.ends_at += timedelta(minutes=extra_minutes)
    return agreed


def days_of(shifts: Sequence[Shift], job: Job) -> list[Day] | None:
    if len(shifts) == work_offered.shift_count_of(job):
        return None
    zone = ZoneInfo(job.time_zone)
    return [shift.starts_at.astimezone(zone).date() for shift in shifts]


def open_shifts_in_sql(*, now: datetime | Bound, job: str = "", where: Q | None = None) -> Case:
    """For each row the shifts that its job still takes people for, as `OpenShifts`.

    Null, and not looked for, for a job that offers all it has. `job`: the way from the row to the job.
    """
    shifts = _ahead(
        Shift.objects.all(),
        now=now,
        job_id=OuterRef(f"{job}pk"),
        taken_count__lt=OuterRef(f"{job}applicants_needed"),
    )
    rows = shifts.values_list(Cast(JSONObject(starts_at=F("starts_at"), minutes=F("minutes")), TextField()))
    in_part = Q(**{f"{job}status": JobStatus.ONGOING}) | Q(**{f"{job}part_open": True})
    return Case(When(in_part if where is None else in_part & where, then=ArraySubquery(rows)), default=Value(None))


def days_left(open_shifts: OpenShifts, *hours: *Hours) -> list[Day] | None:
    """Of what was read by `open_shifts_in_sql`: the local days; None for all of them."""
    if open_shifts is None or len(open_shifts) == work_offered.shift_count(*hours):
        return None
    zone = ZoneInfo(hours[5])
    return [_starts_at(shift).astimezone(zone).date() for shift in open_shifts]


def pay_for_days_left_kobo(open_shifts: OpenShifts, rate_kobo: int, *hours: *Hours) -> int | None:
    """The wages of these days, each rounded by itself; None where all of them are on offer."""
    if open_shifts is None or len(open_shifts) == work_offered.shift_count(*hours):
        return None
    price = ESCROW.get().assignment_price
    return sum(price(rate_kobo=rate_kobo, minutes=json.loads(shift)["minutes"]).wage_kobo for shift in open_shifts)


def still_ahead(open_shifts: OpenShifts, *, now: datetime) -> OpenShifts:
    """Of what was read a while ago."""
    return open_shifts and [shift for shift in open_shifts if _starts_at(shift) > now]


def minutes_of_days_left(open_shifts: Sequence[str]) -> int:
    """Those that are paid."""
    return sum(json.loads(shift)["minutes"] for shift in open_shifts)


def days_left_of(job: Job | OfferedJob, open_shifts: OpenShifts) -> list[Day] | None:
    return days_left(open_shifts, *hours_of(job))


def pay_for_days_left_kobo_of(job: Job | OfferedJob, open_shifts: OpenShifts) -> int | None:
    return pay_for_days_left_kobo(open_shifts, job.rate_kobo, *hours_of(job))


def takes_people(*, now: datetime | Bound, job: str = "") -> Q:
    """Rows whose job takes somebody at this moment, but for who asks; the rule is `eligibility.refusal_of_job`."""
    days = Q(**{f"{job}status": JobStatus.ONGOING, f"{job}open_until__gt": now})
    return Q(**{f"{job}is_open": True}) & (days | Q(**{f"{job}starts_at__gt": now}))


def _starts_at(shift: str) -> datetime:
    return datetime.fromisoformat(json.loads(shift)["starts_at"])


def _ahead(shifts: PayshiftQuerySet[Shift], *, now: datetime | Bound, **of_job: object) -> PayshiftQuerySet[Shift]:
    return shifts.filter(canceled_at__isnull=True, starts_at__gt=now, **of_job).order_by("starts_at")
