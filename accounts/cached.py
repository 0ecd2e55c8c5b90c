"""What cached answers show of people; see `core.cache`."""

from accounts.models import BankAccount, CustomUser, Device, Profile
from core.cache.coherence import shown_as


def declare() -> None:
    """`login` is what a token depends on beside its device: password, role, ban."""
    shown_as(CustomUser, "user:{id}", "login:{id}")
    shown_as(Profile, "user:{user_id}")
    shown_as(BankAccount, "account-of:{user_id}")
    shown_as(Device, "device:{id}")
