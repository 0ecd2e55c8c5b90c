"""Telling people what happened: rows of the write that causes it, which mails and devices follow by themselves."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, transaction

from accounts.models import Notification, NotificationKind, NotificationPreference
from accounts.notification_composing import compose
from accounts.notification_concerns import ALWAYS
from accounts.notification_subjects import about_of
from accounts.services.merging import MERGED
from core import clock
from core.actor import Actor
from core.cache.coherence import begin_instances, declaration_of, expect_write
from core.errors import NotFound
from core.hints import hint
from core.lanes import PRIORITY, Lane
from core.listings import prepared
from core.moments import moment_in_words
from core.turns import turns_of


@dataclass(frozen=True, slots=True)
class Wish:
    """How to be told of a kind. `push` is None where the client does not know of it."""

    in_app: bool = True
    email: bool = True
    push: bool | None = True


@dataclass(frozen=True, slots=True)
class Notice:
    """A fact that one person is told. `dedupe_key` names the fact: a person is told of it once, however often."""

    user_id: int
    kind: NotificationKind
    params: Mapping[str, str | int]
    dedupe_key: str


# What a hint is about when the list of notices changed.
NOTIFICATIONS = "notifications"

# Nobody asked for these one by one: how many of them a person is told within 24 hours, by setting.
RATIONED = {NotificationKind.NEW_JOB: "NEW_JOB_NOTICES_A_DAY"}


TELL = "SELECT accounts_tell(%s::jsonb, %s, %s, make_interval(mins => %s))"


def expect_to_tell(*user_ids: int) -> None:
    """The caller's transaction will tell these people, after what it writes first: see `core.cache.coherence`."""
    declaration = declaration_of(Notification)
    assert declaration is not None  # noqa: S101  (of accounts.cached)
    for user_id in user_ids:
        expect_write(declaration.changed_of(Notification(user_id=user_id), None))


def notify(*, user_id: int, kind: NotificationKind, params: Mapping[str, str | int], dedupe_key: str) -> None:
    """Tell one person one fact; see `notify_all`."""
    notify_all([Notice(user_id, kind, params, dedupe_key)])


def notify_all(notices: Iterable[Notice], *, happened_at: datetime | None = None) -> None:
    """Write what people are told in the caller's transaction: one query, however many, and nothing if it rolls back.

    Each row says by itself whether and from when on it may be mailed (`mailing`) and pushed (`pushing`), as the person
    prefers; whoever is kept out is told nothing. Of the kinds that are `MERGED` a row takes the place of an older one
    about the same thing, behind a lock that holds until the end of the transaction: tell last. Of those that are
    `RATIONED` a person is told so many a day, and then none. Open screens are hinted at after commit.
    """
    told = list(notices)
    if not told:
        return
    now = clock.now()
    happened_at = happened_at or now
    turns = turns_of([notice.user_id for notice in told if notice.kind not in ALWAYS])
    facts = [_fact(notice, turns, happened_at) for notice in told]
    with transaction.atomic(savepoint=False), prepared() as cursor:
        begin_instances([Notification(user_id=notice.user_id) for notice in told], using=DEFAULT_DB_ALIAS)
        cursor.execute(TELL, [json.dumps(facts), happened_at, now, settings.NOTICES_MERGED_MINUTES])
        for notice, fact in zip(told, facts, strict=True):
            about, number = about_of(str(fact["link"]))
            hint(user_id=notice.user_id, about=about, number=number)
            hint(user_id=notice.user_id, about=NOTIFICATIONS)


def _fact(notice: Notice, turns: Iterator[int], happened_at: datetime) -> dict[str, str | int | None]:
    """As `accounts_tell` takes it."""
    told_at = moment_in_words(happened_at, settings.DEFAULT_JOB_TIME_ZONE)
    title, body, link = compose(notice.kind, {"user_id": notice.user_id, "now": told_at, **notice.params})
    is_about_safety = notice.kind in ALWAYS
    ration = RATIONED.get(notice.kind)
    return {
        "user_id": notice.user_id,
        "kind": str(notice.kind),
        "title": title,
        "body": body,
        "link": link,
        "dedupe_key": notice.dedupe_key,
        "always": is_about_safety,
        # Nothing about safety: somebody else may hold the device.
        "pushes": settings.WEB_PUSH and not is_about_safety,
        "merged": notice.kind in MERGED,
        "ration": getattr(settings, ration) if ration else None,
        # What concerns the account's safety goes with the codes, all else when it is one's turn.
        "mail_turn": PRIORITY[Lane.CODES] if is_about_safety else next(turns),
    }


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
