"""What may leave somebody's wallet by bank, and which numbers of theirs would raise it."""

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.models import IdentityCheck, IdentityKind
from accounts.ports import IDENTITY_REGISTERS
from core.actor import Actor
from payment.services.withdrawal_rules import days_limit_kobo, largest_withdrawal_kobo


@dataclass(frozen=True, slots=True)
class Limits:
    tier: int
    maximum_withdrawal_kobo: int
    withdrawal_kobo_per_day: int
    confirmed: Sequence[str]
    may_confirm: Sequence[str]


def limits_of(*, actor: Actor) -> Limits:
    confirmed = list(
        IdentityCheck.objects.filter(user_id=actor.user_id).order_by("kind").values_list("kind", flat=True)
    )
    tier = 1 + len(confirmed)
    asks = bool(IDENTITY_REGISTERS.get().provider)
    return Limits(
        tier=tier,
        maximum_withdrawal_kobo=largest_withdrawal_kobo(tier),
        withdrawal_kobo_per_day=days_limit_kobo(actor.user_id, tier),
        confirmed=confirmed,
        may_confirm=[kind for kind in IdentityKind.values if asks and kind not in confirmed],
    )
