"""Statements of account say what the ledger says, to the kobo, in words and files that people can use."""

import csv
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, date, datetime
from io import StringIO
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from django.db import connection
from django.test import Client

from accounts.models import CustomUser
from jobs.models import Job
from jobs.ports import Price
from payment.documents.opening import Document, DocumentKind, read_document
from payment.documents.statement_files import harmless
from payment.models import AccountKind, LedgerEntry, TransactionKind
from payment.selectors import statements
from payment.selectors.statements import Month, month_of_person, statement_lines, statement_sums
from payment.services.accounts import system_account, wallet_account
from payment.services.escrow import LedgerEscrow, fund_from_wallet, refund_to_wallet
from payment.services.periods import next_month, start_of_day
from payment.services.posting import Move, post
from tests.factories.jobs import ApplicationFactory, JobFactory, ShiftAssignmentFactory
from tests.factories.payment import fund_wallet, pay_in, pay_in_escrow
from tests.support.api_client import ApiClient
from tests.support.books import committed

pytestmark = pytest.mark.django_db

OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)
WAGE, FEE = 1_200_000, 120_000


def at(text: str) -> Any:
    return time_machine.travel(datetime.fromisoformat(f"2026-{text}+01:00"), tick=False)


@pytest.fixture
def told(chidi: CustomUser, wale: CustomUser, settings: Any) -> Iterator[Job]:
    """September brings money; October pays a job by card, one out of the wallet, a worker, and gives something back."""
    settings.VAT_BPS = "2026-01-01=750"
    with at("09-20T10:00"):
        pay_in(chidi.pk, 5_000_000)
        job: Job = JobFactory.create(client=chidi, title="=cmd|'/c calc'!A1")
        other: Job = JobFactory.create(client=chidi, title="Ushers", status="pending")
    with at("10-01T00:00"):
        pay_in_escrow(job)
    with at("10-05T09:30"):
        fund_from_wallet(job=other)
    with at("10-31T23:59:59"):
        application = ApplicationFactory.create(job=job, applicant=wale, status="accepted")
        assignment = ShiftAssignmentFactory.create(application=application, checked_out=True)
        LedgerEscrow().pay_assignment(
            assignment_id=assignment.pk,
            job_id=job.pk,
            client_id=chidi.pk,
            worker_id=wale.pk,
            price=Price(wage_kobo=WAGE, fee_kobo=FEE),
        )
    with at("11-01T00:00"):
        refund_to_wallet(job_id=job.pk, client_id=chidi.pk, amount_kobo=100_000)
        post(
            kind=TransactionKind.WITHDRAWAL,
            reference="wdr-00000000000000000001",
            moves=[Move(wallet_account(wale.pk), system_account(AccountKind.PAYOUTS_IN_FLIGHT), 700_001)],
        )
    committed()
    with at("11-20T12:00"):
        yield job


def of(person: CustomUser, month: date = OCTOBER) -> Month:
    return month_of_person(user_id=person.pk, month=month)


def ledger_kobo(person: CustomUser, before: datetime) -> int:
    """What the person's accounts held then, added up entry by entry."""
    own = LedgerEntry.objects.filter(transaction__created_at__lt=before).select_related("account__job")
    return sum(
        entry.amount_kobo
        for entry in own
        if (entry.account.kind == "wallet" and entry.account.user_id == person.pk)
        or (entry.account.job is not None and entry.account.job.client_id == person.pk)
    )


def test_it_equals_the_ledger_in_each_month(told: Job, chidi: CustomUser, wale: CustomUser) -> None:
    for person in (chidi, wale):
        for month in (date(2026, 8, 1), date(2026, 9, 1), OCTOBER, NOVEMBER):
            sums, lines = statement_sums(of(person, month)), list(statement_lines(of(person, month)))
            assert sums.opening_kobo == ledger_kobo(person, start_of_day(month))
            assert sums.closing_kobo == ledger_kobo(person, start_of_day(next_month(month)))
            assert sums.closing_kobo == sums.opening_kobo + sums.in_kobo - sums.out_kobo
            assert sums.in_kobo == sum(line.net_kobo for line in lines if line.net_kobo > 0)
            assert sums.out_kobo == -sum(line.net_kobo for line in lines if line.net_kobo < 0)
            assert sums.lines == len(lines)


