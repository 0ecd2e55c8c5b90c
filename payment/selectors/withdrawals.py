"""A person's own withdrawals. Every function is one query."""

from core.actor import Actor
from core.errors import NotFound
from core.pagination import Page, PageQuery, paginate
from payment.models import Withdrawal


def withdrawals_of(*, actor: Actor, page: PageQuery) -> Page[Withdrawal]:
    """Newest first."""
    withdrawals = Withdrawal.objects.planned().filter(wallet__user_id=actor.user_id)
    return paginate(withdrawals, order=("-created_at", "-id"), page=page, listing="withdrawals")


def withdrawal_for(*, actor: Actor, withdrawal_id: int) -> Withdrawal:
    """Raises `NotFound` for anybody else's."""
    withdrawals = Withdrawal.objects.planned().filter(pk=withdrawal_id, wallet__user_id=actor.user_id)
    if withdrawal := withdrawals.first():
        return withdrawal
    raise NotFound
