"""Races of postings on real PostgreSQL. The workloads' mutants are in `test_posting_mutants`."""

from collections.abc import Callable
from functools import partial

import pytest
from django.db import OperationalError, connection, transaction

from accounts.models import CustomUser
from payment.services.accounts import lock_accounts, wallet_account
from payment.services.ledger_check import check_books
from payment.services.ledger_queries import LAWS
from tests.factories.payment import balance_of, fund_wallet
from tests.payment import workloads
from tests.support.books import add_entry, open_transaction
from tests.support.races import errors_of, race

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    "workload",
    [
        workloads.unbalanced_postings_are_refused,
        workloads.parallel_duplicates_of_one_event_apply_once,
        workloads.parallel_credits_to_one_account_all_arrive,
        workloads.parallel_transfers_keep_every_kobo,
        workloads.parallel_withdrawals_stop_at_zero,
        workloads.moves_of_one_kobo_lose_none,
        workloads.duplicates_of_a_refused_posting_stay_refused,
        workloads.balances_rebuilt_from_entries_are_identical,
        workloads.entries_of_an_account_are_numbered_as_they_took_effect,
    ],
    ids=lambda workload: workload.__name__,
)
def test_m1_m3_m4_books_bear_the_workload(workload: Callable[[], None]) -> None:
    workload()


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


def test_wallet_made_by_8_threads_at_once_is_one(wale: CustomUser) -> None:
    outcomes = race(*(partial(fund_wallet, wale.pk, 100) for _ in range(8)))

    assert errors_of(outcomes) == []
    assert balance_of(wallet_account(wale.pk)) == 800
    assert check_books(LAWS).findings == []
