"""How long somebody was there: one spell from each check-in to the check-out that ended it, summed.

Worked minutes are whole minutes of all spells together, each cut to the scheduled shift. The caller holds the
assignment's lock.
"""

from datetime import datetime, timedelta

from jobs.models import ShiftAssignment, Spell


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
    spells = Spell.objects.filter(assignment=assignment, ended_at__isnull=False).values_list("started_at", "ended_at")
    present = sum((_within(assignment, start, end) for start, end in spells if end), timedelta())
    return int(present.total_seconds() // 60)


def _within(assignment: ShiftAssignment, start: datetime, end: datetime) -> timedelta:
    return max(timedelta(), min(end, assignment.ends_at) - max(start, assignment.starts_at))
