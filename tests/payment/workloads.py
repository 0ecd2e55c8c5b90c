"""What the books must bear: each workload runs in threads against real PostgreSQL and asserts what must be true after.

`test_posting_races` runs them, and `test_posting_mutants` runs them with a guard taken away, when they must fail.
"""

import random
from collections.abc import Callable
from functools import partial
from itertools import accumulate

from django.db import IntegrityError, transaction

from payment.exceptions import AlreadyPosted, InsufficientFunds
from payment.models import AccountKind, LedgerEntry, LedgerTransaction, TransactionKind
from payment.services.accounts import AccountKey, lock_accounts, provider_balance, system_account, wallet_account
from payment.services.ledger_check import check_books, rebuilt_balances, stored_balances
from payment.services.ledger_queries import LAWS
from payment.services.posting import Move, post
from tests.factories.accounts import UserFactory
from tests.factories.payment import balance_of, fund_wallet
from tests.support.books import add_entry, open_transaction
from tests.support.races import errors_of, race

IN_FLIGHT = system_account(AccountKind.PAYOUTS_IN_FLIGHT)
THREADS = 8


def unbalanced_postings_are_refused() -> None:
    """By hand, because the service cannot even say them."""
    wallet = funded_wallet(10_000)

    def unbalanced(number: int) -> None:
        with transaction.atomic():
            account_id = lock_accounts([wallet])[wallet]
            add_entry(open_transaction(reference=f"unbalanced-{number}"), account_id, 1)

    outcomes = race(*(partial(unbalanced, number) for number in range(THREADS)))

    assert balance_of(wallet) == 10_000
    assert errors_of(outcomes) == [IntegrityError] * THREADS
    assert LedgerTransaction.objects.count() == 1


def parallel_duplicates_of_one_event_apply_once() -> None:
    """64 of them."""
    wallet = wallet_account(UserFactory().pk)

    def credit() -> None:
        with transaction.atomic():
            move = Move(provider_balance("paystack"), wallet, 700)
            post(kind=TransactionKind.FUNDING, reference="paystack:once", moves=[move])

    refusals = in_threads([credit] * 64, threads=64)

    assert balance_of(wallet) == 700
    assert refusals == [AlreadyPosted] * 63
    assert LedgerEntry.objects.count() == 2


def parallel_credits_to_one_account_all_arrive() -> None:
    """500 of them."""
    wallet = wallet_account(UserFactory().pk)

    def credit(number: int) -> None:
        with transaction.atomic():
            move = Move(provider_balance("paystack"), wallet, number)
            post(kind=TransactionKind.FUNDING, reference=f"paystack:{number}", moves=[move])

    refusals = in_threads([partial(credit, number) for number in range(1, 501)])

    assert balance_of(wallet) == sum(range(1, 501))
    assert refusals == []


def parallel_transfers_keep_every_kobo() -> None:
    """400 over 8 accounts, in both directions between any two."""
    wallets = [funded_wallet(100_000) for _ in range(8)]
    dice = random.Random(8)

    def transfer(number: int, source: AccountKey, target: AccountKey) -> None:
        with transaction.atomic():
            move = Move(source, target, 1 + number)
            post(kind=TransactionKind.TRANSFER_FEE, reference=f"transfer-{number}", moves=[move])

    refusals = in_threads([partial(transfer, number, *dice.sample(wallets, 2)) for number in range(400)])

    assert sum(map(balance_of, wallets)) == 800_000
    assert refusals == []
    assert LedgerTransaction.objects.filter(kind=TransactionKind.TRANSFER_FEE).count() == 400
    assert check_books(LAWS).findings == []


def parallel_withdrawals_stop_at_zero() -> None:
    """20 with money for 10: exactly 10."""
    wallet = funded_wallet(10_000)

    refusals = in_threads([partial(withdraw, wallet, number) for number in range(20)], threads=20)

    assert (balance_of(wallet), balance_of(IN_FLIGHT)) == (0, 10_000)
    assert refusals == [InsufficientFunds] * 10
    assert LedgerTransaction.objects.filter(kind=TransactionKind.WITHDRAWAL).count() == 10


