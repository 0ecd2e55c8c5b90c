"""Payshift's own accounts, which all share, are written in the COMMIT: nobody waits longer, and nothing is lost."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import pytest
from django.db import IntegrityError, OperationalError, ProgrammingError, connection, transaction

from accounts.models import CustomUser
from payment.models import AccountKind, LedgerAccount, LedgerEntry, PaymentStatus, TransactionKind
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
COPY_ENTRIES = "COPY payment_ledgerentry (transaction_id, account_id, amount_kobo) FROM STDIN"
# Of this transaction alone.
WRITTEN = "SELECT n_tup_upd FROM pg_stat_xact_user_tables WHERE relname = 'payment_ledgeraccount'"
LOCKED_BEFORE = "SELECT FROM payment_ledgeraccount WHERE id IN (%s, %s) ORDER BY id FOR NO KEY UPDATE"
WRITE = "payment_write_shared_accounts()"
IN_ORDER = "PERFORM FROM payment_ledgeraccount WHERE id = ANY (shared.accounts) ORDER BY id FOR NO KEY UPDATE;"
# Every second transaction the other way round, with time between one lock and the next.
CROSSWISE = """PERFORM pg_sleep(0.02) FROM (
    SELECT FROM payment_ledgeraccount WHERE id = ANY (shared.accounts)
    ORDER BY id * (1 - 2 * (pg_current_xact_id()::text::bigint % 2)) FOR NO KEY UPDATE
) locked;"""


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

    def test_savepoint_that_goes_back_after_an_early_look_leaves_the_rest_to_the_commit(
        self, wallets: list[AccountKey]
    ) -> None:
        with transaction.atomic():
            give("kept", wallets[0], FEES)
            with transaction.atomic():
                give("lost", wallets[1], FEES, 700)
                write_shared_accounts()
                transaction.set_rollback(True)
            give("kept too", wallets[0], FEES)

        assert balance_of(FEES) == 10
        assert check_books(LAWS).findings == []

    def test_many_postings_of_a_transaction_write_an_account_once(self, wallets: list[AccountKey]) -> None:
        with transaction.atomic():
            for number in range(30):
                give(f"number {number}", wallets[0], FEES)
            before = written_accounts()
            execute("SET CONSTRAINTS ALL IMMEDIATE")
            written = written_accounts() - before

        assert written == 1
        assert balance_of(FEES) == 150

    def test_copied_entries_are_written_once(self, wallets: list[AccountKey]) -> None:
        with transaction.atomic():
            ids = lock_accounts([FEES, wallets[0]])
            posted = [open_transaction(reference=f"copied {number}") for number in range(20)]
            with connection.cursor() as cursor, cursor.copy(COPY_ENTRIES) as copy:
                for transaction_id in posted:
                    copy.write_row([transaction_id, ids[FEES], 5])
                    copy.write_row([transaction_id, ids[wallets[0]], -5])

        assert (balance_of(wallets[0]), balance_of(FEES)) == (9_900, 100)
        assert check_books(LAWS).findings == []

    @pytest.mark.parametrize(
        "write",
        [
            "INSERT INTO payment_ledgerpending (xid, accounts, amounts_kobo) VALUES (1, '{1}', '{1}')",
            "UPDATE payment_ledgerpending SET amounts_kobo = '{1}'",
            "DELETE FROM payment_ledgerpending",
            "TRUNCATE payment_ledgerpending",
        ],
    )
    def test_m4_what_waits_for_the_commit_cannot_be_written(self, write: str, wallets: list[AccountKey]) -> None:
        with transaction.atomic():
            give("one", wallets[0], FEES)
            with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                execute(write)

        assert balance_of(FEES) == 5
        assert waiting() == 0

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


class TestRaces:
    def test_commits_that_cross_wait_and_do_not_deadlock(self, wallets: list[AccountKey]) -> None:
        outcomes = race(*crossing(wallets))

        assert errors_of(outcomes) == []
        assert [balance_of(key) for key in (FEES, VAT)] == [400, 400]
        assert check_books(LAWS).findings == []

    def test_control_without_the_order_they_deadlock(self, wallets: list[AccountKey]) -> None:
        with altered(WRITE, IN_ORDER, CROSSWISE):
            outcomes = race(*crossing(wallets[:4]))

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

    def test_the_release_before_posts_beside_this_one(self, wallets: list[AccountKey]) -> None:
        """It locks all accounts by their ids before it posts."""
        given("first", wallets[0], FEES)

        def as_before(place: int) -> None:
            for number in range(20):
                with transaction.atomic():
                    ids = lock_accounts([wallets[place], FEES])
                    execute(LOCKED_BEFORE, [ids[wallets[place]], ids[FEES]])
                    give(f"{place}-{number}", wallets[place], FEES)

        def as_now(place: int) -> None:
            for number in range(20):
                given(f"{place}-{number}", wallets[place], FEES)

        outcomes = race(*(partial(as_before if place % 2 else as_now, place) for place in range(8)))

        assert errors_of(outcomes) == []
        assert balance_of(FEES) == 5 + 8 * 20 * 5
        assert check_books(LAWS).findings == []

    def test_receipts_and_accounts_are_locked_in_one_order(self, wallets: list[AccountKey], chidi: CustomUser) -> None:
        """Whether the payment is written before its posting or after it."""
        outcomes = race(*paying(wallets, chidi))

        assert errors_of(outcomes) == []
        assert balance_of(FEES) == 40

    def test_control_receipts_first_deadlock_with_accounts_first(
        self, wallets: list[AccountKey], chidi: CustomUser
    ) -> None:
        slowly = f"{IN_ORDER}\n    PERFORM pg_sleep(0.05);"
        with altered("payment_issue_receipt()", f"PERFORM {WRITE};", ""), altered(WRITE, IN_ORDER, slowly):
            outcomes = race(*paying(wallets, chidi))

        assert OperationalError in errors_of(outcomes)


def written_accounts() -> int:
    """How many rows this transaction has written."""
    return number_of(WRITTEN)


def waiting() -> int:
    """What no transaction may leave behind."""
    return number_of("SELECT count(*) FROM payment_ledgerpending")


def number_of(question: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(question)
        row: tuple[int] = cursor.fetchone()
    return row[0]


def crossing(wallets: list[AccountKey]) -> list[partial[None]]:
    """Each posts to two accounts, every second one in the other order, ten times.

    The accounts are there before: two that make the same ones in opposite orders would deadlock by that alone.
    """
    lock_accounts([FEES, VAT])

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
