"""Staff's figures equal the ledger's to the kobo, by days of Lagos; work is counted by trade."""

import io
import zipfile
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.db import transaction
from django.db.models import Sum
from django.test import Client
from django.urls import reverse

from accounts.models import CustomUser
from jobs.models import Job
from payment.models import LedgerEntry, TransactionKind
from payment.services.accounts import provider_balance, wallet_account
from payment.services.posting import Move, post
from payshift.services.figures import MOST_DAYS, Work, hours_to_fill, posted, totals_of, work_by_trade
from payshift.services.liquidity import Liquidity, liquidity, open_places
from tests.factories.jobs import ApplicationFactory, JobFactory, ShiftAssignmentFactory
from tests.factories.payment import as_at_commit, fund_wallet

pytestmark = pytest.mark.django_db

MARCH = (date(2026, 3, 1), date(2026, 3, 31))


@pytest.fixture
def staff(bisi: CustomUser) -> Client:
    client = Client()
    client.force_login(bisi)
    return client


def fund_at(moment: datetime, wale: CustomUser, kobo: int) -> None:
    with time_machine.travel(moment, tick=False):
        fund_wallet(wale.pk, kobo)


def test_money_is_that_of_the_ledger_by_days_of_lagos(wale: CustomUser) -> None:
    # The last minute of February and the first of April, in Lagos; and what is March there and February in UTC.
    fund_at(datetime(2026, 2, 28, 22, 59, tzinfo=UTC), wale, 1)
    fund_at(datetime(2026, 2, 28, 23, 0, tzinfo=UTC), wale, 10_050)
    fund_at(datetime(2026, 3, 31, 22, 59, tzinfo=UTC), wale, 7)
    fund_at(datetime(2026, 3, 31, 22, 59, 30, tzinfo=UTC), wale, 20)
    fund_at(datetime(2026, 3, 31, 23, 0, tzinfo=UTC), wale, 1_000)

    rows = posted(*MARCH)

    assert [(row.day, row.count, row.amount_kobo) for row in rows] == [
        (date(2026, 3, 1), 1, 10_050),
        (date(2026, 3, 31), 2, 27),
    ]
    ((_, currency, count, kobo),) = totals_of(rows)
    assert (currency, count, kobo) == ("NGN", 3, 10_077)
    everything = posted(date(2026, 2, 1), date(2026, 4, 10))
    in_the_ledger = LedgerEntry.objects.filter(amount_kobo__gt=0).aggregate(kobo=Sum("amount_kobo"))["kobo"]
    assert sum(row.amount_kobo for row in everything) == in_the_ledger


def test_transaction_with_several_credits_is_counted_once(wale: CustomUser, ada: CustomUser) -> None:
    with time_machine.travel(datetime(2026, 3, 5, 9, tzinfo=UTC), tick=False), transaction.atomic():
        post(
            kind=TransactionKind.WALLET_FUNDING,
            reference="two",
            moves=[Move(provider_balance("paystack"), wallet_account(one.pk), 500) for one in (wale, ada)],
        )
    as_at_commit()

    (row,) = posted(*MARCH)

    assert (row.count, row.amount_kobo) == (1, 1_000)


def test_months_are_sums_of_their_days(wale: CustomUser) -> None:
    for moment, kobo in (
        (datetime(2026, 2, 28, 22, 59, tzinfo=UTC), 5),
        (datetime(2026, 2, 28, 23, 0, tzinfo=UTC), 10_050),
        (datetime(2026, 3, 31, 22, 59, tzinfo=UTC), 7),
        (datetime(2026, 3, 31, 23, 0, tzinfo=UTC), 1_000),
    ):
        fund_at(moment, wale, kobo)
    spring = (date(2026, 2, 1), date(2026, 4, 10))

    months = posted(*spring, "month")

    assert [(row.day, row.count, row.amount_kobo) for row in months] == [
        (date(2026, 2, 1), 1, 5),
        (date(2026, 3, 1), 2, 10_057),
        (date(2026, 4, 1), 1, 1_000),
    ]
    assert sum(row.amount_kobo for row in months) == sum(row.amount_kobo for row in posted(*spring))


def test_time_to_fill_ends_with_the_last_worker_who_was_needed(
    chidi: CustomUser, wale: CustomUser, ada: CustomUser
) -> None:
    with time_machine.travel(datetime(2026, 2, 1, 12, tzinfo=UTC), tick=False):
        job: Job = JobFactory.create(client=chidi, date=date(2026, 3, 2), applicants_needed=2)
        half_full: Job = JobFactory.create(client=chidi, date=date(2026, 3, 3), applicants_needed=2)
    for hours, worker in ((3, wale), (5, ada)):
        with time_machine.travel(datetime(2026, 2, 1, 12 + hours, tzinfo=UTC), tick=False):
            ApplicationFactory.create(job=job, applicant=worker, status="accepted")
    ApplicationFactory.create(job=half_full, applicant=wale, status="accepted")

    assert hours_to_fill(Job.objects.filter(pk__in=(job.pk, half_full.pk))) == {job.industry.name: 5.0}


