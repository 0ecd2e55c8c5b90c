"""What the measurement of shared accounts measures: real acts, waits that are there, no caller that fails unseen."""

from functools import partial
from time import perf_counter, sleep

import pytest
from django.db import transaction

from payment.models import AccountKind, TransactionKind
from payment.services.accounts import system_account, wallet_account
from payment.services.posting import Move, post
from payshift.measuring.benching.hot_callers import CALLERS, TIMES, accounts_held, drive, far_away
from tests.factories.accounts import UserFactory
from tests.factories.payment import balance_of, fund_wallet

pytestmark = pytest.mark.django_db(transaction=True)

FEES = system_account(AccountKind.PLATFORM_FEES)


@pytest.fixture
def users() -> list[int]:
    users = [UserFactory().pk for _ in range(CALLERS)]
    for user_id in users:
        fund_wallet(user_id, 10_000)
    return users


@transaction.atomic
def pay(user_id: int, reference: str, seconds: float = 0.0) -> None:
    """The fee, and something else that the transaction does afterwards."""
    move = Move(wallet_account(user_id), FEES, 1)
    post(kind=TransactionKind.TRANSFER_FEE, reference=reference, moves=[move])
    sleep(seconds)


def payments(users: list[int], name: str) -> list[partial[None]]:
    return [
        partial(pay, users[place], f"{name}-{place}-{number}", 0.01)
        for place in range(CALLERS)
        for number in range(TIMES)
    ]


def test_held_accounts_are_waited_for_and_those_of_now_are_not(users: list[int]) -> None:
    pay(users[0], "first")
    now = drive(payments(users, "now"), 0)
    with accounts_held():
        held = drive(payments(users, "held"), 0)

    assert balance_of(FEES) == 1 + 2 * CALLERS * TIMES
    assert held["waiting"] > 0.5
    assert now["waiting"] < held["waiting"] / 2
    assert now["per_second"] > 2 * held["per_second"]


def test_statements_and_the_commit_are_under_way(users: list[int]) -> None:
    with far_away(20):
        started = perf_counter()
        pay(users[0], "far")
        took = perf_counter() - started

    # The lock, the posting and the COMMIT.
    assert took >= 0.06


def test_caller_that_fails_ends_the_measurement() -> None:
    def refuse() -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        drive([refuse] * CALLERS * TIMES, 0)
