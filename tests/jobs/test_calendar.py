"""The calendar's secret address, and what is read there."""

from datetime import timedelta

import pytest
from icalendar import Calendar, Event
from pytest_django.fixtures import Settings

from accounts.models import CustomUser
from accounts.services.banning import ban_user
from jobs.models import CalendarLink, ShiftAssignment
from jobs.selectors import calendar
from tests.factories.jobs import ApplicationFactory, CalendarLinkFactory, JobFactory, ShiftAssignmentFactory
from tests.jobs.conftest import MONDAY, STARTS_AT, Api, Count, Move
from tests.support.api_client import ApiClient, ApiResponse

pytestmark = pytest.mark.django_db

TOKEN = "psc_a-secret"
PATH = f"/calendar/{TOKEN}.ics"


def assigned(worker: CustomUser, client: CustomUser, *, day: int = 1, **fields: object) -> ShiftAssignment:
    job = JobFactory.create(client=client, title="Waiters for a wedding", date=(MONDAY + timedelta(days=day)).date())
    application = ApplicationFactory.create(job=job, applicant=worker, status="accepted")
    return ShiftAssignmentFactory.create(application=application, **fields)


@pytest.fixture
def link(wale: CustomUser) -> CalendarLink:
    return CalendarLinkFactory.create(user=wale, token=TOKEN)


def events(answer: ApiResponse) -> list[Event]:
    assert answer.status_code == 200, answer.content
    calendar = Calendar.from_ical(answer.content)
    assert isinstance(calendar, Calendar)
    return list(calendar.events)


def path_of(url: str) -> str:
    return url.partition("/api")[2]


def test_address_is_made_and_read_without_a_token(
    api: Api, anonymous_api: ApiClient, chidi: CustomUser, wale: CustomUser, ada: CustomUser
) -> None:
    own = assigned(wale, chidi)
    assigned(ada, chidi)

    made = api(wale).post("/assignments/calendar-link")

    assert made.status_code == 201
    assert made.json()["created_at"] == "2026-03-02T07:00:00Z"
    read = anonymous_api.get(path_of(made.json()["url"]))
    (event,) = events(read)
    assert read.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert read.headers["Cache-Control"] == "private, no-cache"
    assert event["SUMMARY"] == "Waiters for a wedding"
    assert (event.start, event.end) == (STARTS_AT, STARTS_AT + timedelta(hours=8))
    assert event["LOCATION"] == "Victoria Island, Lagos"
    assert event.uid.startswith(f"assignment-{own.pk}@")
    assert event["STATUS"] == "CONFIRMED"


def test_stored_is_the_hash_alone(api: Api, wale: CustomUser) -> None:
    token = path_of(api(wale).post("/assignments/calendar-link").json()["url"]).split("/")[-1].removesuffix(".ics")

    stored = bytes(CalendarLink.objects.get().token_sha256)
    assert len(token.removeprefix("psc_")) == 43
    assert len(stored) == 32
    assert token.encode() not in stored


def test_new_address_takes_the_place_of_the_old_one(
    api: Api, anonymous_api: ApiClient, wale: CustomUser, link: CalendarLink
) -> None:
    made = api(wale).post("/assignments/calendar-link").json()

    assert anonymous_api.get(PATH).status_code == 404
    assert anonymous_api.get(path_of(made["url"])).status_code == 200
    assert CalendarLink.objects.count() == 1


def test_revoked_address_is_gone(
    api: Api, anonymous_api: ApiClient, wale: CustomUser, ada: CustomUser, link: CalendarLink
) -> None:
    assert api(ada).delete("/assignments/calendar-link").status_code == 404
    assert anonymous_api.get(PATH).status_code == 200

    assert api(wale).delete("/assignments/calendar-link").status_code == 204
    assert api(wale).delete("/assignments/calendar-link").status_code == 404
    assert anonymous_api.get(PATH).json()["code"] == "not_found"


@pytest.mark.parametrize("path", ["/calendar/psc_.ics", "/calendar/psc_another.ics"])
def test_guesses_find_nothing(anonymous_api: ApiClient, link: CalendarLink, path: str) -> None:
    assert anonymous_api.get(path).status_code == 404


def test_address_of_somebody_kept_out_is_closed(
    anonymous_api: ApiClient, wale: CustomUser, bisi: CustomUser, link: CalendarLink
) -> None:
    ban_user(user_id=wale.pk, staff_id=bisi.pk)

    assert anonymous_api.get(PATH).status_code == 404


def test_client_reads_who_comes(
    anonymous_api: ApiClient, chidi: CustomUser, emeka: CustomUser, wale: CustomUser
) -> None:
    CalendarLinkFactory.create(user=chidi, token=TOKEN)
    assigned(wale, chidi)
    assigned(wale, emeka, day=2)

    (event,) = events(anonymous_api.get(PATH))

    assert event["SUMMARY"] == "Waiters for a wedding: Wale Adeyemi"


def test_canceled_shift_stays_as_canceled(
    anonymous_api: ApiClient, chidi: CustomUser, wale: CustomUser, link: CalendarLink
) -> None:
    """A program that has the event must learn that it is off, so the same UID comes with a higher sequence."""
    assigned(wale, chidi, status="canceled", cancel_reason="job_canceled", canceled_at=MONDAY)

    (event,) = events(anonymous_api.get(PATH))

    assert (event["STATUS"], event["SEQUENCE"]) == ("CANCELLED", 1)


