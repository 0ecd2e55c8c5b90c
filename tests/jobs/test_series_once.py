"""Each week of a series once: two schedulers, a kill, and the database by itself; and what ends a series."""

from collections.abc import Callable
from datetime import date
from itertools import count
from typing import Any

import pytest
from django.db import connection
from pytest_django.fixtures import Settings

from accounts.models import CustomUser
from jobs.models import Job, JobSeries, JobStatus, SeriesOccurrence
from jobs.services import posting, series_making
from jobs.services.leaving import end_work
from jobs.services.series import end_series
from jobs.services.series_making import post_due_weeks
from tests.factories.jobs import repeated
from tests.jobs.test_announcing import QueuedJobs
from tests.jobs.test_races import as_client, run_together, take_locks_away, without_constraint
from tests.support.notices import told

pytestmark = pytest.mark.django_db(transaction=True)

# Of Chidi's job on Tuesday 3 March, seen from the day before.
WEEKS = [date(2026, 3, 10), date(2026, 3, 17)]


@pytest.fixture
def series(job: Job, settings: Settings) -> JobSeries:
    settings.SERIES_WEEKS_AHEAD = 3
    return repeated(job)


def posted(series: JobSeries) -> list[date]:
    """Also what no row names: the jobs of its client beyond the first."""
    unpaid = Job.objects.filter(client=series.client_id, status=JobStatus.PENDING)
    return list(unpaid.order_by("date").values_list("date", flat=True))


def test_schedulers_at_once_post_each_week_once(series: JobSeries) -> None:
    assert run_together([post_due_weeks] * 4) == ["ok"] * 4

    assert posted(series) == WEEKS
    assert sorted(SeriesOccurrence.objects.values_list("number", flat=True)) == [0, 1, 2]


def test_database_keeps_weeks_single_without_the_locks(series: JobSeries, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "_posted_before", lambda job: False)
    take_locks_away(monkeypatch, series_making, "_weeks_had", 2)

    run_together([post_due_weeks] * 2)

    assert posted(series) == WEEKS


def test_control_without_locks_and_constraint_weeks_are_posted_twice(
    series: JobSeries, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posting, "_posted_before", lambda job: False)
    take_locks_away(monkeypatch, series_making, "_weeks_had", 2)

    with without_constraint("jobs_seriesoccurrence", "jobs_seriesoccurrence_once"):
        run_together([post_due_weeks] * 2)

        assert posted(series) == sorted(WEEKS * 2)


def test_series_that_is_ended_while_the_clock_posts_leaves_no_unpaid_job(series: JobSeries, chidi: CustomUser) -> None:
    run_together([post_due_weeks, lambda: end_series(actor=as_client(chidi), series_id=series.pk)])

    assert posted(series) == []
    series.refresh_from_db()
    assert series.ended_by == "client"


class Killed(BaseException):
    """Nothing catches it, as nothing catches a kill: what was not committed is gone."""


def before_statement(at: int) -> Callable[..., Any]:
    statements = count(1)

    def killed(execute: Callable[..., Any], *call: Any) -> Any:
        if next(statements) == at:
            raise Killed
        return execute(*call)

    return killed


def test_scheduler_killed_before_any_statement_leaves_nothing_and_the_next_posts_each_week_once(
    series: JobSeries, queued_jobs: QueuedJobs
) -> None:
    kills = 0
    while True:
        try:
            with connection.execute_wrapper(before_statement(kills + 1)):
                post_due_weeks()
            break
        except Killed:
            kills += 1
        assert (posted(series), series.occurrences.count(), told(), queued_jobs()) == ([], 1, [], [])

    assert kills > 20
    assert posted(series) == WEEKS
    assert sorted(series.occurrences.values_list("number", flat=True)) == [0, 1, 2]
    assert [notice.kind for notice in told()] == ["series_posted"] * 2


def test_ban_ends_the_series_of_the_banned(series: JobSeries, chidi: CustomUser, bisi: CustomUser) -> None:
    post_due_weeks()
    CustomUser.objects.filter(pk=chidi.pk).update(is_active=False)

    end_work(user_id=chidi.pk, by_user_id=bisi.pk)

    series.refresh_from_db()
    assert (series.ended_by, series.due_at) == ("account", None)
    assert set(Job.objects.values_list("status", flat=True)) == {JobStatus.CANCELED}
