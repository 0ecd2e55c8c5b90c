"""Mails of notices: rows that are due (`mail_at`) leave by batches, each with a mark of its own.

A mail is due, begun (`mail_began_at`), and sent (`mailed_at`) or given up (`mail_at` NULL after `TRIES`). A batch is
claimed by one statement: rows that another sender holds are passed over. What may happen:

- The sender is killed. What it had begun is free again after `HELD`, and is sent then. Between the mail server's
  answer and the mark nobody knows whether it was sent: it is sent once more, by the same Message-ID.
- The sender is slow, or sleeps. It begins no mail later than `MAIL_TAKES` after its claim, and one mail takes no longer
  than that: nobody else has what it sends. What it did not come to is free at once.
- A mail is refused, or cannot be written. It alone comes again later and later; the batch goes on.
- The mail server cannot be reached. The batch ends, and waits for nothing: one mail has tried, the others are due.
- A newer notice takes the place of a claimed one. Its mail goes, and the newer one's waits (see `merging`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from smtplib import (
    SMTPAuthenticationError,
    SMTPConnectError,
    SMTPException,
    SMTPHeloError,
    SMTPServerDisconnected,
)
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.db import connection
from django.db.models import Min

from accounts.models import Notification, NotificationKind
from accounts.notification_concerns import ALWAYS
from accounts.services.mail import send_mail
from accounts.services.unsubscribing import unsubscribe_token
from core import clock
from core.lanes import PRIORITY, Lane
from core.turns import LAST_TURN

logger = structlog.get_logger(__name__)

BATCH = 100
# Longer than a mail server may take for one: each of its answers has `core.mailers.TIMEOUT_SECONDS`.
MAIL_TAKES = timedelta(minutes=2)
HELD = 2 * MAIL_TAKES
# After 4, 16, 64, 256, 1024 and 4096 seconds: an outage of an hour and a half is ridden out.
TRIES = 7
# What says nothing about one mail, but that none can be sent now.
UNREACHABLE = (SMTPServerDisconnected, SMTPConnectError, SMTPHeloError, SMTPAuthenticationError)

CLAIM = """
WITH due AS (
    SELECT id FROM accounts_notification
    WHERE mail_turn BETWEEN %(lowest)s AND %(highest)s AND mail_at <= %(now)s
      AND mailed_at IS NULL AND superseded_at IS NULL AND (mail_began_at IS NULL OR mail_began_at <= %(over)s)
    ORDER BY mail_turn DESC, mail_at, id LIMIT %(batch)s FOR NO KEY UPDATE SKIP LOCKED
), claimed AS (
    UPDATE accounts_notification n SET mail_began_at = %(now)s FROM due WHERE n.id = due.id RETURNING n.*
)
SELECT c.id, c.user_id, c.kind, c.title, c.body, c.link, c.mail_tries, u.email, u.first_name
FROM claimed c JOIN accounts_customuser u ON u.id = c.user_id ORDER BY c.mail_turn DESC, c.mail_at, c.id
"""
SENT = "UPDATE accounts_notification SET mailed_at = %s WHERE id = %s"
# Unless another sender has it by now.
FREE = "UPDATE accounts_notification SET mail_began_at = NULL WHERE id = ANY(%s) AND mail_began_at = %s"
PUT_OFF = """
UPDATE accounts_notification SET mail_began_at = NULL, mail_tries = %s, mail_at = %s
WHERE id = %s AND mail_began_at = %s
"""


@dataclass(frozen=True, slots=True)
class Letter:
    notification_id: int
    user_id: int
    kind: NotificationKind
    title: str
    body: str
    link: str
    tries: int
    email: str
    name: str


def send_due_mails(lane: Lane) -> int:
    """Send one batch of a lane's mails and mark each as it left; returns how many left or were put off for themselves.

    Not for use in a transaction: a mark must hold whatever becomes of the next mail.
    """
    began_at, started = clock.now(), monotonic()
    letters = _claim(lane, began_at)
    for done, letter in enumerate(letters):
        if monotonic() - started > MAIL_TAKES.total_seconds():
            _write(FREE, [[each.notification_id for each in letters[done:]], began_at])
            return done
        try:
            _send(letter)
        except Exception as error:  # noqa: BLE001  (whatever is wrong with one mail: it is logged, and comes again)
            _put_off(letter, began_at, error)
            if not _can_go_on(error):
                _write(FREE, [[each.notification_id for each in letters[done + 1 :]], began_at])
                return 0
        else:
            _write(SENT, [clock.now(), letter.notification_id])
    return len(letters)


def oldest_due(lane: Lane) -> datetime | None:
    """Since when the lane's oldest mail that is due waits."""
    due = Notification.objects.filter(
        mail_turn__range=_turns_of(lane), mail_at__lte=clock.now(), mailed_at=None, superseded_at=None
    )
    since: datetime | None = due.aggregate(since=Min("mail_at"))["since"]
    return since


