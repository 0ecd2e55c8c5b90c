"""The check of the books: silent when they are right, loud about one kobo. Differences are made by the owner."""

from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.models import CustomUser
from core import clock
from jobs.models import Job
from jobs.ports import Price
from payment.models import AccountKind, TransactionKind
from payment.services.accounts import provider_balance, system_account, wallet_account, wallet_of
from payment.services.escrow import LedgerEscrow, refund_to_wallet
from payment.services.ledger_check import BooksReport, check_books, rebuilt_balances, stored_balances, watch_books
from payment.services.periods import day_of
from payment.services.posting import Move, post
from payment.tasks import check_books as check_books_job
from tests.factories.jobs import JobFactory
from tests.factories.payment import (
    PaymentAttemptFactory,
    PaymentFactory,
    RefundFactory,
    WithdrawalFactory,
    accepted_assignment,
    fund,
    pay_in,
    pay_in_escrow,
)
from tests.support.books import owner, without_trigger

SUSPENSE = system_account(AccountKind.SUSPENSE)
WAGE = Price(wage_kobo=1_200_000, fee_kobo=120_000)


@pytest.fixture
def job(chidi: CustomUser) -> Job:
    """Chidi's job, paid, half earned, a part refunded; and a withdrawal on its way."""
    job: Job = JobFactory(client=chidi)
    pay_in_escrow(job)
    assignment = accepted_assignment(job, checked_out=True)
    LedgerEscrow().pay_assignment(
        assignment_id=assignment.pk,
        job_id=job.pk,
        client_id=chidi.pk,
        worker_id=assignment.worker_id,
        price=WAGE,
    )
    refund_to_wallet(job_id=job.pk, client_id=chidi.pk, amount_kobo=20_000)
    withdrawal = WithdrawalFactory(wallet=wallet_of(assignment.worker_id), amount_kobo=50_000)
    post(
        kind=TransactionKind.WITHDRAWAL,
        reference=withdrawal.reference,
        moves=[
            Move(wallet_account(assignment.worker_id), system_account(AccountKind.PAYOUTS_IN_FLIGHT), 50_000),
        ],
    )
    return job


def wrong(report: BooksReport) -> dict[str, tuple[int | None, int | None]]:
    return {finding.check: (finding.found_kobo, finding.expected_kobo) for finding in report.findings}


def differences(report: BooksReport) -> list[str]:
    return [str(finding) for finding in report.findings]


def run(*arguments: str) -> str:
    output = StringIO()
    call_command("ledger_check", *arguments, stdout=output, no_color=True)
    return output.getvalue()


@pytest.mark.django_db
def test_empty_books_are_right() -> None:
    assert "The books are right." in run()


@pytest.mark.django_db
def test_books_with_every_kind_of_money_are_right(job: Job) -> None:
    report = check_books()

    assert report.findings == []
    assert (report.transactions, report.entries) == (4, 9)
    assert {(row.kind, row.balance_kobo) for row in report.sums} == {
        ("escrow", 1_300_000),
        ("wallet", 1_170_000),
        ("platform_fees", 120_000),
        ("payouts_in_flight", 50_000),
        ("provider_balance", -2_640_000),
    }
    assert stored_balances() == rebuilt_balances()


@pytest.mark.django_db
def test_table_shows_each_kind_of_account_and_each_check(job: Job) -> None:
    table = run()

    assert "platform_fees                 1             1,200.00 NGN" in table
    assert "provider_balance              1           -26,400.00 NGN" in table
    assert "ok    paid in = released + refunded + held" in table


@pytest.mark.django_db
def test_withdrawal_that_was_never_booked_is_found(job: Job) -> None:
    WithdrawalFactory(amount_kobo=1)

    assert wrong(check_books())["payouts in flight are the open withdrawals"] == (50_000, 50_001)


@pytest.mark.django_db
def test_payment_that_was_never_booked_is_found(job: Job) -> None:
    payment = PaymentFactory(released=True, amount_kobo=700)

    assert differences(check_books()) == [
        f"payments are booked: wage {payment.reference} on an account that is missing is 0.00, should be -7.00",
        f"payments are booked: wage {payment.reference} on an account that is missing is 0.00, should be 7.00",
    ]


@pytest.mark.django_db
def test_captured_attempt_that_was_never_booked_is_found(job: Job) -> None:
    PaymentAttemptFactory(succeeded=True, amount_kobo=700)

    assert wrong(check_books()) == {"captured attempts are booked": (0, 700)}


