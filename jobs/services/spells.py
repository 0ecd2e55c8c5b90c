"""How long somebody was there: one spell from each check-in to the check-out that ended it, summed.

Worked minutes are whole minutes of all spells together, each cut to the scheduled shift, without the unpaid break. The
caller holds the assignment's lock.
"""

from datetime import datetime, timedelta

from django.conf import settings

from jobs.models import Shift, ShiftAssignment, Spell


def begin_spell(assignment: ShiftAssignment, *, at: datetime) -> None:
    """The first, or one more after a check-out."""
    if assignment.checked_out_at is not None:
        _keep_earlier(assignment, until=assignment.checked_out_at)
    Spell.objects.create(assignment=assignment, started_at=at)


def end_spell(assignment: ShiftAssignment, *, at: datetime) -> None:
    _keep_earlier(assignment, until=at)


def reopen_last_spell(assignment: ShiftAssignment) -> None:
    """As if the check-out had not been."""
    if assignment.checked_out_at is not None:
        _keep_earlier(assignment, until=assignment.checked_out_at)
    spells = Spell.objects.filter(assignment=assignment).order_by("-started_at", "-pk")
    Spell.objects.filter(pk__in=spells.values("pk")[:1]).update(ended_at=None)


def _keep_earlier(assignment: ShiftAssignment, *, until: datetime) -> None:
    """End what is open. Somebody who came while a release without spells ran has one made up from the check-in."""
    spells = Spell.objects.filter(assignment=assignment)
    if not spells.filter(ended_at__isnull=True).update(ended_at=until) and not spells.exists():
        Spell.objects.create(assignment=assignment, started_at=assignment.checked_in_at or until, ended_at=until)


def worked_minutes(assignment: ShiftAssignment) -> int:
    """Presence without the job's break; two queries."""
    scheduled, pause = Shift.objects.values_list("minutes", "job__break_minutes").get(pk=assignment.shift_id)
    return minutes_until(None, assignment, scheduled=scheduled, pause=pause)


def minutes_until(now: datetime | None, assignment: ShiftAssignment, *, scheduled: int, pause: int) -> int:
    """The same for whoever knows the shift and its break; a spell that is open counts until `now`, if that is given.

    `scheduled` is without extra time: staying longer takes no break off the hours before.
    """
    spells = Spell.objects.filter(assignment=assignment).order_by("started_at").values_list("started_at", "ended_at")
    cut = (
        (max(start, assignment.starts_at), min(end, assignment.ends_at))
        for start, end in ((start, end or now) for start, end in spells)
        if end is not None
    )
    # A moment is no presence, and nobody is away after it.
    spans = [(came, went) for came, went in cut if went > came]
    if not spans:
        return 0
    present = sum((end - start for start, end in spans), timedelta())
    away = spans[-1][1] - spans[0][0] - present
    paid = without_break(present, away=away, pause=timedelta(minutes=pause), scheduled=timedelta(minutes=scheduled))
    return int(paid.total_seconds() // 60)


def without_break(present: timedelta, *, away: timedelta, pause: timedelta, scheduled: timedelta) -> timedelta:
    """What is paid of a presence: an unpaid break comes off, but not twice, and not from whoever stayed too short.

    `away` lies between two spells: so much of the break was taken. The rest comes off only as far as the presence is
    more than `BREAK_AFTER_MINUTES`, or than what the shift pays where that is less. So the whole shift is paid as
    scheduled, never more, and being there longer never pays less.
    """
    bound = min(timedelta(minutes=settings.BREAK_AFTER_MINUTES), scheduled)
    none = timedelta()
    return present - min(max(none, pause - away), max(none, present - bound))
