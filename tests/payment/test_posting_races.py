"""Races of postings on real PostgreSQL, each with a control that shows what the guard is for."""

import random
from collections.abc import Callable
from functools import partial
from itertools import accumulate

import pytest
from django.db import OperationalError, connection, transaction

from accounts.models import CustomUser
from payment.exceptions import AlreadyPosted, InsufficientFunds
from payment.models import AccountKind, LedgerEntry, LedgerTransaction, TransactionKind
from payment.services.accounts import AccountKey, lock_accounts, provider_balance, system_account, wallet_account
from payment.services.ledger_check import check_books, rebuilt_balances, stored_balances
from payment.services.posting import Move, post
from tests.factories.accounts import UserFactory
from tests.factories.payment import balance_of, fund_wallet
from tests.support.books import add_entry, open_transaction, without_constraint
from tests.support.races import errors_of, race

pytestmark = pytest.mark.django_db(transaction=True)

IN_FLIGHT = system_account(AccountKind.PAYOUTS_IN_FLIGHT)


@transaction.atomic
def withdraw(user_id: int, number: int) -> None:
    post(
        kind=TransactionKind.WITHDRAWAL,
        reference=f"withdrawal-{number}",
        moves=[Move(wallet_account(user_id), IN_FLIGHT, 1_000)],
    )


def in_turn(*functions: Callable[[], None]) -> Callable[[], None]:
    def run() -> None:
        for function in functions:
            function()

    return run


def test_m3_of_20_parallel_withdrawals_with_money_for_10_exactly_10_win(wale: CustomUser) -> None:
    fund_wallet(wale.pk, 10_000)

    outcomes = race(*(partial(withdraw, wale.pk, number) for number in range(20)))

    assert errors_of(outcomes) == [InsufficientFunds] * 10
    assert (balance_of(wallet_account(wale.pk)), balance_of(IN_FLIGHT)) == (0, 10_000)
    assert LedgerTransaction.objects.filter(kind=TransactionKind.WITHDRAWAL).count() == 10


def test_m3_control_without_the_check_all_20_withdrawals_win(wale: CustomUser) -> None:
    fund_wallet(wale.pk, 10_000)

    with without_constraint("payment_ledgeraccount", "payment_ledgeraccount_not_negative"):
        outcomes = race(*(partial(withdraw, wale.pk, number) for number in range(20)))

        assert errors_of(outcomes) == []
        assert balance_of(wallet_account(wale.pk)) == -10_000


def test_m1_m4_400_parallel_transfers_over_8_accounts_keep_every_kobo() -> None:
    people = UserFactory.create_batch(8)
    for person in people:
        fund_wallet(person.pk, 100_000)
    wallets = [wallet_account(person.pk) for person in people]
    dice = random.Random(8)

    def transfer(number: int, source: AccountKey, target: AccountKey) -> None:
        with transaction.atomic():
            post(
                kind=TransactionKind.STAFF_PAYMENT,
                reference=f"transfer-{number}",
                moves=[Move(source, target, 1 + number)],
            )

    transfers = [partial(transfer, number, *dice.sample(wallets, 2)) for number in range(400)]

    outcomes = race(*(in_turn(*transfers[start::8]) for start in range(8)))

    assert errors_of(outcomes) == []
    assert LedgerTransaction.objects.filter(kind=TransactionKind.STAFF_PAYMENT).count() == 400
    assert sum(map(balance_of, wallets)) == 800_000
    assert stored_balances() == rebuilt_balances()
    assert check_books().findings == []


def test_deadlock_control_accounts_locked_in_the_order_of_the_moves_do_deadlock(
    wale: CustomUser, ada: CustomUser
) -> None:
    """Two statements per transaction, in opposite orders: what ORDER BY id in one statement prevents."""
    fund_wallet(wale.pk, 10_000)
    fund_wallet(ada.pk, 10_000)
    with transaction.atomic():
        ids = lock_accounts([wallet_account(wale.pk), wallet_account(ada.pk)])
    first, second = ids.values()

    def transfer(reference: str, source: int, target: int) -> None:
        with transaction.atomic():
            posted = open_transaction(reference=reference)
            add_entry(posted, source, -5)
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(0.3)")
            add_entry(posted, target, 5)

    outcomes = race(partial(transfer, "there", first, second), partial(transfer, "back", second, first))

    assert errors_of(outcomes) == [OperationalError]


