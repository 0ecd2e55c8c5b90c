"""The posting service: one event, one balanced transaction, two statements."""

import pytest
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from accounts.models import CustomUser
from payment.exceptions import AlreadyPosted, InsufficientFunds
from payment.models import AccountKind, LedgerAccount, LedgerEntry, LedgerTransaction, TransactionKind, Wallet
from payment.services.accounts import (
    AccountKey,
    escrow_account,
    lock_accounts,
    provider_balance,
    system_account,
    wallet_account,
    wallet_of,
)
from payment.services.posting import Move, post
from tests.factories.jobs import JobFactory
from tests.factories.payment import balance_of, fund_wallet

pytestmark = pytest.mark.django_db

FEES = system_account(AccountKind.PLATFORM_FEES)


def pay(payer: CustomUser, payee: CustomUser, amount_kobo: int, reference: str = "one") -> LedgerTransaction:
    return post(
        kind=TransactionKind.TRANSFER_FEE,
        reference=reference,
        moves=[Move(wallet_account(payer.pk), wallet_account(payee.pk), amount_kobo)],
    )


def entries_of(posted: LedgerTransaction) -> set[tuple[str, int]]:
    return set(LedgerEntry.objects.filter(transaction=posted).values_list("account__kind", "amount_kobo"))


def test_post_writes_one_transaction_with_an_entry_per_account() -> None:
    job = JobFactory()
    escrow, paystack = escrow_account(job.pk), provider_balance("paystack")

    posted = post(
        kind=TransactionKind.FUNDING,
        reference="paystack:pay-1",
        moves=[Move(paystack, escrow, 700), Move(paystack, wallet_account(job.client_id), 300)],
        job_id=job.pk,
        memo="Paid too much",
    )

    stored = LedgerTransaction.objects.get()
    assert (stored.pk, stored.kind, stored.reference, stored.job_id, stored.memo, stored.xid) == (
        posted.pk,
        "funding",
        "paystack:pay-1",
        job.pk,
        "Paid too much",
        posted.xid,
    )
    assert entries_of(posted) == {("provider_balance", -1_000), ("escrow", 700), ("wallet", 300)}


def test_post_takes_two_statements_when_the_accounts_are_there(wale: CustomUser, ada: CustomUser) -> None:
    fund_wallet(wale.pk, 1_000)
    fund_wallet(ada.pk, 1_000)

    with CaptureQueriesContext(
        connection,
    ) as queries:
        pay(wale, ada, 10)

    # 1. lock the accounts in the order of their ids  2. transaction and entries
    assert len(queries) == 2


def test_post_makes_missing_accounts_and_wallets(wale: CustomUser) -> None:
    fund_wallet(wale.pk, 1_000)

    assert Wallet.objects.get(user=wale).account.balance_kobo == 1_000
    assert LedgerAccount.objects.count() == 2


def test_post_of_the_same_event_again_is_refused_and_changes_nothing(wale: CustomUser, ada: CustomUser) -> None:
    fund_wallet(wale.pk, 1_000)
    pay(wale, ada, 10)

    with pytest.raises(AlreadyPosted) as refused:
        pay(wale, ada, 10)

    assert (refused.value.status, refused.value.code) == (409, "already_posted")
    # The transaction goes on: the refusal was no database error.
    assert balance_of(wallet_account(ada.pk)) == 10
    assert LedgerEntry.objects.count() == 4


def test_post_of_another_kind_under_the_same_reference_is_another_event(wale: CustomUser) -> None:
    fund_wallet(wale.pk, 1_000)
    flying = system_account(AccountKind.PAYOUTS_IN_FLIGHT)
    post(kind=TransactionKind.WITHDRAWAL, reference="w", moves=[Move(wallet_account(wale.pk), flying, 10)])

    post(kind=TransactionKind.WITHDRAWAL_RETURNED, reference="w", moves=[Move(flying, wallet_account(wale.pk), 10)])

    assert balance_of(wallet_account(wale.pk)) == 1_000


def test_m3_post_refuses_to_overdraw_a_wallet(wale: CustomUser, ada: CustomUser) -> None:
    fund_wallet(wale.pk, 1_000)

    with pytest.raises(InsufficientFunds) as refused, transaction.atomic():
        pay(wale, ada, 1_001)

    assert (refused.value.status, refused.value.code) == (409, "insufficient_funds")
    assert (balance_of(wallet_account(wale.pk)), balance_of(wallet_account(ada.pk))) == (1_000, 0)
    assert LedgerTransaction.objects.count() == 1


def test_post_refused_for_lack_of_money_can_be_posted_later(wale: CustomUser, ada: CustomUser) -> None:
    with pytest.raises(InsufficientFunds), transaction.atomic():
        pay(wale, ada, 500)
    fund_wallet(wale.pk, 1_000)

    pay(wale, ada, 500)

    assert balance_of(wallet_account(ada.pk)) == 500


@pytest.mark.parametrize("amount_kobo", [0, -1])
def test_move_of_nothing_is_refused(amount_kobo: int) -> None:
    with pytest.raises(ValueError, match="moves nothing"):
        Move(FEES, provider_balance("paystack"), amount_kobo)


def test_move_to_the_same_account_is_refused() -> None:
    with pytest.raises(ValueError, match="moves nothing"):
        Move(FEES, FEES, 5)


def test_post_that_changes_nothing_is_refused(wale: CustomUser) -> None:
    wallet = wallet_account(wale.pk)
    with pytest.raises(ValueError, match="must change"):
        post(
            kind=TransactionKind.TRANSFER_FEE,
            reference="round",
            moves=[Move(FEES, wallet, 5), Move(wallet, FEES, 5)],
        )

    with pytest.raises(ValueError, match="must change"):
        post(kind=TransactionKind.TRANSFER_FEE, reference="empty", moves=[])


@pytest.mark.django_db(transaction=True)
def test_post_outside_a_transaction_is_refused(wale: CustomUser, ada: CustomUser) -> None:
    with pytest.raises(TransactionManagementError):
        pay(wale, ada, 5)

    assert LedgerTransaction.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_post_is_gone_when_its_transaction_rolls_back(wale: CustomUser, ada: CustomUser) -> None:
    fund_wallet(wale.pk, 1_000)

    with transaction.atomic():
        pay(wale, ada, 10)
        transaction.set_rollback(True)

    assert balance_of(wallet_account(wale.pk)) == 1_000
    assert LedgerTransaction.objects.count() == 1


def test_accounts_are_found_again(wale: CustomUser, ada: CustomUser) -> None:
    keys = [wallet_account(wale.pk), wallet_account(ada.pk), FEES, escrow_account(JobFactory().pk)]
    made = lock_accounts(keys)

    assert lock_accounts(reversed(keys)) == made


def test_system_accounts_asked_for_together_are_those_and_no_others() -> None:
    keys = {provider_balance("paystack"), provider_balance("flutterwave"), FEES, system_account(AccountKind.SUSPENSE)}
    lock_accounts(keys)

    some: set[AccountKey] = {provider_balance("paystack"), FEES}

    assert lock_accounts(some).keys() == some


def test_wallet_of_makes_a_wallet_once(wale: CustomUser) -> None:
    made = wallet_of(wale.pk)

    assert wallet_of(wale.pk) == made
    account = LedgerAccount.objects.get(wallet=made)
    assert (account.user_id, account.kind, account.balance_kobo) == (wale.pk, "wallet", 0)
