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


def test_edits_of_a_quarter_of_an_hour_are_one_piece_of_news(
    api: Api, chidi: CustomUser, job: Job, run_jobs: Any
) -> None:
    applicant = ApplicationFactory.create(job=job).applicant
    client = api(chidi)
    for number in range(4):
        client.patch(f"/jobs/{job.pk}", {"description": f"Text {number}"})
    run_jobs()

    assert applicant.notifications.filter(kind="job_changed").count() == 1


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


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("title", "Waiters\u202egnp.exe"),
        ("title", "Waiters\r\nBcc: all"),
        ("title", "\u3164\u3164\u3164\u3164"),
        ("location", "Lekki\x1b[31m"),
        ("description", "Good\x0bwork"),
        ("description", "\u2066hidden\u2069 direction"),
    ],
)
def test_text_for_others_holds_nothing_that_deceives_or_controls(
    api: Api, chidi: CustomUser, field: str, text: str
) -> None:
    answer = api(chidi).post("/jobs", BODY | {field: text})

    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_lines_tabs_and_emoji_are_text(api: Api, chidi: CustomUser) -> None:
    text = "Bring:\r\n\t- black shoes \U0001f469\u200d\U0001f373"

    answer = api(chidi).post("/jobs", BODY | {"description": text})

    assert answer.json()["description"] == text.replace("\r\n", "\n")


@pytest.mark.parametrize("offset", ["%2B23:59", "-23:59", "%2B16:00"])
def test_offsets_that_the_database_refuses_are_moments_all_the_same(api: Api, wale: CustomUser, offset: str) -> None:
    assert api(wale).get(f"/assignments?starting_from=2026-01-01T00:00:00{offset}").status_code == 200


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00%2B15:00", "9999-12-31T23:59:59-15:00"])
def test_moments_that_there_are_not_are_refused(api: Api, wale: CustomUser, moment: str) -> None:
    assert api(wale).get(f"/assignments?starting_from={moment}").status_code == 422


def test_word_of_a_hundred_parts_is_cut_like_any_text() -> None:
    """`_` made one word of them, which PostgreSQL cut into a phrase of a hundred."""
    from jobs.selectors.search import MAX_WORDS, WORD

    words = WORD.findall("_".join(["a"] * 100))[:MAX_WORDS]

    assert words == ["a"] * MAX_WORDS
