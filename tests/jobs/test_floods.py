"""Acts that tell others are bounded per person and object, and unpaid jobs are nobody's but their client's."""

from typing import Any

import pytest

from accounts.models import CustomUser
from jobs.models import Application, Job, JobStatus
from tests.factories.jobs import ApplicationFactory, JobFactory
from tests.jobs.conftest import Api
from tests.jobs.test_post_job import BODY

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


def test_unpaid_job_is_shown_to_its_client_and_who_applied_while_it_was_paid(
    api: Api, chidi: CustomUser, wale: CustomUser, ada: CustomUser, emeka: CustomUser
) -> None:
    unpaid = JobFactory.create(client=chidi, status=JobStatus.PENDING)
    ApplicationFactory.create(job=unpaid, applicant=ada)

    # Twice each: what the client read must not be kept for the others.
    for _ in range(2):
        seen = [api(person).get(f"/jobs/{unpaid.pk}").status_code for person in (chidi, wale, ada, emeka)]
        assert seen == [200, 404, 200, 404]
