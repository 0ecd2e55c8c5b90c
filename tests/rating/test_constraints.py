"""What the database refuses, whatever the code above it does."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import CustomUser
from core import clock
from jobs.models import Job
from rating.models import Review
from tests.factories.rating import ReviewFactory

pytestmark = pytest.mark.django_db


def refused_by(constraint: str, **fields: Any) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        ReviewFactory.create(**fields)
    assert Review.objects.count() == 0


@pytest.mark.parametrize("rating", [0, 6])
def test_rating_outside_one_to_five_is_refused(job: Job, wale: CustomUser, rating: int) -> None:
    refused_by("rating_review_rating_bounds", job=job, reviewed=wale, rating=rating)


@pytest.mark.parametrize("rating", [1, 5])
def test_rating_at_the_bounds_is_kept(job: Job, wale: CustomUser, rating: int) -> None:
    assert ReviewFactory.create(job=job, reviewed=wale, rating=rating).rating == rating


def test_review_of_oneself_is_refused(job: Job, chidi: CustomUser) -> None:
    refused_by("rating_review_not_self", job=job, reviewer=chidi, reviewed=chidi)


def test_second_review_of_a_person_for_a_job_is_refused(job: Job, wale: CustomUser) -> None:
    ReviewFactory.create(job=job, reviewed=wale)

    with pytest.raises(IntegrityError, match="rating_review_once"), transaction.atomic():
        ReviewFactory.create(job=job, reviewed=wale, rating=1)

    assert list(Review.objects.values_list("rating", flat=True)) == [5]


def test_response_without_its_time_is_refused(job: Job, wale: CustomUser) -> None:
    refused_by("rating_review_response_has_time", job=job, reviewed=wale, response="Thank you.")


def test_time_of_a_response_without_the_response_is_refused(job: Job, wale: CustomUser) -> None:
    refused_by("rating_review_response_has_time", job=job, reviewed=wale, responded_at=clock.now())


def test_hidden_review_that_weighs_is_refused(job: Job, wale: CustomUser) -> None:
    refused_by("rating_review_hidden_weighs_nothing", job=job, reviewed=wale, is_hidden=True, weighs=True)
