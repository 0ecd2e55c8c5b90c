"""Receipts are numbered 1, 2, 3 per issuer and year of Lagos: whatever rolls back, races or comes at midnight."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from importlib import import_module
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import CustomUser
from jobs.models import Job
from payment.documents.opening import Document, DocumentKind, read_document
from payment.models import Payment, PaymentStatus, Receipt, ReceiptIssuer, ReceiptSeries, Withdrawal
from payment.services.accounts import wallet_of
from payment.services.ledger_check import check_books
from payment.services.receipt_numbers import RECEIPT_CHECKS, set_issuer
from tests.factories.jobs import JobFactory
from tests.factories.payment import PaymentFactory, WithdrawalFactory
from tests.support.books import at_commit, execute, owner
from tests.support.races import errors_of, race

THREADS = 64


def paid(job: Job, at: datetime | None = None) -> Payment:
    payment: Payment = PaymentFactory.create(
        job=job, status=PaymentStatus.SUCCEEDED, **({"created_at": at, "succeeded_at": at} if at else {})
    )
    return payment


def numbers() -> list[str]:
    return [str(receipt) for receipt in Receipt.objects.select_related("series").order_by("series", "number")]


def told() -> list[str]:
    return [str(finding) for finding in check_books(RECEIPT_CHECKS).findings]


@pytest.fixture
def job(chidi: CustomUser) -> Job:
    created: Job = JobFactory.create(client=chidi)
    return created


@pytest.mark.django_db
class TestOne:
    def test_is_given_when_money_came_and_not_before(self, job: Job) -> None:
        payment = PaymentFactory.create(job=job)
        at_commit()
        before = numbers()
        payment.status, payment.succeeded_at = PaymentStatus.SUCCEEDED, payment.created_at
        payment.save(update_fields=["status", "succeeded_at"])

        assert (before, numbers()) == ([], [f"PS-{payment.created_at.year}-000001"])

    def test_payout_keeps_its_number_when_it_comes_back(self, wale: CustomUser) -> None:
        at = datetime(2026, 3, 1, tzinfo=UTC)
        row: Withdrawal = WithdrawalFactory.create(wallet=wallet_of(wale.pk), status="paid", created_at=at)
        at_commit()
        Withdrawal.objects.filter(pk=row.pk).update(status="reversed", finished_at=datetime(2027, 1, 5, tzinfo=UTC))

        assert numbers() == ["PS-2026-000001"]
        assert Receipt.objects.get().paid_at == at

    @pytest.mark.parametrize("status", ["requested", "sending", "unknown", "failed"])
    def test_payout_that_did_not_arrive_has_none(self, status: str, wale: CustomUser) -> None:
        WithdrawalFactory.create(wallet=wallet_of(wale.pk), status=status)
        at_commit()

        assert numbers() == []

    def test_year_begins_at_midnight_in_lagos(self, job: Job) -> None:
        at_commit()
        for at in (
            datetime(2026, 12, 31, 22, 59, 59, tzinfo=UTC),
            datetime(2026, 12, 31, 23, 0, tzinfo=UTC),
            # Committed after the first of the new year.
            datetime(2026, 12, 31, 22, 58, tzinfo=UTC),
            datetime(2027, 1, 1, 12, 0, tzinfo=UTC),
        ):
            paid(job, at)

        assert numbers() == ["PS-2026-000001", "PS-2026-000002", "PS-2027-000001", "PS-2027-000002"]
        assert told() == []

    def test_asked_for_again_it_is_the_same(self, job: Job) -> None:
        payment = paid(job)
        at_commit()
        for _ in range(3):
            execute("SELECT payment_give_receipt(%s, NULL)", [payment.pk])

        assert len(numbers()) == 1

    def test_what_was_not_paid_cannot_get_one(self, job: Job) -> None:
        payment = PaymentFactory.create(job=job)
        execute("SELECT payment_give_receipt(%s, NULL)", [payment.pk])

        assert numbers() == []

    @pytest.mark.parametrize(
        "lie",
        [
            "UPDATE payment_receipt SET number = 7",
            "DELETE FROM payment_receipt",
            "UPDATE payment_receiptseries SET last_number = 7",
            "UPDATE payment_receiptissuer SET name = 'Somebody Else'",
            "INSERT INTO payment_receiptseries (letters, year, last_number) VALUES ('XX', 2026, 1)",
        ],
    )
    def test_application_writes_no_number(self, lie: str, job: Job) -> None:
        paid(job)
        at_commit()

        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            execute(lie)


@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_64_at_once_are_1_to_64(self, job: Job) -> None:
        outcomes = race(*(partial(paid, job) for _ in range(THREADS)))

        assert errors_of(outcomes) == []
        assert sorted(Receipt.objects.values_list("number", flat=True)) == list(range(1, THREADS + 1))
        assert ReceiptSeries.objects.get().last_number == THREADS
        assert told() == []

    def test_rollbacks_among_them_leave_no_gap(self, job: Job) -> None:
        def lost() -> Payment:
            with transaction.atomic():
                paid(job)
                at_commit()
                raise InterruptedError

        outcomes = race(*(lost if number % 2 else partial(paid, job) for number in range(32)))

        assert errors_of(outcomes) == [InterruptedError] * 16
        assert sorted(Receipt.objects.values_list("number", flat=True)) == list(range(1, 17))
        assert told() == []

    def test_control_numbers_of_a_sequence_have_gaps(self, job: Job) -> None:
        """What the series' row is for: a sequence does not take a number back."""
        with owner() as own:
            own.execute("CREATE SEQUENCE tests_receipts")
            own.execute("GRANT USAGE ON tests_receipts TO PUBLIC")
            try:
                given = []
                for number in range(3):
                    with transaction.atomic(), connection.cursor() as cursor:
                        cursor.execute("SELECT nextval('tests_receipts')")
                        given.append(cursor.fetchone()[0])
                        transaction.set_rollback(number == 1)
                del given[1]
            finally:
                own.execute("DROP SEQUENCE tests_receipts")

        assert given == [1, 3]

    def test_control_count_without_the_rows_lock_gives_doubles_or_fails(self, job: Job) -> None:
        """The next number as the highest and one, which is what one writes first."""
        with replaced("payment_give_receipt(bigint, bigint)", COUNTED):
            outcomes = race(*(partial(paid, job) for _ in range(16)))

        assert IntegrityError in errors_of(outcomes)

    def test_lock_is_held_while_it_commits_and_not_before(self, job: Job) -> None:
        with transaction.atomic():
            paid(job)
            # Another one comes through although this one is not at its end.
            (outcome,) = race(partial(paid, job))
            assert not isinstance(outcome, Exception)

        assert [number[-6:] for number in numbers()] == ["000001", "000002"]
        assert Receipt.objects.order_by("number").values_list("payment_id", flat=True)[0] == outcome.pk


