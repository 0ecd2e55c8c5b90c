"""Reviewing twice, responding twice: many at once, one wins. Each with the control that shows what it is that holds.

A row that everybody needs is held until all of them wait, so that all are inside before the first commits.
"""

from collections.abc import Callable
from functools import partial
from threading import Barrier

import pytest

from accounts.models import CustomUser, Profile
from core.actor import Actor, Role
from jobs.models import ApplicationStatus, Job, JobStatus
from rating.models import Review
from rating.services import moderating, reviews
from rating.services.moderating import hide_review
from tests.factories.jobs import ApplicationFactory, JobFactory, ShiftAssignmentFactory
from tests.factories.rating import ReviewFactory
from tests.support.books import without_constraint
from tests.support.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)

THREADS = 6


def profile_of(person: CustomUser) -> str:
    return f"SELECT FROM accounts_profile WHERE user_id = {person.pk} FOR UPDATE"


def review_by_client(job: Job, worker: CustomUser) -> Callable[[], Review]:
    client = Actor(user_id=job.client_id, role=Role.CLIENT)
    return lambda: reviews.create_review(actor=client, job_id=job.pk, reviewed_id=worker.pk, rating=4, comment="")


def counters_of(person: CustomUser) -> tuple[int, int]:
    return Profile.objects.values_list("reviews_count", "rating_sum").get(user=person)


def test_of_equal_reviews_at_once_one_is_written_and_counted(job: Job, wale: CustomUser) -> None:
    outcomes = at_once([review_by_client(job, wale)] * THREADS, holding=profile_of(wale))

    assert outcomes == ["already_reviewed"] * (THREADS - 1) + ["done"]
    assert Review.objects.count() == 1
    assert counters_of(wale) == (1, 4)


def test_control_without_the_constraint_equal_reviews_are_all_written(job: Job, wale: CustomUser) -> None:
    with without_constraint("rating_review", "rating_review_once"):
        outcomes = at_once([review_by_client(job, wale)] * THREADS, holding=profile_of(wale))
        written = Review.objects.count()

    assert outcomes == ["done"] * THREADS
    assert written == THREADS


def test_reviews_by_several_clients_at_once_are_all_counted(wale: CustomUser) -> None:
    acts = [review_by_client(worked_for_another_client(wale), wale) for _ in range(THREADS)]

    outcomes = at_once(acts, holding=profile_of(wale))

    assert outcomes == ["done"] * THREADS
    assert counters_of(wale) == (THREADS, 4 * THREADS)


def worked_for_another_client(worker: CustomUser) -> Job:
    job = JobFactory.create(status=JobStatus.COMPLETED)
    application = ApplicationFactory.create(job=job, applicant=worker, status=ApplicationStatus.COMPLETED)
    ShiftAssignmentFactory.create(application=application, approved=True)
    return job


def works_again(job: Job, worker: CustomUser) -> Job:
    """The same two, another job."""
    again: Job = JobFactory.create(client=job.client, status=JobStatus.COMPLETED)
    application = ApplicationFactory.create(job=again, applicant=worker, status=ApplicationStatus.COMPLETED)
    ShiftAssignmentFactory.create(application=application, approved=True)
    return again


def test_of_one_pair_s_reviews_at_once_one_weighs(job: Job, wale: CustomUser) -> None:
    acts = [review_by_client(job, wale), review_by_client(works_again(job, wale), wale)]

    assert at_once(acts, holding=profile_of(wale)) == ["done"] * 2

    assert sorted(Review.objects.values_list("weighs", flat=True)) == [False, True]
    assert counters_of(wale) == (1, 4)


def test_control_without_the_profile_s_lock_both_weigh(
    job: Job, wale: CustomUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reviews, "lock_profile", lambda user_id: None)
    acts = [review_by_client(job, wale), review_by_client(works_again(job, wale), wale)]

    assert at_once(acts, holding=profile_of(wale)) == ["done"] * 2

    assert list(Review.objects.values_list("weighs", flat=True)) == [True, True]


def test_of_responses_at_once_one_is_kept(job: Job, wale: CustomUser) -> None:
    review = ReviewFactory.create(job=job, reviewed=wale)

    outcomes = at_once(respond(review, wale), holding=f"SELECT FROM rating_review WHERE id = {review.pk} FOR UPDATE")

    assert outcomes == ["already_responded"] * (THREADS - 1) + ["done"]


def test_control_without_the_lock_every_response_is_written(
    job: Job, wale: CustomUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    review = ReviewFactory.create(job=job, reviewed=wale)
    everybody_has_read = Barrier(THREADS)

    def read_unlocked(*, review_id: int, reviewed_id: int) -> Review:
        found = Review.objects.select_related("job").get(pk=review_id, reviewed_id=reviewed_id)
        everybody_has_read.wait(timeout=4)
        return found

    monkeypatch.setattr(reviews, "lock_review_of", read_unlocked)

    outcomes = at_once(respond(review, wale), holding=f"SELECT FROM rating_review WHERE id = {review.pk} FOR UPDATE")

    assert outcomes == ["done"] * THREADS


def respond(review: Review, person: CustomUser) -> list[Callable[[], object]]:
    actor = Actor(user_id=person.pk, role=Role.APPLICANT)
    return [
        partial(reviews.respond_to_review, actor=actor, review_id=review.pk, response=f"Answer {number}")
        for number in range(THREADS)
    ]


def test_of_hidings_at_once_one_takes_the_rating_off(job: Job, wale: CustomUser) -> None:
    review = counted_review(job, wale)

    outcomes = at_once([partial(hide_review, review_id=review.pk, reason="Rude")] * 3, holding=profile_of(wale))

    assert outcomes == ["done", "invalid_state", "invalid_state"]
    assert counters_of(wale) == (1, 4)


def test_control_without_the_locks_each_hiding_is_done_and_told(
    job: Job, wale: CustomUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    review = counted_review(job, wale)
    monkeypatch.setattr(
        moderating, "lock_review_and_profile", lambda pk: Review.objects.select_related("job").get(pk=pk)
    )

    outcomes = at_once([partial(hide_review, review_id=review.pk, reason="Rude")] * 2, holding=profile_of(wale))

    assert outcomes == ["done"] * 2


def counted_review(job: Job, person: CustomUser) -> Review:
    """Beside another of somebody else's."""
    ReviewFactory.create(reviewed=person, rating=4)
    Profile.objects.filter(user=person).update(reviews_count=2, rating_sum=8)
    review: Review = ReviewFactory.create(job=job, reviewed=person, rating=4)
    return review