def mail_again(notification_id: int) -> None:
    """A mail of before mails were rows becomes due."""
    waiting = Notification.objects.filter(pk=notification_id, mail_at=None, mailed_at=None, mail_tries=0)
    waiting.update(mail_at=clock.now())


def headers_of(letter: Letter) -> dict[str, str]:
    """Its name; and one click in the mail program ends mails of this kind (RFC 8058), but for the account's safety."""
    # By its number mail servers and mail boxes know a mail that was sent once more.
    named = {"Message-ID": f"<notification-{letter.notification_id}@{urlsplit(settings.PUBLIC_URL).hostname}>"}
    if letter.kind in ALWAYS:
        return named
    token = unsubscribe_token(user_id=letter.user_id, kind=letter.kind)
    address = f"{settings.PUBLIC_URL}/unsubscribe/{token}"
    return named | {"List-Unsubscribe": f"<{address}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def address_of(link: str) -> str:
    """Where a mail or a calendar leads: a page of the app, which is at `PUBLIC_URL` unless `APP_URL` says otherwise.

    What was written before links were pages begins with the path of the API.
    """
    return f"{settings.APP_URL or settings.PUBLIC_URL}{link.removeprefix('/api')}" if link else ""


def _claim(lane: Lane, now: datetime) -> list[Letter]:
    lowest, highest = _turns_of(lane)
    values: dict[str, Any] = {"lowest": lowest, "highest": highest, "now": now, "over": now - HELD, "batch": BATCH}
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, values)
        return [Letter(row[0], row[1], NotificationKind(row[2]), *row[3:]) for row in cursor.fetchall()]


def _turns_of(lane: Lane) -> tuple[int, int]:
    """The lane of codes takes its own, that of notices what is below."""
    return (PRIORITY[Lane.CODES],) * 2 if lane is Lane.CODES else (LAST_TURN, PRIORITY[Lane.NOTICES])


def _send(letter: Letter) -> None:
    send_mail(
        to=letter.email,
        subject=letter.title,
        template="notification",
        headers=headers_of(letter),
        context={"name": letter.name, "body": letter.body, "link": address_of(letter.link)},
    )


def _can_go_on(error: Exception) -> bool:
    """What the server said of one mail, or what is wrong with the mail itself, says nothing about the next."""
    # smtplib's errors are OSErrors, as is all that a network can do.
    return not isinstance(error, UNREACHABLE) and (isinstance(error, SMTPException) or not isinstance(error, OSError))


def _put_off(letter: Letter, began_at: datetime, error: Exception) -> None:
    tries = letter.tries + 1
    is_over = tries >= TRIES
    say = logger.error if is_over else logger.warning
    event = "mail_given_up" if is_over else "mail_put_off"
    say(event, notification_id=letter.notification_id, tries=tries, exc_info=error)
    mail_at = None if is_over else clock.now() + timedelta(seconds=4**tries)
    _write(PUT_OFF, [tries, mail_at, letter.notification_id, began_at])


def _write(statement: str, values: Sequence[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
