"""Disputes as their two parties see them, and staff."""

from collections.abc import Sequence

from django.db.models import Prefetch, Q, QuerySet

from accounts.permissions import require_permission
from core.actor import Actor
from core.errors import NotFound
from core.pagination import Page, PageQuery, paginate
from payment.models import Dispute, DisputeStatement


def disputes_of(
    *, actor: Actor, status: Sequence[str] = (), assignment_id: int | None = None, page: PageQuery
) -> Page[Dispute]:
    """The caller's own, newest first. One query."""
    wanted = {"status__in": status or None, "assignment_id": assignment_id}
    found = _shown().filter(**{name: value for name, value in wanted.items() if value is not None})
    return paginate(found, order=("-created_at", "-id"), page=page, listing="disputes", branches=_sides(actor))


def dispute_for(*, actor: Actor, dispute_id: int) -> Dispute:
    """One with its statements, in two queries.

    Raises `NotFound` to all but its parties and staff, and `Forbidden` to staff who may not look at disputes.
    """
    statements = Prefetch(
        "statements", DisputeStatement.objects.planned().select_related("author").order_by("created_at", "id")
    )
    found = _shown().filter(pk=dispute_id)
    if actor.is_staff:
        require_permission(actor, "payment.view_dispute", "payment.change_dispute")
    else:
        client, worker = _sides(actor)
        found = found.filter(client | worker)
    if dispute := found.prefetch_related(statements).first():
        return dispute
    raise NotFound


def _sides(actor: Actor) -> tuple[Q, Q]:
    return Q(client_id=actor.user_id), Q(worker_id=actor.user_id)


def _shown() -> QuerySet[Dispute]:
    return Dispute.objects.planned().select_related("assignment__application__job")