def test_last_month_and_all_to_come(
    anonymous_api: ApiClient, chidi: CustomUser, wale: CustomUser, link: CalendarLink, clock_at: Move
) -> None:
    for day in (1, 40, 80):
        assigned(wale, chidi, day=day)
    clock_at(MONDAY + timedelta(days=60))

    starts = [event.start for event in events(anonymous_api.get(PATH))]

    assert starts == [STARTS_AT + timedelta(days=39), STARTS_AT + timedelta(days=79)]


def test_text_of_a_client_cannot_add_properties(
    anonymous_api: ApiClient, chidi: CustomUser, wale: CustomUser, link: CalendarLink
) -> None:
    evil = "Ikeja\r\nBEGIN:VALARM\r\nACTION:EMAIL"
    job = JobFactory.create(client=chidi, location=evil, title="A; B, C")
    ShiftAssignmentFactory.create(application=ApplicationFactory.create(job=job, applicant=wale, status="accepted"))

    answer = anonymous_api.get(PATH)

    (event,) = events(answer)
    assert event["SUMMARY"] == "A; B, C"
    assert b"\r\nBEGIN:VALARM" not in answer.content
    assert event.subcomponents == []


def test_calendar_is_written_as_rfc_5545_asks(
    anonymous_api: ApiClient, chidi: CustomUser, wale: CustomUser, link: CalendarLink
) -> None:
    job = JobFactory.create(client=chidi, title="Ọ̀ṣun; a, b\\c " * 7, time_zone="Europe/London")
    ShiftAssignmentFactory.create(application=ApplicationFactory.create(job=job, applicant=wale, status="accepted"))

    content = anonymous_api.get(PATH).content

    lines = content.split(b"\r\n")
    assert lines[-1] == b""
    assert b"\n" not in content.replace(b"\r\n", b"")
    # Folded between characters, not within one.
    assert max(len(line) for line in lines) <= 75
    assert all(line.decode() for line in lines[:-1])
    whole = content.replace(b"\r\n ", b"").decode().split("\r\n")
    assert whole[0] == "BEGIN:VCALENDAR"
    assert {"VERSION:2.0", "PRODID:-//Payshift//Payshift//EN", "END:VCALENDAR"} <= set(whole)
    # Moments in UTC, which need no time zone of the calendar's own.
    assert "DTSTART:20260303T090000Z" in whole
    assert "DTEND:20260303T170000Z" in whole
    (summary,) = (line for line in whole if line.startswith("SUMMARY:"))
    assert summary.startswith(r"SUMMARY:Ọ̀ṣun\; a\, b\\c ")
    assert sum(line.startswith(("UID:assignment-", "DTSTAMP:")) for line in whole) == 2


def test_same_calendar_is_the_same_bytes(
    anonymous_api: ApiClient, chidi: CustomUser, wale: CustomUser, link: CalendarLink, clock_at: Move
) -> None:
    assigned(wale, chidi)
    first = anonymous_api.get(PATH).content
    clock_at(MONDAY + timedelta(hours=5))

    assert anonymous_api.get(PATH).content == first


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_calendar_runs_three_queries(
    anonymous_api: ApiClient, chidi: CustomUser, wale: CustomUser, link: CalendarLink, count: Count, rows: int
) -> None:
    for day in range(1, rows + 1):
        assigned(wale, chidi, day=day)

    # whose address it is; the assignments ahead, and the past ones, with jobs and people
    assert count(anonymous_api, PATH) == 3


def test_what_is_ahead_never_gives_way_to_what_is_over(
    anonymous_api: ApiClient,
    chidi: CustomUser,
    wale: CustomUser,
    link: CalendarLink,
    clock_at: Move,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for day in range(1, 7):
        assigned(wale, chidi, day=day)
    monkeypatch.setattr(calendar, "MOST_EVENTS", 4)
    clock_at(STARTS_AT + timedelta(days=3, hours=1))

    starts = [event.start for event in events(anonymous_api.get(PATH))]

    # Three are ahead or running, and of what is over the latest has room.
    assert starts == [STARTS_AT + timedelta(days=day) for day in (2, 3, 4, 5)]


def test_events_lead_to_the_app(
    anonymous_api: ApiClient, chidi: CustomUser, wale: CustomUser, link: CalendarLink, settings: Settings
) -> None:
    settings.APP_URL = "https://app.payshift.example"
    own = assigned(wale, chidi)

    (event,) = events(anonymous_api.get(PATH))

    address = f"https://app.payshift.example/assignments/{own.pk}"
    assert (event["URL"], event["DESCRIPTION"]) == (address, f"Chidi Okafor\n{address}")


def test_programs_are_told_how_often_to_come_and_spared_what_they_have(
    anonymous_api: ApiClient, chidi: CustomUser, wale: CustomUser, link: CalendarLink
) -> None:
    assigned(wale, chidi)
    first = anonymous_api.get(PATH)

    # RFC 7986, 5.7: the value is a duration, and says so.
    assert b"\r\nREFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n" in first.content
    assert {b"NAME:Payshift", b"X-PUBLISHED-TTL:PT1H"} <= set(first.content.split(b"\r\n"))
    again = anonymous_api.get(PATH, If_None_Match=first.headers["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    head = anonymous_api._send("HEAD", PATH, headers={})
    assert (head.status_code, head.content, head.headers["ETag"]) == (200, b"", first.headers["ETag"])
    assert head.headers["Content-Length"] == str(len(first.content))
