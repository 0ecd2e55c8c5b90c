"""What providers say they settled, beside the books, once a day: each payment in it, and what is in none.

A settlement is listed, then its payments are read; for `LOOKS_BACK` both happen again each day, for a provider adds to
it and corrects it. What differs is a row of *Differences with providers*, which closes by itself once both agree:
`Settled <number>`, a payment that the books do not have or have otherwise; `Settlement <number>`, whose payments do not
add up to it; `Unsettled <number>`, which the books have and no settlement since; `Twice <number>`, which was settled
more than once, each time as the books have it. What was attacked, and what holds it:

- Two imports at once, one that runs twice, or one that was killed: the provider's numbers are unique, and the payments
  of one settlement are written in one transaction under its row's lock; whoever comes second writes the same.
- One that cannot be read, or a provider that hangs: `payment.services.sweeping`, and no page is read without an end.
- Payments that were not read yet are no unsettled ones: those are looked for only while every listed settlement was
  read, and between the first and the last of them.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import F, Max, Min

from core import clock
from core.errors import InvalidState
from core.patience import unhurried
from payment.checks import KEYS, is_ours
from payment.models import (
    CURRENCY,
    ProviderDifference,
    Settlement,
    SettlementLine,
    SettlementOutcome,
    StaffMove,
    StaffMoveKind,
)
from payment.providers.registry import provider_named
from payment.providers.reports import SettledCharge
from payment.services.alerts import alert_staff
from payment.services.locks import lock_settlement
from payment.services.provider_comparison import Sides, keep_differences
from payment.services.references import funding_reference
from payment.services.staff_moves import propose_move
from payment.services.sweeping import Row, ask_each, ask_for_list

LOOKS_BACK = timedelta(days=14)
# Cards of the country are settled the next working day; over a long weekend it is the fourth.
SETTLED_WITHIN = timedelta(days=4)
MOST_PER_RUN = 200
MOST_UNSETTLED = 500
UNSETTLED = "Unsettled"
TWICE = "Twice"

# What a payment brought to the provider's balance, its fee taken off.
BROUGHT = """
SELECT t.reference, -sum(e.amount_kobo)::bigint
FROM payment_ledgertransaction t
JOIN payment_ledgerentry e ON e.transaction_id = t.id
JOIN payment_ledgeraccount a ON a.id = e.account_id AND a.kind = 'provider_balance' AND a.provider = %(provider)s
WHERE t.kind IN ('funding', 'provider_fee') AND t.reference = ANY(%(references)s)
GROUP BY t.reference
"""
NEVER_SETTLED = """
SELECT came.provider_id, came.reference, came.kobo FROM (
    SELECT provider_id, reference, captured_kobo - coalesce(provider_fee_kobo, 0) AS kobo, succeeded_at AS at
    FROM payment_paymentattempt WHERE provider = %(provider)s AND status = 'succeeded' AND provider_id <> ''
    UNION ALL
    SELECT provider_id, reference, amount_kobo - coalesce(provider_fee_kobo, 0), created_at
    FROM payment_deposit WHERE provider = %(provider)s
) came
WHERE came.at >= %(first)s AND came.at < %(last)s AND NOT EXISTS (
    SELECT FROM payment_settlementline l JOIN payment_settlement s ON s.id = l.settlement_id
    WHERE l.reference = came.reference AND s.provider = %(provider)s AND l.taken_out_at IS NULL
)
ORDER BY came.at LIMIT %(most)s
"""
# By our reference: two charges under one, which the books have once, are two payments of one as well.
SETTLED_AGAIN = """
SELECT min(l.provider_id), l.reference, coalesce(max(l.books_kobo), 0), sum(l.amount_kobo - l.fee_kobo)::bigint
FROM payment_settlementline l JOIN payment_settlement s ON s.id = l.settlement_id
WHERE s.provider = %(provider)s AND l.taken_out_at IS NULL AND l.reference <> '' AND l.reference IN (
    SELECT lately.reference FROM payment_settlementline lately
    JOIN payment_settlement ls ON ls.id = lately.settlement_id
    WHERE ls.provider = %(provider)s AND ls.settled_at >= %(since)s
    UNION ALL
    SELECT unnest(%(told)s::text[])
)
GROUP BY l.reference HAVING count(*) > 1
ORDER BY l.reference
"""


def import_settlements() -> int:
    """List what was settled lately, and compare each. Network calls. Returns how many settlements were asked about."""
    for provider in _asked():
        _list(provider)
    lately = Settlement.objects.filter(settled_at__gte=clock.now() - LOOKS_BACK)
    longest_ago = lately.order_by(F("compared_at").asc(nulls_first=True), "settled_at", "pk")
    rows = longest_ago.values_list("pk", "provider", "provider_id")[:MOST_PER_RUN]
    asked = ask_each([Row(Settlement, *row) for row in rows], compare_settlement)
    for provider in _asked():
        note_unsettled(provider)
        note_settled_again(provider)
    return asked


def compare_settlement(provider: str, provider_id: str) -> None:
    """Read the payments of a listed settlement and keep how they compare. A network call; raises `ProviderError`."""
    charges = provider_named(provider).settled_charges(provider_id=provider_id)
    _keep(provider, provider_id, {each.provider_id: each for each in charges})


@transaction.atomic
def note_unsettled(provider: str) -> None:
    """Payments that should have been in a settlement by now, and those that were, since."""
    lately = Settlement.objects.filter(provider=provider, settled_at__gte=clock.now() - LOOKS_BACK)
    if lately.filter(compared_at__isnull=True).exists():
        return
    span = lately.aggregate(first=Min("settled_at"), last=Max("settled_at"))
    if span["first"] is None:
        return
    with unhurried(), connection.cursor() as cursor:
        cursor.execute(
            NEVER_SETTLED,
            {
                "provider": provider,
                "first": span["first"],
                "last": span["last"] - SETTLED_WITHIN,
                "most": MOST_UNSETTLED,
            },
        )
        late = {
            f"{UNSETTLED} {number}": Sides(reference=reference, books_kobo=kobo)
            for number, reference, kobo in cursor.fetchall()
        }
    told = ProviderDifference.objects.filter(
        provider=provider, subject__startswith=f"{UNSETTLED} ", closed_at__isnull=True
    )
    settled = SettlementLine.objects.filter(settlement__provider=provider, taken_out_at__isnull=True)
    for row in told.exclude(subject__in=late):
        if settled.filter(reference=row.reference).exists():
            late[row.subject] = Sides(row.reference, row.books_kobo, row.books_kobo)
    _tell(provider, keep_differences(provider, late))


@transaction.atomic
def note_settled_again(provider: str) -> None:
    """Payments in more than one settlement of late, or twice in one, and those that were and are no more."""
    told = ProviderDifference.objects.filter(provider=provider, subject__startswith=f"{TWICE} ", closed_at__isnull=True)
    with unhurried(), connection.cursor() as cursor:
        cursor.execute(
            SETTLED_AGAIN,
            {
                "provider": provider,
                "since": clock.now() - LOOKS_BACK,
                "told": [row.reference for row in told],
            },
        )
        again = {
            f"{TWICE} {number}": Sides(reference, books_kobo, settled_kobo)
            for number, reference, books_kobo, settled_kobo in cursor.fetchall()
        }
    gone = {row.subject: Sides(row.reference, row.books_kobo, row.books_kobo) for row in told}
    _tell(provider, keep_differences(provider, gone | again))


def propose_settled(*, staff_id: int, settlement_id: int, reason: str) -> StaffMove:
    """Ask a second person to book that this came to the bank: once, under the provider's number of it.

    Raises `InvalidState` where nothing came, and what `propose_move` raises.
    """
    settlement = Settlement.objects.get(pk=settlement_id)
    if settlement.net_kobo <= 0:
        raise InvalidState("Nothing of this settlement came to the bank.")
    return propose_move(
        staff_id=staff_id,
        kind=StaffMoveKind.SETTLEMENT,
        amount_kobo=settlement.net_kobo,
        reason=reason,
        reference=funding_reference(settlement.provider, settlement.provider_id),
        provider=settlement.provider,
    )


def _asked() -> Iterable[str]:
    return filter(is_ours, KEYS)


def _list(provider: str) -> None:
    now = clock.now()
    told = ask_for_list(provider, lambda at: at.settlements(since=now - LOOKS_BACK), of=Settlement)
    listed = {
        each.provider_id: Settlement(
            provider=provider,
            provider_id=each.provider_id,
            status=each.status[:40],
            settled_at=each.settled_at,
            gross_kobo=each.gross_kobo,
            fees_kobo=each.fees_kobo,
            net_kobo=each.net_kobo,
            created_at=now,
        )
        for each in told
        if each.currency == CURRENCY
    }
    Settlement.objects.bulk_create(
        listed.values(),
        update_conflicts=True,
        unique_fields=["provider", "provider_id"],
        update_fields=["status", "settled_at", "gross_kobo", "fees_kobo", "net_kobo"],
    )


@transaction.atomic
def _keep(provider: str, provider_id: str, charges: dict[str, SettledCharge]) -> None:
    """Locks the settlement."""
    settlement = lock_settlement(provider=provider, provider_id=provider_id)
    brought = _brought(provider, [each.reference for each in charges.values()])
    lines, sides = [], {}
    for number, each in charges.items():
        net_kobo = each.amount_kobo - each.fee_kobo
        books_kobo = brought.get(funding_reference(provider, each.reference))
        lines.append(
            SettlementLine(
                settlement=settlement,
                provider_id=number,
                reference=each.reference[:120],
                amount_kobo=each.amount_kobo,
                fee_kobo=each.fee_kobo,
                books_kobo=books_kobo,
                outcome=_outcome(books_kobo, net_kobo),
            )
        )
        sides[f"Settled {number}"[:80]] = Sides(each.reference, books_kobo or 0, net_kobo)
    SettlementLine.objects.bulk_create(
        lines,
        batch_size=1000,
        update_conflicts=True,
        unique_fields=["settlement", "provider_id"],
        update_fields=["reference", "amount_kobo", "fee_kobo", "books_kobo", "outcome", "taken_out_at"],
    )
    sides |= _note_taken_out(settlement, charges)
    total_kobo = sum(line.net_kobo for line in lines)
    sides[f"Settlement {provider_id}"[:80]] = Sides("", total_kobo, settlement.gross_kobo - settlement.fees_kobo)
    settlement.checked_at = settlement.compared_at = clock.now()
    settlement.save(update_fields=["checked_at", "compared_at"])
    _tell(provider, keep_differences(provider, sides))


def _note_taken_out(settlement: Settlement, charges: dict[str, SettledCharge]) -> dict[str, Sides]:
    """What the provider lists in it no more: no difference is left of it, unless another settlement has the payment."""
    there = SettlementLine.objects.filter(settlement__provider=settlement.provider, taken_out_at__isnull=True)
    gone = there.filter(settlement=settlement).exclude(provider_id__in=charges)
    references = dict(gone.values_list("provider_id", "reference"))
    gone.update(taken_out_at=clock.now())
    elsewhere = there.filter(reference__in=references.values()).values_list("provider_id", flat=True)
    kept = set(elsewhere)
    return {f"Settled {number}"[:80]: Sides(text) for number, text in references.items() if number not in kept}


def _brought(provider: str, references: Sequence[str]) -> dict[str, int]:
    named = [funding_reference(provider, reference) for reference in references]
    with connection.cursor() as cursor:
        cursor.execute(BROUGHT, {"provider": provider, "references": named})
        return dict(cursor.fetchall())


def _outcome(books_kobo: int | None, net_kobo: int) -> SettlementOutcome:
    if books_kobo is None:
        return SettlementOutcome.MISSING
    return SettlementOutcome.MATCHED if books_kobo == net_kobo else SettlementOutcome.DIFFERENT


def _tell(provider: str, new: int) -> None:
    if new:
        alert_staff("settlement_differs", provider=provider, differences=new)
