"""W1 when many reach for one place that came free, and the control that breaks without its protection."""

from collections.abc import Callable

import pytest

from core.actor import Actor, Role
from jobs.fair_terms import terms_now
from jobs.models import Application, Job, Shift, ShiftAssignment
from jobs.services import hiring, refill
from tests.factories.jobs import ApplicationFactory, JobFactory, ShiftAssignmentFactory
from tests.jobs.conftest import ENDS_AT, MONDAY, Move
from tests.jobs.test_races import run_together, take_locks_away, without_w1
from tests.support.books import without_trigger

pytestmark = pytest.mark.django_db(transaction=True)


def taking(application: Application) -> Callable[[], object]:
    actor = Actor(application.applicant_id, Role.APPLICANT)
    return lambda: refill.take_place(actor=actor, application_id=application.pk)


def stand_bys(number: int) -> list[Application]:
    job = JobFactory.create(applicants_needed=1, offers_until=None)
    return [ApplicationFactory.create(job=job, status="standing_by", offered_at=MONDAY) for _ in range(number)]


def test_w1_of_64_who_reach_for_one_place_one_has_it() -> None:
    outcomes = run_together([taking(application) for application in stand_bys(64)], at_once=8)

    assert outcomes == ["JobFull"] * 63 + ["ok"]
    assert Application.objects.filter(status="accepted").count() == 1
    assert (ShiftAssignment.objects.count(), Job.objects.get().accepted_count) == (1, 1)


def test_control_without_lock_and_constraint_two_have_it(monkeypatch: pytest.MonkeyPatch) -> None:
    applications = stand_bys(2)
    take_locks_away(monkeypatch, refill, "lock_job", 2)
    monkeypatch.setattr(hiring, "stand_by", lambda **options: [])

    with without_w1():
        assert run_together([taking(application) for application in applications]) == ["ok", "ok"]
        assert Application.objects.filter(status="accepted").count() == 2


def left_after_day_one(number: int) -> list[Application]:
    """Wednesday and Thursday of a job for one are free, and so many who stand by agreed to these days."""
    job = JobFactory.create(applicants_needed=1, days=3)
    ill = ApplicationFactory.create(job=job, status="accepted")
    shifts = job.shifts.order_by("starts_at")
    _, *rest = [ShiftAssignmentFactory.create(application=ill, shift=shift) for shift in shifts]
    Job.objects.filter(pk=job.pk).update(status="ongoing")
    for assignment in rest:
        assignment.status, assignment.canceled_at = "canceled", MONDAY
        assignment.save()
    terms = terms_now(job, days=[assignment.starts_at.date() for assignment in rest])
    return [ApplicationFactory.create(job=job, status="standing_by", terms=terms) for _ in range(number)]


def test_w1_of_16_who_reach_for_the_days_that_are_left_one_has_them(clock_at: Move) -> None:
    applications = left_after_day_one(16)
    clock_at(ENDS_AT)

    outcomes = run_together([taking(application) for application in applications], at_once=8)

    assert outcomes == ["JobNotOpen"] * 15 + ["ok"]
    assert list(Shift.objects.order_by("starts_at").values_list("taken_count", flat=True)) == [1, 1, 1]
    taken = ShiftAssignment.objects.filter(status="scheduled", application__fills_in=True)
    assert (taken.count(), taken.values("worker").distinct().count()) == (2, 1)


def test_w1_without_the_lock_the_database_still_gives_each_day_once(
    monkeypatch: pytest.MonkeyPatch, clock_at: Move
) -> None:
    applications = left_after_day_one(2)
    clock_at(ENDS_AT)
    take_locks_away(monkeypatch, refill, "lock_job", 2)
    monkeypatch.setattr(hiring, "stand_by", lambda **options: [])

    assert run_together([taking(application) for application in applications]) == ["IntegrityError", "ok"]

    assert list(Shift.objects.order_by("starts_at").values_list("taken_count", flat=True)) == [1, 1, 1]


def test_control_without_lock_and_trigger_two_have_the_same_days(
    monkeypatch: pytest.MonkeyPatch, clock_at: Move
) -> None:
    applications = left_after_day_one(2)
    clock_at(ENDS_AT)
    take_locks_away(monkeypatch, refill, "lock_job", 2)
    monkeypatch.setattr(hiring, "stand_by", lambda **options: [])

    with without_trigger("jobs_shiftassignment", "jobs_assignment_taken"):
        assert run_together([taking(application) for application in applications]) == ["ok", "ok"]

    assert ShiftAssignment.objects.filter(status="scheduled", application__fills_in=True).count() == 4
