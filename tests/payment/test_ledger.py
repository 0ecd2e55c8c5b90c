"""M1, M2, M3, M4 and W4, each attacked by raw SQL as the application's role, around every service."""

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from accounts.models import CustomUser
from payment.models import AccountKind, LedgerAccount, LedgerEntry, LedgerTransaction
from payment.services.accounts import escrow_account, lock_accounts, system_account, wallet_account
from tests.factories.jobs import JobFactory
from tests.factories.payment import balance_of, fund_escrow, fund_wallet
from tests.support.books import add_entry, at_commit, constraint_name, execute, open_transaction, owner

pytestmark = pytest.mark.django_db


@pytest.fixture
def wallets(wale: CustomUser, ada: CustomUser) -> tuple[int, int]:
    """Accounts of two wallets: Wale's with 100 naira, Ada's empty."""
    fund_wallet(wale.pk, 10_000)
    at_commit()
    execute("SET CONSTRAINTS ALL DEFERRED")
    ids = lock_accounts([wallet_account(wale.pk), wallet_account(ada.pk)])
    return ids[wallet_account(wale.pk)], ids[wallet_account(ada.pk)]


class TestBalanced:
    """M1: two or more entries, zero per currency, at COMMIT."""

    def test_m1_entries_that_do_not_sum_to_zero_are_refused(self, wallets: tuple[int, int]) -> None:
        posted = open_transaction()
        add_entry(posted, wallets[0], -500)
        add_entry(posted, wallets[1], 499)

        with pytest.raises(IntegrityError) as refused:
            at_commit()

        assert constraint_name(refused) == "payment_ledgertransaction_balanced"

    def test_m1_transaction_without_entries_is_refused(self) -> None:
        open_transaction()

        with pytest.raises(IntegrityError) as refused:
            at_commit()

        assert constraint_name(refused) == "payment_ledgertransaction_balanced"

    def test_m1_single_entry_is_refused(self, wallets: tuple[int, int]) -> None:
        add_entry(open_transaction(), wallets[1], 1)

        with pytest.raises(IntegrityError) as refused:
            at_commit()

        assert constraint_name(refused) == "payment_ledgertransaction_balanced"

    def test_m1_each_currency_sums_to_zero_by_itself(self, wallets: tuple[int, int], ada: CustomUser) -> None:
        dollars = LedgerAccount.objects.create(
            kind=AccountKind.WALLET, user=ada, currency="USD", created_at=ada.profile.joined_at
        )
        posted = open_transaction()
        add_entry(posted, wallets[0], -500)
        add_entry(posted, dollars.pk, 500)

        with pytest.raises(IntegrityError) as refused:
            at_commit()

        assert constraint_name(refused) == "payment_ledgertransaction_balanced"

    def test_m1_balanced_entries_are_taken(self, wallets: tuple[int, int]) -> None:
        posted = open_transaction()
        add_entry(posted, wallets[0], -500)
        add_entry(posted, wallets[1], 500)

        at_commit()

        balances = LedgerAccount.objects.filter(pk__in=wallets).order_by("balance_kobo").values_list("balance_kobo")
        assert [row[0] for row in balances] == [500, 9_500]

    def test_m1_transaction_checked_early_is_checked_again_for_a_later_entry(self, wallets: tuple[int, int]) -> None:
        posted = open_transaction()
        add_entry(posted, wallets[0], -500)
        add_entry(posted, wallets[1], 500)
        at_commit()
        execute("SET CONSTRAINTS ALL DEFERRED")
        bank = lock_accounts([system_account(AccountKind.PLATFORM_BANK)])
        add_entry(posted, bank[system_account(AccountKind.PLATFORM_BANK)], 7)

        with pytest.raises(IntegrityError) as refused:
            at_commit()

        assert constraint_name(refused) == "payment_ledgertransaction_balanced"

    def test_m1_entries_of_an_unwritten_transaction_are_refused(self, wallets: tuple[int, int]) -> None:
        """The foreign key is deferred: an entry could come first, and learn its transaction's kind later."""
        with pytest.raises(IntegrityError) as refused:
            add_entry(999_999, wallets[1], 5)

        assert constraint_name(refused) == "payment_ledgerentry_same_transaction"

    def test_account_has_one_entry_per_transaction(self, wallets: tuple[int, int]) -> None:
        posted = open_transaction()
        add_entry(posted, wallets[1], 5)

        with pytest.raises(IntegrityError) as refused:
            add_entry(posted, wallets[1], 5)

        assert constraint_name(refused) == "payment_ledgerentry_once"

    def test_entry_of_nothing_is_refused(self, wallets: tuple[int, int]) -> None:
        with pytest.raises(IntegrityError) as refused:
            add_entry(open_transaction(), wallets[1], 0)

        assert constraint_name(refused) == "payment_ledgerentry_not_zero"