@pytest.mark.django_db
def test_attempt_booked_under_its_reference_is_right() -> None:
    attempt = PaymentAttemptFactory(succeeded=True, amount_kobo=700, credited_to="wallet")
    post(
        kind=TransactionKind.FUNDING,
        reference=f"paystack:{attempt.reference}",
        moves=[Move(provider_balance("paystack"), wallet_account(attempt.payment.payer_id), 700)],
    )

    assert check_books().findings == []


@pytest.mark.django_db
def test_refund_to_card_that_was_never_booked_is_found() -> None:
    attempt = PaymentAttemptFactory(succeeded=True, amount_kobo=700)
    RefundFactory(attempt=attempt, amount_kobo=300)

    found = wrong(check_books())
    assert found["captured attempts are booked"] == (0, 700)
    assert found["refunds in flight are the open refunds"] == (0, 300)
    assert "refunds are booked" in found


@pytest.mark.django_db
def test_suspense_is_reported_with_its_age_and_is_no_difference() -> None:
    with time_machine.travel(clock.now() - timedelta(hours=50), tick=False):
        fund(SUSPENSE, 900)
    fund(SUSPENSE, 100)

    assert "Suspense holds 10.00, for 50 h" in run()


@pytest.mark.django_db
def test_age_of_suspense_starts_anew_once_it_was_empty(wale: CustomUser) -> None:
    with time_machine.travel(clock.now() - timedelta(hours=50), tick=False):
        fund(SUSPENSE, 900)
    post(
        kind=TransactionKind.TRANSFER_FEE,
        reference="by staff",
        moves=[Move(SUSPENSE, wallet_account(wale.pk), 900)],
    )
    assert check_books().suspense_age is None

    fund(SUSPENSE, 100)

    age = check_books().suspense_age
    assert age is not None
    assert age < timedelta(minutes=5)


@pytest.mark.django_db(transaction=True)
class TestInjected:
    """One kobo, put in where a trigger would have refused it."""

    def test_m4_balance_off_by_one_kobo_is_found(self, wale: CustomUser) -> None:
        pay_in(wale.pk, 10_000)
        with owner() as own:
            own.execute("UPDATE payment_ledgeraccount SET balance_kobo = balance_kobo + 1 WHERE kind = 'wallet'")

        assert wrong(check_books()) == {
            "all balances sum to zero": (1, 0),
            "balances are the sums of their entries": (10_001, 10_000),
        }

    def test_m1_entry_off_by_one_kobo_is_found(self, wale: CustomUser) -> None:
        pay_in(wale.pk, 10_000)
        with without_trigger("payment_ledgerentry", "payment_ledgerentry_balanced"), owner() as own:
            own.execute("UPDATE payment_ledgerentry SET amount_kobo = amount_kobo + 1 WHERE amount_kobo > 0")

        assert wrong(check_books()) == {
            "transactions balance": (1, 0),
            "balances are the sums of their entries": (10_000, 10_001),
        }

    def test_m5_escrow_moved_by_a_transaction_of_another_kind_is_found(self, chidi: CustomUser) -> None:
        job = JobFactory(client=chidi)
        pay_in_escrow(job, 10_000)
        with owner() as own:
            own.execute("UPDATE payment_ledgertransaction SET kind = 'settlement'")

        assert wrong(check_books())["paid in = released + refunded + held"] == (10_000, 0)

    def test_wallet_with_a_strangers_account_is_found(self, wale: CustomUser, ada: CustomUser) -> None:
        pay_in(wale.pk, 10_000)
        with owner() as own:
            own.execute("UPDATE payment_wallet SET user_id = %s", [ada.pk])

        assert wrong(check_books())["wallets have their accounts"] == (0, 10_000)

    def test_refunded_sum_off_by_one_kobo_is_found(self) -> None:
        PaymentAttemptFactory(succeeded=True, amount_kobo=700)
        with owner() as own:
            own.execute("UPDATE payment_paymentattempt SET refunded_kobo = 1")

        assert wrong(check_books())["refunded sums are the sums of refunds"] == (1, 0)

    def test_command_ends_with_1_and_names_the_difference(self, wale: CustomUser) -> None:
        pay_in(wale.pk, 10_000)
        with owner() as own:
            own.execute("UPDATE payment_ledgeraccount SET balance_kobo = balance_kobo + 1 WHERE kind = 'wallet'")

        output = StringIO()
        with pytest.raises(CommandError, match="2 differences") as refused:
            call_command("ledger_check", stdout=output, no_color=True)

        assert refused.value.returncode == 1
        assert f"wallet {wale.pk} is 100.01, should be 100.00" in output.getvalue()