def test_each_movement_is_in_words_with_fee_receipt_and_balance(told: Job, chidi: CustomUser) -> None:
    rows = rows_of(chidi)
    price = told.price_wage_kobo + told.price_fee_kobo

    assert [(row["date"], row["time"], row["what"]) for row in rows[1:-1]] == [
        ("2026-10-01", "00:00:00", "Paid in"),
        ("2026-10-05", "09:30:00", "From the wallet into the escrow of a job"),
        ("2026-10-31", "23:59:59", "Wage and fee of a worker"),
    ]
    assert [(row["in"], row["out"], row["moved"]) for row in rows[1:-1]] == [
        (f"{price / 100:.2f}", "", ""),
        ("", "", f"{price / 100:.2f}"),
        ("", "13200.00", ""),
    ]
    assert (rows[3]["fee in it"], rows[3]["VAT in the fee"]) == ("1200.00", "83.72")
    assert [row["receipt"] for row in rows[1:-1]] == ["PS-2026-000002", "PS-2026-000003", "PS-2026-000004"]
    assert (rows[0]["what"], rows[0]["balance"]) == ("Opening balance", "50000.00")
    assert (rows[-1]["what"], rows[-1]["balance"]) == (
        "Closing balance",
        f"{(5_000_000 + price - 1_320_000) / 100:.2f}",
    )


def test_worker_is_told_the_wage_and_no_fee(told: Job, wale: CustomUser) -> None:
    (row,) = rows_of(wale)[1:-1]

    assert (row["what"], row["in"], row["fee in it"], row["VAT in the fee"]) == ("Wage", "12000.00", "", "")


def rows_of(person: CustomUser, month: str = "2026-10") -> list[dict[str, str]]:
    content = read_document(Document(person.pk, DocumentKind.STATEMENT, month)).csv()
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(StringIO(content.decode("utf-8-sig"))))


