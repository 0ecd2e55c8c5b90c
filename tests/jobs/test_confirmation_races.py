"""A worker confirms at the moment at which the client releases the place: one of the two counts."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction

from core.actor import Actor, Role
from jobs.models import Application, Job, JobStatus, ShiftAssignment
from jobs.services import asking, places
from tests.factories.jobs import ApplicationFactory, JobFactory, ShiftAssignmentFactory
from tests.jobs.conftest import STARTS_AT, Move, funded
from tests.jobs.test_races import run_together, take_locks_away, without_constraint

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(params=["all of the job", "its last day"])
def place(clock_at: Move, request: pytest.FixtureRequest) -> Application:
    """Asked a day before, four hours before the work, and no answer yet. Of the last day, the job runs already."""
    is_last_day = request.param == "its last day"
    days, status = (2, JobStatus.ONGOING) if is_last_day else (1, JobStatus.UPCOMING)
    job = funded(JobFactory.create(applicants_needed=1, date=STARTS_AT.date(), days=days, status=status))
    shift = job.shifts.latest("starts_at")
    clock_at(shift.starts_at - timedelta(hours=4))
    asked = shift.starts_at - timedelta(days=1)
    application = ApplicationFactory.create(
        job=job, status="accepted", confirmation_asked_at=asked, fills_in=is_last_day
    )
    ShiftAssignmentFactory.create(application=application, shift=shift)
    return application


def both(place: Application) -> list[Callable[[], object]]:
    worker, client = Actor(place.applicant_id, Role.APPLICANT), Actor(place.job.client_id, Role.CLIENT)
    return [
        lambda: places.confirm_place(actor=worker, application_id=place.pk),
        lambda: places.release_place(actor=client, application_id=place.pk),
    ]


def state(place: Application) -> tuple[bool, bool, str]:
    place.refresh_from_db()
    return place.confirmed_at is not None, place.released_at is not None, place.status


def test_one_of_confirming_and_releasing_counts(place: Application) -> None:
    outcomes = run_together(both(place))

    assert outcomes in (["AlreadyConfirmed", "ok"], ["InvalidState", "ok"])
    assert state(place) in ((True, False, "accepted"), (False, True, "canceled"))


def test_without_the_locks_the_database_refuses_the_second(place: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    take_locks_away(monkeypatch, places, "lock_job_and_application", 2)

    assert run_together(both(place)) == ["IntegrityError", "ok"]


def test_control_without_locks_and_constraint_a_confirmed_place_is_released(
    place: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_locks_away(monkeypatch, places, "lock_job_and_application", 2)

    with without_constraint("jobs_application", "jobs_application_released_unconfirmed"):
        assert run_together(both(place)) == ["ok", "ok"]
        assert state(place) == (True, True, "canceled")


def test_two_workers_at_once_ask_and_release_once(place: Application) -> None:
    with transaction.atomic():
        Job.objects.filter(pk=place.job_id).update(release_unconfirmed=True)

    assert run_together([asking.act_on_silence] * 2) == ["ok", "ok"]

    assert state(place) == (False, True, "canceled")
    assert ShiftAssignment.objects.get().cancel_reason == "released"
