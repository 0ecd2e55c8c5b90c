"""A person's wallet as they see it: one query each."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import CustomUser
from core.errors import InvalidCursor
from core.pagination import PageQuery
from payment.models import AccountKind, TransactionKind
from payment.selectors.wallet import Standing, WalletBalance, wallet_balance, wallet_entries, wallet_transactions
from payment.services.accounts import escrow_account, system_account, wallet_account, wallet_of
from payment.services.posting import Move, post
from tests.factories.jobs import JobFactory
from tests.factories.payment import WithdrawalFactory, fund_escrow, fund_wallet

pytestmark = pytest.mark.django_db


def test_wallet_balance_of_someone_who_never_had_money_is_zero(wale: CustomUser) -> None:
    assert wallet_balance(user_id=wale.pk) == of_wallet(wale, balance_kobo=0, in_flight_kobo=0)


def test_wallet_balance_tells_what_is_on_its_way_to_the_bank(wale: CustomUser) -> None:
    fund_wallet(wale.pk, 100_000)
    WithdrawalFactory(wallet=wallet_of(wale.pk), amount_kobo=40_000, status="sending")
    WithdrawalFactory(wallet=wallet_of(wale.pk), amount_kobo=7, status="paid")
    post(
        kind=TransactionKind.WITHDRAWAL,
        reference="withdrawal",
        moves=[Move(wallet_account(wale.pk), system_account(AccountKind.PAYOUTS_IN_FLIGHT), 40_000)],
    )

    with CaptureQueriesContext(connection) as queries:
        balance = wallet_balance(user_id=wale.pk)

    assert balance == of_wallet(wale, balance_kobo=60_000, in_flight_kobo=40_000)
    assert len(queries) == 1


def of_wallet(user: CustomUser, *, balance_kobo: int, in_flight_kobo: int) -> WalletBalance:
    """Of somebody who owes nothing, has no bank account, and of whom nothing was confirmed."""
    return WalletBalance(
        balance_kobo=balance_kobo,
        in_flight_kobo=in_flight_kobo,
        owed_kobo=0,
        bank_account_changed_at=None,
        standing=Standing(joined_at=user.profile.joined_at, confirmed=()),
    )


def test_wallet_transactions_are_ones_own_newest_first(wale: CustomUser, ada: CustomUser) -> None:
    fund_wallet(wale.pk, 100)
    fund_wallet(ada.pk, 999)
    fund_wallet(wale.pk, 200)

    page = wallet_transactions(entries=wallet_entries(user_id=wale.pk), page=PageQuery())

    assert [entry.amount_kobo for entry in page.items] == [200, 100]
    assert page.next_cursor is None


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_wallet_transactions_take_one_query_for_any_number(chidi: CustomUser, rows: int) -> None:
    for _ in range(rows):
        job = JobFactory(client=chidi)
        fund_escrow(job, 500)
        post(
            kind=TransactionKind.REFUND,
            reference=f"refund-{job.pk}",
            moves=[Move(escrow_account(job.pk), wallet_account(chidi.pk), 500)],
            job_id=job.pk,
        )

    with CaptureQueriesContext(connection) as queries:
        page = wallet_transactions(entries=wallet_entries(user_id=chidi.pk), page=PageQuery(limit=50))
        shown = [
            (entry.transaction.kind, entry.transaction.job and entry.transaction.job.title) for entry in page.items
        ]

    assert len(queries) == 1  # entries, their transactions and jobs
    assert len(shown) == rows
    assert all(kind == "refund" and title for kind, title in shown)


def test_wallet_transactions_go_on_after_the_cursor(wale: CustomUser) -> None:
    for amount_kobo in range(1, 6):
        fund_wallet(wale.pk, amount_kobo)

    first = wallet_transactions(entries=wallet_entries(user_id=wale.pk), page=PageQuery(limit=2))
    fund_wallet(wale.pk, 6)
    second = wallet_transactions(
        entries=wallet_entries(user_id=wale.pk), page=PageQuery(limit=2, cursor=first.next_cursor)
    )
    third = wallet_transactions(
        entries=wallet_entries(user_id=wale.pk), page=PageQuery(limit=2, cursor=second.next_cursor)
    )

    pages = [[entry.amount_kobo for entry in page.items] for page in (first, second, third)]
    assert pages == [[5, 4], [3, 2], [1]]
    assert third.next_cursor is None


def test_wallet_transactions_refuse_a_cursor_that_is_none(wale: CustomUser) -> None:
    with pytest.raises(InvalidCursor):
        wallet_transactions(entries=wallet_entries(user_id=wale.pk), page=PageQuery(cursor="abc"))
