"""The one place where people and their rows are locked. A user is always locked first."""

from django.db import connection

from accounts.addresses import fold_email
from accounts.models import CustomUser, Device
from core.errors import NotFound, Unauthenticated


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


def lock_active_user(user_id: int) -> CustomUser:
    """As `lock_user`, for what people do to their own account: nothing must be written back to one just forgotten.

    Raises `Unauthenticated` for whoever was deleted or banned since the token was read.
    """
    user = lock_user(user_id)
    if not user.is_active:
        raise Unauthenticated
    return user


def lock_email(email: str) -> None:
    """Two sign-ups with one unknown address wait for each other: there is no row yet that they could wait for."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('email:' || %s, 0))", [fold_email(email)])


def lock_user_by_email(email: str) -> CustomUser | None:
    """A known address' owner; None for an unknown one, which callers must not let be noticed."""
    return (
        CustomUser.objects.planned()
        .with_email(email)
        .select_related("profile")
        .select_for_update(no_key=True, of=("self",))
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
