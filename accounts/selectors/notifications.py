"""Reading notifications."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, Max

from accounts.models import Notification, NotificationKind, NotificationPreference
from accounts.notification_concerns import ALWAYS
from accounts.services.notifications import Wish
from core.actor import Actor
from core.pagination import Page, PageQuery, paginate


def notifications_of(
    actor: Actor, *, page: PageQuery, unread: bool | None = None, kinds: Collection[str] = (), after: int | None = None
) -> Page[Notification]:
    """The caller's, newest first, in one query."""
    own = Notification.objects.planned().filter(user_id=actor.user_id, is_hidden=False)
    wanted = {"read_at__isnull": unread, "kind__in": kinds or None, "pk__gt": after}
    own = own.filter(**{name: value for name, value in wanted.items() if value is not None})
    return paginate(own, order=("-created_at", "-id"), page=page)


@dataclass(frozen=True, slots=True)
class Unread:
    unread_count: int
    newest_id: int | None


def unread_of(user_id: int) -> Unread:
    """How many a person has not read, and the newest of them, in one query over the index of unread ones."""
    unread = Notification.objects.filter(user_id=user_id, read_at__isnull=True)
    return Unread(**unread.aggregate(unread_count=Count("pk"), newest_id=Max("pk")))


def unread_count(actor: Actor) -> int:
    return Notification.objects.filter(user_id=actor.user_id, read_at__isnull=True).count()


def preferences_of(actor: Actor) -> dict[NotificationKind, Wish]:
    """How the caller is told of each kind they may choose for: every way without a choice."""
    chosen = {
        NotificationKind(row.kind): Wish(in_app=row.in_app, email=row.email, push=row.push)
        for row in NotificationPreference.objects.planned().filter(user_id=actor.user_id)
    }
    return {kind: chosen.get(kind, Wish()) for kind in NotificationKind if kind not in ALWAYS}
