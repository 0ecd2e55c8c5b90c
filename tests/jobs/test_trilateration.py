"""The attacker's program: all distances that a client is told, from all over the town, laid over each other.

A job may be moved as often as its client likes, and each place says how far every applicant is. Least squares over all
of it find what is measured to some ten metres, so what is measured must not be a home. Distances of jobs from a worker,
in the search and in matches, lead to jobs only, whose places are public.
"""

import math
import random
from collections.abc import Callable
from itertools import pairwise

import pytest
from django.db.models import Expression
from pytest_django import Settings

from accounts.models import CustomUser, Profile
from core.actor import Role
from jobs.geography import METRES_PER_DEGREE, Position, distance_m, distance_m_in_sql
from jobs.models import Application, Job
from jobs.selectors import scoring
from jobs.selectors.best_applicants import screened_km
from tests.factories.accounts import UserFactory
from tests.factories.jobs import ApplicationFactory, JobFactory
from tests.support.api_client import ApiClient

pytestmark = pytest.mark.django_db

LAGOS = Position(6.5244, 3.3792)
HOMES, PLACES = 30, 60
KEYS = ["a" * 64, "eko-o-ni-baje-" * 5, "0f1e2d3c4b5a69788796a5b4c3d2e1f0" * 2]

type Told = Callable[[Job], Expression]


def scattered(count: int, degrees: float, seed: int) -> list[Position]:
    """Places around Lagos, the same each time."""
    chance = random.Random(seed)

    def beside(degree: float) -> float:
        return degree + chance.uniform(-degrees, degrees)

    return [Position(beside(LAGOS.latitude), beside(LAGOS.longitude)) for _ in range(count)]


def applicants_at(homes: list[Position]) -> Job:
    job: Job = JobFactory.create()
    for home in homes:
        worker = UserFactory.create()
        Profile.objects.filter(user=worker).update(latitude=home.latitude, longitude=home.longitude)
        ApplicationFactory.create(job=job, applicant=worker)
    return job


def as_clients_are_told(job: Job) -> Expression:
    return screened_km(job, "applicant__profile")


def unscreened(job: Job) -> Expression:
    assert job.latitude is not None
    assert job.longitude is not None
    home = {"latitude": "applicant__profile__latitude", "longitude": "applicant__profile__longitude"}
    return scoring.whole_km(distance_m_in_sql(Position(job.latitude, job.longitude), **home) + 499)


def measured(job: Job, told: Told) -> list[list[tuple[Position, int]]]:
    """Of each applicant, the kilometres from each of many places to which the job is moved."""
    places = scattered(PLACES, 0.15, seed=11)
    of_each: list[list[tuple[Position, int]]] = [[] for _ in range(HOMES)]
    for place in places:
        moved = JobFactory.build(latitude=place.latitude, longitude=place.longitude)
        rows = Application.objects.filter(job=job).annotate(km=told(moved)).order_by("applicant_id")
        for measurements, km in zip(of_each, rows.values_list("km", flat=True), strict=True):
            measurements.append((place, km))
    return of_each


def located(measurements: list[tuple[Position, int]]) -> Position:
    """Least squares by Gauss and Newton, on the plane, in metres. Told are whole kilometres, rounded up."""
    narrow = math.cos(math.radians(LAGOS.latitude))
    east_north = [
        (
            (place.longitude - LAGOS.longitude) * METRES_PER_DEGREE * narrow,
            (place.latitude - LAGOS.latitude) * METRES_PER_DEGREE,
            km * 1000 - 500,
        )
        for place, km in measurements
    ]
    x = y = 0.0
    for _ in range(20):
        xx = xy = yy = rx = ry = 0.0
        for east, north, metres in east_north:
            dx, dy = x - east, y - north
            away = math.hypot(dx, dy) or 1.0
            ux, uy, residual = dx / away, dy / away, metres - away
            xx, xy, yy = xx + ux * ux, xy + ux * uy, yy + uy * uy
            rx, ry = rx + ux * residual, ry + uy * residual
        determinant = xx * yy - xy * xy
        x += (yy * rx - xy * ry) / determinant
        y += (xx * ry - xy * rx) / determinant
    return Position(LAGOS.latitude + y / METRES_PER_DEGREE, LAGOS.longitude + x / METRES_PER_DEGREE / narrow)


def direction(home: Position, found: Position) -> complex:
    away = complex(found.longitude - home.longitude, found.latitude - home.latitude)
    return away / abs(away)


def alikeness(directions: list[complex]) -> float:
    """1 where all are the same, about 1/sqrt(n) where chance made them."""
    return abs(sum(directions)) / len(directions)


def test_all_measurements_together_end_no_nearer_than_a_kilometre_to_any_home(settings: Settings) -> None:
    homes = scattered(HOMES, 0.1, seed=7)
    job = applicants_at(homes)
    ways: list[list[complex]] = []
    for key in KEYS:
        settings.SECRET_KEY = key

        found = [located(measurements) for measurements in measured(job, as_clients_are_told)]

        errors = [distance_m(place, home) for place, home in zip(found, homes, strict=True)]
        assert min(errors) >= 1000, key
        # What is told is of use all the same: the neighbourhood.
        assert max(errors) <= 5000, key
        ways.append([direction(home, place) for home, place in zip(homes, found, strict=True)])

    # Whoever knows some homes, such as those of accounts of their own made before and after, learns nothing of others'.
    assert all(alikeness(of_key) < 0.9 for of_key in ways)
    assert alikeness([one / other for of_key in ways for one, other in pairwise(of_key)]) < 0.6
    assert alikeness([one / other for pair in pairwise(ways) for one, other in zip(*pair, strict=True)]) < 0.6


def test_same_program_finds_homes_that_nothing_screens() -> None:
    homes = scattered(HOMES, 0.1, seed=7)

    found = [located(measurements) for measurements in measured(applicants_at(homes), unscreened)]

    errors = sorted(distance_m(place, home) for place, home in zip(found, homes, strict=True))
    assert errors[HOMES // 2] < 100
    assert errors[-1] < 250


def test_screened_distance_is_the_only_one_that_clients_are_told() -> None:
    job = applicants_at(scattered(5, 0.1, seed=7))
    Job.objects.filter(pk=job.pk).update(latitude=LAGOS.latitude, longitude=LAGOS.longitude)
    job.refresh_from_db()
    client = ApiClient(CustomUser.objects.get(pk=job.client_id, role=Role.CLIENT))

    told = client.get(f"/jobs/{job.pk}/best-applicants/").json()["items"]

    rows = Application.objects.filter(job=job).annotate(km=as_clients_are_told(job))
    assert {item["id"]: item["distance_km"] for item in told} == dict(rows.values_list("pk", "km"))
    # The part of the score says no more than the kilometres that it is made of.
    parts = [item["score_parts"]["distance"] for item in told]
    assert parts == [math.floor(150 * 10 / (10 + item["distance_km"]) + 0.5) / 10 for item in told]
