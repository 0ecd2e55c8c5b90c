"""Homes stay private: what a client can measure by moving a job, and how near that comes."""

from collections.abc import Callable

import pytest
from django.db.models import Expression

from accounts.models import Profile
from jobs.geography import Position, distance_m, distance_m_in_sql
from jobs.models import Application
from jobs.selectors import scoring
from jobs.selectors.best_applicants import screened_km
from tests.factories.accounts import UserFactory
from tests.factories.jobs import ApplicationFactory, JobFactory

pytestmark = pytest.mark.django_db

LAGOS, KANO = Position(6.4541, 3.3947), Position(12.0022, 8.5920)

type Told = Callable[[Position], int]


def applicant_at(home: Position) -> Application:
    worker = UserFactory.create()
    Profile.objects.filter(user=worker).update(latitude=home.latitude, longitude=home.longitude)
    application: Application = ApplicationFactory.create(applicant=worker)
    return application


def telling(application: Application, distance: Callable[[Position], Expression]) -> Told:
    row = Application.objects.filter(pk=application.pk)
    return lambda place: row.annotate(km=distance(place)).values_list("km", flat=True).get()


def as_clients_are_told(place: Position) -> Expression:
    """Of a job that was moved there."""
    return screened_km(JobFactory.build(latitude=place.latitude, longitude=place.longitude), "applicant__profile")


def unscreened(place: Position) -> Expression:
    column = "applicant__profile__{}".format
    return scoring.whole_km(distance_m_in_sql(place, latitude=column("latitude"), longitude=column("longitude")))


def edge(told: Told, inside: Position, north: float, east: float) -> Position:
    """Where the number grows, on the way from `inside` to so many degrees beyond."""
    number, near, far = told(inside), 0.0, 1.0
    for _ in range(12):
        half = (near + far) / 2
        place = Position(inside.latitude + half * north, inside.longitude + half * east)
        near, far = (half, far) if told(place) <= number else (near, half)
    return Position(inside.latitude + near * north, inside.longitude + near * east)


def find(told: Told, start: Position) -> Position:
    """The attacker's program: the middle between two edges lies where the home does, in either direction."""
    guess = start
    for _ in range(2):
        north, south = edge(told, guess, 0.2, 0), edge(told, guess, -0.2, 0)
        guess = Position((north.latitude + south.latitude) / 2, guess.longitude)
        east, west = edge(told, guess, 0, 0.2), edge(told, guess, 0, -0.2)
        guess = Position(guess.latitude, (east.longitude + west.longitude) / 2)
    return guess


@pytest.mark.parametrize("home", [LAGOS, KANO], ids=["Lagos", "Kano"])
def test_attacker_who_moves_the_job_at_will_ends_no_nearer_than_a_kilometre(home: Position) -> None:
    told = telling(applicant_at(home), as_clients_are_told)

    found = find(told, Position(home.latitude + 0.03, home.longitude - 0.02))

    # And what is told is of use: the neighbourhood.
    assert 1000 <= distance_m(found, home) <= 5000


def test_the_same_program_would_find_a_home_that_nothing_screens() -> None:
    told = telling(applicant_at(LAGOS), unscreened)

    found = find(told, Position(LAGOS.latitude + 0.03, LAGOS.longitude - 0.02))

    assert distance_m(found, LAGOS) < 100


def test_place_is_the_same_each_time_and_another_for_each_person() -> None:
    jobs = [Position(LAGOS.latitude + north, LAGOS.longitude + east) for north, east in ((0.1, 0), (0, 0.1), (-0.1, 0))]
    people = [telling(applicant_at(LAGOS), as_clients_are_told) for _ in range(8)]

    first, second = ([tuple(told(job) for job in jobs) for told in people] for _ in range(2))

    assert first == second
    # Two may share a place, by the chance of the secret key; not all of them.
    assert len(set(first)) > 1
