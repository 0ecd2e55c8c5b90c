"""A job's public page: what it says, to whom, and how it goes when the job does."""

import json
import re
from datetime import UTC, datetime, time, timedelta
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db.models import F
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import CustomUser, Profile
from core import clock
from core.queries import count_queries
from jobs.models import ApplicationStatus, Job, JobStatus, Shift
from tests.factories.accounts import BankAccountFactory
from tests.factories.jobs import ApplicationFactory, JobFactory, ShiftAssignmentFactory
from tests.factories.payment import pay_in_escrow

pytestmark = pytest.mark.django_db

LAGOS = ZoneInfo("Africa/Lagos")
SCRIPT = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


@pytest.fixture(autouse=True)
def _no_time_travel(settings: Settings) -> None:
    """Its row is read before each request, in development alone."""
    settings.TIME_TRAVEL = False


@pytest.fixture
def job(chidi: CustomUser) -> Job:
    return JobFactory.create(
        client=chidi,
        title="Waiter for a wedding",
        location="12 Admiralty Way, Lekki Phase 1, Lagos",
        start_time=time(22),
        end_time=time(6),
        days=3,
        break_minutes=30,
        rate_kobo=150_050,
    )


def page(client: Client, job: Job) -> str:
    response = client.get(f"/j/{job.pk}")
    assert response.status_code == 200
    return unescape(response.content.decode())


def offered(client: Client, job: Job) -> tuple[dict[str, str], dict[str, Any]]:
    """The page's facts with its line in short, and its posting."""
    html = page(client, job)
    shown = dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", html))
    (shown["in short"],) = re.findall(r'<meta name="description" content="(.*?)">', html)
    (posting,) = SCRIPT.findall(html)
    return shown, json.loads(posting)


def test_page_says_what_an_applicant_wants_to_know(client: Client, job: Job) -> None:
    html = page(client, job)

    shown = dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", html))
    first, last = (f"{day:%a %-d %b %Y}" for day in (job.date, job.end_date))
    assert shown == {
        "Pay": "₦33,761.25 for 22 h 30 min in 3 shifts",
        "Per hour": "₦1,500.50",
        "When": f"{first} to {last}",
        "Hours": "22:00 to 06:00 the next day (Lagos time)",
        "Break": "30 min in each shift, not paid",
        "Where": "Lekki, Lagos",
        "Trade": "Hospitality, Waiter",
        "Places left": "2 places",
    }
    assert "<title>Waiter for a wedding · Payshift</title>" in html
    assert "Serve guests at a wedding reception." in html
    assert f'href="/jobs/{job.pk}">Apply in the app' in html


def test_page_is_found_and_shared_under_one_address(client: Client, job: Job, settings: Settings) -> None:
    settings.PUBLIC_URL = "https://payshift.example"

    html = page(client, job)

    address = f"https://payshift.example/j/{job.pk}"
    assert f'<link rel="canonical" href="{address}">' in html
    assert f'<meta property="og:url" content="{address}">' in html
    assert '<meta property="og:title" content="Waiter for a wedding">' in html
    assert '<meta property="og:description" content="₦33,761.25 for 22 h 30 min in 3 shifts' in html


def test_page_carries_the_job_as_search_engines_read_it(client: Client, job: Job, settings: Settings) -> None:
    settings.PUBLIC_URL = "https://payshift.example"

    (script,) = SCRIPT.findall(client.get(f"/j/{job.pk}").content.decode())

    posting = json.loads(script)
    assert datetime.fromisoformat(posting.pop("validThrough")) == job.starts_at
    assert datetime.fromisoformat(posting.pop("datePosted")) == job.created_at
    assert posting == {
        "@context": "https://schema.org/",
        "@type": "JobPosting",
        "title": "Waiter for a wedding",
        "description": job.description,
        "identifier": {"@type": "PropertyValue", "name": "Payshift", "value": str(job.pk)},
        "url": f"https://payshift.example/j/{job.pk}",
        "employmentType": "TEMPORARY",
        "industry": "Hospitality, Waiter",
        "totalJobOpenings": 2,
        "hiringOrganization": {"@type": "Organization", "name": "Payshift", "sameAs": "https://payshift.example"},
        "jobLocation": {
            "@type": "Place",
            "address": {
                "@type": "PostalAddress",
                "addressLocality": "Lekki",
                "addressRegion": "Lagos",
                "addressCountry": "NG",
            },
        },
        "baseSalary": {
            "@type": "MonetaryAmount",
            "currency": "NGN",
            "value": {"@type": "QuantitativeValue", "value": 1500.5, "unitText": "HOUR"},
        },
    }


