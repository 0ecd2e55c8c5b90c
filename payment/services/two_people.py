"""Who counts as a second person, beside whoever proposed it."""

from datetime import timedelta

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType

from accounts.exceptions import SecondPersonNeeded
from core import clock
from core.errors import InvalidState


def require_second_person(*, proposer_id: int, staff_id: int) -> None:
    """Raises `SecondPersonNeeded` to the proposer, and to somebody whose account the proposer made or changed lately,
    or who did that to theirs; `InvalidState` where the proposer is no longer staff. Four queries at most, by indexes.

    Who made the other's account in admin, or set its e-mail or rights, may have its password as well: for
    `STAFF_NEW_HANDS_DAYS` the two are no two people.
    """
    if staff_id == proposer_id:
        raise SecondPersonNeeded
    users = get_user_model()
    if not users._default_manager.filter(pk=proposer_id, is_staff=True, is_active=True).exists():
        raise InvalidState("Who proposed this is no longer staff.")
    days = settings.STAFF_NEW_HANDS_DAYS
    people = ContentType.objects.get_for_model(users, for_concrete_model=False)
    lately = LogEntry.objects.filter(content_type=people, action_time__gt=clock.now() - timedelta(days=days))
    for one, other in ((proposer_id, staff_id), (staff_id, proposer_id)):
        if lately.filter(object_id=str(other), user_id=one).exists():
            raise SecondPersonNeeded(
                f"One of you acted on the other's account in the last {days} days: somebody else must approve this."
            )
