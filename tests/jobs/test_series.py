"""Weekly series, as their client sees them."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from pytest_django.fixtures import Settings

from accounts.models import CustomUser
from jobs.models import Job, JobSeries, JobStatus, SeriesOccurrence
from jobs.services.series_making import post_due_weeks
from tests.factories.accounts import UserFactory
from tests.factories.jobs import JobFactory
from tests.factories.payment import fund_escrow
from tests.jobs.conftest import MONDAY, Api, Move
from tests.support.notices import told

pytestmark = pytest.mark.django_db

DAY, WEEK = timedelta(days=1), timedelta(weeks=1)


@pytest.fixture(autouse=True)
def _three_weeks_ahead(settings: Settings) -> None:
    """Of a job on Tuesday the 3rd, on the 2nd: the 10th and the 17th."""
    settings.SERIES_WEEKS_AHEAD = 3


def starts(series_id: int) -> list[datetime]:
    made = SeriesOccurrence.objects.filter(series_id=series_id, number__gt=0, job__isnull=False)
    return list(made.order_by("number").values_list("job__starts_at", flat=True))


def start(api: Api, client: CustomUser, job: Job, **body: object) -> int:
    answer = api(client).post(f"/jobs/{job.pk}/series", body)
    assert answer.status_code == 201, answer.json()
    return int(answer.json()["series"]["id"])


def test_series_posts_the_weeks_ahead_at_once_and_says_which(api: Api, chidi: CustomUser, job: Job) -> None:
    body = api(chidi).post(f"/jobs/{job.pk}/series", {}).json()

    first, second, third = body["weeks"]
    assert body["series"]["terms"]["title"] == "Waiters for a wedding"
    assert (body["series"]["until"], body["series"]["ended_at"], body["series"]["ended_by"]) == (None, None, None)
    assert (first["number"], first["job_id"], first["status"]) == (0, job.pk, "upcoming")
    assert [(week["date"], week["status"], week["changed"]) for week in (second, third)] == [
        ("2026-03-10", "pending", False),
        ("2026-03-17", "pending", False),
    ]
    assert second["starts_at"] == "2026-03-10T08:00:00Z"
    assert body["next_date"] == "2026-03-24"
    copies = Job.objects.filter(pk__in=[second["job_id"], third["job_id"]])
    assert {(copy.client_id, copy.price_kobo, copy.status) for copy in copies} == {
        (chidi.pk, job.price_kobo, JobStatus.PENDING)
    }
    assert api(chidi).get(f"/series/{body['series']['id']}").json() == body
    assert [item["id"] for item in api(chidi).get("/series").json()["items"]] == [body["series"]["id"]]


def test_each_week_is_posted_once_when_its_time_comes(api: Api, chidi: CustomUser, job: Job, clock_at: Move) -> None:
    series_id = start(api, chidi, job)
    before = len(told())

    # In Lagos it is the next day an hour before it is in UTC.
    clock_at(datetime(2026, 3, 2, 22, 59, tzinfo=UTC))
    post_due_weeks()
    assert len(starts(series_id)) == 2
    clock_at(datetime(2026, 3, 2, 23, 1, tzinfo=UTC))
    assert (post_due_weeks(), post_due_weeks()) == (1, 0)

    assert starts(series_id) == [datetime(2026, 3, day, 8, tzinfo=UTC) for day in (10, 17, 24)]
    (notice,) = told()[before:]
    assert notice.kind == "series_posted"
    assert f"₦{job.price_kobo // 100:,}" in notice.body


def test_clock_time_of_the_zone_stays_where_the_clocks_change(api: Api, chidi: CustomUser, settings: Settings) -> None:
    """In Berlin on 29 March: the same hour of the day is another in UTC, and the night before is an hour shorter."""
    settings.SERIES_WEEKS_AHEAD = 5
    berlin: dict[str, object] = {"client": chidi, "time_zone": "Europe/Berlin"}
    morning = JobFactory.create(**berlin, date=date(2026, 3, 24))
    night = JobFactory.create(**berlin, date=date(2026, 3, 21), start_time=time(22), end_time=time(6))

    after = start(api, chidi, morning, until="2026-03-31")
    between = start(api, chidi, night, until="2026-03-28")

    assert starts(after) == [datetime(2026, 3, 31, 7, tzinfo=UTC)]
    assert starts(between) == [datetime(2026, 3, 28, 21, tzinfo=UTC)]
    short = Job.objects.get(occurrence__series=between, occurrence__number=1)
    assert short.price_kobo * 8 == night.price_kobo * 7


def test_series_ends_with_its_last_day(api: Api, chidi: CustomUser, job: Job, clock_at: Move) -> None:
    series_id = start(api, chidi, job, until="2026-03-16")

    clock_at(MONDAY + 3 * WEEK)
    post_due_weeks()

    assert starts(series_id) == [datetime(2026, 3, 10, 8, tzinfo=UTC)]
    assert JobSeries.objects.get(pk=series_id).due_at is None
    assert api(chidi).get(f"/series/{series_id}").json()["next_date"] is None


def test_series_that_cannot_be_is_refused_and_leaves_nothing(api: Api, chidi: CustomUser, job: Job) -> None:
    long = JobFactory.create(client=chidi, days=8)
    others = UserFactory.create(role="client")
    before = Job.objects.count()

    too_early = api(chidi).post(f"/jobs/{job.pk}/series", {"until": "2026-03-09"}).json()
    too_long = api(chidi).post(f"/jobs/{long.pk}/series", {}).json()

    assert [error["code"] for error in too_early["errors"]] == ["nothing_to_repeat"]
    assert [error["code"] for error in too_long["errors"]] == ["longer_than_a_week"]
    assert api(others).post(f"/jobs/{job.pk}/series", {}).status_code == 404
    assert (Job.objects.count(), JobSeries.objects.count()) == (before, 0)


def test_job_is_of_one_series_and_of_another_when_that_ended(api: Api, chidi: CustomUser, job: Job) -> None:
    first = start(api, chidi, job)

    assert api(chidi).post(f"/jobs/{job.pk}/series", {}).json()["code"] == "already_in_series"
    api(chidi).post(f"/series/{first}/end")
    again = start(api, chidi, job, until="2026-12-31")

    assert SeriesOccurrence.objects.get(job=job).series_id == again


def test_week_that_the_rules_refuse_is_left_out_and_the_series_goes_on(
    api: Api, chidi: CustomUser, job: Job, settings: Settings, clock_at: Move
) -> None:
    rate = job.rate_kobo
    settings.MINIMUM_RATE_KOBO = f"2024-07-29=40400 2026-03-15={rate + 1} 2026-03-20={rate}"

    series_id = start(api, chidi, job)

    weeks = api(chidi).get(f"/series/{series_id}").json()["weeks"]
    assert [(week["date"], week["job_id"] is None, week["left_out"]) for week in weeks[1:]] == [
        ("2026-03-10", False, None),
        ("2026-03-17", True, "rate_too_low"),
    ]
    (notice,) = told("series_left_out")
    assert notice.user_id == chidi.pk
    assert "Tue 17 Mar 2026, 09:00 to 17:00 (Lagos time)" in notice.body
    clock_at(MONDAY + WEEK + DAY)
    post_due_weeks()
    assert starts(series_id) == [datetime(2026, 3, day, 8, tzinfo=UTC) for day in (10, 24, 31)]


def test_left_out_week_is_tried_again_when_the_series_changes(
    api: Api, chidi: CustomUser, job: Job, settings: Settings
) -> None:
    settings.MINIMUM_RATE_KOBO = f"2024-07-29=40400 2026-03-15={job.rate_kobo + 1}"
    series_id = start(api, chidi, job)

    answer = api(chidi).patch(f"/series/{series_id}", {"rate_kobo": job.rate_kobo + 1})

    assert [week["left_out"] for week in answer.json()["weeks"]] == [None, None, None]
    assert len(starts(series_id)) == 2


def test_bound_of_unpaid_jobs_puts_a_week_off_until_there_is_room(
    api: Api, chidi: CustomUser, job: Job, settings: Settings, clock_at: Move
) -> None:
    settings.UNPAID_JOBS = 1
    series_id = start(api, chidi, job)
    assert len(starts(series_id)) == 1

    clock_at(MONDAY + timedelta(hours=1))
    post_due_weeks()
    assert len(starts(series_id)) == 1
    fund_escrow(Job.objects.get(starts_at=starts(series_id)[0]))
    Job.objects.filter(occurrence__number=1).update(status=JobStatus.UPCOMING)
    clock_at(MONDAY + timedelta(hours=2))
    post_due_weeks()

    assert len(starts(series_id)) == 2
    assert [notice.dedupe_key for notice in told("series_left_out")] == [f"series_left_out:series:{series_id}:2"]


def test_change_of_the_series_changes_what_is_unpaid_and_untouched(
    api: Api, chidi: CustomUser, job: Job, settings: Settings, clock_at: Move
) -> None:
    settings.SERIES_WEEKS_AHEAD = 4
    series_id = start(api, chidi, job)
    paid, edited, plain = Job.objects.filter(occurrence__number__gt=0).order_by("starts_at")
    fund_escrow(paid)
    Job.objects.filter(pk=paid.pk).update(status=JobStatus.UPCOMING)
    assert api(chidi).patch(f"/jobs/{edited.pk}", {"description": "Bring a black tie."}).status_code == 200

    answer = api(chidi).patch(f"/series/{series_id}", {"start_time": "10:00", "rate_kobo": 2 * job.rate_kobo})

    assert answer.status_code == 200
    rates = dict(Job.objects.values_list("pk", "rate_kobo"))
    assert {pk: rate // job.rate_kobo for pk, rate in rates.items()} == {
        job.pk: 1,
        paid.pk: 1,
        edited.pk: 1,
        plain.pk: 2,
    }
    plain.refresh_from_db()
    assert [shift.starts_at for shift in plain.shifts.all()] == [datetime(2026, 3, 24, 9, tzinfo=UTC)]
    assert [week["changed"] for week in answer.json()["weeks"]] == [False, False, True, False]
    clock_at(MONDAY + WEEK + DAY)
    post_due_weeks()
    assert starts(series_id)[-1] == datetime(2026, 4, 7, 9, tzinfo=UTC)


def test_shorter_series_cancels_the_unpaid_weeks_and_posts_them_again_when_it_is_longer(
    api: Api, chidi: CustomUser, job: Job
) -> None:
    series_id = start(api, chidi, job)

    api(chidi).patch(f"/series/{series_id}", {"until": "2026-03-12"})
    assert starts(series_id) == [datetime(2026, 3, 10, 8, tzinfo=UTC)]
    assert Job.objects.filter(status=JobStatus.CANCELED).count() == 1
    # Not the posting of a minute ago.
    Job.objects.filter(status=JobStatus.CANCELED).update(created_at=MONDAY - DAY)
    api(chidi).patch(f"/series/{series_id}", {"until": None})

    assert starts(series_id) == [datetime(2026, 3, day, 8, tzinfo=UTC) for day in (10, 17)]


def test_change_that_the_rules_refuse_changes_nothing(api: Api, chidi: CustomUser, job: Job) -> None:
    series_id = start(api, chidi, job)
    path, before = f"/series/{series_id}", JobSeries.objects.values().get()

    assert api(chidi).patch(path, {"rate_kobo": 100}).json()["code"] == "rate_too_low"
    assert api(chidi).patch(path, {}).json()["code"] == "invalid_input"
    assert api(chidi).patch(path, {"date": "2026-03-04"}).json()["code"] == "invalid_input"

    assert JobSeries.objects.values().get() == before
    assert set(Job.objects.values_list("rate_kobo", flat=True)) == {job.rate_kobo}


def test_ended_series_cancels_what_is_unpaid_and_no_paid_job(
    api: Api, chidi: CustomUser, job: Job, clock_at: Move
) -> None:
    series_id = start(api, chidi, job)
    paid = Job.objects.get(occurrence__number=1)
    fund_escrow(paid)
    Job.objects.filter(pk=paid.pk).update(status=JobStatus.UPCOMING)

    body = api(chidi).post(f"/series/{series_id}/end").json()

    assert (body["series"]["ended_by"], body["next_date"]) == ("client", None)
    assert [week["status"] for week in body["weeks"]] == ["upcoming", "upcoming", "canceled"]
    clock_at(MONDAY + WEEK + DAY)
    assert post_due_weeks() == 0
    assert Job.objects.count() == 3
    assert api(chidi).post(f"/series/{series_id}/end").status_code == 200
    assert api(chidi).patch(f"/series/{series_id}", {"rate_kobo": 500_000}).json()["code"] == "invalid_state"


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": "applicant"}])
def test_series_of_who_is_no_client_any_more_stops(
    api: Api, chidi: CustomUser, job: Job, clock_at: Move, change: dict[str, object]
) -> None:
    start(api, chidi, job)
    CustomUser.objects.filter(pk=chidi.pk).update(**change)

    clock_at(MONDAY + WEEK + DAY)
    post_due_weeks()

    series = JobSeries.objects.get()
    assert (series.ended_by, series.ended_at, series.due_at) == ("account", MONDAY + WEEK + DAY, None)
    assert Job.objects.count() == 3


def test_job_page_names_its_series(api: Api, chidi: CustomUser, job: Job) -> None:
    path = f"/client/jobs/{job.pk}"
    assert api(chidi).get(path).json()["series_id"] is None

    series_id = start(api, chidi, job)
    assert api(chidi).get(path).json()["series_id"] == series_id
    api(chidi).post(f"/series/{series_id}/end")
    assert api(chidi).get(path).json()["series_id"] is None


def test_copy_is_no_part_of_the_series(api: Api, chidi: CustomUser, job: Job) -> None:
    start(api, chidi, job)

    copy = api(chidi).post(f"/jobs/{job.pk}/copy", {"date": date(2026, 3, 5).isoformat()}).json()

    assert not SeriesOccurrence.objects.filter(job_id=copy["id"]).exists()