def test_words_of_a_client_are_text_and_never_a_tag(client: Client, job: Job) -> None:
    evil = "</script><script>alert(1)</script>"
    Job.objects.filter(pk=job.pk).update(title=evil, description=evil)

    html = client.get(f"/j/{job.pk}").content.decode()

    assert "<script>" not in html
    assert html.count("</script>") == 1
    assert json.loads(SCRIPT.findall(html)[0])["title"] == evil


def test_no_person_and_no_address_is_in_the_page(client: Client, job: Job, chidi: CustomUser, wale: CustomUser) -> None:
    """Not even where the client wrote them down."""
    Profile.objects.filter(user__in=[chidi, wale]).update(phone="+2348031234567", bio="Ten years of events")
    account = BankAccountFactory.create(user=chidi)
    ApplicationFactory.create(job=job, applicant=wale, status=ApplicationStatus.ACCEPTED, note="I am Wale")
    Job.objects.filter(pk=job.pk).update(
        title="Waiters, call Chidi Okafor",
        description="Mr Okafor, 0803 123 4567 or +2348031234567, chidi@example.com, at 12 Admiralty Way.",
    )

    html = page(client, job).casefold()

    personal = [
        *(part for user in (chidi, wale) for part in (user.first_name, user.last_name, user.email)),
        *("803123456", "803 123", "admiralty", "phase 1", "ten years", "i am wale"),
        *(str(job.latitude), str(job.longitude), account.account_number),
    ]
    assert [part for part in personal if part.casefold() in html] == []


