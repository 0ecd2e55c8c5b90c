"""What may leave somebody's wallet by bank, and which numbers of theirs would raise it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from accounts.models import IdentityKind
from accounts.ports import IDENTITY_REGISTERS
from core.actor import Actor
from payment.selectors.wallet import Standing, wallet_balance
from payment.services.withdrawal_rules import days_limit_kobo, most_at_once_kobo


@dataclass(frozen=True, slots=True)
class Sums:
    maximum_withdrawal_kobo: int
    withdrawal_kobo_per_day: int


@dataclass(frozen=True, slots=True)
class Limits:
    tier: int
    sums: Sums
    confirmed: Sequence[str]
    may_confirm: Sequence[str]
    # By one more number; None where none can be confirmed, or it would raise nothing.
    raised_to: Sums | None


def limits_of(*, actor: Actor) -> Limits:
    """One query."""
    standing = wallet_balance(user_id=actor.user_id).standing
    is_asked = bool(IDENTITY_REGISTERS.get().provider)
    may_confirm = [kind for kind in IdentityKind.values if is_asked and kind not in standing.confirmed]
    now, raised = _sums(standing), None
    if may_confirm:
        raised = _sums(replace(standing, confirmed=(*standing.confirmed, may_confirm[0])))
    return Limits(
        tier=standing.tier,
        sums=now,
        confirmed=standing.confirmed,
        may_confirm=may_confirm,
        raised_to=None if raised == now else raised,
    )


def _sums(standing: Standing) -> Sums:
    return Sums(
        maximum_withdrawal_kobo=most_at_once_kobo(standing),
        withdrawal_kobo_per_day=days_limit_kobo(standing),
    )
