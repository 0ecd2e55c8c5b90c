"""VAT: a share of the platform's fee that is the state's, taken out of the fee and not put on top of it.

So a job costs its client the same before and after the day on which a rate begins, prices that escrow holds stay right,
and nothing is refunded: a fee is due when a shift is approved, and so is the VAT in it, by the rate of that day in
Lagos. It is booked to an account of its own, and leaves it when staff book what was paid to the state.

`split_fee` is the only place where a fee is divided. The database holds each payment's VAT to its fee and rate
(`payment_payment_vat_of_fee`), and `ledger_check` the rate to the day.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db import connection

from core.dated import dated, in_force
from core.money import naira
from payment.services.pricing import divide_half_up

ALL_BPS = 10_000
# Of smaller transfers there is no duty.
DUTY_FROM_KOBO = 1_000_000


@dataclass(frozen=True, slots=True)
class FeeParts:
    """A fee: what the platform keeps of it, what the state gets, and by which rate."""

    net_kobo: int
    vat_kobo: int
    vat_bps: int


def split_fee(fee_kobo: int, *, day: date) -> FeeParts:
    """The VAT in a fee that is due on this day in Lagos, rounded half-up to the kobo."""
    share = (in_force(settings.VAT_BPS, day) or 0) if fee_kobo else 0
    vat_kobo = divide_half_up(fee_kobo * share, ALL_BPS + share)
    return FeeParts(fee_kobo - vat_kobo, vat_kobo, share)


def stamp_duty_kobo(amount_kobo: int, *, day: date) -> int:
    """What the provider takes for the state, beside its fee, of a transfer that is sent on this day in Lagos."""
    if amount_kobo < DUTY_FROM_KOBO:
        return 0
    return in_force(settings.STAMP_DUTY_KOBO, day) or 0


VAT_OF_THE_DAY = """
SELECT concat_ws(' ', p.kind, p.reference), p.vat_kobo, due.kobo
FROM payment_payment p
CROSS JOIN LATERAL (
    SELECT coalesce((
        SELECT bps FROM unnest(%s::date[], %s::bigint[]) AS rate (since, bps)
        WHERE since <= (p.succeeded_at AT TIME ZONE 'Africa/Lagos')::date ORDER BY since DESC LIMIT 1
    ), 0) AS bps
) rate
CROSS JOIN LATERAL (SELECT (2 * p.fee_kobo * bps + 10000 + bps) / (2 * (10000 + bps)) AS kobo) due
WHERE p.status = 'succeeded' AND p.fee_kobo > 0 AND p.vat_kobo <> due.kobo
ORDER BY p.id
"""


def fees_with_other_vat() -> Iterator[str]:
    """Each fee whose VAT is not by the rate that the settings name for the day on which it was taken."""
    rates = dated(settings.VAT_BPS)
    with connection.cursor() as cursor:
        cursor.execute(VAT_OF_THE_DAY, [[day for day, _ in rates], [share for _, share in rates]])
        for subject, found_kobo, due_kobo in cursor.fetchall():
            yield f"{subject} has {naira(found_kobo)} of VAT, should have {naira(due_kobo)}"
