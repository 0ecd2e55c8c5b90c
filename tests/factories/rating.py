"""Factories of reputation. A review is between a job's client and one of its workers, and counts on no profile:
counters belong to the service."""

import factory
from factory.django import DjangoModelFactory

from core import clock
from core.actor import Role
from rating.models import Review
from tests.factories.accounts import UserFactory
from tests.factories.jobs import JobFactory


class ReviewFactory(DjangoModelFactory[Review]):
    """A client's review of a worker, without a response."""

    class Meta:
        model = Review

    job = factory.SubFactory(JobFactory)
    reviewer = factory.SelfAttribute("job.client")
    reviewed = factory.SubFactory(UserFactory, role=Role.APPLICANT)
    rating = 5
    comment = "On time, friendly, knows the work."
    created_at = factory.LazyFunction(clock.now)

    class Params:
        answered = factory.Trait(
            response="Thank you.", responded_at=factory.LazyAttribute(lambda review: review.created_at)
        )
