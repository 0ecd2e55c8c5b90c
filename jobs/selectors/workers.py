"""The people who worked for a client before: whom to invite again, and whom to thank by a review."""

from datetime import datetime
from typing import TypedDict, cast

from django.contrib.auth import get_user_model
from django.db.models import Count, Exists, Max, OuterRef
from django_stubs_ext import WithAnnotations

from accounts.models import CustomUser
from core.actor import Actor, Role, require_role
from core.pagination import Page, PageQuery, paginate
from jobs.models import AssignmentStatus, Favourite, ShiftAssignment


class Worked(TypedDict):
    shifts_for_you: int
    last_worked_at: datetime


class ForClient(Worked):
    favourite: bool


type WorkedForYou = WithAnnotations[CustomUser, ForClient]


def workers_of_client(*, actor: Actor, page: PageQuery) -> Page[WorkedForYou]:
    """Who has an approved shift on the client's jobs, the last one first, in two queries. Raises `WrongRole`.

    The client's own shifts are grouped, and then the page's people are looked up: the database never reads others.
    """
    require_role(actor, Role.CLIENT)
    inactive = get_user_model()._default_manager.filter(is_active=False).values("pk")
    worked = (
        ShiftAssignment.objects.filter(client_id=actor.user_id, status=AssignmentStatus.APPROVED)
        .exclude(worker_id__in=inactive)
        .order_by()
        .values("worker_id")
        .annotate(shifts_for_you=Count("pk"), last_worked_at=Max("ends_at"))
    )
    found = paginate(worked, order=("-last_worked_at", "-worker_id"), page=page, listing=f"workers_of:{actor.user_id}")
    favourite = Favourite.objects.filter(client_id=actor.user_id, worker_id=OuterRef("pk"))
    people = (
        get_user_model()
        ._default_manager.select_related("profile")
        .annotate(favourite=Exists(favourite))
        .in_bulk([row["worker_id"] for row in found.items])
    )
    return Page([_with(people[row["worker_id"]], row) for row in found.items], found.next_cursor)


def _with(person: CustomUser, worked: Worked) -> WorkedForYou:
    person.shifts_for_you = worked["shifts_for_you"]  # type: ignore[attr-defined]  # as an annotation would
    person.last_worked_at = worked["last_worked_at"]  # type: ignore[attr-defined]
    return cast("WorkedForYou", person)
