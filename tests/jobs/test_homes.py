"""Homes stay private: what a client can measure by moving a job, and how near that comes."""

from typing import Any

import pytest

from accounts.models import CustomUser, Profile
from core.actor import Actor, Role
from core.pagination import PageQuery
from jobs.geography import Position, distance_m
from jobs.models import Job
from jobs.selectors.best_applicants import best_applicants
from tests.factories.accounts import UserFactory
from tests.factories.jobs import ApplicationFactory, JobFactory
from tests.jobs.conftest import Api

pytestmark = pytest.mark.django_db

HOMES = [(6.4541, 3.3947), (6.6018, 3.3515), (9.0579, 7.4951), (12.0022, 8.5920), (4.8156, 7.0498)]


def measured(job: Job, place: Position) -> int:
    """What the client is told, with the job at this place, however it came there."""
    Job.objects.filter(pk=job.pk).update(latitude=place.latitude, longitude=place.longitude)
    actor = Actor(user_id=job.client_id, role=Role.CLIENT)
    (found,) = best_applicants(actor=actor, job_id=job.pk, page=PageQuery()).items
    assert found.distance_km is not None
    return found.distance_km


def find(job: Job, start: Position) -> Position:
    """The attacker's program: ever finer nets, each around the middle of what was nearest in the net before."""
    guess = start
    for step in (0.08, 0.02, 0.005, 0.001):
        net = [
            Position(guess.latitude + step * north, guess.longitude + step * east)
            for north in range(-4, 5, 2)
            for east in range(-4, 5, 2)
        ]
        told = {place: measured(job, place) for place in net}
        nearest = [place for place in net if told[place] == min(told.values())]
        guess = Position(
            sum(place.latitude for place in nearest) / len(nearest),
            sum(place.longitude for place in nearest) / len(nearest),
        )
    return guess


@pytest.mark.parametrize("home", HOMES)
def test_attacker_who_moves_the_job_at_will_ends_no_nearer_than_a_kilometre(home: tuple[float, float]) -> None:
    worker = UserFactory.create()
    Profile.objects.filter(user=worker).update(latitude=home[0], longitude=home[1])
    job = JobFactory.create()
    ApplicationFactory.create(job=job, applicant=worker)
    true = Position(*home)

    found = find(job, Position(home[0] + 0.11, home[1] - 0.09))

    assert distance_m(found, true) >= 1000
    # And it is of use: the same neighbourhood, and never nearer than it is by much.
    assert distance_m(found, true) <= 6000


def test_place_is_the_same_each_time_and_another_for_each_person() -> None:
    job = JobFactory.create()
    told = []
    for _ in range(12):
        worker = UserFactory.create()
        Profile.objects.filter(user=worker).update(latitude=6.5, longitude=3.4)
        ApplicationFactory.create(job=job, applicant=worker)
    actor = Actor(user_id=job.client_id, role=Role.CLIENT)
    Job.objects.filter(pk=job.pk).update(latitude=6.53, longitude=3.4)
    for _ in range(2):
        page = best_applicants(actor=actor, job_id=job.pk, page=PageQuery())
        told.append({each.applicant_id: each.distance_km for each in page.items})

    assert told[0] == told[1]
    assert len(set(told[0].values())) > 1


def test_job_is_moved_a_few_times_once_somebody_applied(api: Api, chidi: CustomUser, job: Job, settings: Any) -> None:
    settings.JOB_MOVES_AFTER_APPLICATION = 2
    client = api(chidi)

    def move(number: int) -> int:
        return client.patch(f"/jobs/{job.pk}", {"latitude": 6.4 + number / 100, "longitude": 3.4}).status_code

    assert [move(number) for number in range(4)] == [200] * 4
    ApplicationFactory.create(job=job)
    assert [move(number) for number in range(4, 8)] == [200, 200, 429, 429]
    # The place that it has is no move.
    assert client.patch(f"/jobs/{job.pk}", {"title": "Another title"}).status_code == 200