@pytest.mark.django_db(transaction=True)
class TestBalancedAfterCommit:
    """M1: committed transactions stay balanced and closed, for the owner too."""

    def test_m1_entries_join_only_a_transaction_of_their_own_database_transaction(
        self, wale: CustomUser, ada: CustomUser
    ) -> None:
        posted = fund_wallet(wale.pk, 10_000)
        with transaction.atomic():
            ids = lock_accounts([wallet_account(ada.pk), system_account(AccountKind.PLATFORM_BANK)])

        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            execute(
                "INSERT INTO payment_ledgerentry (transaction_id, account_id, amount_kobo) VALUES (%s, %s, 5), "
                "(%s, %s, -5)",
                [
                    posted.pk,
                    ids[wallet_account(ada.pk)],
                    posted.pk,
                    ids[system_account(AccountKind.PLATFORM_BANK)],
                ],
            )

        assert constraint_name(refused) == "payment_ledgerentry_same_transaction"
        assert LedgerEntry.objects.filter(transaction=posted).count() == 2

    def test_m1_stamp_of_the_database_transaction_cannot_be_chosen(self) -> None:
        with transaction.atomic():
            posted = open_transaction()  # asks for xid 0
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_current_xact_id()::text::bigint")
                (current,) = cursor.fetchone()

            assert LedgerTransaction.objects.get(pk=posted).xid == current
            transaction.set_rollback(True)

    @pytest.mark.parametrize(
        "change",
        [
            "UPDATE payment_ledgerentry SET amount_kobo = amount_kobo + 1 WHERE amount_kobo > 0",
            "DELETE FROM payment_ledgerentry WHERE amount_kobo > 0",
            "UPDATE payment_ledgerentry SET transaction_id = (SELECT max(id) FROM payment_ledgertransaction) "
            "WHERE transaction_id = (SELECT min(id) FROM payment_ledgertransaction) AND amount_kobo > 0",
        ],
        ids=["amount", "deleted leg", "leg moved to another transaction"],
    )
    def test_m1_owner_cannot_unbalance_either(self, wale: CustomUser, ada: CustomUser, change: str) -> None:
        fund_wallet(wale.pk, 10_000)
        fund_wallet(ada.pk, 10_000)
        before = list(LedgerEntry.objects.order_by("pk").values_list("transaction_id", "amount_kobo"))

        with owner() as own, pytest.raises(Exception, match="sum to zero"):
            own.execute(change)

        assert list(LedgerEntry.objects.order_by("pk").values_list("transaction_id", "amount_kobo")) == before


class TestAppendOnly:
    """M2: privileges, so no code path of the application can."""

    @pytest.mark.parametrize("table", ["payment_ledgertransaction", "payment_ledgerentry", "payment_ledgeraccount"])
    @pytest.mark.parametrize("statement", ["DELETE FROM {}", "TRUNCATE {} CASCADE"])
    def test_m2_rows_cannot_be_removed(self, wallets: tuple[int, int], table: str, statement: str) -> None:
        with pytest.raises(ProgrammingError, match="permission denied"):
            execute(statement.format(table))

    @pytest.mark.parametrize(
        "change",
        [
            "UPDATE payment_ledgerentry SET amount_kobo = 1",
            "UPDATE payment_ledgerentry SET account_id = 1",
            "UPDATE payment_ledgertransaction SET memo = 'x'",
            "UPDATE payment_ledgertransaction SET kind = 'wage'",
            "UPDATE payment_ledgertransaction SET xid = 0",
        ],
    )
    def test_m2_rows_cannot_be_changed(self, wallets: tuple[int, int], change: str) -> None:
        with pytest.raises(ProgrammingError, match="permission denied"):
            execute(change)

    @pytest.mark.parametrize(
        "statement",
        [
            "ALTER TABLE payment_ledgerentry DISABLE TRIGGER ALL",
            "DROP TRIGGER payment_ledgerentry_apply ON payment_ledgerentry",
            "ALTER TABLE payment_ledgeraccount DROP CONSTRAINT payment_ledgeraccount_not_negative",
            "SET session_replication_role = replica",
        ],
    )
    def test_m2_guards_cannot_be_switched_off(self, statement: str) -> None:
        with pytest.raises(ProgrammingError, match=r"must be owner|permission denied"):
            execute(statement)


