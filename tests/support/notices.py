"""What people were told: rows of the write that told them."""

from accounts.models import Notification


def told(*kinds: str) -> list[Notification]:
    """Of these kinds, or of all; the earliest first, and of those that were told at once the lowest user's first."""
    notices = Notification.objects.order_by("pk")
    return list(notices.filter(kind__in=kinds) if kinds else notices)
