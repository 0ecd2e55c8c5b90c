"""A hidden review is read by staff alone and weighs nothing; shown again, it is as before. Both people learn why."""

from collections.abc import Callable

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import CustomUser, Notification, NotificationKind, Profile
from core.errors import InvalidState
from jobs.models import Job
from rating.models import Review
from rating.services.moderating import hide_review, restore_review
from tests.factories.rating import ReviewFactory
from tests.support.api_client import ApiClient
from tests.support.jobs import RunJobs
from tests.support.staff_pages import act_on_page

pytestmark = pytest.mark.django_db(transaction=True)

type Api = Callable[[CustomUser], ApiClient]
WHY = "It names where somebody lives."


@pytest.fixture
def review(api: Api, chidi: CustomUser, wale: CustomUser, job: Job) -> Review:
    """The only one of Wale, by Chidi."""
    answer = api(chidi).post("/reviews", {"job_id": job.pk, "reviewed_id": wale.pk, "rating": 2, "comment": "Rude."})
    assert answer.status_code == 201
    return Review.objects.get()


@pytest.fixture
def office(bisi: CustomUser) -> Client:
    client = Client()
    client.force_login(bisi)
    return client


def counters(user: CustomUser) -> tuple[int, int]:
    return Profile.objects.values_list("reviews_count", "rating_sum").get(user=user)


def made_of_reviews(user: CustomUser) -> tuple[int, int]:
    ratings = list(Review.objects.filter(reviewed=user, weighs=True).values_list("rating", flat=True))
    return len(ratings), sum(ratings)


def read_of(client: ApiClient, review: Review) -> tuple[list[int], list[int], int, float | None, float | None]:
    """In each list, and in what is made of them."""
    received = client.get(f"/reviews/{review.reviewed_id}").json()
    given = client.get(f"/ratings/reviewer_{review.reviewer_id}/").json()
    profile = client.get(f"/get-profile/{review.reviewed_id}").json()
    ids = [[item["id"] for item in page["items"]] for page in (received, given)]
    return ids[0], ids[1], received["count"], received["average"], profile["rating"]


def test_hidden_review_is_in_no_read_and_in_no_average_until_it_is_shown_again(
    api: Api, ada: CustomUser, wale: CustomUser, review: Review
) -> None:
    shown = ([review.pk], [review.pk], 1, 2.0, 2.0)
    assert (read_of(api(ada), review), counters(wale)) == (shown, (1, 2))

    hide_review(review_id=review.pk, reason=WHY)
    assert (read_of(api(ada), review), counters(wale)) == (([], [], 0, None, None), (0, 0))
    assert counters(wale) == made_of_reviews(wale)

    restore_review(review_id=review.pk, reason="It does not.")
    assert (read_of(api(ada), review), counters(wale)) == (shown, (1, 2))
    assert counters(wale) == made_of_reviews(wale)


def test_hidden_review_is_neither_answered_nor_written_again(
    api: Api, chidi: CustomUser, wale: CustomUser, job: Job, review: Review
) -> None:
    hide_review(review_id=review.pk, reason=WHY)

    answer = api(wale).post(f"/reviews/{review.pk}/response", {"response": "Thank you."})
    again = api(chidi).post("/reviews", {"job_id": job.pk, "reviewed_id": wale.pk, "rating": 1})

    assert (answer.status_code, again.status_code, again.json()["code"]) == (404, 409, "already_reviewed")
    assert (Review.objects.get().response, counters(wale)) == ("", (0, 0))


def test_both_keep_it_in_their_own_export(api: Api, chidi: CustomUser, wale: CustomUser, review: Review) -> None:
    hide_review(review_id=review.pk, reason=WHY)

    for person, part in ((chidi, "reviews_given"), (wale, "reviews_received")):
        (kept,) = api(person).get("/me/export").json()[part]
        assert (kept["id"], kept["comment"], kept["is_hidden"]) == (review.pk, "Rude.", True)


def test_author_and_reviewed_are_told_why_each_time(
    chidi: CustomUser, wale: CustomUser, review: Review, run_jobs: RunJobs
) -> None:
    for _ in range(2):
        hide_review(review_id=review.pk, reason=WHY)
        restore_review(review_id=review.pk, reason="It does not.")
    run_jobs()

    hidden = Notification.objects.filter(kind=NotificationKind.REVIEW_HIDDEN)
    restored = Notification.objects.filter(kind=NotificationKind.REVIEW_RESTORED)
    assert sorted(hidden.values_list("user_id", flat=True)) == sorted([chidi.pk, wale.pk] * 2)
    assert restored.count() == 4
    assert {note.body.partition(" for ")[0] for note in hidden.filter(user=chidi)} == {"Your review"}
    assert {note.body.partition(" for ")[0] for note in hidden.filter(user=wale)} == {"A review of you"}
    assert all(note.body.endswith(f"“{WHY}”") for note in hidden)


