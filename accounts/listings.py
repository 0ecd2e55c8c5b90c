"""The list of accounts that is answered from rows; see `core.listings`."""

from accounts.models import Notification
from accounts.notification_schemas import NotificationOut, NotificationsQuery
from accounts.selectors.notifications import own_notices, unread_count
from core.actor import Actor
from core.listings import Listing, one_or_several

# Without a name, as it was when the cursors were made that clients may still hold.
NOTICES = Listing(Notification, "", NotificationOut, own_notices, order=("-created_at", "-id"))


def notices_of(actor: Actor, *, query: NotificationsQuery) -> bytes:
    """What the caller was told, newest first, and how much of it all is unread, in two queries."""
    given = {
        "user_id": actor.user_id,
        "is_unread": query.unread or None,
        "is_read": query.unread is False or None,
        "after_id": query.after,
        **one_or_several("kind", query.kind),
    }
    return NOTICES.page(given, page=query).to_json(unread_count=unread_count(actor))