@pytest.mark.django_db(transaction=True)
def test_page_costs_one_query_and_none_while_it_is_kept(
    client: Client, job: Job, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    # job with trade and client
    with django_assert_num_queries(1):
        client.get(f"/j/{job.pk}")
    with count_queries() as counted:
        client.get(f"/j/{job.pk}")

    assert counted.count == 0


@pytest.mark.parametrize("others", [0, 1, 3, 9])
def test_gone_page_costs_three_queries_at_most(
    client: Client, job: Job, others: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    pay_in_escrow(job)
    Job.objects.filter(pk=job.pk).update(status=JobStatus.CANCELED, canceled_at=clock.now())
    JobFactory.create_batch(others)

    # job with trade and client, what was paid into its escrow, jobs like it
    with django_assert_num_queries(3):
        response = client.get(f"/j/{job.pk}")

    assert (response.status_code, response.content.count(b'href="/j/')) == (410, min(others, 6))


@pytest.mark.parametrize(
    "changed",
    [
        {"accepted_count": 2},
        # With no day left.
        {"status": JobStatus.ONGOING},
        {"canceled_at": datetime(2026, 1, 1, tzinfo=UTC)},
    ],
)
def test_job_that_is_not_open_any_more_is_gone(client: Client, job: Job, changed: dict[str, object]) -> None:
    other, elsewhere = JobFactory.create(title="Barman"), JobFactory.create(industry__slug="security", title="Guard")
    Job.objects.filter(pk=job.pk).update(**changed)
    if changed.get("status") == JobStatus.ONGOING:
        Shift.objects.filter(job=job).update(canceled_at=clock.now())

    response = client.get(f"/j/{job.pk}")

    html = response.content.decode()
    assert response.status_code == 410
    assert "no longer open" in html
    assert '<meta name="robots" content="noindex">' in html
    assert job.title not in html
    assert f'href="/j/{other.pk}">Barman' in html
    assert f"/j/{elsewhere.pk}" not in html


def test_job_is_gone_when_its_first_shift_begins(client: Client, job: Job) -> None:
    page(client, job)

    with time_machine.travel(job.starts_at + timedelta(minutes=1), tick=False):
        assert client.get(f"/j/{job.pk}").status_code == 410


@pytest.mark.django_db(transaction=True)
def test_job_that_has_begun_offers_the_days_that_are_left_as_long_as_one_can_apply_for_them(
    client: Client, job: Job, wale: CustomUser, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """The first day is over, and nobody was taken on for the others; the page is kept while they pass."""
    first, second, third = job.shifts.order_by("starts_at")
    application = ApplicationFactory.create(job=job, applicant=wale, status=ApplicationStatus.ACCEPTED)
    ShiftAssignmentFactory.create(application=application, shift=first)
    Job.objects.filter(pk=job.pk).update(status=JobStatus.ONGOING)
    days = [f"{shift.starts_at.astimezone(LAGOS):%a %-d %b}" for shift in (second, third)]
    year = f"{job.date:%Y}"

    with time_machine.travel(first.ends_at, tick=False):
        # job with trade, client and the days that are left
        with django_assert_num_queries(1):
            shown, posting = offered(client, job)
        assert shown["Pay"] == "₦22,507.50 for 15 h in 2 shifts"
        assert shown["When"] == f"{days[0]} and {days[1]} {year}"
        assert shown["in short"] == f"{shown['Pay']} · {shown['When']} · Lekki, Lagos"
        assert (datetime.fromisoformat(posting["validThrough"]), posting["employmentType"]) == (
            third.starts_at,
            "TEMPORARY",
        )
    with time_machine.travel(second.starts_at, tick=False):
        with django_assert_num_queries(0):
            shown, posting = offered(client, job)
        assert shown["Pay"] == "₦11,253.75 for 7 h 30 min"
        assert shown["When"] == f"{days[1]} {year}"
        assert (datetime.fromisoformat(posting["validThrough"]), posting["employmentType"]) == (
            third.starts_at,
            "PER_DIEM",
        )
    with time_machine.travel(third.starts_at, tick=False):
        assert client.get(f"/j/{job.pk}").status_code == 410


def test_day_that_was_given_back_is_what_is_offered_and_others_of_the_trade_say_so_too(
    client: Client, job: Job, wale: CustomUser, ada: CustomUser
) -> None:
    _, second, _ = job.shifts.order_by("starts_at")
    for worker in (wale, ada):
        application = ApplicationFactory.create(job=job, applicant=worker, status=ApplicationStatus.ACCEPTED)
        for shift in job.shifts.all():
            if (worker, shift) != (ada, second):
                ShiftAssignmentFactory.create(application=application, shift=shift)
    Job.objects.filter(pk=job.pk).update(accepted_count=2)
    gone = JobFactory.create(title="Barman", status=JobStatus.COMPLETED)

    shown, posting = offered(client, job)
    others = unescape(client.get(f"/j/{gone.pk}").content.decode())

    when = f"{second.starts_at.astimezone(LAGOS):%a %-d %b %Y}"
    assert (shown["Pay"], shown["When"], shown["Places left"]) == ("₦11,253.75 for 7 h 30 min", when, "1 place")
    # Before its start the job takes people for it; then for none, until somebody checked in.
    assert datetime.fromisoformat(posting["validThrough"]) == job.starts_at
    assert f"₦11,253.75 for 7 h 30 min · {when}" in others


def test_job_of_a_banned_client_is_gone(client: Client, job: Job, chidi: CustomUser) -> None:
    CustomUser.objects.filter(pk=chidi.pk).update(is_active=False)

    assert client.get(f"/j/{job.pk}").status_code == 410


@pytest.mark.parametrize("status", [JobStatus.PENDING, JobStatus.CANCELED, JobStatus.EXPIRED])
def test_job_that_was_never_paid_for_is_not_there(client: Client, job: Job, status: JobStatus) -> None:
    canceled_at = clock.now() if status == JobStatus.CANCELED else None
    Job.objects.filter(pk=job.pk).update(status=status, canceled_at=canceled_at)

    gone, unknown = client.get(f"/j/{job.pk}"), client.get("/j/999999999")

    assert (gone.status_code, unknown.status_code) == (404, 404)
    assert gone.content.replace(f"/j/{job.pk}".encode(), b"") == unknown.content.replace(b"/j/999999999", b"")


def test_page_is_asked_about_each_time_and_sent_again_only_if_it_changed(client: Client, job: Job) -> None:
    first = client.get(f"/j/{job.pk}")
    again = client.get(f"/j/{job.pk}", headers={"If-None-Match": first["ETag"]})
    Job.objects.filter(pk=job.pk).update(title="Waiter for two weddings")
    changed = client.get(f"/j/{job.pk}", headers={"If-None-Match": first["ETag"]})

    assert first["Cache-Control"] == "public, no-cache"
    assert (again.status_code, again.content) == (304, b"")
    assert changed.status_code == 200
    assert b"two weddings" in changed.content


def test_head_says_what_get_would(client: Client, job: Job) -> None:
    got, asked = client.get(f"/j/{job.pk}"), client.head(f"/j/{job.pk}")

    assert (asked.status_code, asked["ETag"], asked.content) == (200, got["ETag"], b"")


def test_page_cannot_be_written_to(client: Client, job: Job) -> None:
    assert client.post(f"/j/{job.pk}").status_code == 405


def test_one_address_may_not_read_without_end(client: Client, job: Job, settings: Settings) -> None:
    settings.PUBLIC_PAGES_PER_ADDRESS_MINUTE, settings.THROTTLE_FACTOR = 2, 1

    statuses = [client.get(f"/j/{job.pk}").status_code for _ in range(2)]
    refused = client.get("/sitemap.xml")

    assert (statuses, refused.status_code) == ([200, 200], 429)
    assert int(refused["Retry-After"]) > 0


def test_page_runs_nothing_inline_and_carries_the_brand(client: Client, job: Job, settings: Settings) -> None:
    settings.BRAND_NAME, settings.BRAND_COLOR = "Shift & Chop", "#00a859"

    response = client.get(f"/j/{job.pk}")

    html = response.content.decode()
    assert "unsafe" not in response["Content-Security-Policy"]
    assert "Payshift" not in html
    assert html.index("</style>") < html.index('<link rel="stylesheet" href="/brand/colours.css">')


def test_app_elsewhere_is_where_the_buttons_lead(client: Client, job: Job, settings: Settings) -> None:
    settings.APP_URL = "https://app.example"

    assert f'href="https://app.example/jobs/{job.pk}"' in page(client, job)


def test_open_work_is_listed_for_whoever_has_no_account_what_begins_next_first(
    client: Client, job: Job, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    sooner = JobFactory.create(title="Barman", date=job.date)
    # Newer, and later.
    Job.objects.filter(pk=job.pk).update(
        title="Waiter, call Chidi on 0803 123 4567", starts_at=F("starts_at") + timedelta(1)
    )
    for hidden in ({"status": JobStatus.PENDING}, {"client__is_active": False}, {"status": JobStatus.COMPLETED}):
        JobFactory.create(title="Not to be seen", **hidden)

    # jobs with trade and client
    with django_assert_num_queries(1):
        response = client.get("/j")

    html = response.content.decode()
    assert response.status_code == 200
    assert re.findall(r'href="/j/(\d+)"', html) == [str(sooner.pk), str(job.pk)]
    assert "Not to be seen" not in html
    assert [word for word in ("Chidi", "0803", "Admiralty") if word in html] == []
    assert 'href="/signup?next=%2Fjobs">Make an account' in html


def test_no_open_work_says_so(client: Client) -> None:
    assert b"Nothing is open just now" in client.get("/j").content


def test_list_of_open_work_is_asked_about_each_time_and_throttled_like_a_job(
    client: Client, job: Job, settings: Settings
) -> None:
    settings.PUBLIC_PAGES_PER_ADDRESS_MINUTE, settings.THROTTLE_FACTOR = 2, 1
    first = client.get("/j")

    again = client.get("/j", headers={"If-None-Match": first["ETag"]})

    assert (again.status_code, client.get("/j").status_code) == (304, 429)
