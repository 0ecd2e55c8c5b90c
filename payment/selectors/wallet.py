"""A person's own wallet. Every function is one query."""

from dataclasses import dataclass

from django.db.models import Subquery, Sum

from core.models import PayshiftQuerySet
from core.pagination import Page, PageQuery, paginate
from payment.models import CURRENCY, WITHDRAWALS_IN_FLIGHT, AccountKind, LedgerAccount, LedgerEntry, Withdrawal


@dataclass(frozen=True, slots=True)
class WalletBalance:
    """What can be spent, what is on its way to the bank, and what is owed beside it."""

    balance_kobo: int
    in_flight_kobo: int
    owed_kobo: int = 0


def wallet_balance(*, user_id: int) -> WalletBalance:
    """Zero for someone who never had money."""
    in_flight = (
        Withdrawal.objects.filter(wallet__user_id=user_id, status__in=WITHDRAWALS_IN_FLIGHT)
        .order_by()
        .values("wallet_id")
        .annotate(kobo=Sum("amount_kobo"))
        .values("kobo")
    )
    debt = LedgerAccount.objects.filter(kind=AccountKind.RECEIVABLE, user_id=user_id, currency=CURRENCY)
    wallets = _wallets_of(user_id).annotate(
        in_flight=Subquery(in_flight), debt=Subquery(debt.order_by().values("balance_kobo"))
    )
    balance, flying, owed = wallets.values_list("balance_kobo", "in_flight", "debt").first() or (0, 0, 0)
    return WalletBalance(balance_kobo=balance, in_flight_kobo=flying or 0, owed_kobo=-(owed or 0))


def wallet_transactions(*, user_id: int, page: PageQuery) -> Page[LedgerEntry]:
    """The entries of a person's wallet, newest first, with their transactions and jobs.

    The account is found by a scalar subquery, so that the index on (account, id) yields the page in its order.
    """
    entries = LedgerEntry.objects.planned().filter(account_id=Subquery(_wallets_of(user_id).values("pk")[:1]))
    return paginate(
        entries.select_related("transaction", "transaction__job"), order=("-id",), page=page, listing="wallet"
    )


def _wallets_of(user_id: int) -> PayshiftQuerySet[LedgerAccount]:
    return LedgerAccount.objects.planned().filter(kind=AccountKind.WALLET, user_id=user_id, currency=CURRENCY)
