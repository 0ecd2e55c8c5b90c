"""Notices on the devices that were opted in: told without a name, a place or a sum, and not at night.

A notice that is to be pushed says from when on (`push_at`). A round of the worker finds whose are due. In a person's
quiet hours it puts them off until these are over; else it takes all that are unread, marks them (`pushed_at`), and
queues one message for each device. One notice goes as what it is; several are one message that says that there is news.
So whoever had ten notices in a night, or while no worker ran, hears of them once, and of what was read meanwhile not at
all.

What may happen at once or twice:

- Two rounds come by the same person. They wait for each other (`lock_person`), and the second finds nothing due.
- It is killed. Marks and messages are one transaction: both are there, or neither, and the next round takes them.
- It comes late, when the quiet hours have begun, or they were changed. Then what is due waits for their end.
- A message is tried again, one device after another by a job of its own. It says when it was first due: after
  `PUSH_TTL_SECONDS`, or once it is quiet, it is dropped. The notice stays in the app and in the mail.
- Killed between the service's answer and the end of its job, a message goes out twice. Its topic and its tag are the
  same: the device shows one.
- The device is logged out, or its browser unsubscribes, meanwhile. Whether its log-in holds is asked before sending;
  an endpoint that is gone is deleted, unless the device got another one meanwhile.
"""

import hashlib
import hmac
import json
from datetime import datetime, timedelta
from math import ceil

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Min

from accounts.models import Notification, PushSubscription
from accounts.notification_subjects import subject_of
from accounts.selectors.push import live_subscriptions_of, quiet_hours_of
from core import clock
from core.lanes import Lane
from core.querysets import PayshiftQuerySet
from core.turns import turn_of
from core.web_push.encryption import BrowserKeys
from core.web_push.sending import Outcome, send

logger = structlog.get_logger(__name__)

# The kind of a message that stands for more than one notice.
SEVERAL = "several"
# Not everybody's messages in the second in which their quiet hours end.
SPREAD_SECONDS = 600
PEOPLE_AT_ONCE = 100


def lock_person(user_id: int) -> None:
    """Until the transaction ends: two rounds at one person must not both take the same notices."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"push:{user_id}"])


def take_what_is_due_of_all() -> int:
    """Of one batch of people, who waited longest; returns of how many. What fails for one is logged and stays due."""
    if not settings.WEB_PUSH:
        return 0
    people = _due(clock.now()).values("user_id").annotate(since=Min("push_at")).order_by("since")
    taken = 0
    for user_id in people.values_list("user_id", flat=True)[:PEOPLE_AT_ONCE]:
        try:
            take_what_is_due(user_id=user_id)
            taken += 1
        except Exception:
            logger.exception("push_not_taken", user_id=user_id)
    return taken


def oldest_due() -> datetime | None:
    if not settings.WEB_PUSH:
        return None
    since: datetime | None = _due(clock.now()).aggregate(since=Min("push_at"))["since"]
    return since


@transaction.atomic
def take_what_is_due(*, user_id: int) -> None:
    """Mark what is due as pushed and queue its one message for each device; see above."""
    from accounts.tasks import push_to_device

    lock_person(user_id)
    now = clock.now()
    due = _due(now).filter(user_id=user_id)
    told = list(due.order_by("-created_at", "-pk").values_list("kind", "link")[:2])
    if not told:
        return
    if later := _after(quiet_hours_of(user_id).until(now), user_id):
        due.update(push_at=later)
        return
    due.update(pushed_at=now)
    kind, subject = (told[0][0], subject_of(told[0][1])) if len(told) == 1 else (SEVERAL, None)
    deferred = push_to_device.configure(queue=Lane.NOTICES, priority=turn_of(user_id))
    for subscription in live_subscriptions_of(user_id, now):
        deferred.defer(
            subscription_id=subscription.pk,
            kind=str(kind),
            subject=[subject[0], subject[1]] if subject else None,
            due_at=now.isoformat(),
        )


def push_to_device(
    *, subscription_id: int, kind: str, subject: tuple[str, int] | None, due_at: datetime
) -> Outcome | None:
    """Send one message; None where it is too late or too early for it. Raises `PushFailed`: the job is tried again."""
    now = clock.now()
    left = due_at + timedelta(seconds=settings.PUSH_TTL_SECONDS) - now
    subscription = _live(subscription_id, now)
    if not settings.WEB_PUSH or subscription is None or left <= timedelta():
        return None
    user_id = subscription.device.user_id
    if quiet_hours_of(user_id).until(now):
        return None
    about = {"type": subject[0], "id": subject[1]} if subject else None
    outcome = send(
        endpoint=subscription.endpoint,
        keys=BrowserKeys(public_key=bytes(subscription.public_key), auth=bytes(subscription.auth_secret)),
        payload=json.dumps({"kind": kind, "subject": about}, separators=(",", ":")).encode(),
        ttl_seconds=ceil(left.total_seconds()),
        topic=topic_of(user_id, subject),
    )
    if outcome is Outcome.GONE:
        PushSubscription.objects.filter(pk=subscription_id, endpoint=subscription.endpoint).delete()
    return outcome


def _due(now: datetime) -> PayshiftQuerySet[Notification]:
    return Notification.objects.filter(
        push_at__lte=now, pushed_at__isnull=True, read_at__isnull=True, superseded_at__isnull=True
    )


def topic_of(user_id: int, subject: tuple[str, int] | None) -> str:
    """Of messages about one thing the service keeps the last; what the thing is, it cannot tell. 32 characters."""
    about = f"push:{user_id}:{subject[0]}:{subject[1]}" if subject else f"push:{user_id}"
    return hmac.new(settings.SECRET_KEY.encode(), about.encode(), hashlib.sha256).hexdigest()[:32]


def _live(subscription_id: int, now: datetime) -> PushSubscription | None:
    live = PushSubscription.objects.planned().select_related("device").filter(pk=subscription_id)
    return live.filter(
        device__user__is_active=True, device__revoked_at__isnull=True, device__refresh_expires_at__gt=now
    ).first()


def _after(end: datetime | None, user_id: int) -> datetime | None:
    return end and end + timedelta(seconds=user_id % SPREAD_SECONDS)
