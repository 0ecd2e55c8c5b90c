"""Acts that tell others are bounded per person and object, and so are jobs that nobody pays."""

from datetime import timedelta
from functools import partial
from threading import Barrier
from typing import Any

import pytest

from accounts.models import CustomUser
from jobs.models import Application, Job
from jobs.services import posting
from tests.jobs.conftest import MONDAY, Api, Move
from tests.jobs.test_post_job import BODY
from tests.support.api_client import ApiClient
from tests.support.races import race

pytestmark = pytest.mark.django_db


def test_applying_and_withdrawing_in_turn_ends_after_three_times(api: Api, wale: CustomUser, job: Job) -> None:
    worker = api(wale)
    answers = []
    for _ in range(5):
        answer = worker.post("/apply-jobs/", {"job_id": job.pk})
        answers.append(answer.status_code)
        if answer.status_code == 201:
            worker.post(f"/applications/{answer.json()['id']}/withdraw")

    assert answers == [201] * 3 + [429] * 2
    assert Application.objects.count() == 3


def test_others_apply_all_the_same(api: Api, wale: CustomUser, ada: CustomUser, job: Job, settings: Any) -> None:
    settings.APPLICATIONS_PER_JOB_DAY = 1
    for worker in (wale, ada):
        assert api(worker).post("/apply-jobs/", {"job_id": job.pk}).status_code == 201


def test_edits_of_a_job_end_after_so_many_an_hour(api: Api, chidi: CustomUser, job: Job, settings: Any) -> None:
    settings.JOB_EDITS_PER_HOUR = 3
    client = api(chidi)

    answers = [client.patch(f"/jobs/{job.pk}", {"description": f"Text {number}"}).status_code for number in range(5)]

    assert answers == [200] * 3 + [429] * 2


def test_stranger_does_not_use_the_client_s_edits_up(
    api: Api, chidi: CustomUser, emeka: CustomUser, job: Job, settings: Any
) -> None:
    settings.JOB_EDITS_PER_HOUR = 1
    for _ in range(3):
        assert api(emeka).patch(f"/jobs/{job.pk}", {"description": "Mine"}).status_code == 404

    assert api(chidi).patch(f"/jobs/{job.pk}", {"description": "Mine"}).status_code == 200


def test_unpaid_jobs_of_one_client_are_few(api: Api, chidi: CustomUser, settings: Any) -> None:
    settings.UNPAID_JOBS = 2
    client = api(chidi)

    answers = [client.post("/jobs", BODY | {"title": f"Waiters, number {number}"}) for number in range(3)]

    assert [answer.status_code for answer in answers] == [201, 201, 409]
    assert answers[-1].json()["code"] == "too_many_unpaid_jobs"
    assert Job.objects.count() == 2


def test_jobs_that_one_client_posts_and_cancels_in_a_day_are_bounded(
    api: Api, chidi: CustomUser, emeka: CustomUser, clock_at: Move, settings: Any
) -> None:
    settings.JOBS_POSTED_PER_DAY, settings.JOBS_CANCELED_PER_DAY = 3, 2
    client = api(chidi)
    posted = [client.post("/jobs", BODY | {"title": f"Waiters, number {number}"}) for number in range(4)]
    canceled = [client.post(f"/jobs/{answer.json()['id']}/cancel") for answer in posted[:3]]

    assert [answer.status_code for answer in posted] == [201] * 3 + [429]
    assert [answer.status_code for answer in canceled] == [200, 200, 429]
    assert 86_000 < int(posted[3].headers["Retry-After"]) <= 86_401
    # Others' days are their own, and a day ends.
    assert api(emeka).post("/jobs", BODY).status_code == 201
    clock_at(MONDAY + timedelta(hours=24, seconds=1))
    assert client.post(f"/jobs/{posted[2].json()['id']}/cancel").status_code == 200


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    """A bound on what one person does in a day, while they do it in four windows."""

    def posts(self, client: CustomUser) -> list[Any]:
        def post(number: int) -> int:
            return int(ApiClient(client).post("/jobs", BODY | {"title": f"Waiters {number}"}).status_code)

        return sorted(race(*[partial(post, number) for number in range(4)]), key=str)

    def test_postings_at_once_stay_within_the_day(self, chidi: CustomUser, clock_at: Move, settings: Any) -> None:
        settings.JOBS_POSTED_PER_DAY = 2

        assert self.posts(chidi) == [201, 201, 429, 429]

    def test_control_without_the_lock_they_exceed_it(
        self, chidi: CustomUser, clock_at: Move, settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        settings.JOBS_POSTED_PER_DAY = 2
        everybody_has_counted, create_shifts = Barrier(4), posting.create_shifts

        def create_together(*arguments: Any) -> None:
            everybody_has_counted.wait(timeout=20)
            create_shifts(*arguments)

        monkeypatch.setattr(posting, "lock_actor", lambda actor: None)
        monkeypatch.setattr(posting, "create_shifts", create_together)

        assert self.posts(chidi) == [201] * 4
