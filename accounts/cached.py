"""What cached answers show of people; see `core.cache`."""

from accounts.models import BankAccount, CustomUser, Device, Profile
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
    shown_as(Device, "device:{id}")
