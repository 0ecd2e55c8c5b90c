"""The people who worked for a client before: whom to invite again, and whom to thank by a review."""

from datetime import datetime
from typing import TypedDict

from django.contrib.auth import get_user_model
from django.db.models import Count, Max, OuterRef, QuerySet, Subquery
from django_stubs_ext import WithAnnotations

from accounts.models import CustomUser
from core.actor import Actor, Role, require_role
from core.pagination import Page, PageQuery, paginate
from jobs.models import AssignmentStatus, ShiftAssignment


class Worked(TypedDict):
    shifts_for_you: int
    last_worked_at: datetime


type WorkedForYou = WithAnnotations[CustomUser, Worked]


def workers_of_client(*, actor: Actor, page: PageQuery) -> Page[WorkedForYou]:
    """Who has an approved shift on the client's jobs, the last one first, in one query. Raises `WrongRole`."""
    require_role(actor, Role.CLIENT)
    approved = ShiftAssignment.objects.filter(client_id=actor.user_id, status=AssignmentStatus.APPROVED)
    theirs = approved.filter(worker_id=OuterRef("pk")).order_by().values("worker_id")
    people: QuerySet[CustomUser] = get_user_model()._default_manager.planned()
    workers = (
        people.filter(pk__in=approved.values("worker_id"), is_active=True)
        .select_related("profile")
        .annotate(
            shifts_for_you=Subquery(theirs.annotate(number=Count("pk")).values("number")),
            last_worked_at=Subquery(theirs.annotate(last=Max("ends_at")).values("last")),
        )
    )
    return paginate(workers, order=("-last_worked_at", "-id"), page=page, listing=f"workers_of:{actor.user_id}")