COUNTED = """
    INSERT INTO payment_receiptissuer (letters, name, address, tax_number, vat_number, since)
    SELECT letters, name, address, tax_number, vat_number, clock_timestamp() FROM payment_issuer()
    ON CONFLICT DO NOTHING;
    INSERT INTO payment_receiptseries (letters, year, last_number) VALUES ('PS', 2026, 1) ON CONFLICT DO NOTHING;
    INSERT INTO payment_receipt (series_id, number, issuer_id, payment_id, paid_at, issued_at)
    SELECT min(s.id), coalesce((SELECT max(number) FROM payment_receipt), 0) + 1,
           (SELECT min(id) FROM payment_receiptissuer), paid_payment, now(), now()
    FROM payment_receiptseries s;
    PERFORM pg_sleep(0.05);
"""


@contextmanager
def replaced(signature: str, body: str) -> Iterator[None]:
    """The function with another body, by the owner, and then as it was."""
    with owner() as own:
        (original,) = own.execute(f"SELECT pg_get_functiondef('{signature}'::regprocedure)").fetchone() or ("",)
        begin, end = original.index("DECLARE"), original.index("END $")
        own.execute(f"{original[:begin]}BEGIN{body}{original[end:]}")
        try:
            yield
        finally:
            own.execute(original)


@pytest.fixture
def new_words(settings: Any) -> Iterator[Callable[..., None]]:
    """Change what the issuer is called, as an operator does: settings, then `migrate`."""

    def change(**words: str) -> None:
        for name, value in words.items():
            setattr(settings, name, value)
        set_issuer(using="owner")

    original = {name: getattr(settings, name) for name in ("RECEIPT_LETTERS", "ISSUER_NAME", "ISSUER_ADDRESS")}
    yield change
    change(**original)


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
class TestIssuer:
    def test_receipt_keeps_the_words_of_its_day(self, job: Job, new_words: Callable[..., None]) -> None:
        new_words(ISSUER_NAME='Ọjà\'s "Work" Ltd', ISSUER_ADDRESS="1 Marina\\Lagos")
        first = paid(job)
        new_words(ISSUER_NAME="Work Nigeria Ltd", ISSUER_ADDRESS="2 Broad Street, Lagos")
        second = paid(job)

        receipts = Receipt.objects.filter(payment__in=[first, second]).select_related("issuer").order_by("number")
        words = [(each.issuer.name, each.issuer.address, each.number) for each in receipts]
        assert words == [
            ('Ọjà\'s "Work" Ltd', "1 Marina\\Lagos", 1),
            ("Work Nigeria Ltd", "2 Broad Street, Lagos", 2),
        ]
        assert ReceiptIssuer.objects.count() == 2

    def test_change_of_words_shows_on_no_earlier_paper_and_staff_see_both(
        self, job: Job, bisi: CustomUser, new_words: Callable[..., None]
    ) -> None:
        new_words(ISSUER_NAME="Work Ltd", ISSUER_ADDRESS="1 Marina, Lagos")
        early = paid(job)
        new_words(ISSUER_NAME="Work Nigeria Ltd", ISSUER_ADDRESS="2 Broad Street, Lagos")
        late = paid(job)
        staff = Client()
        staff.force_login(bisi)

        papers = [
            read_document(Document(job.client_id, DocumentKind.PAYMENT, payment.reference)).page()
            for payment in (early, late)
        ]
        listed = staff.get(reverse("admin:payment_receiptissuer_changelist")).context["cl"]

        assert ["1 Marina" in paper for paper in papers] == [True, False]
        assert ["2 Broad Street" in paper for paper in papers] == [False, True]
        in_force = listed.model_admin.in_force
        assert [(issuer.name, in_force(issuer)) for issuer in listed.result_list] == [
            ("Work Nigeria Ltd", True),
            ("Work Ltd", False),
        ]

    def test_each_issuer_counts_by_itself(self, job: Job, new_words: Callable[..., None]) -> None:
        year = paid(job).created_at.year
        new_words(RECEIPT_LETTERS="WN")
        paid(job)
        paid(job)
        new_words(RECEIPT_LETTERS="PS")
        paid(job)

        assert numbers() == [
            f"{name}-{year}-{number:06}" for name, number in (("PS", 1), ("PS", 2), ("WN", 1), ("WN", 2))
        ]
        assert told() == []

    def test_words_that_were_not_migrated_are_named(self, settings: Any) -> None:
        settings.ISSUER_NAME = "Somebody Else"

        (line,) = [str(each) for each in check_books().findings]

        assert line.startswith("the issuer of receipts is as set: receipts are issued by PS, Payshift")
        assert "should be PS, Somebody Else" in line


