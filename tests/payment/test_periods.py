"""The books in Lagos days and months: closing, exporting, and the chain of digests that makes rewriting evident."""

import csv
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import IntegrityError, ProgrammingError, transaction

from accounts.models import CustomUser
from core import clock
from core.errors import InvalidState
from core.self_checks import record_check
from payment.models import ClosedMonth, LedgerAnchor, LedgerTransaction
from payment.services.anchors import anchor_books
from payment.services.closing import close_month
from payment.services.ledger_check import BOOKS, check_books, watch_books
from payment.services.periods import day_of
from tests.factories.payment import fund_wallet, pay_in
from tests.support.books import constraint_name, execute, owner

pytestmark = pytest.mark.django_db

OCTOBER = date(2026, 10, 1)
AFTER_OCTOBER = datetime(2026, 11, 1, 0, 0, tzinfo=UTC)


def checked(at: datetime, *findings: str) -> None:
    record_check(name=BOOKS, checked_at=at, took_ms=1, findings=findings, figures={"sum_kobo": 0})


def close(at: datetime) -> ClosedMonth:
    with time_machine.travel(at, tick=False):
        return close_month(month=OCTOBER, staff_id=None)


def test_day_begins_in_lagos_an_hour_before_utc() -> None:
    assert day_of(datetime(2026, 1, 6, 23, 20, tzinfo=UTC)) == date(2026, 1, 7)


def test_closed_month_takes_no_posting_and_the_next_does(wale: CustomUser) -> None:
    checked(AFTER_OCTOBER)
    close(AFTER_OCTOBER + timedelta(minutes=1))

    # The last second of October in Lagos, and the first of November, which in UTC is still October.
    last_second = time_machine.travel(datetime(2026, 10, 31, 22, 59, 59, tzinfo=UTC), tick=False)
    with last_second, pytest.raises(InvalidState, match="is closed"), transaction.atomic():
        fund_wallet(wale.pk, 100)
    with time_machine.travel(datetime(2026, 10, 31, 23, 0, tzinfo=UTC), tick=False):
        fund_wallet(wale.pk, 100)

    assert LedgerTransaction.objects.count() == 1


@pytest.mark.parametrize(
    ("checked_at", "findings", "at"),
    [
        (AFTER_OCTOBER, [], AFTER_OCTOBER - timedelta(minutes=1)),
        (AFTER_OCTOBER - timedelta(hours=2), [], AFTER_OCTOBER + timedelta(days=1)),
        (AFTER_OCTOBER, ["one kobo"], AFTER_OCTOBER + timedelta(days=1)),
        (None, [], AFTER_OCTOBER + timedelta(days=1)),
    ],
    ids=["an hour is not over", "not checked since", "books are wrong", "never checked"],
)
def test_month_is_not_closed_before_it_is_over_and_right(
    checked_at: datetime | None, findings: list[str], at: datetime
) -> None:
    if checked_at is not None:
        checked(checked_at, *findings)

    with pytest.raises(InvalidState):
        close(at)

    assert not ClosedMonth.objects.exists()


def test_month_is_closed_once_and_for_good() -> None:
    checked(AFTER_OCTOBER)
    close(AFTER_OCTOBER + timedelta(minutes=1))

    with pytest.raises(InvalidState):
        close(AFTER_OCTOBER + timedelta(minutes=2))
    for statement in ("DELETE FROM payment_closedmonth", "UPDATE payment_closedmonth SET month = '2020-01-01'"):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            execute(statement)


@pytest.mark.parametrize(
    ("month", "name"), [("2026-10-02", "payment_closedmonth_first_day"), ("2026-12-01", "payment_closedmonth_is_over")]
)
def test_closed_month_is_a_month_and_over(month: str, name: str) -> None:
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        execute("INSERT INTO payment_closedmonth (month, closed_at) VALUES (%s, '2026-12-05')", [month])

    assert constraint_name(refused) == name


def test_command_closes_and_tells_why_not() -> None:
    with pytest.raises(CommandError, match="does not match"):
        call_command("close_month", "October")
    with pytest.raises(CommandError, match="checked since"):
        call_command("close_month", "2026-01")
    watch_books()
    output = StringIO()
    call_command("close_month", "2026-01", stdout=output)

    assert output.getvalue() == "2026-01 is closed.\n"


def test_month_is_exported_with_its_opening_balances(wale: CustomUser, tmp_path: Path) -> None:
    for day, amount_kobo in ((30, 100), (31, 20), (32, 3)):
        with time_machine.travel(datetime(2026, 9, 30, 12, tzinfo=UTC) + timedelta(days=day - 30), tick=False):
            fund_wallet(wale.pk, amount_kobo)
    journal, table = tmp_path / "october.journal", tmp_path / "october.csv"

    call_command("export_books", "2026-10", str(journal), stdout=StringIO())
    call_command("export_books", "2026-10", str(table), "--format=csv", stdout=StringIO())

    text = journal.read_text()
    assert "2026-10-01 * opening balances\n    assets:provider_balance:paystack  1.00 NGN\n" in text
    assert f"    liabilities:wallet:user {wale.pk}  0.00 NGN = -1.23 NGN\n" in text
    assert "2026-09-30" not in text
    heading, *rows = list(csv.reader(StringIO(table.read_text())))
    assert heading[0] == "date"
    assert [(row[0], row[1], row[8]) for row in rows if "wallet" in row[7]] == [
        ("2026-10-01", "13:00:00", "0.20"),
        ("2026-10-02", "13:00:00", "0.03"),
    ]


