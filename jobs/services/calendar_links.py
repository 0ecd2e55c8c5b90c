"""The secret address of a person's calendar. Whoever has it reads the shifts and nothing else, until it is revoked."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.conf import settings
from django.db import transaction

from core import clock
from core.actor import Actor
from core.errors import NotFound
from jobs.models import CalendarLink

# Logs know tokens by such a beginning, and leave them out.
PREFIX = "psc_"


@dataclass(frozen=True, slots=True)
class NewCalendarLink:
    """Shown once: what is stored does not tell it again."""

    url: str
    created_at: datetime


@transaction.atomic
def make_calendar_link(*, actor: Actor) -> NewCalendarLink:
    """A new address of 256 random bits. It takes the place of the one before, which answers 404 from now on."""
    token, now = PREFIX + secrets.token_urlsafe(32), clock.now()
    CalendarLink.objects.update_or_create(
        user_id=actor.user_id, defaults={"token_sha256": hash_of(token), "created_at": now}
    )
    return NewCalendarLink(f"{settings.PUBLIC_URL}/api/calendar/{token}.ics", now)


@transaction.atomic
def revoke_calendar_link(*, actor: Actor) -> None:
    """Raises `NotFound` when there was none."""
    deleted, _ = CalendarLink.objects.filter(user_id=actor.user_id).delete()
    if not deleted:
        raise NotFound


def hash_of(token: str) -> bytes:
    return sha256(token.encode()).digest()
