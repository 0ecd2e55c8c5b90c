"""Repeated notices of the same thing become one: for one person, of one kind, about the object that the link opens.

A newer notice takes the place of the older one while that is unread and at most `NOTICES_MERGED_MINUTES` old: the older
row stays, hidden and `superseded_at`, since it remembers that its fact was told. Whatever was mailed in that time is
not followed by another mail until the time is over: then the newest goes out, so that nothing is lost. Codes, safety,
money, and what somebody must answer before a deadline are never merged: only `MERGED` is.

What may happen at once:

- Two workers deliver two facts about one thing. They wait for each other (`lock_subject`), and the second finds the
  first; without the lock both would stand unread.
- One job runs twice at once. Whether its fact was told is asked behind the lock.
- They come in the wrong order, since one was tried again. `created_at` is when it happened and not when it was
  delivered: the older fact is written as superseded, and the newer stays.
- A worker is about to send the older mail. It marks the row first, `mail_began_at`, and only if it is not superseded;
  both writes are of one row, so that one of them comes first. Either the mail goes, and the newer one's waits; or it
  does not, and the newer one's goes at once. A mail that was begun, and then refused by the mail server, is not tried
  again once superseded: the newer one's is on its way.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from accounts.models import Notification, NotificationKind
from core import clock

# What others can do again and again.
MERGED = frozenset(
    {
        NotificationKind.APPLICATION_RECEIVED,
        NotificationKind.APPLICATION_WITHDRAWN,
        NotificationKind.STANDING_BY,
        NotificationKind.PLACE_TAKEN,
        NotificationKind.JOB_CHANGED,
        NotificationKind.INVITED,
        NotificationKind.CHECKED_IN,
        NotificationKind.CHECKED_OUT,
        NotificationKind.MINUTES_ASKED,
        NotificationKind.EXTRA_TIME_OFFERED,
        NotificationKind.ATTENDANCE_CORRECTED,
        NotificationKind.DISPUTE_OPENED,
        NotificationKind.DISPUTE_UPDATED,
        NotificationKind.REVIEW_RESPONSE,
    }
)


@dataclass(frozen=True, slots=True)
class Turn:
    """What a notice finds: whether a newer one stands already, and how long its mail has to wait."""

    is_late: bool = False
    wait: timedelta = timedelta()


def take_turn(*, user_id: int, kind: NotificationKind, link: str, happened_at: datetime) -> Turn:
    """Put away the older notices of the same thing. The caller holds `lock_subject`."""
    window = timedelta(minutes=settings.NOTICES_MERGED_MINUTES)
    same = Notification.objects.filter(user_id=user_id, kind=kind, link=link)
    standing = same.filter(Q(read_at__isnull=True) | Q(is_hidden=True), superseded_at__isnull=True)
    if standing.filter(created_at__gt=happened_at, created_at__lt=happened_at + window).exists():
        return Turn(is_late=True)
    now = clock.now()
    standing.filter(created_at__gt=happened_at - window, created_at__lte=happened_at).update(
        is_hidden=True, read_at=Coalesce(F("read_at"), now), superseded_at=now
    )
    mails = same.annotate(went_at=Coalesce("mailed_at", "mail_began_at")).filter(went_at__gt=now - window)
    mailed_at = mails.order_by("-went_at").values_list("went_at", flat=True).first()
    return Turn(wait=timedelta() if mailed_at is None else max(mailed_at + window - now, timedelta()))


def lock_subject(*, user_id: int, kind: NotificationKind, link: str) -> None:
    """Until the transaction ends: there may be no row yet that two deliveries could wait for."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"notice:{user_id}:{kind}:{link}"])
