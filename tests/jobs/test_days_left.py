"""A job of several days takes people for the days that are left."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import CustomUser
from jobs.models import Application, Job, Shift, ShiftAssignment
from jobs.services import clockwork
from jobs.tasks import run_confirmations
from jobs.words import days_in_words
from payment.services.accounts import escrow_account, wallet_account
from payment.services.ledger_check import check_books
from tests.factories.accounts import UserFactory
from tests.factories.jobs import (
    ApplicationFactory,
    InvitationFactory,
    JobFactory,
    SavedJobFactory,
    ShiftAssignmentFactory,
)
from tests.factories.payment import balance_of, pay_in_escrow
from tests.jobs.conftest import ENDS_AT, STARTS_AT, Api, Move
from tests.jobs.test_withdraw import accepted, withdraw
from tests.support.books import constraint_name
from tests.support.notices import told

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
PRICE = 1_320_000
REST = ["2026-03-04", "2026-03-05"]


@pytest.fixture
def job(chidi: CustomUser) -> Job:
    """Tuesday to Thursday, for one, paid."""
    job: Job = JobFactory.create(client=chidi, days=3, applicants_needed=1)
    pay_in_escrow(job)
    return job


@pytest.fixture
def ill(api: Api, clock_at: Move, wale: CustomUser, job: Job) -> Application:
    """Wale worked on Tuesday, and is ill in the evening."""
    application = accepted(job, wale)
    work(api, clock_at, wale, job)
    assert withdraw(api(wale), application) == (200, "")
    return application


def work(api: Api, clock_at: Move, worker: CustomUser, job: Job, *, day: int = 0) -> ShiftAssignment:
    assignment = ShiftAssignment.objects.get(worker=worker, starts_at=STARTS_AT + day * DAY)
    clock_at(assignment.starts_at)
    assert api(worker).post(f"/assignments/{assignment.pk}/check-in", {"code": "246810"}).status_code == 200
    clock_at(assignment.ends_at)
    assert api(worker).post(f"/assignments/{assignment.pk}/check-out").status_code == 200
    return assignment


def apply(api: Api, worker: CustomUser, job: Job) -> int:
    answer = api(worker).post("/apply-jobs/", {"job_id": job.pk})
    assert answer.status_code == 201, answer.content
    application_id: int = answer.json()["id"]
    return application_id


def said(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "")


def accept(api: Api, job: Job, application_id: int) -> tuple[int, str]:
    return said(api(job.client).post(f"/applications/{application_id}/accept"))


def days_of(worker: CustomUser) -> list[tuple[str, str]]:
    rows = ShiftAssignment.objects.filter(worker=worker).order_by("starts_at")
    return [(f"{starts_at:%a}", status) for starts_at, status in rows.values_list("starts_at", "status")]


def test_replacement_works_the_days_that_are_left_and_the_money_goes_round(
    api: Api, clock_at: Move, ada: CustomUser, wale: CustomUser, chidi: CustomUser, job: Job, ill: Application
) -> None:
    assert accept(api, job, apply(api, ada, job)) == (200, "")

    job.refresh_from_db()
    assert days_of(ada) == [("Wed", "scheduled"), ("Thu", "scheduled")]
    assert (job.accepted_count, job.is_open, job.places_left) == (1, False, 0)
    assert balance_of(escrow_account(job.pk)) == 3 * PRICE
    for worker, day in ((ada, 1), (ada, 2)):
        work(api, clock_at, worker, job, day=day)
    for assignment in ShiftAssignment.objects.filter(status="checked_out"):
        assert api(chidi).post(f"/assignments/{assignment.pk}/approve", {}).status_code == 200

    job.refresh_from_db()
    assert (job.status, balance_of(escrow_account(job.pk))) == ("completed", 0)
    assert [balance_of(wallet_account(person.pk)) for person in (wale, ada, chidi)] == [1_200_000, 2_400_000, 0]
    assert check_books().findings == []
    statuses = dict(Application.objects.values_list("applicant_id", "status"))
    assert statuses == {wale.pk: "completed", ada.pk: "completed"}


def test_days_that_nobody_takes_go_back_at_settlement(
    api: Api, clock_at: Move, chidi: CustomUser, job: Job, ill: Application
) -> None:
    worked = ShiftAssignment.objects.get(status="checked_out")
    assert api(chidi).post(f"/assignments/{worked.pk}/approve", {}).status_code == 200

    clock_at(STARTS_AT + 2 * DAY)
    assert clockwork.settle_idle_jobs() == 1

    job.refresh_from_db()
    assert (job.status, job.is_open, balance_of(wallet_account(chidi.pk))) == ("completed", False, 2 * PRICE)


def test_who_stood_by_is_offered_the_rest_and_agrees_to_it_first(
    api: Api, clock_at: Move, ada: CustomUser, wale: CustomUser, job: Job
) -> None:
    first = apply(api, wale, job)
    second = apply(api, ada, job)
    assert accept(api, job, first) == (200, "")
    work(api, clock_at, wale, job)
    assert Application.objects.get(pk=second).status == "standing_by"

    assert withdraw(api(wale), Application.objects.get(pk=first)) == (200, "")

    worker, offered = api(ada), Application.objects.get(pk=second)
    assert offered.offered_until is not None
    assert offered.offered_until < STARTS_AT + DAY
    shown = worker.get(f"/applications/{second}").json()
    assert shown["terms_changed"] == [{"field": "days", "from": None, "to": REST}]
    assert (shown["days_left"], shown["pay_for_days_left_kobo"]) == (REST, 2_400_000)
    assert said(worker.post(f"/applications/{second}/take-place")) == (409, "terms_changed")
    assert accept(api, job, second) == (409, "terms_changed")
    assert worker.post(f"/applications/{second}/confirm-terms").status_code == 200
    assert said(worker.post(f"/applications/{second}/take-place")) == (200, "")
    assert days_of(ada) == [("Wed", "scheduled"), ("Thu", "scheduled")]


@pytest.mark.parametrize(("after", "outcome"), [(-1, (200, "")), (0, (409, "terms_changed"))])
def test_shift_that_begins_before_the_answer_changes_what_is_accepted(
    api: Api, clock_at: Move, ada: CustomUser, job: Job, ill: Application, after: int, outcome: tuple[int, str]
) -> None:
    application_id = apply(api, ada, job)
    clock_at(STARTS_AT + DAY + timedelta(seconds=after))

    assert accept(api, job, application_id) == outcome

    assert len(days_of(ada)) == (2 if outcome[0] == 200 else 0)


def test_once_the_last_shift_begins_nobody_is_taken_and_who_waits_is_closed(
    api: Api, clock_at: Move, ada: CustomUser, emeka: CustomUser, job: Job, ill: Application
) -> None:
    application_id = apply(api, ada, job)
    clock_at(STARTS_AT + 2 * DAY)

    assert accept(api, job, application_id) == (409, "job_not_open")
    clockwork.expire_jobs()

    assert Application.objects.get(pk=application_id).status == "closed"


def test_one_shift_that_was_given_back_is_taken_by_another_and_no_other(
    api: Api, ada: CustomUser, wale: CustomUser, job: Job
) -> None:
    accepted(job, wale)
    wednesday = ShiftAssignment.objects.get(starts_at=STARTS_AT + DAY)
    assert said(api(wale).post(f"/assignments/{wednesday.pk}/give-back")) == (200, "")

    assert accept(api, job, apply(api, ada, job)) == (200, "")

    job.refresh_from_db()
    assert days_of(ada) == [("Wed", "scheduled")]
    assert days_of(wale) == [("Tue", "scheduled"), ("Wed", "canceled"), ("Thu", "scheduled")]
    assert (job.accepted_count, job.is_open) == (1, False)
    assert Application.objects.get(applicant=ada).fills_in is True


def test_called_off_day_is_no_day_that_is_left_and_who_applied_for_it_stands_by(
    api: Api, ada: CustomUser, wale: CustomUser, job: Job
) -> None:
    Application.objects.filter(pk=accepted(job, wale).pk).update(terms=None)
    wednesday = ShiftAssignment.objects.get(starts_at=STARTS_AT + DAY)
    api(wale).post(f"/assignments/{wednesday.pk}/give-back")
    application_id = apply(api, ada, job)

    answer = api(job.client).post(f"/jobs/{job.pk}/shifts/{wednesday.shift_id}/cancel")

    job.refresh_from_db()
    assert (answer.status_code, job.is_open) == (200, False)
    assert accept(api, job, application_id) == (409, "job_full")
    assert Application.objects.get(pk=application_id).status == "standing_by"
    assert balance_of(escrow_account(job.pk)) == 2 * PRICE


def test_two_fill_what_two_left_and_the_second_is_asked_for_the_day_that_remains(
    api: Api, clock_at: Move, ada: CustomUser, wale: CustomUser, chidi: CustomUser
) -> None:
    """Wale leaves Wednesday and Thursday, another only Thursday."""
    job = JobFactory.create(client=chidi, days=3, applicants_needed=2)
    pay_in_escrow(job)
    other = accepted(job, ApplicationFactory.create(job=JobFactory.create()).applicant)
    application = accepted(job, wale)
    work(api, clock_at, wale, job)
    assert withdraw(api(wale), application) == (200, "")
    thursday = other.assignments.get(starts_at=STARTS_AT + 2 * DAY)
    api(other.applicant).post(f"/assignments/{thursday.pk}/give-back")
    third = ApplicationFactory.create(job=JobFactory.create()).applicant
    first, second = apply(api, ada, job), apply(api, third, job)

    assert accept(api, job, first) == (200, "")
    assert accept(api, job, second) == (409, "terms_changed")
    assert api(third).post(f"/applications/{second}/confirm-terms").status_code == 200
    assert accept(api, job, second) == (200, "")

    assert (days_of(ada), days_of(third)) == (
        [("Wed", "scheduled"), ("Thu", "scheduled")],
        [("Thu", "scheduled")],
    )
    assert list(Shift.objects.filter(job=job).order_by("starts_at").values_list("taken_count", flat=True)) == [2, 2, 2]


def test_between_its_start_and_the_first_check_in_a_job_takes_nobody(
    api: Api, clock_at: Move, ada: CustomUser, wale: CustomUser, chidi: CustomUser
) -> None:
    job = JobFactory.create(client=chidi, days=3, applicants_needed=2)
    accepted(job, wale)
    clock_at(STARTS_AT)
    assert said(api(ada).post("/apply-jobs/", {"job_id": job.pk})) == (409, "job_started")

    assignment = ShiftAssignment.objects.get(starts_at=STARTS_AT)
    assert api(wale).post(f"/assignments/{assignment.pk}/check-in", {"code": "246810"}).status_code == 200

    assert accept(api, job, apply(api, ada, job)) == (200, "")
    assert days_of(ada) == [("Wed", "scheduled"), ("Thu", "scheduled")]


def test_client_who_cancels_takes_nobody_more(api: Api, ada: CustomUser, job: Job, ill: Application) -> None:
    application_id = apply(api, ada, job)

    assert api(job.client).post(f"/jobs/{job.pk}/cancel").status_code == 200

    assert Application.objects.get(pk=application_id).status == "closed"
    job.refresh_from_db()
    assert (job.is_open, balance_of(escrow_account(job.pk))) == (False, PRICE)


def test_w1_database_refuses_one_too_many_on_a_shift(job: Job, wale: CustomUser, ada: CustomUser) -> None:
    accepted(job, wale)
    fills_in = ApplicationFactory.create(job=job, applicant=ada, status="accepted", fills_in=True)
    shift = job.shifts.earliest("starts_at")

    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        ShiftAssignmentFactory.create(application=fills_in, shift=shift)

    assert constraint_name(refused) == "jobs_shift_places_respected"
    ShiftAssignment.objects.filter(shift=shift).update(status="canceled", canceled_at=ENDS_AT)
    shift.refresh_from_db()
    assert shift.taken_count == 0
    ShiftAssignmentFactory.create(application=fills_in, shift=shift)
    shift.refresh_from_db()
    assert shift.taken_count == 1


def listed(api: Api, viewer: CustomUser, order: str) -> list[tuple[int, list[str] | None, int | None, int]]:
    items = api(viewer).get("/jobs", {"order": order}).json()["items"]
    return [(item["id"], item["days_left"], item["pay_for_days_left_kobo"], item["places_left"]) for item in items]


def test_saved_jobs_and_invitations_say_which_days_are_left_and_what_they_pay(
    api: Api, clock_at: Move, ada: CustomUser, chidi: CustomUser, job: Job, ill: Application
) -> None:
    whole = JobFactory.create(client=chidi, date=job.date + 3 * DAY)
    for each in (job, whole):
        SavedJobFactory.create(user=ada, job=each)
        InvitationFactory.create(worker=ada, job=each)

    def shown() -> list[dict[int, tuple[list[str] | None, int | None]]]:
        lists = [api(ada).get(path).json()["items"] for path in ("/saved-jobs", "/invitations")]
        jobs = [[item["job"] for item in items] for items in lists]
        return [{each["id"]: (each["days_left"], each["pay_for_days_left_kobo"]) for each in some} for some in jobs]

    assert shown() == [{job.pk: (REST, 2_400_000), whole.pk: (None, None)}] * 2
    clock_at(STARTS_AT + DAY)
    assert shown() == [{job.pk: (REST[1:], 1_200_000), whole.pk: (None, None)}] * 2
    clock_at(STARTS_AT + 2 * DAY)
    assert shown() == [{job.pk: ([], 0), whole.pk: (None, None)}] * 2


def said_about_work() -> dict[tuple[int, str], str]:
    return {(notice.user_id, notice.kind): notice.body for notice in told()}


def test_news_of_an_invitation_an_offer_and_a_place_name_the_days_that_are_left_and_what_they_pay(
    api: Api, clock_at: Move, ada: CustomUser, wale: CustomUser, chidi: CustomUser, job: Job
) -> None:
    known = UserFactory.create()
    before = ApplicationFactory.create(
        job=JobFactory.create(client=chidi, date=job.date - 7 * DAY, status="completed"), applicant=known
    )
    ShiftAssignmentFactory.create(application=before, approved=True)
    first, second = apply(api, wale, job), apply(api, ada, job)
    assert accept(api, job, first) == (200, "")
    work(api, clock_at, wale, job)
    assert withdraw(api(wale), Application.objects.get(pk=first)) == (200, "")
    assert api(chidi).post(f"/jobs/{job.pk}/invitations", {"user_id": known.pk}).status_code == 201
    assert api(ada).post(f"/applications/{second}/confirm-terms").status_code == 200
    assert said(api(ada).post(f"/applications/{second}/take-place")) == (200, "")

    rest = "Wed 4 Mar and Thu 5 Mar 2026, 09:00 to 17:00 each day (Lagos time), at Victoria Island, Lagos"
    rest = f"{rest}, for ₦1,500 an hour (₦24,000 for these days)"
    told = said_about_work()
    assert f"”, {rest}." in told[ada.pk, "place_offered"]
    assert f"”, {rest}." in told[known.pk, "invited"]
    assert f"”, {rest}." in told[ada.pk, "application_accepted"]
    # Whoever was taken on for all of it was told of all of it.
    assert "Tue 3 Mar to Thu 5 Mar 2026" in told[wale.pk, "application_accepted"]


def test_news_of_who_comes_and_who_does_not_names_the_days_that_it_is_about(
    api: Api, clock_at: Move, ada: CustomUser, wale: CustomUser, chidi: CustomUser, job: Job
) -> None:
    first, second = apply(api, wale, job), apply(api, ada, job)
    assert accept(api, job, first) == (200, "")
    work(api, clock_at, wale, job)
    assert withdraw(api(wale), Application.objects.get(pk=first)) == (200, "")
    assert api(ada).post(f"/applications/{second}/confirm-terms").status_code == 200
    assert said(api(ada).post(f"/applications/{second}/take-place")) == (200, "")
    assert api(chidi).post(f"/jobs/{job.pk}/cancel").status_code == 200

    rest = "”, Wed 4 Mar and Thu 5 Mar 2026, 09:00 to 17:00 each day (Lagos time), at Victoria Island, Lagos."
    news = said_about_work()
    told = [news[who] for who in ((chidi.pk, "application_withdrawn"), (chidi.pk, "place_taken"))]
    assert [rest in each for each in (*told, news[ada.pk, "job_canceled"])] == [True, True, True]


def test_question_whether_one_comes_names_the_days_that_were_taken(
    api: Api, clock_at: Move, ada: CustomUser, wale: CustomUser, chidi: CustomUser, job: Job
) -> None:
    """Wale gave Wednesday back; Ada has it, and is asked a day later."""
    Job.objects.filter(pk=job.pk).update(release_unconfirmed=True)
    accepted(job, wale)
    api(wale).post(f"/assignments/{ShiftAssignment.objects.get(starts_at=STARTS_AT + DAY).pk}/give-back")
    assert accept(api, job, apply(api, ada, job)) == (200, "")
    for before in (24, 4, 0, -20):
        clock_at(STARTS_AT - timedelta(hours=before))
        run_confirmations(0)

    news = said_about_work()

    hers = "”, Wed 4 Mar 2026, 09:00 to 17:00 (Lagos time), at Victoria Island, Lagos."
    his = "”, Tue 3 Mar and Thu 5 Mar 2026, 09:00 to 17:00 each day (Lagos time), at Victoria Island, Lagos."
    assert hers in news[ada.pk, "confirm_place"]
    assert hers in news[ada.pk, "place_released"]
    assert his in news[wale.pk, "confirm_place"]
    unconfirmed = [text for (_, kind), text in news.items() if kind == "place_unconfirmed"]
    assert [his in text or hers in text for text in unconfirmed] == [True]


def test_days_in_words_are_the_first_few_and_the_last_of_many() -> None:
    job = JobFactory.build()
    days = [Shift(starts_at=STARTS_AT + day * DAY, ends_at=ENDS_AT + day * DAY) for day in range(9)]

    assert days_in_words(job, days[:1]) == "Tue 3 Mar 2026, 09:00 to 17:00 (Lagos time)"
    hours = "2026, 09:00 to 17:00 each day (Lagos time)"
    assert days_in_words(job, days[:3]) == f"Tue 3 Mar, Wed 4 Mar and Thu 5 Mar {hours}"
    assert days_in_words(job, days[:6]).count(" Mar") == 6
    assert days_in_words(job, days) == f"Tue 3 Mar, Wed 4 Mar, Thu 5 Mar, Fri 6 Mar, 4 more and Wed 11 Mar {hours}"


def test_search_matches_and_detail_say_which_days_are_left_and_what_they_pay(
    api: Api, clock_at: Move, ada: CustomUser, job: Job, ill: Application
) -> None:
    whole = JobFactory.create(date=job.date + 3 * DAY, created_at=job.created_at + DAY, rate_kobo=200_000)
    rest, all_of_it = (job.pk, REST, 2_400_000, 1), (whole.pk, None, None, 2)

    assert listed(api, ada, "newest") == listed(api, ada, "rate") == [all_of_it, rest]
    assert listed(api, ada, "soonest") == [rest, all_of_it]
    matches = {item["id"]: item["days_left"] for item in api(ada).get("/jobs/matched").json()["items"]}
    assert matches == {job.pk: REST, whole.pk: None}
    mine = api(ada).get(f"/jobs/{job.pk}/me").json()
    assert (mine["may_apply"], mine["days_left"], mine["pay_for_days_left_kobo"]) == (True, REST, 2_400_000)
    shifts = api(ada).get(f"/jobs/{job.pk}").json()["shifts"]
    assert [shift["places_left"] for shift in shifts] == [0, 1, 1]
    assert api(job.client).get("/home").json()["client"]["to_fill_count"] == 1

    clock_at(STARTS_AT + DAY)
    assert listed(api, ada, "soonest") == [(job.pk, REST[1:], 1_200_000, 1), all_of_it]
    clock_at(STARTS_AT + 2 * DAY)
    assert listed(api, ada, "soonest") == [all_of_it]


def test_cached_detail_follows_a_shift_that_is_given_back(
    api: Api, ada: CustomUser, wale: CustomUser, job: Job
) -> None:
    accepted(job, wale)
    wednesday = ShiftAssignment.objects.get(starts_at=STARTS_AT + DAY)

    def missing() -> tuple[int, list[int]]:
        shown = api(ada).get(f"/jobs/{job.pk}").json()
        return shown["places_left"], [shift["places_left"] for shift in shown["shifts"]]

    assert missing() == (0, [0, 0, 0])
    api(wale).post(f"/assignments/{wednesday.pk}/give-back")
    assert missing() == (1, [0, 1, 0])


def test_job_tells_who_comes_on_some_days_what_these_pay(
    api: Api, ada: CustomUser, wale: CustomUser, sade: CustomUser, job: Job
) -> None:
    """Of three days Wale gave Wednesday back, and Ada has it."""
    accepted(job, wale)
    assert api(wale).get(f"/jobs/{job.pk}/me").json()["own_days"] is None
    api(wale).post(f"/assignments/{ShiftAssignment.objects.get(starts_at=STARTS_AT + DAY).pk}/give-back")
    assert accept(api, job, apply(api, ada, job)) == (200, "")

    shown = [api(person).get(f"/jobs/{job.pk}/me").json() for person in (wale, ada, sade)]

    assert [(each["own_days"], each["pay_for_own_days_kobo"]) for each in shown] == [
        (["2026-03-03", "2026-03-05"], 2_400_000),
        (["2026-03-04"], 1_200_000),
        (None, None),
    ]
