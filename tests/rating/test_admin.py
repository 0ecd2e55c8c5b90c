"""Staff moderate words; ratings, people and times stay as they were written."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import CustomUser
from jobs.models import Job
from rating.models import Review
from tests.factories.rating import ReviewFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(bisi: CustomUser) -> Client:
    client = Client()
    client.force_login(bisi)
    return client


def form_of(review: Review) -> str:
    return reverse("admin:rating_review_change", args=[review.pk])


def test_staff_moderate_comment_and_response_but_not_the_rating(staff: Client, job: Job, wale: CustomUser) -> None:
    review = ReviewFactory.create(job=job, reviewed=wale, answered=True)

    staff.post(form_of(review), {"comment": "[removed]", "response": "[removed too]", "rating": 1, "reviewer": wale.pk})

    kept = Review.objects.get()
    assert (kept.comment, kept.response) == ("[removed]", "[removed too]")
    assert (kept.rating, kept.reviewer, kept.responded_at) == (5, review.reviewer, review.responded_at)


def test_staff_cannot_empty_a_response(staff: Client, job: Job, wale: CustomUser) -> None:
    review = ReviewFactory.create(job=job, reviewed=wale, answered=True)

    answer = staff.post(form_of(review), {"comment": "[removed]", "response": ""})

    assert "This field is required." in answer.content.decode()
    assert Review.objects.get().comment == review.comment


def test_staff_do_not_respond_in_somebodys_place(staff: Client, job: Job, wale: CustomUser) -> None:
    review = ReviewFactory.create(job=job, reviewed=wale)

    staff.post(form_of(review), {"comment": "Fine.", "response": "On their behalf"})

    kept = Review.objects.get()
    assert (kept.comment, kept.response, kept.responded_at) == ("Fine.", "", None)


def test_staff_neither_add_nor_delete_reviews(staff: Client, job: Job, wale: CustomUser) -> None:
    review = ReviewFactory.create(job=job, reviewed=wale)

    added = staff.post(reverse("admin:rating_review_add"), {"rating": 5})
    deleted = staff.post(reverse("admin:rating_review_delete", args=[review.pk]), {"post": "yes"})

    assert (added.status_code, deleted.status_code) == (403, 403)
    assert list(Review.objects.all()) == [review]