def test_spreadsheets_run_nothing(told: Job, chidi: CustomUser) -> None:
    assert rows_of(chidi)[1]["job"] == "'=cmd|'/c calc'!A1"


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\t=1", "\r=1", "  =1", "＝1", "＋1", "－1", "＠x", "\n=1"])
def test_text_that_begins_as_a_formula_is_made_harmless(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Waiter", "1 = 1", "'=1", "a\t=1"])
def test_other_text_is_left_alone(text: str) -> None:
    assert harmless(text) == text


def test_month_that_is_over_never_changes(told: Job, chidi: CustomUser, wale: CustomUser) -> None:
    """Whatever is posted afterwards: page, PDF and CSV are the same, byte for byte."""
    files = ["page", "pdf", "csv"]

    def written() -> list[Any]:
        return [
            getattr(read_document(Document(person.pk, DocumentKind.STATEMENT, "2026-10")), file)()
            for person in (chidi, wale)
            for file in files
        ]

    before = written()
    pay_in(chidi.pk, 999)
    refund_to_wallet(job_id=told.pk, client_id=chidi.pk, amount_kobo=5)
    fund_wallet(wale.pk, 7)
    committed()

    assert written() == before
    assert not of(chidi).is_so_far
    assert "so far" not in before[0]


def test_month_is_so_far_until_nothing_can_be_on_its_way_into_it(chidi: CustomUser) -> None:
    for moment, is_so_far in (("10-31T23:59", True), ("11-01T00:59", True), ("11-01T01:00", False)):
        with at(moment):
            assert of(chidi).is_so_far is is_so_far


def test_present_month_ends_now_and_says_so(told: Job, chidi: CustomUser) -> None:
    answer = ApiClient(chidi).get("/wallet/statements/2026-11").json()
    page = read_document(Document(chidi.pk, DocumentKind.STATEMENT, "2026-11")).page()

    assert answer["is_so_far"] is True
    assert answer["closing_kobo"] == ledger_kobo(chidi, datetime(2027, 1, 1, tzinfo=UTC))
    assert "20 November 2026, 12:00 (Lagos), so far" in page
    assert "From the escrow of a job back into the wallet" in page


def test_api_tells_the_sums(told: Job, chidi: CustomUser) -> None:
    price = told.price_wage_kobo + told.price_fee_kobo

    assert ApiClient(chidi).get("/wallet/statements/2026-10").json() == {
        "month": "2026-10",
        "is_so_far": False,
        "opening_kobo": 5_000_000,
        "in_kobo": price,
        "out_kobo": WAGE + FEE,
        "closing_kobo": 5_000_000 + price - WAGE - FEE,
        "closing_wallet_kobo": 5_000_000 - price,
        "movements": 3,
        "currency": "NGN",
    }


@pytest.mark.parametrize(("month", "status"), [("2026-12", 404), ("2026-13", 422), ("1999-01", 422), ("october", 422)])
def test_no_month_has_no_statement(month: str, status: int, told: Job, chidi: CustomUser) -> None:
    reader = ApiClient(chidi)

    assert reader.get(f"/wallet/statements/{month}").status_code == status
    assert reader.post(f"/wallet/statements/{month}/link").status_code == status


def test_link_opens_page_pdf_and_csv(told: Job, chidi: CustomUser) -> None:
    given = ApiClient(chidi).post("/wallet/statements/2026-10/link").json()

    page, pdf, sheet = (Client().get(urlsplit(given[name]).path) for name in ("page_url", "pdf_url", "csv_url"))

    assert "Statement of account, October 2026" in page.content.decode()
    assert "Save for a spreadsheet (CSV)" in page.content.decode()
    assert pdf.content.startswith(b"%PDF-")
    assert sheet.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert sheet.headers["Content-Disposition"] == 'attachment; filename="statement-2026-10.csv"'
    assert sheet.headers["Cache-Control"] == "private, no-store"


def test_nobody_else_is_in_it(told: Job, emeka: CustomUser, sade: CustomUser) -> None:
    for person in (emeka, sade):
        assert statement_sums(of(person)).lines == 0
        assert list(statement_lines(of(person))) == []


def test_lines_come_in_chunks_without_losing_one(told: Job, chidi: CustomUser, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = list(statement_lines(of(chidi)))
    for size in (1, 2, 3, 4):
        monkeypatch.setattr(statements, "CHUNK", size)
        assert list(statement_lines(of(chidi))) == whole


MANY = 10_000
# As posting puts them there, all at once.
MANY_LINES = """
WITH posted AS (
    INSERT INTO payment_ledgertransaction (kind, reference, memo, created_at, xid)
    SELECT 'funding', 'paystack:many-' || n, '', %s + n * interval '1 second', 0 FROM generate_series(1, %s) n
    RETURNING id
), entered AS (
    INSERT INTO payment_ledgerentry (transaction_id, account_id, amount_kobo)
    SELECT posted.id, side.account_id, side.kobo FROM posted
    CROSS JOIN (VALUES (%s::bigint, 101), (%s::bigint, -101)) AS side (account_id, kobo)
)
SELECT 1
"""


def test_month_of_ten_thousand_lines_takes_seconds_and_little_memory(chidi: CustomUser) -> None:
    with at("10-02T00:00"):
        fund_wallet(chidi.pk, 1)
        entry_of = dict(LedgerEntry.objects.values_list("account__kind", "account_id"))
        with connection.cursor() as cursor:
            # All of it is checked in one statement, at the end of the test.
            cursor.execute("SET LOCAL statement_timeout = 0")
            start = datetime(2026, 10, 2, tzinfo=UTC)
            cursor.execute(MANY_LINES, [start, MANY, entry_of["wallet"], entry_of["provider_balance"]])
    with at("11-20T12:00"):
        document = read_document(Document(chidi.pk, DocumentKind.STATEMENT, "2026-10"))
        tracemalloc.start()
        try:
            began = perf_counter()
            sheet = document.csv()
            sheet_seconds, began = perf_counter() - began, perf_counter()
            file = document.pdf()
            file_seconds = perf_counter() - began
            _, peak_bytes = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()

    assert sheet.count(b"\r\n") == MANY + 1 + 3
    assert b"/Count 4" in file or file.count(b"/Type /Page") > 300
    # Traced memory makes it several times slower, and the machine may be busy.
    assert sheet_seconds < 10
    assert file_seconds < 60
    assert peak_bytes < 60_000_000
