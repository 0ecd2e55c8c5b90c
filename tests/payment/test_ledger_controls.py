"""Controls: each guard of the books taken away by the owner, and what then goes through."""

import pytest
from django.db import transaction

from accounts.models import CustomUser
from payment.models import AccountKind, LedgerAccount, LedgerEntry, LedgerTransaction
from payment.services.accounts import escrow_account, lock_accounts, system_account, wallet_account
from payment.services.ledger_check import check_books
from payment.services.ledger_queries import LAWS
from tests.factories.jobs import JobFactory
from tests.factories.payment import balance_of, fund_escrow, fund_wallet
from tests.support.books import add_entry, open_transaction, owner, without_constraint, without_trigger

pytestmark = pytest.mark.django_db(transaction=True)


def test_m1_control_without_the_deferred_triggers_books_do_not_balance(wale: CustomUser) -> None:
    fund_wallet(wale.pk, 10_000)

    with (
        without_trigger("payment_ledgerentry", "payment_ledgerentry_balanced"),
        without_trigger("payment_ledgertransaction", "payment_ledgertransaction_balanced"),
        transaction.atomic(),
    ):
        wallet = lock_accounts([wallet_account(wale.pk)])[wallet_account(wale.pk)]
        add_entry(open_transaction(), wallet, 1)

    assert balance_of(wallet_account(wale.pk)) == 10_001
    assert {finding.check for finding in check_books(LAWS).findings} == {
        "transactions balance",
        "all balances sum to zero",
    }


def test_m1_control_without_the_trigger_on_transactions_an_empty_one_stays() -> None:
    with (
        without_trigger("payment_ledgertransaction", "payment_ledgertransaction_balanced"),
        transaction.atomic(),
    ):
        open_transaction()

    assert LedgerTransaction.objects.count() == 1


def test_m2_control_the_owner_can_change_what_the_application_cannot(wale: CustomUser) -> None:
    fund_wallet(wale.pk, 10_000)

    with owner() as own:
        own.execute("UPDATE payment_ledgertransaction SET memo = 'by the owner'")

    assert LedgerTransaction.objects.get().memo == "by the owner"


def test_m3_control_without_the_check_a_wallet_is_overdrawn(wale: CustomUser, ada: CustomUser) -> None:
    with without_constraint("payment_ledgeraccount", "payment_ledgeraccount_not_negative"):
        with transaction.atomic():
            ids = lock_accounts([wallet_account(wale.pk), wallet_account(ada.pk)])
            posted = open_transaction()
            add_entry(posted, ids[wallet_account(wale.pk)], -500)
            add_entry(posted, ids[wallet_account(ada.pk)], 500)

        assert balance_of(wallet_account(wale.pk)) == -500


def test_m4_control_without_the_insert_trigger_balances_stand_still(wale: CustomUser) -> None:
    with without_trigger("payment_ledgerentry", "payment_ledgerentry_apply"):
        fund_wallet(wale.pk, 10_000)

    assert LedgerEntry.objects.count() == 2
    assert balance_of(wallet_account(wale.pk)) == 0


def test_m4_control_without_the_trigger_on_accounts_one_opens_with_money(wale: CustomUser) -> None:
    with without_trigger("payment_ledgeraccount", "payment_ledgeraccount_starts_empty"):
        LedgerAccount.objects.create(
            kind=AccountKind.WALLET, user=wale, balance_kobo=1, created_at=wale.profile.joined_at
        )

    assert balance_of(wallet_account(wale.pk)) == 1


def test_w4_control_without_the_insert_trigger_escrow_pays_for_anything() -> None:
    job = JobFactory()
    fund_escrow(job, 1_000)

    with without_trigger("payment_ledgerentry", "payment_ledgerentry_apply"), transaction.atomic():
        bank = system_account(AccountKind.PLATFORM_BANK)
        ids = lock_accounts([escrow_account(job.pk), bank])
        posted = open_transaction(kind="transfer_fee")
        add_entry(posted, ids[escrow_account(job.pk)], -5)
        add_entry(posted, ids[bank], 5)

    assert LedgerEntry.objects.filter(transaction=posted).count() == 2