def test_64_parallel_postings_of_one_event_apply_once(wale: CustomUser) -> None:
    def credit() -> None:
        with transaction.atomic():
            post(
                kind=TransactionKind.FUNDING,
                reference="paystack:once",
                moves=[Move(provider_balance("paystack"), wallet_account(wale.pk), 700)],
            )

    # Eight threads of eight, as many as the connection pool lets at the same rows at once.
    outcomes = race(*(partial(collect, credit, 8) for _ in range(8)))

    refusals = [refusal for refused in outcomes if isinstance(refused, list) for refusal in refused]
    assert refusals == [AlreadyPosted] * 63
    assert balance_of(wallet_account(wale.pk)) == 700
    assert LedgerEntry.objects.count() == 2


def test_control_without_the_unique_constraint_one_event_is_applied_again(wale: CustomUser) -> None:
    def credit() -> None:
        with transaction.atomic():
            wallet, paystack = wallet_account(wale.pk), provider_balance("paystack")
            ids = lock_accounts([wallet, paystack])
            posted = open_transaction(kind="funding", reference="paystack:once")
            add_entry(posted, ids[wallet], 700)
            add_entry(posted, ids[paystack], -700)

    with without_constraint("payment_ledgertransaction", "payment_ledgertransaction_once"):
        outcomes = race(credit, credit, credit, credit)

        assert errors_of(outcomes) == []
        assert balance_of(wallet_account(wale.pk)) == 2_800


def test_500_parallel_credits_to_one_account_all_arrive(wale: CustomUser) -> None:
    def credit(number: int) -> None:
        with transaction.atomic():
            post(
                kind=TransactionKind.FUNDING,
                reference=f"paystack:{number}",
                moves=[Move(provider_balance("paystack"), wallet_account(wale.pk), number)],
            )

    credits = [partial(credit, number) for number in range(1, 501)]

    outcomes = race(*(in_turn(*credits[start::8]) for start in range(8)))

    assert errors_of(outcomes) == []
    assert balance_of(wallet_account(wale.pk)) == sum(range(1, 501))
    assert stored_balances() == rebuilt_balances()


def test_1000_moves_of_1_kobo_lose_none(wale: CustomUser, ada: CustomUser) -> None:
    fund_wallet(wale.pk, 1_000)

    with transaction.atomic():
        for number in range(1_000):
            post(
                kind=TransactionKind.STAFF_PAYMENT,
                reference=f"kobo-{number}",
                moves=[Move(wallet_account(wale.pk), wallet_account(ada.pk), 1)],
            )

    assert (balance_of(wallet_account(wale.pk)), balance_of(wallet_account(ada.pk))) == (0, 1_000)
    assert check_books().findings == []


def test_m3_32_duplicates_of_a_refused_posting_stay_refused(wale: CustomUser) -> None:
    fund_wallet(wale.pk, 999)

    outcomes = race(*(partial(collect, partial(withdraw, wale.pk, 1), 4) for _ in range(8)))

    refusals = [refusal for refused in outcomes if isinstance(refused, list) for refusal in refused]
    assert refusals == [InsufficientFunds] * 32
    assert (balance_of(wallet_account(wale.pk)), balance_of(IN_FLIGHT)) == (999, 0)
    assert LedgerTransaction.objects.count() == 1


def test_entries_of_one_account_are_numbered_in_the_order_in_which_they_took_effect(wale: CustomUser) -> None:
    """So a page of a wallet's history never misses an entry, and no running balance in it is below zero."""

    def spend_or_fund(thread: int) -> None:
        for number in range(25):
            collect(partial(withdraw, wale.pk, thread * 100 + number), 1)
            if number % 2:
                fund_wallet(wale.pk, 1_000)

    outcomes = race(*(partial(spend_or_fund, thread) for thread in range(8)))

    assert errors_of(outcomes) == []
    amounts = LedgerEntry.objects.filter(account__kind="wallet").order_by("pk").values_list("amount_kobo", flat=True)
    running = list(accumulate(amounts))
    assert len(running) > 100
    assert min(running) >= 0


def test_wallet_made_by_8_threads_at_once_is_one(wale: CustomUser) -> None:
    outcomes = race(*(partial(fund_wallet, wale.pk, 100) for _ in range(8)))

    assert errors_of(outcomes) == []
    assert balance_of(wallet_account(wale.pk)) == 800
    assert check_books().findings == []


def collect(function: Callable[[], None], times: int) -> list[type[Exception]]:
    """Call it so often; what was raised."""
    raised: list[type[Exception]] = []
    for _ in range(times):
        try:
            function()
        except (AlreadyPosted, InsufficientFunds) as error:
            raised.append(type(error))
    return raised
