"""Payshift's own accounts, which all share, are written in the COMMIT: nobody waits longer, and nothing is lost."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction

from accounts.models import CustomUser
from payment.models import DECIDED_BY_STAFF, AccountKind, LedgerAccount, LedgerEntry, PaymentStatus, TransactionKind
from payment.services.accounts import (
    AccountKey,
    lock_accounts,
    provider_balance,
    system_account,
    wallet_account,
    write_shared_accounts,
)
from payment.services.ledger_check import check_books
from payment.services.ledger_queries import LAWS
from payment.services.posting import Move, post
from tests.factories.accounts import UserFactory
from tests.factories.jobs import JobFactory
from tests.factories.payment import PaymentFactory, balance_of, fund_wallet
from tests.support.books import add_entry, execute, open_transaction, owner
from tests.support.races import errors_of, race

pytestmark = pytest.mark.django_db(transaction=True)

FEES, VAT = system_account(AccountKind.PLATFORM_FEES), system_account(AccountKind.VAT)
IN_FLIGHT, PAYSTACK = system_account(AccountKind.PAYOUTS_IN_FLIGHT), provider_balance("paystack")
COSTS = system_account(AccountKind.PROVIDER_FEES)
KIND = TransactionKind.TRANSFER_FEE


def give(reference: str, source: AccountKey, target: AccountKey, amount_kobo: int = 5) -> None:
    post(kind=KIND, reference=reference, moves=[Move(source, target, amount_kobo)])


@transaction.atomic
def given(reference: str, source: AccountKey, target: AccountKey, amount_kobo: int = 5) -> None:
    give(reference, source, target, amount_kobo)


@pytest.fixture
def wallets() -> list[AccountKey]:
    keys = []
    for _ in range(8):
        user = UserFactory()
        fund_wallet(user.pk, 10_000)
        keys.append(wallet_account(user.pk))
    return keys


class TestOne:
    def test_nobody_waits_for_a_posting_that_has_not_committed(self, wallets: list[AccountKey]) -> None:
        given("first", wallets[0], FEES)
        with transaction.atomic():
            give("open", wallets[0], FEES)
            outcomes = race(partial(given, "other", wallets[1], FEES))

        assert errors_of(outcomes) == []
        assert balance_of(FEES) == 15

    def test_control_held_from_the_posting_on_the_other_waits_in_vain(self, wallets: list[AccountKey]) -> None:
        given("first", wallets[0], FEES)

        def impatient() -> None:
            with transaction.atomic():
                execute("SET LOCAL lock_timeout = '200ms'")
                give("other", wallets[1], FEES)

        with transaction.atomic():
            lock_accounts([FEES], shared=True)
            outcomes = race(impatient)

        assert errors_of(outcomes) == [OperationalError]
        assert balance_of(FEES) == 5

    def test_balance_is_written_by_the_commit(self, wallets: list[AccountKey]) -> None:
        given("first", wallets[0], FEES)
        with transaction.atomic():
            give("open", wallets[0], FEES)
            inside = LedgerAccount.objects.get(kind=AccountKind.PLATFORM_FEES).balance_kobo

        assert (inside, balance_of(FEES)) == (5, 10)
        assert check_books(LAWS).findings == []

    def test_who_decides_by_a_balance_sees_what_was_posted_before(self, wallets: list[AccountKey]) -> None:
        with transaction.atomic():
            give("one", wallets[0], FEES)
            write_shared_accounts()
            give("two", wallets[0], FEES)
            inside = LedgerAccount.objects.get(kind=AccountKind.PLATFORM_FEES).balance_kobo

        assert (inside, balance_of(FEES)) == (5, 10)

    def test_savepoint_that_goes_back_takes_its_part_along(self, wallets: list[AccountKey]) -> None:
        with transaction.atomic():
            give("kept", wallets[0], FEES)
            with transaction.atomic():
                give("lost", wallets[1], VAT)
                transaction.set_rollback(True)
            give("kept too", wallets[0], COSTS)

        assert [balance_of(key) for key in (FEES, VAT, COSTS)] == [5, 0, 5]
        assert check_books(LAWS).findings == []

    def test_entries_after_an_early_look_are_applied_once(self, wallets: list[AccountKey]) -> None:
        with transaction.atomic():
            ids = lock_accounts([FEES, VAT])
            posted = open_transaction()
            add_entry(posted, ids[FEES], 5)
            add_entry(posted, ids[VAT], -5)
            execute("SET CONSTRAINTS ALL IMMEDIATE")
            execute("SET CONSTRAINTS ALL DEFERRED")
            later = open_transaction(reference="later")
            add_entry(later, ids[FEES], 7)
            add_entry(later, ids[VAT], -7)

        assert (balance_of(FEES), balance_of(VAT)) == (12, -12)
        assert check_books(LAWS).findings == []

    @pytest.mark.parametrize("forged", ["", "0", "999999999", "1,1,1"])
    def test_m4_note_of_the_accounts_changes_no_sum(self, forged: str, wallets: list[AccountKey]) -> None:
        with transaction.atomic():
            give("one", wallets[0], FEES)
            execute("SELECT set_config('payshift.shared_accounts', %s, true)", [forged])
            give("two", wallets[0], VAT)

        assert (balance_of(FEES), balance_of(VAT)) == (5, 5)
        assert check_books(LAWS).findings == []

    def test_wait_at_commit_ends_as_one_in_a_statement_with_nothing_posted(self, wallets: list[AccountKey]) -> None:
        given("first", wallets[0], FEES)

        def impatient() -> None:
            with transaction.atomic():
                execute("SET LOCAL lock_timeout = '200ms'")
                give("other", wallets[1], FEES)

        with owner() as own, own.transaction():
            own.execute("SELECT FROM payment_ledgeraccount WHERE kind = 'platform_fees' FOR UPDATE")
            outcomes = race(impatient)

        assert errors_of(outcomes) == [OperationalError]
        assert (balance_of(wallets[1]), balance_of(FEES)) == (10_000, 5)
        assert LedgerEntry.objects.filter(transaction__reference="other").count() == 0

    def test_python_and_the_database_agree_on_what_staff_decide(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT kind FROM unnest(%s::text[]) AS kind WHERE NOT payment_is_written_at_commit(kind, NULL, NULL)",
                [TransactionKind.values],
            )
            at_once = {kind for (kind,) in cursor.fetchall()}

        assert at_once == set(DECIDED_BY_STAFF)


class TestRaces:
    def test_commits_that_cross_wait_and_do_not_deadlock(self, wallets: list[AccountKey]) -> None:
        outcomes = race(*crossing(wallets))

        assert errors_of(outcomes) == []
        assert [balance_of(key) for key in (FEES, VAT)] == [400, 400]
        assert check_books(LAWS).findings == []

    def test_control_without_the_order_they_deadlock(self, wallets: list[AccountKey]) -> None:
        with altered("payment_lock_shared_accounts()", "IF noted <> ''", "IF false"), slow_shared_entries():
            outcomes = race(*crossing(wallets[:2]))

        assert OperationalError in errors_of(outcomes)

    def test_m3_what_is_in_flight_is_not_paid_twice(self, wallets: list[AccountKey]) -> None:
        """Ten were asked for, twenty are called paid."""
        given("asked", wallets[0], IN_FLIGHT, 50)

        outcomes = race(*(partial(given, f"paid {number}", IN_FLIGHT, PAYSTACK) for number in range(20)))

        assert errors_of(outcomes) == [IntegrityError] * 10
        assert balance_of(IN_FLIGHT) == 0
        assert check_books(LAWS).findings == []

    def test_m4_480_postings_of_8_threads_are_all_there(self, wallets: list[AccountKey]) -> None:
        def many(place: int) -> None:
            for number in range(60):
                given(f"{place}-{number}", wallets[place], FEES, 1 + number)

        outcomes = race(*(partial(many, place) for place in range(8)))

        assert errors_of(outcomes) == []
        assert balance_of(FEES) == 8 * sum(range(1, 61))
        assert check_books(LAWS).findings == []

    def test_receipts_and_accounts_are_locked_in_one_order(self, wallets: list[AccountKey], chidi: CustomUser) -> None:
        """Whether the payment is written before its posting or after it."""
        outcomes = race(*paying(wallets, chidi))

        assert errors_of(outcomes) == []
        assert balance_of(FEES) == 40

    def test_control_receipts_first_deadlock_with_accounts_first(
        self, wallets: list[AccountKey], chidi: CustomUser
    ) -> None:
        first = "PERFORM payment_lock_shared_accounts();"
        with altered("payment_issue_receipt()", first, ""), slow_shared_entries():
            outcomes = race(*paying(wallets, chidi))

        assert OperationalError in errors_of(outcomes)


def crossing(wallets: list[AccountKey]) -> list[partial[None]]:
    """Each posts to two accounts, every second one in the other order, ten times."""

    def both(place: int) -> None:
        order = (FEES, VAT) if place % 2 else (VAT, FEES)
        for number in range(10):
            with transaction.atomic():
                for account in order:
                    give(f"{place}-{number}-{account.kind}", wallets[place], account)

    return [partial(both, place) for place in range(len(wallets))]


def paying(wallets: list[AccountKey], client: CustomUser) -> list[partial[None]]:
    job = JobFactory(client=client)

    @transaction.atomic
    def pay(place: int) -> None:
        if place % 2:
            PaymentFactory(job=job, status=PaymentStatus.SUCCEEDED)
        give(f"pay {place}", wallets[place], FEES)
        if not place % 2:
            PaymentFactory(job=job, status=PaymentStatus.SUCCEEDED)

    return [partial(pay, place) for place in range(8)]


@contextmanager
def slow_shared_entries() -> Iterator[None]:
    """Whoever has written one account takes its time before the next lock."""
    with altered(
        "payment_apply_shared_entry()",
        "    RETURN NULL;\nEND $",
        "    PERFORM pg_sleep(0.05);\n    RETURN NULL;\nEND $",
    ):
        yield


@contextmanager
def altered(function: str, now: str, then: str) -> Iterator[None]:
    with owner() as own:
        row = own.execute("SELECT pg_get_functiondef(%s::regprocedure)", [function]).fetchone()
        assert row is not None
        original = str(row[0])
        assert now in original
        own.execute(original.replace(now, then))
        try:
            yield
        finally:
            own.execute(original)