def test_open_places_meet_those_who_wait_by_trade_and_by_area(
    chidi: CustomUser, wale: CustomUser, ada: CustomUser
) -> None:
    ikeja: Job = JobFactory.create(
        client=chidi, status="upcoming", location="12 Allen Avenue, Ikeja", applicants_needed=3
    )
    yaba: Job = JobFactory.create(
        client=chidi,
        status="upcoming",
        location="Herbert Macaulay Way, Yaba",
        industry=ikeja.industry,
        applicants_needed=1,
    )
    ApplicationFactory.create(job=ikeja, applicant=wale)
    ApplicationFactory.create(job=ikeja, applicant=ada)
    ApplicationFactory.create(job=yaba, applicant=wale)

    by_trade, by_area = liquidity()

    assert by_trade == [Liquidity(ikeja.industry.name, jobs=2, open_places=4, applications=3, workers=2)]
    assert by_area == [
        Liquidity("Ikeja, Lagos", jobs=1, open_places=3, applications=2, workers=2),
        Liquidity("Yaba, Lagos", jobs=1, open_places=1, applications=1, workers=1),
    ]
    assert by_trade[0].applications_per_place == 0.75
    assert open_places() == (4, 3)


def test_work_is_counted_by_trade(chidi: CustomUser, wale: CustomUser, ada: CustomUser) -> None:
    with time_machine.travel(datetime(2026, 2, 1, 12, tzinfo=UTC), tick=False):
        job: Job = JobFactory.create(client=chidi, date=date(2026, 3, 2), applicants_needed=4)
        JobFactory.create(client=chidi, date=date(2026, 4, 1), industry=job.industry)
        JobFactory.create(client=chidi, date=date(2026, 3, 2), industry=job.industry, status="pending")
        for worker, outcome in ((wale, {"approved": True}), (ada, {"status": "no_show"})):
            application = ApplicationFactory.create(job=job, applicant=worker, status="accepted")
            ShiftAssignmentFactory.create(application=application, **outcome)

    (work,) = work_by_trade(*MARCH)

    assert work == Work(job.industry.name, jobs=1, places=4, filled=2, shifts_due=2, no_shows=1)
    assert (work.fill_percent, work.no_show_percent) == (50, 50)


def test_the_page_shows_and_downloads_them(staff: Client, wale: CustomUser) -> None:
    fund_at(datetime(2026, 3, 5, 9, tzinfo=UTC), wale, 1_250_050)
    asked = {"first": "2026-03-01", "last": "2026-03-31"}
    kind = TransactionKind(LedgerEntry.objects.first().transaction.kind)  # type: ignore[union-attr]

    assert "12,500.50" in staff.get(reverse("admin:figures"), asked).content.decode()
    sheet = staff.get(reverse("admin:figures"), {**asked, "csv": "1"})

    book = staff.get(reverse("admin:figures"), {**asked, "by": "month", "xlsx": "1"})
    drawn = staff.get(reverse("admin:figures"), asked).content.decode()

    assert 'data-type="bar"' in drawn
    assert "12500.5" in drawn
    assert zipfile.ZipFile(io.BytesIO(book.content)).testzip() is None
    assert book.headers["Content-Disposition"].endswith('.xlsx"')
    assert sheet.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert sheet.content.decode().splitlines() == [
        "day,kind,currency,transactions,amount",
        f"2026-03-05,{kind},NGN,1,12500.50",
    ]
    assert list(LogEntry.objects.order_by("pk").values_list("object_repr", "change_message")) == [
        ("Figures of 2026-03-01 to 2026-03-31", "Downloaded as CSV: 1 row."),
        ("Figures of 2026-03-01 to 2026-03-31", "Downloaded as Excel (XLSX): 1 row."),
    ]


@pytest.mark.parametrize("days", [-1, MOST_DAYS["day"]])
def test_a_range_that_is_none_or_too_long_stays_on_the_form(staff: Client, days: int) -> None:
    asked = {"first": "2026-03-01", "last": str(MARCH[0] + timedelta(days=days))}

    for more in ({}, {"csv": "1"}):
        assert staff.get(reverse("admin:figures"), {**asked, **more}).status_code == 422
    assert not LogEntry.objects.exists()


def test_who_may_not_read_the_ledger_gets_no_figures(staff: Client, bisi: CustomUser) -> None:
    CustomUser.objects.filter(pk=bisi.pk).update(is_superuser=False)

    assert staff.get(reverse("admin:figures")).status_code == 403
