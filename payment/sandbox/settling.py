"""What was paid goes to the merchant: all successful payments that were not settled before, together."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q

from core import clock
from payment.sandbox.models import Charge, Settlement
from payment.sandbox.models.charges import PUBLIC_ID_OFFSET


@transaction.atomic
def settle(*, provider: str, kept_kobo: int = 0, again: bool = False) -> Settlement:
    """`kept_kobo` of its first payment are kept beyond the fee that was told. `again`: with all that were settled."""
    paid = Charge.objects.filter(provider=provider, status=Charge.Status.SUCCESS)
    repeated = list(paid.exclude(settlement_number=None).values_list("pk", flat=True)) if again else []
    settlement = Settlement.objects.create(
        provider=provider, kept_kobo=kept_kobo, repeated=repeated, created_at=clock.now()
    )
    waiting = paid.filter(settlement_number=None)
    waiting.update(settlement_number=settlement.pk)
    return settlement


def settlement_of(provider: str, public_id: int) -> Settlement | None:
    return Settlement.objects.filter(provider=provider, pk=public_id - PUBLIC_ID_OFFSET).first()


def totals(settled: Sequence[tuple[Charge, int]]) -> tuple[int, int]:
    """What was paid in these shares, and the fees that were taken, in kobo."""
    return sum(charge.amount_kobo for charge, _ in settled), sum(fee_kobo for _, fee_kobo in settled)


def shares(settlement: Settlement) -> Sequence[tuple[Charge, int]]:
    """Its payments, each with the fee that was taken."""
    within = Q(settlement_number=settlement.pk) | Q(pk__in=settlement.repeated)
    charges = list(Charge.objects.filter(within).order_by("id"))
    return [(charge, charge.fee_kobo + (settlement.kept_kobo if charge == charges[0] else 0)) for charge in charges]
