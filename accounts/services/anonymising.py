"""Closing an account: what tells who the person was goes, what the books and other people's history need stays.

`payshift` decides whether it may be closed (no open money, no open shifts) and calls this in its transaction.
"""

from django.contrib.admin.models import LogEntry
from django.db import transaction

from accounts.models import (
    OTP,
    BankAccount,
    CustomUser,
    Device,
    IdentityCheck,
    Notification,
    NotificationPreference,
    Profile,
    QuietHours,
    SecondFactor,
)
from accounts.services.avatars import files_of
from accounts.services.locks import lock_user
from core.files import forget_files

# What others see where the name stood: in reviews, payments, receipts.
FIRST_NAME, LAST_NAME = "Deleted", "user"


@transaction.atomic
def anonymise(*, user_id: int) -> CustomUser:
    """Forget the person behind an account and end its devices. Ratings and counters stay; it can never be logged in to.

    Locks the user. Raises `NotFound`. Doing it again changes nothing. The picture's file goes after the commit.
    """
    user = lock_user(user_id)
    profile = Profile.objects.get(user_id=user_id)
    if profile.avatar.name:
        forget_files(*files_of(profile.avatar.name))
    user.email = f"deleted-{user_id}@deleted.invalid"
    user.username = None
    user.first_name, user.last_name = FIRST_NAME, LAST_NAME
    user.is_active = False
    # A ban is no longer needed, and lifting it must not open the account again.
    user.banned_at = user.email_verified_at = None
    user.set_unusable_password()
    user.save()
    profile.bio = profile.phone = profile.location = ""
    profile.latitude = profile.longitude = None
    profile.skills = []
    profile.avatar.name = ""
    profile.save(update_fields=["bio", "phone", "location", "latitude", "longitude", "skills", "avatar"])
    # Admin's log of what staff did names whom they did it to.
    of_user = LogEntry.objects.filter(content_type__app_label="accounts", content_type__model="customuser")
    of_user.filter(object_id=str(user_id)).update(object_repr=str(user))
    # Devices take what they were opted in for along.
    for model in (
        OTP,
        BankAccount,
        IdentityCheck,
        Device,
        Notification,
        NotificationPreference,
        QuietHours,
        SecondFactor,
    ):
        model.objects.filter(user_id=user_id).delete()
    return user
