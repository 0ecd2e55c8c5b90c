"""What cached answers show of people; see `core.cache`."""

from accounts.models import BankAccount, CustomUser, Device, EarlierAccess, Notification, Profile
from core.cache.coherence import Part, shown_as


def declare() -> None:
    """`login` is what a token depends on beside its device: password, role, ban."""
    shown_as(CustomUser, "user:{id}", "login:{id}")
    shown_as(
        Profile,
        "profile:{user_id}",
        Part("rating-of:{user_id}", ("rating_sum", "reviews_count")),
        Part("avatar-of:{user_id}", ("avatar",)),
    )
    shown_as(BankAccount, "account-of:{user_id}")
    # That its pair is in use, or when it was last, changes nothing for a token.
    columns = ("access_sha256", "access_expires_at", "refresh_sha256", "expires_at", "revoked_at")
    # Mails that go out later change nothing of what is shown.
    shown_as(Notification, Part("unread-of:{user_id}", ("read_at",)))
    shown_as(Device, Part("device:{id}", columns))
    shown_as(EarlierAccess, "device:{device_id}")
