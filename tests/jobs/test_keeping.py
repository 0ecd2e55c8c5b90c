"""Saved jobs and blocks."""

from datetime import timedelta
from functools import partial

import pytest

from accounts.models import CustomUser
from core.actor import Actor, Role
from jobs.models import Block, Job, SavedJob
from jobs.services.saving import save_job
from tests.factories.accounts import UserFactory
from tests.factories.jobs import BlockFactory, JobFactory, SavedJobFactory
from tests.jobs.conftest import MONDAY, Api, Count
from tests.support.races import at_once

pytestmark = pytest.mark.django_db


def test_saving_twice_saves_once(api: Api, wale: CustomUser, job: Job) -> None:
    client = api(wale)

    answers = [client.post("/saved-jobs", {"job_id": job.pk}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json() == {"job_id": job.pk, "saved_at": "2026-03-02T07:00:00Z"}
    assert SavedJob.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_job_that_is_being_saved_is_saved_once(wale: CustomUser, job: Job) -> None:
    """Both looked before the other one's row could be seen."""
    saving = partial(save_job, actor=Actor(wale.pk, Role.APPLICANT), job_id=job.pk)
    other = f"INSERT INTO jobs_savedjob (user_id, job_id, saved_at) VALUES ({wale.pk}, {job.pk}, '{MONDAY}')"

    assert at_once([saving, saving], holding=other) == ["done", "done"]

    assert SavedJob.objects.get().saved_at == MONDAY


def test_saved_jobs_are_listed_last_saved_first(api: Api, wale: CustomUser, ada: CustomUser, job: Job) -> None:
    first = SavedJobFactory.create(user=wale, job=job, saved_at=MONDAY)
    second = SavedJobFactory.create(user=wale, saved_at=MONDAY + timedelta(seconds=1))
    SavedJobFactory.create(user=ada)

    items = api(wale).get("/saved-jobs").json()["items"]

    assert [item["job"]["id"] for item in items] == [second.job_id, first.job_id]
    assert items[1]["job"]["title"] == "Waiters for a wedding"


def test_forgetting_a_saved_job(api: Api, wale: CustomUser, ada: CustomUser, job: Job) -> None:
    SavedJobFactory.create(user=wale, job=job)
    SavedJobFactory.create(user=ada, job=job)
    client = api(wale)

    assert client.delete(f"/saved-jobs/{job.pk}").status_code == 204
    assert client.delete(f"/saved-jobs/{job.pk}").status_code == 404
    assert SavedJob.objects.get().user_id == ada.pk


def test_unknown_job_is_not_saved(api: Api, wale: CustomUser) -> None:
    assert api(wale).post("/saved-jobs", {"job_id": 999_999}).status_code == 404


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_saved_jobs_run_two_queries(api: Api, wale: CustomUser, count: Count, rows: int) -> None:
    for _ in range(rows):
        SavedJobFactory.create(user=wale, job=JobFactory.create())

    # token, saved jobs with trade, client and profile
    assert count(api(wale), "/saved-jobs", {"limit": 30}) == 2


def test_blocking_twice_blocks_once(api: Api, wale: CustomUser, chidi: CustomUser) -> None:
    client = api(wale)

    answers = [client.post("/blocks", {"user_id": chidi.pk}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == {"user_id": chidi.pk, "created_at": "2026-03-02T07:00:00Z"}
    assert Block.objects.count() == 1
    (item,) = client.get("/blocks").json()["items"]
    assert item["user"]["name"] == "Chidi Okafor"


def test_blocks_of_others_are_not_shown(api: Api, chidi: CustomUser, wale: CustomUser) -> None:
    BlockFactory.create(blocker=wale, blocked=chidi)

    assert api(chidi).get("/blocks").json()["items"] == []


def test_block_is_taken_back_by_who_made_it(api: Api, chidi: CustomUser, wale: CustomUser) -> None:
    BlockFactory.create(blocker=wale, blocked=chidi)

    assert api(chidi).delete(f"/blocks/{wale.pk}").status_code == 404
    assert api(wale).delete(f"/blocks/{chidi.pk}").status_code == 204
    assert not Block.objects.exists()


def test_blocking_oneself_or_nobody_is_refused(api: Api, wale: CustomUser) -> None:
    client = api(wale)

    assert client.post("/blocks", {"user_id": wale.pk}).json()["code"] == "cannot_block_self"
    assert client.post("/blocks", {"user_id": 999_999}).status_code == 404
    assert not Block.objects.exists()


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_blocks_run_two_queries(api: Api, wale: CustomUser, count: Count, rows: int) -> None:
    for _ in range(rows):
        BlockFactory.create(blocker=wale, blocked=UserFactory.create())

    # token, blocks with people
    assert count(api(wale), "/blocks", {"limit": 30}) == 2
