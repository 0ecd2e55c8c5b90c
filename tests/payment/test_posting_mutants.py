"""No mutant survives: each workload with one guard of the books taken away must fail by what it asserts."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

from payment.services import accounts, posting
from tests.payment import workloads
from tests.support.books import owner, without_constraint, without_trigger

pytestmark = pytest.mark.django_db(transaction=True)

FUNCTION = "payment_apply_entries()"
LOCKED_IN_ORDER = "PERFORM FROM payment_ledgeraccount WHERE id = ANY (e.accounts) ORDER BY id FOR NO KEY UPDATE;"
ADDED = "UPDATE payment_ledgeraccount a SET balance_kobo = a.balance_kobo + s.amount_kobo"
SLOWLY = "PERFORM pg_sleep(random() * 0.01);"


@contextmanager
def books_that_do_not_balance() -> Iterator[None]:
    """M1: nothing is checked at COMMIT."""
    with (
        without_trigger("payment_ledgerentry", "payment_ledgerentry_balanced"),
        without_trigger("payment_ledgertransaction", "payment_ledgertransaction_balanced"),
    ):
        yield


@contextmanager
def events_without_a_name() -> Iterator[None]:
    """(kind, reference) is not unique."""
    unguarded = posting.POST.replace("ON CONFLICT (kind, reference) DO NOTHING", "")
    assert unguarded != posting.POST
    with (
        without_constraint("payment_ledgertransaction", "payment_ledgertransaction_once"),
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(posting, "POST", unguarded)
        yield


def overdrafts() -> AbstractContextManager[None]:
    """M3: no CHECK."""
    return without_constraint("payment_ledgeraccount", "payment_ledgeraccount_not_negative")


def entries_that_move_nothing() -> AbstractContextManager[None]:
    """M4: no trigger keeps the balance."""
    return without_trigger("payment_ledgerentry", "payment_ledgerentry_apply")


@contextmanager
def balances_read_then_written() -> Iterator[None]:
    """M4: what another wrote in between is lost; nobody locks."""
    remembered = f"""
    CREATE TEMPORARY TABLE IF NOT EXISTS remembered (id bigint, balance_kobo bigint) ON COMMIT DROP;
    DELETE FROM pg_temp.remembered;
    INSERT INTO pg_temp.remembered SELECT id, balance_kobo FROM payment_ledgeraccount;
    {SLOWLY}
    """
    written = (
        "UPDATE payment_ledgeraccount a SET balance_kobo = s.amount_kobo + "
        "(SELECT r.balance_kobo FROM pg_temp.remembered r WHERE r.id = a.id)"
    )
    with without_locks(), altered_trigger({LOCKED_IN_ORDER: remembered, ADDED: written}):
        yield


@contextmanager
def numbers_given_before_the_turn() -> Iterator[None]:
    """An entry gets its number first and waits for the account afterwards."""
    with without_locks(), altered_trigger({LOCKED_IN_ORDER: SLOWLY + LOCKED_IN_ORDER}):
        yield


@contextmanager
def without_locks() -> Iterator[None]:
    unlocked = accounts.LOCK.replace("FOR NO KEY UPDATE OF payment_ledgeraccount", "")
    assert unlocked != accounts.LOCK
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(accounts, "LOCK", unlocked)
        yield


@contextmanager
def altered_trigger(changes: dict[str, str]) -> Iterator[None]:
    with owner() as own:
        row = own.execute("SELECT pg_get_functiondef(%s::regprocedure)", [FUNCTION]).fetchone()
        assert row is not None
        original = altered = str(row[0])
        for now, then in changes.items():
            assert now in altered
            altered = altered.replace(now, then)
        own.execute(altered)
        try:
            yield
        finally:
            own.execute(original)


@pytest.mark.parametrize(
    ("workload", "mutant"),
    [
        (workloads.unbalanced_postings_are_refused, books_that_do_not_balance),
        (workloads.parallel_duplicates_of_one_event_apply_once, events_without_a_name),
        (workloads.parallel_credits_to_one_account_all_arrive, balances_read_then_written),
        (workloads.parallel_transfers_keep_every_kobo, balances_read_then_written),
        (workloads.parallel_withdrawals_stop_at_zero, overdrafts),
        (workloads.parallel_withdrawals_stop_at_zero, balances_read_then_written),
        (workloads.moves_of_one_kobo_lose_none, entries_that_move_nothing),
        (workloads.duplicates_of_a_refused_posting_stay_refused, overdrafts),
        (workloads.balances_rebuilt_from_entries_are_identical, balances_read_then_written),
        (workloads.balances_rebuilt_from_entries_are_identical, entries_that_move_nothing),
        (workloads.entries_of_an_account_are_numbered_as_they_took_effect, numbers_given_before_the_turn),
    ],
    ids=lambda function: function.__name__,
)
def test_workload_fails_with_the_mutant(
    workload: Callable[[], None], mutant: Callable[[], AbstractContextManager[None]]
) -> None:
    with mutant(), pytest.raises(AssertionError):
        workload()