def test_author_and_reviewed_are_told_that_it_was_reworded_and_why(
    office: Client, chidi: CustomUser, wale: CustomUser, review: Review, run_jobs: RunJobs
) -> None:
    page = reverse("admin:rating_review_reword", args=[review.pk])

    unchanged = act_on_page(office, page, reason=WHY, comment="Rude.")
    done = [act_on_page(office, page, reason=WHY, comment=words) for words in ("[removed]", "Not kind.")]
    run_jobs()

    assert (unchanged.status_code, [answer.status_code for answer in done]) == (422, [302, 302])
    told = Notification.objects.filter(kind=NotificationKind.REVIEW_REWORDED)
    assert sorted(told.values_list("user_id", flat=True)) == sorted([chidi.pk, wale.pk] * 2)
    assert {note.body.partition(" for ")[0] for note in told.filter(user=chidi)} == {"Your review"}
    assert {note.body.partition(" for ")[0] for note in told.filter(user=wale)} == {"A review of you"}
    assert all(note.body.endswith(f"“{WHY}”") for note in told)


def test_second_hiding_and_second_showing_are_refused_and_count_nothing(wale: CustomUser, review: Review) -> None:
    with pytest.raises(InvalidState):
        restore_review(review_id=review.pk, reason=WHY)
    hide_review(review_id=review.pk, reason=WHY)
    with pytest.raises(InvalidState):
        hide_review(review_id=review.pk, reason=WHY)

    assert counters(wale) == (0, 0)


def test_shown_again_it_weighs_nothing_beside_a_later_one_that_does(
    chidi: CustomUser, wale: CustomUser, review: Review, settings: Settings
) -> None:
    settings.REVIEW_WEIGHS_ONCE_DAYS = 30
    hide_review(review_id=review.pk, reason=WHY)
    with transaction.atomic():
        ReviewFactory.create(job__client=chidi, reviewed=wale, rating=4)
        Profile.objects.filter(user=wale).update(reviews_count=1, rating_sum=4)

    restore_review(review_id=review.pk, reason="It does not.")

    review.refresh_from_db()
    assert (review.is_hidden, review.weighs) == (False, False)
    assert counters(wale) == made_of_reviews(wale) == (1, 4)


def test_staff_see_what_becomes_of_the_average_and_give_a_reason(
    office: Client, wale: CustomUser, review: Review
) -> None:
    page = reverse("admin:rating_review_hide", args=[review.pk])

    preview = office.get(page).content.decode()
    without_reason = act_on_page(office, page, reason="")
    assert (without_reason.status_code, counters(wale)) == (422, (1, 2))
    done = act_on_page(office, page, reason=WHY)

    assert "2.0 → none" in preview
    assert (done.status_code, counters(wale)) == (302, (0, 0))
    history = office.get(reverse("admin:rating_review_history", args=[review.pk])).content.decode()
    assert f"Hide: {WHY}" in history
    assert "Is hidden: no → yes" in history


def test_hidden_review_stays_in_the_list_of_staff(office: Client, review: Review) -> None:
    hide_review(review_id=review.pk, reason=WHY)

    listed = office.get(reverse("admin:rating_review_changelist"), {"is_hidden__exact": "1"}).context["cl"].result_list

    assert [row.pk for row in listed] == [review.pk]


@pytest.mark.parametrize("wrong", [(0, 0), (7, 30)])
def test_hiding_and_showing_put_counters_right_that_were_wrong(
    office: Client, review: Review, wale: CustomUser, wrong: tuple[int, int]
) -> None:
    Profile.objects.filter(user=wale).update(reviews_count=wrong[0], rating_sum=wrong[1])
    page = reverse("admin:rating_review_hide", args=[review.pk])
    assert "→ none" in office.get(page).content.decode()

    act_on_page(office, page, reason=WHY)
    assert counters(wale) == (0, 0)

    Profile.objects.filter(user=wale).update(reviews_count=wrong[0], rating_sum=wrong[1])
    restore_review(review_id=review.pk, reason=WHY)
    assert counters(wale) == made_of_reviews(wale) == (1, 2)
