"""The books against what a provider itself says it holds, and against every line of its ledger, once a day.

Each difference is one row for staff. It closes by itself when both sides agree, stays closed once staff explained it
(a top-up that was booked under their own reference), and opens again only when its sums change. Lines of the last hour
wait: a webhook may be on its way. Money at Paystack that is not settled yet is not in its balance, so staff compare
`balance` with what the dashboard calls pending.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction

from core import clock
from core.errors import InvalidState
from core.patience import unhurried
from payment.checks import KEYS, is_ours
from payment.models import LedgerAccount, ProviderDifference
from payment.providers.registry import provider_named
from payment.services.accounts import provider_balance
from payment.services.alerts import alert_staff
from payment.services.sweeping import Row, told_of_failure

LOOKS_BACK = timedelta(days=4)
# Both clocks and webhooks that are late: what is this near an end of the window is compared another day, or was.
MARGIN = timedelta(hours=1)

# What each row did to the provider's balance, by the books: up is positive, as in the provider's ledger.
BOOKED = """
SELECT named.subject, named.reference, -sum(e.amount_kobo)::bigint, min(t.created_at), max(t.created_at)
FROM payment_ledgertransaction t
JOIN payment_ledgerentry e ON e.transaction_id = t.id
JOIN payment_ledgeraccount a ON a.id = e.account_id AND a.kind = 'provider_balance' AND a.provider = %(provider)s
CROSS JOIN LATERAL (
    SELECT concat('Transaction ', p.provider_id) AS subject, p.reference FROM payment_paymentattempt p
    WHERE t.kind IN ('funding', 'provider_fee') AND p.provider = %(provider)s AND p.provider_id <> ''
      AND p.reference = substring(t.reference FROM length(%(provider)s) + 2)
    UNION ALL
    SELECT concat('Transaction ', d.provider_id), d.reference FROM payment_deposit d
    WHERE t.kind IN ('funding', 'provider_fee') AND d.provider = %(provider)s
      AND d.reference = substring(t.reference FROM length(%(provider)s) + 2)
    UNION ALL
    SELECT concat('Transfer ', w.provider_id), w.reference FROM payment_withdrawal w
    WHERE t.kind IN ('withdrawal_paid', 'withdrawal_returned', 'transfer_fee')
      AND w.reference = split_part(t.reference, ':', 1) AND w.provider_id <> ''
    UNION ALL
    SELECT concat('Refund ', r.provider_id), r.reference FROM payment_refund r
    WHERE t.kind = 'card_refund_processed' AND r.reference = t.reference AND r.provider_id <> ''
) named
WHERE t.created_at >= %(since)s
GROUP BY named.subject, named.reference
"""


@dataclass(slots=True)
class Sides:
    """What both say of one row, and when it was first and last heard of."""

    reference: str = ""
    books_kobo: int = 0
    provider_kobo: int = 0
    first: datetime | None = None
    last: datetime | None = None

    def heard(self, first: datetime, last: datetime) -> None:
        self.first = min(first, self.first or first)
        self.last = max(last, self.last or last)


def compare_all() -> int:
    """Each provider that can be asked. Network calls. Returns how many differences are open."""
    for provider in KEYS:
        with told_of_failure(Row(ProviderDifference, 0, provider, "")):
            compare_with_provider(provider)
    return ProviderDifference.objects.filter(closed_at__isnull=True).count()


def compare_with_provider(provider: str) -> None:
    """Ask for the balance and the ledger, and keep what differs. No transaction may be open while it asks."""
    if not is_ours(provider):
        return
    since = clock.now() - LOOKS_BACK
    adapter = provider_named(provider)
    held_kobo, lines = adapter.balance_kobo(), adapter.balance_lines(since=since)
    sides: defaultdict[str, Sides] = defaultdict(Sides)
    for line in lines:
        row = sides[line.subject]
        row.provider_kobo += line.difference_kobo
        row.heard(line.at, line.at)
    if lines:
        for subject, reference, kobo, first, last in _booked(provider, since):
            row = sides[subject]
            row.reference, row.books_kobo = reference, kobo
            row.heard(first, last)
    _keep(provider, {subject: row for subject, row in sides.items() if _is_settled(row, since)}, held_kobo)


@transaction.atomic
def explain_difference(*, staff_id: int, difference_id: int) -> ProviderDifference:
    """Staff know why: it stays closed until its sums change. Raises `InvalidState` for one that is closed."""
    changed = ProviderDifference.objects.filter(pk=difference_id, closed_at__isnull=True)
    if not changed.update(closed_at=clock.now(), closed_by_id=staff_id):
        raise InvalidState("This difference is closed.")
    return ProviderDifference.objects.get(pk=difference_id)


def _booked(provider: str, since: datetime) -> list[tuple[str, str, int, datetime, datetime]]:
    with unhurried(), connection.cursor() as cursor:
        cursor.execute(BOOKED, {"provider": provider, "since": since})
        return list(cursor.fetchall())


def _is_settled(row: Sides, since: datetime) -> bool:
    if row.first is None or row.last is None:
        return False
    return row.first > since + MARGIN and row.last < clock.now() - MARGIN


@transaction.atomic
def _keep(provider: str, sides: dict[str, Sides], held_kobo: int) -> None:
    books_kobo = -_balance_of(provider)
    new = keep_differences(provider, sides | {"balance": Sides(books_kobo=books_kobo, provider_kobo=held_kobo)})
    if new:
        alert_staff("provider_differs", provider=provider, differences=new, books_kobo=books_kobo, held_kobo=held_kobo)


def keep_differences(provider: str, compared: dict[str, Sides]) -> int:
    """One row for each that differs, closed when it does no more. Returns how many staff were not told of.

    In the caller's transaction.
    """
    known = {row.subject: row for row in ProviderDifference.objects.filter(provider=provider, subject__in=compared)}
    return sum(_note(provider, subject, row, known.get(subject)) for subject, row in compared.items())


def _note(provider: str, subject: str, row: Sides, known: ProviderDifference | None) -> bool:
    """Whether it is one that staff were not told of."""
    now, differs = clock.now(), row.books_kobo != row.provider_kobo
    if known is None:
        if differs:
            ProviderDifference.objects.create(
                provider=provider,
                subject=subject,
                reference=row.reference,
                books_kobo=row.books_kobo,
                provider_kobo=row.provider_kobo,
                found_at=now,
                seen_at=now,
            )
        return differs
    same = (known.books_kobo, known.provider_kobo) == (row.books_kobo, row.provider_kobo)
    reopens = differs and not same and known.closed_at is not None
    known.books_kobo, known.provider_kobo, known.seen_at = row.books_kobo, row.provider_kobo, now
    if reopens:
        known.closed_at = known.closed_by = None
    elif not differs and known.closed_at is None:
        known.closed_at = now
    known.save(update_fields=["books_kobo", "provider_kobo", "seen_at", "closed_at", "closed_by"])
    return reopens


def _balance_of(provider: str) -> int:
    accounts = LedgerAccount.objects.filter(kind=provider_balance(provider).kind, provider=provider)
    return accounts.values_list("balance_kobo", flat=True).first() or 0
