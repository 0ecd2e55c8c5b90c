from django.contrib.auth import get_user_model
from django.db import transaction

from core import clock
from core.actor import Actor, Role, require_role
from core.errors import NotFound
from jobs.exceptions import CannotFavourSelf, NeverWorkedForYou
from jobs.models import AssignmentStatus, Favourite, ShiftAssignment


@transaction.atomic
def add_favourite(*, actor: Actor, user_id: int) -> Favourite:
    """Remember a worker who did well. Adding again changes nothing, and nobody is told.

    Raises `WrongRole`, `NotFound`, `CannotFavourSelf`, and `NeverWorkedForYou` for whom the caller never approved.
    """
    require_role(actor, Role.CLIENT)
    if user_id == actor.user_id:
        raise CannotFavourSelf
    if not get_user_model()._default_manager.filter(pk=user_id, is_active=True).exists():
        raise NotFound
    worked = ShiftAssignment.objects.filter(
        worker_id=user_id, client_id=actor.user_id, status=AssignmentStatus.APPROVED
    )
    if not worked.exists():
        raise NeverWorkedForYou
    favourite, _ = Favourite.objects.get_or_create(
        client_id=actor.user_id, worker_id=user_id, defaults={"created_at": clock.now()}
    )
    return favourite


@transaction.atomic
def remove_favourite(*, actor: Actor, user_id: int) -> None:
    """Raises `WrongRole`, and `NotFound` for who is no favourite."""
    require_role(actor, Role.CLIENT)
    deleted, _ = Favourite.objects.filter(client_id=actor.user_id, worker_id=user_id).delete()
    if not deleted:
        raise NotFound
