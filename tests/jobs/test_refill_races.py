"""W1 when many reach for one place that came free, and the control that breaks without its protection."""

from collections.abc import Callable

import pytest

from core.actor import Actor, Role
from jobs.models import Application, Job, ShiftAssignment
from jobs.services import hiring, refill
from tests.factories.jobs import ApplicationFactory, JobFactory
from tests.jobs.conftest import MONDAY
from tests.jobs.test_races import run_together, take_locks_away, without_constraint

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

    with without_constraint("jobs_job", "jobs_job_places_respected"):
        assert run_together([taking(application) for application in applications]) == ["ok", "ok"]
        assert Application.objects.filter(status="accepted").count() == 2
