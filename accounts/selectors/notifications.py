"""Reading notifications."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, QuerySet

from accounts.models import Notification, NotificationKind, NotificationPreference
from accounts.notification_concerns import ALWAYS
from accounts.services.notifications import Wish
from core.actor import Actor
from core.listings import Given, Prepared, Selection, where_one_or_several


def own_notices(given: Given) -> Selection[Notification]:
    """A person's. `given`: `user_id`, and perhaps `is_unread` or `is_read`, `after_id`, `kind` or `kind_among`."""
    own = Notification.objects.filter(user_id=given["user_id"], is_hidden=False)
    if "is_unread" in given or "is_read" in given:
        own = own.filter(read_at__isnull="is_unread" in given)
    if "after_id" in given:
        own = own.filter(pk__gt=given["after_id"])
    return Selection(where_one_or_several(own, "kind", given))


@dataclass(frozen=True, slots=True)
class Unread:
    unread_count: int
    newest_id: int | None


def _unread(given: Given) -> QuerySet[Any, Any]:
    unread = Notification.objects.filter(user_id=given["user_id"], read_at__isnull=True).order_by()
    return unread.values("user_id").annotate(count=Count("pk"), newest_id=Max("pk"))


UNREAD = Prepared(_unread, ("count", "newest_id"), given=("user_id",))


def unread_of(user_id: int) -> Unread:
    """How many a person has not read, and the newest of them, in one query over the index of unread ones."""
    rows = UNREAD.rows(user_id=user_id)
    return Unread(*rows[0]) if rows else Unread(0, None)


def unread_count(actor: Actor) -> int:
    return unread_of(actor.user_id).unread_count


def preferences_of(actor: Actor) -> dict[NotificationKind, Wish]:
    """How the caller is told of each kind they may choose for: every way without a choice."""
    chosen = {
        NotificationKind(row.kind): Wish(in_app=row.in_app, email=row.email, push=row.push)
        for row in NotificationPreference.objects.planned().filter(user_id=actor.user_id)
    }
    return {kind: chosen.get(kind, Wish()) for kind in NotificationKind if kind not in ALWAYS}
