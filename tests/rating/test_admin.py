"""Staff moderate words; ratings, people and times stay as they were written."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import CustomUser
from core.errors import InvalidState
from jobs.models import Job
from rating.models import Review
from rating.services.moderating import reword_review
from tests.factories.rating import ReviewFactory
from tests.support.staff_pages import act_on_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(bisi: CustomUser) -> Client:
    client = Client()
    client.force_login(bisi)
    return client


def reword_page(review: Review) -> str:
    return reverse("admin:rating_review_reword", args=[review.pk])


def test_staff_reword_comment_and_response_but_not_the_rating(staff: Client, job: Job, wale: CustomUser) -> None:
    review = ReviewFactory.create(job=job, reviewed=wale, comment="He lives at 5 Palm Street.", answered=True)
    words = {"comment": "[removed]", "response": "[removed too]", "rating": 1, "reviewer": wale.pk}

    answer = act_on_page(staff, reword_page(review), reason="An address", **words)

    kept = Review.objects.get()
    assert (answer.status_code, kept.comment, kept.response) == (302, "[removed]", "[removed too]")
    assert (kept.rating, kept.reviewer, kept.responded_at) == (5, review.reviewer, review.responded_at)
    history = staff.get(reverse("admin:rating_review_history", args=[review.pk])).content.decode()
    assert "Reword: An address. Comment: He lives at 5 Palm Street. → [removed]" in history


def test_nobody_rewords_without_a_reason(staff: Client, job: Job, wale: CustomUser) -> None:
    review = ReviewFactory.create(job=job, reviewed=wale)

    answer = act_on_page(staff, reword_page(review), reason="", comment="[removed]")
    staff.post(reverse("admin:rating_review_change", args=[review.pk]), {"comment": "[removed]"})

    assert (answer.status_code, Review.objects.get().comment) == (422, review.comment)


def test_staff_cannot_empty_a_response(staff: Client, job: Job, wale: CustomUser) -> None:
    review = ReviewFactory.create(job=job, reviewed=wale, answered=True)

    answer = act_on_page(staff, reword_page(review), reason="An address", comment="[removed]", response="")

    assert "This field is required." in answer.content.decode()
    assert Review.objects.get().comment == review.comment
    with pytest.raises(InvalidState):
        reword_review(review_id=review.pk, comment="", response="", reason="An address")


def test_staff_do_not_respond_in_somebodys_place(staff: Client, job: Job, wale: CustomUser) -> None:
    review = ReviewFactory.create(job=job, reviewed=wale)

    act_on_page(staff, reword_page(review), reason="An address", comment="Fine.", response="On their behalf")

    kept = Review.objects.get()
    assert (kept.comment, kept.response, kept.responded_at) == ("Fine.", "", None)
    with pytest.raises(InvalidState):
        reword_review(review_id=review.pk, comment="Fine.", response="On their behalf", reason="An address")


def test_staff_neither_add_nor_delete_reviews(staff: Client, job: Job, wale: CustomUser) -> None:
    review = ReviewFactory.create(job=job, reviewed=wale)

    added = staff.post(reverse("admin:rating_review_add"), {"rating": 5})
    deleted = staff.post(reverse("admin:rating_review_delete", args=[review.pk]), {"post": "yes"})

    assert (added.status_code, deleted.status_code) == (403, 403)
    assert list(Review.objects.all()) == [review]
