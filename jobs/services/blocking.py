from django.contrib.auth import get_user_model
from django.db import transaction

from core import clock
from core.actor import Actor
from core.errors import NotFound
from jobs.exceptions import CannotBlockSelf
from jobs.models import Block


@transaction.atomic
def block_user(*, actor: Actor, user_id: int) -> Block:
    """Keep somebody away from one's jobs, or oneself from theirs; what was agreed before stands.

    Blocking again changes nothing. Raises `NotFound` and `CannotBlockSelf`.
    """
    if user_id == actor.user_id:
        raise CannotBlockSelf
    if not get_user_model()._default_manager.filter(pk=user_id, is_active=True).exists():
        raise NotFound
    block, _ = Block.objects.get_or_create(
        blocker_id=actor.user_id, blocked_id=user_id, defaults={"created_at": clock.now()}
    )
    return block


@transaction.atomic
def unblock_user(*, actor: Actor, user_id: int) -> None:
    """Raises `NotFound` when there was no block."""
    deleted, _ = Block.objects.filter(blocker_id=actor.user_id, blocked_id=user_id).delete()
    if not deleted:
        raise NotFound