def test_months_of_an_export_begin_at_midnight_in_lagos(wale: CustomUser, tmp_path: Path) -> None:
    """00:30 there on the first is the month before in UTC, and 23:30 on the last is the same month in both."""
    for moment in (datetime(2026, 9, 30, 23, 30, tzinfo=UTC), datetime(2026, 10, 31, 22, 30, tzinfo=UTC)):
        with time_machine.travel(moment, tick=False):
            fund_wallet(wale.pk, 100)
    with time_machine.travel(datetime(2026, 10, 31, 23, 30, tzinfo=UTC), tick=False):
        fund_wallet(wale.pk, 7)
    table, journal = tmp_path / "october.csv", tmp_path / "november.journal"

    call_command("export_books", "2026-10", str(table), "--format=csv", stdout=StringIO())
    call_command("export_books", "2026-11", str(journal), stdout=StringIO())

    _, *rows = list(csv.reader(StringIO(table.read_text())))
    assert [(row[0], row[1]) for row in rows if "wallet" in row[7]] == [
        ("2026-10-01", "00:30:00"),
        ("2026-10-31", "23:30:00"),
    ]
    assert "2026-11-01 * opening balances\n    assets:provider_balance:paystack  2.00 NGN\n" in journal.read_text()
    assert f"    liabilities:wallet:user {wale.pk}  0.00 NGN = -2.07 NGN\n" in journal.read_text()


@pytest.mark.django_db(transaction=True)
class TestAnchors:
    def anchor(self) -> LedgerAnchor:
        anchor = anchor_books(settled_after=timedelta(0))
        assert anchor is not None
        return anchor

    def told(self) -> list[str]:
        return [finding.subject for finding in check_books().findings]

    def test_anchored_books_are_right_and_go_on(self, wale: CustomUser) -> None:
        pay_in(wale.pk, 100)
        first = self.anchor()
        pay_in(wale.pk, 200)
        second = self.anchor()

        assert (first.transactions, second.transactions, second.previous) == (1, 1, first.digest)
        assert self.told() == []

    def test_what_is_young_waits_for_the_next(self, wale: CustomUser) -> None:
        pay_in(wale.pk, 100)

        anchor = anchor_books()

        assert anchor is not None
        assert anchor.transactions == 0
        assert anchor_books(settled_after=timedelta(hours=1)) is None

    @pytest.mark.parametrize(
        "rewriting",
        [
            "UPDATE payment_ledgertransaction SET memo = 'as I say'",
            "UPDATE payment_ledgertransaction SET created_at = created_at + interval '1 second'",
            "UPDATE payment_ledgertransaction SET recorded_at = now() + interval '1 hour'",
            "UPDATE payment_ledgertransaction SET reference = 'paystack:mine'",
            "UPDATE payment_ledgerentry SET id = id + 1000000",
        ],
    )
    def test_rewriting_by_the_owner_is_evident(self, rewriting: str, wale: CustomUser) -> None:
        pay_in(wale.pk, 100)
        self.anchor()

        with owner() as own:
            own.execute(rewriting)

        assert any("was changed" in line for line in self.told())

    def test_anchor_that_is_taken_out_is_evident(self, wale: CustomUser) -> None:
        first = self.anchor()
        pay_in(wale.pk, 100)
        self.anchor()

        with owner() as own:
            own.execute("DELETE FROM payment_ledgeranchor WHERE id = %s", [first.pk])

        assert any("does not follow" in line for line in self.told())

    def test_anchor_of_the_log_is_missing_in_a_chain_that_was_made_anew(self, wale: CustomUser) -> None:
        pay_in(wale.pk, 100)
        logged = self.anchor().digest
        call_command("ledger_check", "--anchor", logged, stdout=StringIO())

        with owner() as own:
            own.execute("UPDATE payment_ledgertransaction SET memo = 'as I say'")
            own.execute("DELETE FROM payment_ledgeranchor")
        self.anchor()

        assert self.told() == []
        with pytest.raises(CommandError, match="history was written anew"):
            call_command("ledger_check", "--anchor", logged, stdout=StringIO())

    def test_application_writes_no_anchor_anew(self) -> None:
        self.anchor()

        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            execute("UPDATE payment_ledgeranchor SET digest = repeat('0', 64)")
        assert clock.now() > LedgerAnchor.objects.get().until - timedelta(minutes=1)
