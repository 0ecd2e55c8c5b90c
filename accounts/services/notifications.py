"""Telling people what happened: queued with the fact, delivered once by a job after commit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypedDict

from django.conf import settings
from django.db import transaction

from accounts.models import CustomUser, Notification, NotificationKind, NotificationPreference
from accounts.notification_composing import compose, link_of
from accounts.notification_concerns import ALWAYS
from accounts.notification_subjects import about_of
from accounts.services.mailing import turn_of_kind
from accounts.services.merging import MERGED, Turn, lock_subject, take_turn
from accounts.services.pushing import moment_to_push, push_later
from core import clock
from core.actor import Actor
from core.errors import NotFound
from core.hints import hint
from core.lanes import PRIORITY, Lane
from core.moments import moment_in_words
from core.turns import turn_of


@dataclass(frozen=True, slots=True)
class Wish:
    """How to be told of a kind. `push` is None where the client does not know of it."""

    in_app: bool = True
    email: bool = True
    push: bool | None = True


class Place(TypedDict):
    queue: str
    priority: int


# What a hint is about when the list of notices changed.
NOTIFICATIONS = "notifications"

# Nobody asked for these one by one: how many of them a person is told within 24 hours, by setting.
RATIONED = {NotificationKind.NEW_JOB: "NEW_JOB_NOTICES_A_DAY"}


def notify(*, user_id: int, kind: NotificationKind, params: Mapping[str, str | int], dedupe_key: str) -> None:
    """Queue one notification in the caller's transaction: one query, and nothing if the caller rolls back. The person's
    open screens are hinted at its subject after commit.

    `dedupe_key` names the fact; however often the job runs, a person is told of a fact once.
    """
    from accounts.tasks import deliver_notification

    deferred = deliver_notification.configure(**_place(user_id, kind))
    at = clock.now().isoformat()
    # Whoever looks at it now sees the fact before its notice is written.
    about, number = about_of(link_of(kind, params))
    hint(user_id=user_id, about=about, number=number)
    deferred.defer(user_id=user_id, kind=str(kind), params=dict(params), dedupe_key=dedupe_key, happened_at=at)


def _place(user_id: int, kind: NotificationKind) -> Place:
    """Where in the queue: what concerns the account's safety goes with the codes, all else when it is one's turn."""
    if kind in ALWAYS:
        return {"queue": Lane.CODES, "priority": PRIORITY[Lane.CODES]}
    return {"queue": Lane.NOTICES, "priority": turn_of(user_id)}


def tell_of_attempt(*, user_id: int) -> None:
    """Somebody else wanted an account with this person's e-mail.

    Once an hour: whoever tries again and again must not fill somebody's mail box.
    """
    notify(
        user_id=user_id,
        kind=NotificationKind.SIGNUP_ATTEMPT,
        params={},
        dedupe_key=f"signup-attempt:{clock.now():%Y%m%d%H}",
    )


def deliver(
    *,
    user_id: int,
    kind: NotificationKind,
    params: Mapping[str, str | int],
    dedupe_key: str,
    happened_at: datetime | None = None,
) -> None:
    """Write the notification, with its mail due, and queue the push, as the person prefers. A second run finds the row
    and does nothing.

    Of the kinds that are `MERGED` it takes the place of an older one about the same thing: see `merging`. Of those that
    are `RATIONED` a person is told so many a day, and then none.
    """
    now = clock.now()
    happened_at = happened_at or now
    told_at = moment_in_words(happened_at, settings.DEFAULT_JOB_TIME_ZONE)
    title, body, link = compose(kind, {"user_id": user_id, "now": told_at, **params})
    with transaction.atomic():
        user = CustomUser.objects.planned().filter(pk=user_id, is_active=True).first()
        if user is None:
            return
        preference = NotificationPreference.objects.filter(user_id=user_id, kind=kind).first()
        in_app = kind in ALWAYS or preference is None or preference.in_app
        by_mail = kind in ALWAYS or preference is None or preference.email
        # Nothing about safety: somebody else may hold the device.
        by_push = kind not in ALWAYS and (preference is None or preference.push)
        turn = Turn()
        if kind in MERGED:
            lock_subject(user_id=user_id, kind=kind, link=link)
            # Behind the lock, or a job that runs twice at once would put its own row away.
            if Notification.objects.filter(user_id=user_id, dedupe_key=dedupe_key).exists():
                return
            turn = take_turn(user_id=user_id, kind=kind, link=link, happened_at=happened_at)
        if kind in RATIONED and ration_is_used_up(user_id=user_id, kind=kind):
            return
        in_app = in_app and not turn.is_late
        push_at = moment_to_push(user_id) if by_push and in_app else None
        is_mailed = by_mail and not turn.is_late and user.email_verified_at is not None
        # The row also remembers that the fact was told; one that is not wanted in the app counts as read.
        _, is_new = Notification.objects.get_or_create(
            user_id=user_id,
            dedupe_key=dedupe_key,
            defaults={
                "kind": kind,
                "title": title,
                "body": body,
                "link": link,
                "created_at": happened_at,
                "read_at": None if in_app else now,
                "is_hidden": not in_app,
                "superseded_at": now if turn.is_late else None,
                "push_at": push_at,
                "mail_at": now + turn.wait if is_mailed else None,
                "mail_turn": turn_of_kind(kind, turn_of(user_id)) if is_mailed else 0,
            },
        )
        if is_new:
            hint(user_id=user_id, about=NOTIFICATIONS)
        if is_new and push_at is not None:
            push_later(user_id=user_id, at=push_at)


def ration_is_used_up(*, user_id: int, kind: NotificationKind) -> bool:
    """Locks the person's notices of the kind, so that two deliveries at once count each other."""
    lock_subject(user_id=user_id, kind=kind, link="")
    today = Notification.objects.filter(user_id=user_id, kind=kind, created_at__gt=clock.now() - timedelta(days=1))
    ration: int = getattr(settings, RATIONED[kind])
    return today.count() >= ration


def mark_read(*, actor: Actor, notification_id: int) -> None:
    """Raises `NotFound`. Reading twice changes nothing."""
    own = Notification.objects.filter(pk=notification_id, user_id=actor.user_id)
    if own.filter(read_at__isnull=True).update(read_at=clock.now()):
        hint(user_id=actor.user_id, about=NOTIFICATIONS)
    elif not own.exists():
        raise NotFound("You have no such notification.")


def mark_all_read(*, actor: Actor) -> int:
    """Returns how many were unread."""
    read = Notification.objects.filter(user_id=actor.user_id, read_at__isnull=True).update(read_at=clock.now())
    if read:
        hint(user_id=actor.user_id, about=NOTIFICATIONS)
    return read


@transaction.atomic
def set_preferences(*, actor: Actor, wishes: Mapping[NotificationKind, Wish]) -> None:
    """Store how the caller wants to be told of each kind. What a wish leaves open stays as it is."""
    own = NotificationPreference.objects.filter(user_id=actor.user_id, kind__in=wishes)
    pushed = dict(own.values_list("kind", "push"))
    NotificationPreference.objects.bulk_create(
        [
            NotificationPreference(
                user_id=actor.user_id,
                kind=kind,
                in_app=wish.in_app,
                email=wish.email,
                push=pushed.get(kind, True) if wish.push is None else wish.push,
            )
            for kind, wish in wishes.items()
        ],
        update_conflicts=True,
        unique_fields=["user", "kind"],
        update_fields=["in_app", "email", "push"],
    )
