"""Rights of staff: every act is a permission, whatever door it comes through."""

from accounts.models import CustomUser
from core.actor import Actor
from core.errors import Forbidden


def require_permission(actor: Actor, permission: str) -> None:
    """Raise `Forbidden` for staff who lack the permission, e.g. `jobs.change_job`."""
    user = CustomUser.objects.filter(pk=actor.user_id, is_active=True, is_staff=True).first()
    if user is None or not user.has_perm(permission):
        raise Forbidden(f"Your account lacks the right to do this ({permission}).")
