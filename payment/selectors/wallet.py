"""A person's own wallet. Every function is one query."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Q, Subquery, Sum

from accounts.models import BankAccount, CustomUser, IdentityCheck
from core.models import PayshiftQuerySet
from core.pagination import Page, PageQuery, paginate
from payment.models import CURRENCY, WITHDRAWALS_IN_FLIGHT, AccountKind, LedgerAccount, LedgerEntry, Withdrawal


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody's limits go by: since when they are here, and which numbers were found under their name."""

    joined_at: datetime
    confirmed: tuple[str, ...]

    @property
    def tier(self) -> int:
        """1, and one more for each number."""
        return 1 + len(self.confirmed)


@dataclass(frozen=True, slots=True)
class WalletBalance:
    """What can be spent, what is on its way to the bank, what is owed beside it, and whose it is."""

    balance_kobo: int
    in_flight_kobo: int
    owed_kobo: int
    # Of a verified one; the hold on withdrawals runs from then.
    bank_account_changed_at: datetime | None
    standing: Standing


@dataclass(frozen=True, slots=True)
class WalletSums:
    in_kobo: int | None = None
    out_kobo: int | None = None


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
    accounts = BankAccount.objects.filter(user_id=user_id, verified_at__isnull=False)
    people = CustomUser.objects.planned().annotate(
        balance=Subquery(_wallets_of(user_id).values("balance_kobo")),
        in_flight=Subquery(in_flight),
        debt=Subquery(debt.order_by().values("balance_kobo")),
        changed_at=Subquery(accounts.values("changed_at")),
        confirmed=ArraySubquery(IdentityCheck.objects.filter(user_id=user_id).order_by("kind").values("kind")),
    )
    person = people.values_list("balance", "in_flight", "debt", "changed_at", "profile__joined_at", "confirmed")
    balance, flying, owed, changed_at, joined_at, confirmed = person.get(pk=user_id)
    return WalletBalance(
        balance_kobo=balance or 0,
        in_flight_kobo=flying or 0,
        owed_kobo=-(owed or 0),
        bank_account_changed_at=changed_at,
        standing=Standing(joined_at=joined_at, confirmed=tuple(confirmed)),
    )


def wallet_entries(
    *,
    user_id: int,
    kinds: Collection[str] = (),
    created_from: datetime | None = None,
    created_before: datetime | None = None,
) -> PayshiftQuerySet[LedgerEntry]:
    """The entries of a person's wallet, of these kinds and this period.

    The account is found by a scalar subquery, so that the index on (account, id) yields a page in its order.
    """
    wanted = {
        "transaction__kind__in": kinds or None,
        "transaction__created_at__gte": created_from,
        "transaction__created_at__lt": created_before,
    }
    entries = LedgerEntry.objects.planned().filter(account_id=Subquery(_wallets_of(user_id).values("pk")[:1]))
    return entries.filter(**{name: value for name, value in wanted.items() if value is not None})


def wallet_transactions(*, entries: PayshiftQuerySet[LedgerEntry], page: PageQuery) -> Page[LedgerEntry]:
    """One page of them, newest first, with their transactions and jobs."""
    joined = entries.select_related("transaction", "transaction__job")
    return paginate(joined, order=("-id",), page=page, listing="wallet")


def wallet_sums(*, entries: PayshiftQuerySet[LedgerEntry]) -> WalletSums:
    """What came in and what went out in all of them."""
    came, went = Q(amount_kobo__gt=0), Q(amount_kobo__lt=0)
    sums = entries.aggregate(
        came=Sum("amount_kobo", filter=came, default=0), went=Sum("amount_kobo", filter=went, default=0)
    )
    return WalletSums(in_kobo=sums["came"], out_kobo=-sums["went"])


def _wallets_of(user_id: int) -> PayshiftQuerySet[LedgerAccount]:
    return LedgerAccount.objects.planned().filter(kind=AccountKind.WALLET, user_id=user_id, currency=CURRENCY)