@pytest.mark.django_db(transaction=True)
class TestBefore:
    def test_what_was_paid_before_is_numbered_in_order_of_time(self, job: Job, wale: CustomUser) -> None:
        with owner() as own:
            for table in ("payment_payment", "payment_withdrawal"):
                own.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            try:
                days = [datetime(2025, 12, 31, 23, 30, tzinfo=UTC), datetime(2025, 5, 1, tzinfo=UTC)]
                late, early = (paid(job, at) for at in days)
                sent = WithdrawalFactory.create(
                    wallet=wallet_of(wale.pk), status="paid", created_at=datetime(2025, 6, 1, tzinfo=UTC)
                )
                open_ = PaymentFactory.create(job=job)
            finally:
                for table in ("payment_payment", "payment_withdrawal"):
                    own.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
            assert sorted(told()) == sorted(
                f"what was paid has its receipt: {name} has no receipt"
                for name in (
                    f"escrow_funding {late.reference}",
                    f"escrow_funding {early.reference}",
                    f"withdrawal {sent.reference}",
                )
            )
            for _ in range(2):
                own.execute(import_module("payment.migrations.0038_receipts_of_before").NUMBER_THEM)

        given = {str(receipt): receipt.payment_id for receipt in Receipt.objects.select_related("series")}
        assert given == {"PS-2025-000001": early.pk, "PS-2025-000002": None, "PS-2026-000001": late.pk}
        assert not Receipt.objects.filter(payment=open_).exists()
        assert told() == []


@pytest.mark.django_db(transaction=True)
class TestCheck:
    @pytest.mark.parametrize(
        ("lie", "line"),
        [
            (
                "DELETE FROM payment_receipt WHERE number = 2",
                "receipts are numbered without a gap: receipt PS-2026-000002 is missing",
            ),
            (
                "UPDATE payment_receipt SET number = 9 WHERE number = 3",
                "receipts are numbered without a gap: receipt PS-2026-000009 is after the last",
            ),
            (
                "UPDATE payment_receipt SET paid_at = '2024-03-01Z' WHERE number = 1",
                "receipts are of what was paid: receipt PS-2026-000001 is of nothing paid in its year",
            ),
            (
                "ALTER TABLE payment_receipt DROP CONSTRAINT payment_receipt_number_once;"
                "UPDATE payment_receipt SET number = 1 WHERE number = 2",
                "receipts are numbered without a gap: receipt PS-2026-000001 is there twice",
            ),
        ],
    )
    def test_gap_double_and_stranger_are_named(self, lie: str, line: str, job: Job) -> None:
        for day in (1, 2, 3):
            paid(job, datetime(2026, 3, day, tzinfo=UTC))
        assert told() == []

        with owner() as own:
            own.execute(lie)
            try:
                found = told()
            finally:
                if "DROP CONSTRAINT" in lie:
                    own.execute("UPDATE payment_receipt SET number = 2 WHERE paid_at = '2026-03-02Z'")
                    own.execute(
                        "ALTER TABLE payment_receipt"
                        " ADD CONSTRAINT payment_receipt_number_once UNIQUE (series_id, number)"
                    )

        assert line in found

    def test_database_refuses_a_double(self, job: Job) -> None:
        paid(job)
        paid(job)

        with owner() as own, pytest.raises(psycopg.errors.UniqueViolation, match="payment_receipt_number_once"):
            own.execute("UPDATE payment_receipt SET number = 1")
