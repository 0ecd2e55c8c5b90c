"""Jobs of accounts: thin, each calls one service."""

from datetime import datetime
from functools import partial

from procrastinate import RetryStrategy

from accounts.models import NotificationKind, OTPPurpose
from accounts.services import avatars, code_mail, mail, mailing, notifications, pushing
from core import files
from core.background import task
from core.lanes import Lane
from core.rounds import round_of


@task(lane=Lane.NOTICES)
def deliver_notification(
    user_id: int, kind: str, params: dict[str, str | int], dedupe_key: str, happened_at: str = ""
) -> None:
    """What an older version of the code queued."""
    notice = notifications.Notice(user_id, NotificationKind(kind), params, dedupe_key)
    notifications.notify_all([notice], happened_at=datetime.fromisoformat(happened_at) if happened_at else None)


@task(lane=Lane.BULK)
def delete_picture(name: str) -> None:
    """What an older version of the code queued."""
    files.delete(*avatars.files_of(name))


@task(lane=Lane.CODES)
def mail_message(to: str, subject: str, template: str, context: dict[str, str]) -> None:
    mail.send_mail(to=to, subject=subject, template=template, context=context)


@task(lane=Lane.NOTICES)
def mail_notification(notification_id: int) -> None:
    """What an older version of the code queued: the round below sends it."""
    mailing.mail_again(notification_id)


@round_of(lane=Lane.NOTICES, waiting_since=partial(mailing.oldest_due, Lane.NOTICES))
def mail_notices() -> int:
    return mailing.send_due_mails(Lane.NOTICES)


@round_of(lane=Lane.CODES, waiting_since=partial(mailing.oldest_due, Lane.CODES))
def mail_safety_notices() -> int:
    return mailing.send_due_mails(Lane.CODES)


@task(lane=Lane.NOTICES)
def push_what_is_due(user_id: int) -> None:
    """What an older version of the code queued."""
    pushing.take_what_is_due(user_id=user_id)


@round_of(lane=Lane.NOTICES, waiting_since=pushing.oldest_due)
def push_notices() -> int:
    return pushing.take_what_is_due_of_all()


# After 4, 16 and 64 seconds: what is shown much later helps nobody.
@task(lane=Lane.NOTICES, retry=RetryStrategy(max_attempts=3, exponential_wait=4))
def push_to_device(subscription_id: int, kind: str, subject: tuple[str, int] | None, due_at: str) -> None:
    pushing.push_to_device(
        subscription_id=subscription_id, kind=kind, subject=subject, due_at=datetime.fromisoformat(due_at)
    )


@task(lane=Lane.CODES)
def mail_requested_code(email: str, purpose: str, asked_from: str = "") -> None:
    code_mail.send_requested_code(email=email, purpose=OTPPurpose(purpose), asked_from=asked_from)


@task(lane=Lane.CODES)
def mail_code(user_id: int, purpose: str, to: str, asked_from: str = "") -> None:
    code_mail.send_code(user_id=user_id, purpose=OTPPurpose(purpose), to=to, asked_from=asked_from)