class TestNeverNegative:
    """M3: in the statement that moves the money, before any commit; of what all share, at COMMIT."""

    def test_m3_wallet_refuses_to_go_below_zero(self, wallets: tuple[int, int]) -> None:
        posted = open_transaction()

        with pytest.raises(IntegrityError) as refused:
            add_entry(posted, wallets[0], -10_001)

        assert constraint_name(refused) == "payment_ledgeraccount_not_negative"

    def test_m3_escrow_refuses_to_go_below_zero(self) -> None:
        job = JobFactory()
        fund_escrow(job, 1_000)
        escrow = lock_accounts([escrow_account(job.pk)])[escrow_account(job.pk)]
        posted = open_transaction(kind="refund", job_id=job.pk)

        with pytest.raises(IntegrityError) as refused:
            add_entry(posted, escrow, -1_001)

        assert constraint_name(refused) == "payment_ledgeraccount_not_negative"

    @pytest.mark.parametrize(
        "kind", [AccountKind.PAYOUTS_IN_FLIGHT, AccountKind.REFUNDS_IN_FLIGHT, AccountKind.CHARGEBACKS_HELD]
    )
    def test_m3_money_in_flight_refuses_to_go_below_zero_at_commit(self, kind: AccountKind) -> None:
        flying, bank = system_account(kind), system_account(AccountKind.PLATFORM_BANK)
        ids, posted = lock_accounts([flying, bank]), open_transaction()
        add_entry(posted, ids[flying], -1)
        add_entry(posted, ids[bank], 1)

        with pytest.raises(IntegrityError) as refused:
            at_commit()

        assert constraint_name(refused) == "payment_ledgeraccount_not_negative"

    def test_m3_wallet_can_be_emptied_to_the_kobo(self, wallets: tuple[int, int], wale: CustomUser) -> None:
        posted = open_transaction()

        add_entry(posted, wallets[0], -10_000)
        add_entry(posted, wallets[1], 10_000)

        assert balance_of(wallet_account(wale.pk)) == 0


class TestBalanceFollowsEntries:
    """M4: only the database writes a balance."""

    def test_m4_balance_cannot_be_updated(self, wallets: tuple[int, int]) -> None:
        with pytest.raises(ProgrammingError, match="permission denied"):
            execute("UPDATE payment_ledgeraccount SET balance_kobo = 1000000 WHERE id = %s", [wallets[0]])

    @pytest.mark.parametrize("column", ["kind = 'platform_fees'", "user_id = NULL", "currency = 'USD'", "id = 0"])
    def test_m4_account_cannot_change_hands(self, wallets: tuple[int, int], column: str) -> None:
        with pytest.raises(ProgrammingError, match="permission denied"):
            execute(f"UPDATE payment_ledgeraccount SET {column} WHERE id = %s", [wallets[0]])

    def test_m4_account_starts_empty(self, sade: CustomUser) -> None:
        with pytest.raises(IntegrityError) as refused:
            LedgerAccount.objects.create(
                kind=AccountKind.WALLET, user=sade, balance_kobo=1, created_at=sade.profile.joined_at
            )

        assert constraint_name(refused) == "payment_ledgeraccount_starts_empty"

    def test_m4_balance_is_the_sum_of_the_entries(self, wallets: tuple[int, int], wale: CustomUser) -> None:
        fund_wallet(wale.pk, 250)

        entries = LedgerEntry.objects.filter(account_id=wallets[0]).values_list("amount_kobo", flat=True)

        assert balance_of(wallet_account(wale.pk)) == sum(entries) == 10_250


class TestWaysOfEscrow:
    """W4: no other kind of transaction touches an escrow."""

    @pytest.mark.parametrize(
        ("kind", "amount_kobo"),
        [("transfer_fee", 5), ("refund", 5), ("wage", 5), ("funding", -5), ("withdrawal", -5), ("card_refund", -5)],
    )
    def test_w4_other_ways_are_refused(self, kind: str, amount_kobo: int) -> None:
        job = JobFactory()
        fund_escrow(job, 1_000)
        escrow = lock_accounts([escrow_account(job.pk)])[escrow_account(job.pk)]
        posted = open_transaction(kind=kind, job_id=job.pk)

        with pytest.raises(IntegrityError) as refused:
            add_entry(posted, escrow, amount_kobo)

        assert constraint_name(refused) == "payment_ledgerentry_ways_of_escrow"

    def test_w4_money_of_one_job_is_not_another_jobs(self) -> None:
        job, other = JobFactory(), JobFactory()
        fund_escrow(job, 1_000)
        escrow = lock_accounts([escrow_account(job.pk)])[escrow_account(job.pk)]
        posted = open_transaction(kind="refund", job_id=other.pk)

        with pytest.raises(IntegrityError) as refused:
            add_entry(posted, escrow, -5)

        assert constraint_name(refused) == "payment_ledgerentry_ways_of_escrow"
