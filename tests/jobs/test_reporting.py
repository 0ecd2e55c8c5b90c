"""POST /reports: staff are told once, of what one may see; whoever is reported never learns of it."""

import json
from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from accounts.models import CustomUser, Notification
from core.actor import Actor, Role
from core.errors import InvalidState
from jobs.models import Job, Report, ReportCategory, ReportVerdict
from jobs.services.hiding import hide_job
from jobs.services.leaving import forget_person
from jobs.services.reporting import OUTCOMES, answer_report, report_person
from payshift.selectors.timelines.events import Event
from payshift.selectors.timelines.of_job import timeline_of_job
from payshift.selectors.timelines.of_person import timeline_of_person
from tests.factories.accounts import UserFactory
from tests.factories.jobs import JobFactory, ReportFactory
from tests.jobs.conftest import MONDAY, Api, Move
from tests.support.races import race
from tests.support.staff_pages import seen

pytestmark = pytest.mark.django_db

WORDS = "He asked me for money before the shift."


def about(kind: str, subject_id: int, **more: str) -> dict[str, object]:
    return {"subject_type": kind, "subject_id": subject_id, "category": "scam", "text": WORDS, **more}


def test_job_and_person_are_reported(api: Api, wale: CustomUser, chidi: CustomUser, job: Job) -> None:
    answers = [api(wale).post("/reports", about("job", job.pk)), api(wale).post("/reports", about("user", chidi.pk))]

    assert [answer.status_code for answer in answers] == [201, 201]
    rows = list(Report.objects.order_by("pk"))
    assert [(row.reporter_id, row.job_id, row.user_id, row.text) for row in rows] == [
        (wale.pk, job.pk, None, WORDS),
        (wale.pk, None, chidi.pk, WORDS),
    ]
    assert [answer.json() for answer in answers] == [
        {
            "id": row.pk,
            "subject_type": kind,
            "subject_id": subject_id,
            "category": "scam",
            "created_at": row.created_at.isoformat().replace("+00:00", "Z"),
        }
        for row, kind, subject_id in zip(rows, ("job", "user"), (job.pk, chidi.pk), strict=True)
    ]


def test_reported_again_while_it_is_open_it_is_the_same(api: Api, wale: CustomUser, ada: CustomUser, job: Job) -> None:
    client = api(wale)
    first = client.post("/reports", about("job", job.pk)).json()

    again = client.post("/reports", about("job", job.pk, category="other"))

    assert (again.status_code, again.json()) == (201, first)
    api(ada).post("/reports", about("job", job.pk))
    answer_report(report_id=first["id"], verdict=ReportVerdict.NOTHING_FOUND)
    assert client.post("/reports", about("job", job.pk)).json()["id"] != first["id"]
    assert Report.objects.count() == 3


def test_one_reads_what_one_reported_and_what_became_of_it(
    api: Api, wale: CustomUser, ada: CustomUser, chidi: CustomUser, job: Job, clock_at: Move
) -> None:
    api(ada).post("/reports", about("user", chidi.pk))
    of_job = api(wale).post("/reports", about("job", job.pk)).json()
    clock_at(MONDAY + timedelta(minutes=1))
    of_person = api(wale).post("/reports", about("user", chidi.pk)).json()
    clock_at(MONDAY + timedelta(minutes=2))
    answer_report(report_id=of_job["id"], verdict=ReportVerdict.UPHELD)

    page = api(wale).get("/reports", {"limit": 1}).json()
    rest = api(wale).get("/reports", {"cursor": page["next_cursor"]}).json()

    waiting = {"subject": chidi.name, "answered_at": None, "verdict": "", "answer": None}
    answer = "We agree with you, and have acted on it."
    answered = {"subject": job.title, "answered_at": "2026-03-02T07:02:00Z", "verdict": "upheld", "answer": answer}
    assert page["items"] == [of_person | waiting]
    assert rest == {"items": [of_job | answered], "next_cursor": None}
    assert Notification.objects.get(user=wale).link == "/reports"


def test_reports_are_in_the_timelines_of_the_job_and_of_both_people(
    api: Api, wale: CustomUser, chidi: CustomUser, bisi: CustomUser, job: Job
) -> None:
    api(wale).post("/reports", about("job", job.pk))
    of_person = api(wale).post("/reports", about("user", chidi.pk)).json()
    answer_report(report_id=of_person["id"], verdict=ReportVerdict.NOTHING_FOUND)

    def told(events: Sequence[Event]) -> list[tuple[str, str, CustomUser | None]]:
        return [(event.says, event.words, event.by) for event in events if "eport" in event.says]

    reported = ("Reported to staff", f"scam. {WORDS}", wale)
    answered = ("Report answered", "nothing found", None)

    def all_of_it(permission: str) -> bool:
        return True

    assert told(timeline_of_job(job_id=job.pk, may=all_of_it).events) == [reported]
    assert told(timeline_of_person(user_id=chidi.pk, may=all_of_it).events) == [answered, reported]
    assert sorted(told(timeline_of_person(user_id=wale.pk, may=all_of_it).events), key=str) == sorted(
        [answered, reported, reported], key=str
    )
    kept_from = timeline_of_person(user_id=chidi.pk, may=lambda permission: permission != "jobs.view_report")
    assert told(kept_from.events) == []


