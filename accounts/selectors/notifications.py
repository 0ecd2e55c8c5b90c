"""Reading notifications."""

from accounts.models import Notification, NotificationKind, NotificationPreference
from accounts.services.notifications import ALWAYS
from core.actor import Actor
from core.pagination import Page, PageQuery, paginate


def notifications_of(actor: Actor, *, page: PageQuery) -> Page[Notification]:
    """The caller's, newest first."""
    own = Notification.objects.planned().filter(user_id=actor.user_id, is_hidden=False)
    return paginate(own, order=("-created_at", "-id"), page=page)


def unread_count(actor: Actor) -> int:
    return Notification.objects.filter(user_id=actor.user_id, read_at__isnull=True).count()


def preferences_of(actor: Actor) -> dict[NotificationKind, tuple[bool, bool]]:
    """How the caller is told of each kind they may choose for: (in the app, by e-mail); both without a choice."""
    chosen = {
        NotificationKind(row.kind): (row.in_app, row.email)
        for row in NotificationPreference.objects.planned().filter(user_id=actor.user_id)
    }
    return {kind: chosen.get(kind, (True, True)) for kind in NotificationKind if kind not in ALWAYS}