def moves_of_one_kobo_lose_none() -> None:
    """1000, in transactions of 50, each well within the time-out of a transaction on a busy machine."""
    source, target = funded_wallet(1_000), wallet_account(UserFactory().pk)

    for first in range(0, 1_000, 50):
        with transaction.atomic():
            for number in range(first, first + 50):
                move = Move(source, target, 1)
                post(kind=TransactionKind.TRANSFER_FEE, reference=f"kobo-{number}", moves=[move])

    assert (balance_of(source), balance_of(target)) == (0, 1_000)
    assert LedgerTransaction.objects.filter(kind=TransactionKind.TRANSFER_FEE).count() == 1_000
    assert check_books(LAWS).findings == []


def duplicates_of_a_refused_posting_stay_refused() -> None:
    """32 of them."""
    wallet = funded_wallet(999)

    refusals = in_threads([partial(withdraw, wallet, 1)] * 32, threads=32)

    assert (balance_of(wallet), balance_of(IN_FLIGHT)) == (999, 0)
    assert refusals == [InsufficientFunds] * 32
    assert LedgerTransaction.objects.count() == 1


def balances_rebuilt_from_entries_are_identical() -> None:
    """After everything at once: money in, money out, refused, repeated."""
    wallets = [funded_wallet(1_000) for _ in range(4)]
    dice = random.Random(4)

    def pay_in(number: int, wallet: AccountKey) -> None:
        with transaction.atomic():
            move = Move(provider_balance("paystack"), wallet, number)
            # Every third is one that was there before.
            post(kind=TransactionKind.FUNDING, reference=f"paystack:{number - number % 3}", moves=[move])

    calls: list[Callable[[], None]] = [partial(pay_in, number, dice.choice(wallets)) for number in range(1, 101)]
    calls += [partial(withdraw, dice.choice(wallets), number) for number in range(100)]
    dice.shuffle(calls)

    in_threads(calls)

    assert stored_balances() == rebuilt_balances()
    assert sum(stored_balances().values()) == 0


def entries_of_an_account_are_numbered_as_they_took_effect() -> None:
    """So a page of a wallet's history never misses an entry, and no running balance in it is below zero."""
    user = UserFactory()
    wallet = wallet_account(user.pk)
    fund_wallet(user.pk, 1_000)

    def spend_and_fund(thread: int) -> None:
        for number in range(25):
            collect([partial(withdraw, wallet, thread * 100 + number)])
            if number % 2:
                fund_wallet(user.pk, 1_000)

    outcomes = race(*(partial(spend_and_fund, thread) for thread in range(THREADS)))

    assert errors_of(outcomes) == []
    amounts = LedgerEntry.objects.filter(account__kind="wallet").order_by("pk").values_list("amount_kobo", flat=True)
    running = list(accumulate(amounts))
    assert len(running) > 100
    assert min(running) >= 0


@transaction.atomic
def withdraw(wallet: AccountKey, number: int) -> None:
    move = Move(wallet, IN_FLIGHT, 1_000)
    post(kind=TransactionKind.WITHDRAWAL, reference=f"withdrawal-{number}", moves=[move])


def funded_wallet(amount_kobo: int) -> AccountKey:
    user = UserFactory()
    fund_wallet(user.pk, amount_kobo)
    return wallet_account(user.pk)


def in_threads(calls: list[Callable[[], None]], *, threads: int = THREADS) -> list[type[Exception]]:
    """Share the calls out to threads, let go at once; which of them the books refused. Nothing else fails."""
    outcomes = race(*(partial(collect, calls[start::threads]) for start in range(threads)))
    assert errors_of(outcomes) == []
    return [refusal for refused in outcomes if isinstance(refused, list) for refusal in refused]


def collect(calls: list[Callable[[], None]]) -> list[type[Exception]]:
    """Make the calls one after the other; what the books refused."""
    refused: list[type[Exception]] = []
    for call in calls:
        try:
            call()
        except (AlreadyPosted, InsufficientFunds) as error:
            refused.append(type(error))
    return refused