def test_what_one_may_not_read_and_oneself_cannot_be_reported(
    api: Api, wale: CustomUser, chidi: CustomUser, job: Job
) -> None:
    unpaid = JobFactory.create(status="pending")
    banned = UserFactory.create(is_active=False)
    hidden = JobFactory.create()
    hide_job(job_id=hidden.pk, reason="A fraud.")

    refused = [
        api(person).post("/reports", about(kind, subject_id)).json()["code"]
        for person, kind, subject_id in (
            *((wale, "job", unpaid.pk), (wale, "job", hidden.pk), (wale, "job", 10**9)),
            *((wale, "user", banned.pk), (wale, "user", wale.pk), (chidi, "job", job.pk)),
        )
    ]

    assert refused == [*["not_found"] * 4, "cannot_report_self", "own_job"]
    assert not Report.objects.exists()


def test_only_so_many_a_day(api: Api, wale: CustomUser, ada: CustomUser, job: Job, settings: Settings) -> None:
    settings.REPORTS_PER_DAY = 1
    api(wale).post("/reports", about("job", job.pk))

    refused = api(wale).post("/reports", about("user", ada.pk))

    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_requests")
    # The one that is there stays the answer to the same.
    assert api(wale).post("/reports", about("job", job.pk)).status_code == 201
    assert Report.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_taps_at_once_one_is_kept(wale: CustomUser, chidi: CustomUser) -> None:
    actor = Actor(wale.pk, Role.APPLICANT)

    def tap() -> int:
        return report_person(actor, chidi.pk, category=ReportCategory.ABUSE, text="").pk

    assert race(*[tap] * 6) == [Report.objects.get().pk] * 6


@pytest.mark.parametrize("verdict", list(ReportVerdict))
def test_reporter_is_told_in_neutral_words_and_nobody_else(
    wale: CustomUser, chidi: CustomUser, verdict: ReportVerdict
) -> None:
    report = ReportFactory.create(reporter=wale, user=chidi)

    answer_report(report_id=report.pk, verdict=verdict)

    told = Notification.objects.get()
    assert (told.user_id, told.kind, told.link) == (wale.pk, "report_answered", "/reports")
    assert told.body == (
        f"Thank you for telling us about “{chidi.name}”. {OUTCOMES[verdict]} Nobody learns that it was you."
    )
    with pytest.raises(InvalidState):
        answer_report(report_id=report.pk, verdict=verdict)


def test_whoever_is_reported_reads_it_nowhere(api: Api, wale: CustomUser, chidi: CustomUser) -> None:
    ReportFactory.create(reporter=wale, user=chidi, text=WORDS)

    exports = [api(person).get("/me/export").json() for person in (wale, chidi)]

    assert [[row["text"] for row in export["reports"]] for export in exports] == [[WORDS], []]
    assert WORDS not in json.dumps(exports[1])


def test_who_leaves_takes_the_words_along_and_what_was_said_of_them(wale: CustomUser, chidi: CustomUser) -> None:
    by_wale, of_wale = ReportFactory.create(reporter=wale, user=chidi), ReportFactory.create(user=wale)

    forget_person(user_id=wale.pk)

    assert not Report.objects.filter(pk=of_wale.pk).exists()
    by_wale.refresh_from_db()
    assert (by_wale.text, by_wale.user_id, by_wale.category) == ("", chidi.pk, "scam")


def test_staff_see_it_on_today_and_answer_it_with_a_reason(
    wale: CustomUser, job: Job, bisi: CustomUser, clock_at: Move
) -> None:
    report = ReportFactory.create(reporter=wale, job=job, text=WORDS)
    office = Client()
    office.force_login(bisi)
    waiting = reverse("admin:jobs_report_changelist") + "?answered_at__isempty=1"
    assert "Of jobs and people, not answered yet" in office.get(reverse("admin:index")).content.decode()
    assert job.title in office.get(waiting).content.decode()
    page = office.get(reverse("admin:jobs_report_change", args=[report.pk])).content.decode()
    assert WORDS in page
    # Where it is hidden.
    assert reverse("admin:jobs_job_change", args=[job.pk]) in page

    path = reverse("admin:jobs_report_answer", args=[report.pk])
    given = {"sent": "1", "verdict": "upheld", "reason": "He said so himself."}
    shown = office.post(path, given)
    assert Report.objects.get().answered_at is None
    # What was shown is still true when it is read for a while.
    clock_at(MONDAY + timedelta(minutes=5))
    assert office.post(path, {**given, "seen": seen(shown)}).status_code == 302

    report.refresh_from_db()
    assert (report.verdict, report.answered_at is not None) == ("upheld", True)
    assert "He said so himself." in LogEntry.objects.latest("pk").change_message
    assert job.title not in office.get(waiting).content.decode()
    assert "He said so himself." not in Notification.objects.get().body
