"""Rights of staff: every act is a permission, whatever door it comes through."""

from accounts.models import CustomUser
from core.actor import Actor
from core.errors import Forbidden


def require_permission(actor: Actor, *any_of: str) -> None:
    """Raise `Forbidden` for staff who have none of these permissions, e.g. `jobs.change_job`."""
    user = CustomUser.objects.filter(pk=actor.user_id, is_active=True, is_staff=True).first()
    if user is None or not any(user.has_perm(permission) for permission in any_of):
        raise Forbidden(f"Your account lacks the right to do this ({' or '.join(any_of)}).")
