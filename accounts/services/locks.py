"""The one place where people and their rows are locked. A user is always locked first."""

from accounts.models import CustomUser, Device
from core.errors import NotFound


def lock_user(user_id: int) -> CustomUser:
    """Raises `NotFound`."""
    user = (
        CustomUser.objects.planned()
        .select_related("profile")
        .select_for_update(no_key=True, of=("self",))
        .filter(pk=user_id)
        .first()
    )
    if user is None:
        raise NotFound("There is no such person.")
    return user


def lock_user_by_email(email: str) -> CustomUser | None:
    """A known address' owner; None for an unknown one, which callers must not let be noticed."""
    return (
        CustomUser.objects.planned()
        .select_related("profile")
        .select_for_update(no_key=True, of=("self",))
        .filter(email__iexact=email)
        .first()
    )


def lock_device(device_id: int) -> Device | None:
    return (
        Device.objects.planned()
        .select_related("user")
        .select_for_update(no_key=True, of=("self",))
        .filter(pk=device_id)
        .first()
    )
