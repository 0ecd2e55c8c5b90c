"""Rights of staff: every act is a permission, whatever door it comes through."""

from datetime import timedelta

from django.conf import settings

from accounts.exceptions import ProofRequired
from accounts.models import CustomUser, Device
from accounts.services.second_factor import has_second_factor
from core import clock
from core.actor import Actor
from core.errors import Forbidden


def require_permission(actor: Actor, *any_of: str) -> None:
    """Raise `Forbidden` for staff who have none of these permissions, e.g. `jobs.change_job`."""
    user = CustomUser.objects.filter(pk=actor.user_id, is_active=True, is_staff=True).first()
    if user is None or not any(user.has_perm(permission) for permission in any_of):
        raise Forbidden(f"Your account lacks the right to do this ({' or '.join(any_of)}).")


def require_proof(actor: Actor) -> None:
    """Before staff do by the API what is not taken back: raise `ProofRequired` unless they have just logged in there.

    A refreshed token is no proof, whoever holds it: the log-in asks for the password, and for the second factor of who
    has one. In admin (no device) the forms ask.
    """
    if actor.device_id is None:
        return
    since = clock.now() - timedelta(minutes=settings.STAFF_PROOF_MINUTES)
    if not Device.objects.filter(pk=actor.device_id, created_at__gte=since).exists():
        raise ProofRequired
    if settings.STAFF_SECOND_FACTOR and not has_second_factor(user_id=actor.user_id):
        raise ProofRequired("Staff need a second factor here: switch yours on under your account, and log in anew.")
