"""Disputes as their two parties see them, and staff."""

from django.db.models import Prefetch, Q, QuerySet

from core.actor import Actor
from core.errors import NotFound
from core.pagination import Page, PageQuery, paginate
from payment.models import Dispute, DisputeStatement


def disputes_of(*, actor: Actor, page: PageQuery) -> Page[Dispute]:
    """The caller's own, newest first. One query."""
    return paginate(_shown(actor), order=("-created_at", "-id"), page=page, listing="disputes")


def dispute_for(*, actor: Actor, dispute_id: int) -> Dispute:
    """One with its statements, in two queries. Raises `NotFound` to all but its parties."""
    statements = Prefetch(
        "statements", DisputeStatement.objects.planned().select_related("author").order_by("created_at", "id")
    )
    if dispute := _shown(actor).prefetch_related(statements).filter(pk=dispute_id).first():
        return dispute
    raise NotFound


def _shown(actor: Actor) -> QuerySet[Dispute]:
    parties = Q(client_id=actor.user_id) | Q(worker_id=actor.user_id)
    return Dispute.objects.planned().filter(parties).select_related("assignment__application__job")
