"""What the comparison of postings compares: the same effect by both ways, and no caller that fails unseen."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random

import pytest

from payment.models import LedgerTransaction
from payment.services.accounts import wallet_account
from payment.services.ledger_check import check_books
from payment.services.ledger_queries import LAWS
from payshift.measuring.benching.posting_callers import CALLERS, Way, drive, workloads
from payshift.measuring.benching.posting_ways import OPENING_KOBO, by_psycopg, by_service, open_wallets
from tests.factories.accounts import UserFactory
from tests.factories.payment import balance_of


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("way", [by_service, by_psycopg])
def test_both_ways_post_the_same(way: Way) -> None:
    UserFactory.create_batch(3)
    payer, payee, other = open_wallets(3)

    with way() as transfer:
        transfer(payer, payee, "bench-1")

    kobo = [balance_of(wallet_account(user_id)) - OPENING_KOBO for user_id in (payer, payee, other)]
    assert kobo == [-1, 1, 0]
    assert set(LedgerTransaction.objects.values_list("kind", "reference")) == {
        ("funding", "paystack:bench"),
        ("transfer_fee", "bench-1"),
    }
    assert check_books(LAWS).findings == []


def test_every_posting_of_every_caller_is_counted() -> None:
    made: list[str] = []

    sample = drive(counted(lambda _payer, _payee, reference: made.append(reference)), any_two, seconds=0.05)

    assert sample.requests == len(made) == len(set(made)) >= CALLERS


def test_caller_that_fails_ends_the_comparison() -> None:
    def refuse(payer: int, payee: int, reference: str) -> None:
        raise RuntimeError(reference)

    with pytest.raises(RuntimeError, match="bench-"):
        drive(counted(refuse), any_two, seconds=5)


def any_two(dice: object) -> tuple[int, int]:
    return 1, 2


def counted(transfer: Callable[[int, int, str], None]) -> Way:
    @contextmanager
    def way() -> Iterator[Callable[[int, int, str], None]]:
        yield transfer

    return way


def test_hot_account_is_in_every_payment_and_nobody_pays_himself() -> None:
    by_name = workloads(list(range(10)))
    dice = Random(1)

    spread, hot = ([workload(dice) for _ in range(200)] for workload in by_name.values())

    assert {payee for _, payee in hot} == {0}
    assert all(payer != payee for payer, payee in [*spread, *hot])
    assert {person for pair in spread for person in pair} == set(range(10))