@pytest.mark.django_db(transaction=True)
def test_check_outlives_the_time_that_a_transaction_has() -> None:
    """Large books, or those that were just restored, take longer than the 15 seconds of a request."""
    with connection.cursor() as cursor:
        cursor.execute("SET transaction_timeout = '1s'; SET statement_timeout = '1s'")

    report = check_books({"slow": "SELECT 'slept', 1, 0 FROM pg_sleep(1.5)"})

    with connection.cursor() as cursor:
        cursor.execute("SHOW transaction_timeout")
        assert cursor.fetchone() == ("1s",)
        cursor.execute("RESET transaction_timeout; RESET statement_timeout")
    assert differences(report) == ["slow: slept is 0.01, should be 0.00"]


@pytest.mark.django_db
def test_hledger_journal_is_the_books_with_debits_positive(job: Job, chidi: CustomUser, tmp_path: Path) -> None:
    path = tmp_path / "books.journal"

    run("--hledger", str(path))

    journal = path.read_text()
    day = day_of(clock.now()).isoformat()
    assert f"    liabilities:wallet:user {chidi.pk}  -200.00 NGN\n" in journal
    assert f"  ; job:{job.pk}\n    liabilities:escrow:job {job.pk}  13200.00 NGN\n" in journal
    assert "    assets:provider_balance:paystack  0.00 NGN = 26400.00 NGN\n" in journal
    assert f"{day} * balances\n" in journal
    assert f"\naccount liabilities:wallet:user {chidi.pk}\n" in journal
    assert sums_of(journal) == {"transactions": 4, "unbalanced": 0}


@pytest.mark.django_db
def test_hledger_journal_keeps_memos_from_becoming_syntax(tmp_path: Path) -> None:
    post(
        kind=TransactionKind.FUNDING,
        reference="a|b",
        moves=[Move(provider_balance("paystack"), SUSPENSE, 5)],
        memo="sorry; see\r    assets:bank  1.00 NGN\n    assets:cash  1.00 NGN",
    )
    path = tmp_path / "books.journal"

    run("--hledger", str(path))

    assert "* funding a/b sorry, see assets:bank 1.00 NGN assets:cash 1.00 NGN\n" in path.read_text()
    assert sums_of(path.read_text()) == {"transactions": 1, "unbalanced": 0}


@pytest.mark.django_db
def test_hledger_journal_asserts_balances_on_its_last_day(wale: CustomUser, tmp_path: Path) -> None:
    """Of a clock that was moved back since: hledger checks by date, and would find the later postings missing."""
    pay_in(wale.pk, 100)
    with time_machine.travel(clock.now() + timedelta(days=3), tick=False):
        last_day = day_of(clock.now()).isoformat()
        pay_in(wale.pk, 100)
    path = tmp_path / "books.journal"

    run("--hledger", str(path))

    assert f"\n{last_day} * balances\n" in path.read_text()


def sums_of(journal: str) -> dict[str, int]:
    """Adds the journal up as hledger would: every transaction's amounts, in kobo."""
    transactions = unbalanced = 0
    for block in journal.split("\n\n"):
        heading, *lines = block.splitlines()
        if " * " not in heading or heading.endswith("* balances"):
            continue
        transactions += 1
        amounts = [line.strip().split("  ")[1].removesuffix(" NGN") for line in lines]
        unbalanced += sum(round(float(amount) * 100) for amount in amounts) != 0
    return {"transactions": transactions, "unbalanced": unbalanced}


@pytest.mark.django_db(transaction=True)
def test_hourly_check_tells_staff_of_one_injected_kobo(wale: CustomUser) -> None:
    pay_in(wale.pk, 10_000)
    assert watch_books() == 0
    with owner() as own:
        own.execute("UPDATE payment_ledgeraccount SET balance_kobo = balance_kobo + 1 WHERE kind = 'wallet'")

    check_books_job(timestamp=0)

    told = ProcrastinateJob.objects.get(task_name="payment.tasks.mail_alert")
    assert told.args["event"] == "the_books_are_wrong"
    assert told.args["facts"]["differences"] == "2"
