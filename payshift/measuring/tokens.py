"""Access tokens for measuring: devices as logging in makes them, without the passwords."""

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction

from accounts.models import Device
from accounts.tokens import new_access_token, sha256
from core import clock

# Longer than any measurement runs.
LIFETIME = timedelta(hours=6)


def make_tokens(user_ids: Iterable[int]) -> dict[int, str]:
    """One logged-in device for each person; answers their access tokens."""
    tokens = {user_id: new_access_token() for user_id in user_ids}
    now = clock.now()
    until = now + LIFETIME
    devices = [
        Device(
            user_id=user_id,
            name="Measuring",
            created_at=now,
            last_used_at=now,
            rotated_at=now,
            expires_at=until,
            access_sha256=sha256(token),
            access_expires_at=until,
            refresh_sha256=sha256(f"unissued:{token}"),
            refresh_expires_at=until,
        )
        for user_id, token in tokens.items()
    ]
    with transaction.atomic():
        Device.objects.bulk_create(devices)
    return tokens
