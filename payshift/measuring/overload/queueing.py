"""How long a code takes while ten thousand notices wait for a mail server that takes its time."""

import json
from collections.abc import Sequence
from itertools import batched, cycle, islice
from time import monotonic, sleep

from accounts.models import Notification, NotificationKind
from accounts.services.notifications import Notice, notify_all
from payshift.measuring.overload.mail_sink import MailSink
from payshift.measuring.overload.probing import Caller

# So many that ten thousand still wait when the last code is asked for.
NOTICES, WAITING = 12_000, 10_000
GIVEN_UP_SECONDS = 60.0


def queue_notices(user_ids: Sequence[int]) -> None:
    """Notices that are mailed, to people who are told little, and in as few statements as can be: that they are many at
    once is what is measured."""
    for batch in batched(enumerate(islice(cycle(user_ids), NOTICES)), 1_000, strict=False):
        notify_all(
            Notice(
                user_id,
                NotificationKind.PAYMENT_RECEIVED,
                {"job_id": 1, "job_title": "A job", "amount_kobo": 100},
                f"overload:{number}",
            )
            for number, user_id in batch
        )


def waiting_notices() -> int:
    """Not mailed yet."""
    return Notification.objects.filter(mail_at__isnull=False, mailed_at=None).count()


def seconds_of_a_code(caller: Caller, mails: MailSink, *, email: str) -> float:
    """From the request to the mail server; `GIVEN_UP_SECONDS` when it did not come. Raises `RuntimeError` for an answer
    other than 202."""
    body = json.dumps({"email": email, "purpose": "reset_password"}).encode()
    started = monotonic()
    status, _ = caller.ask("/api/auth/otp", body=body)
    if status != 202:
        raise RuntimeError(f"A code was answered with {status}")
    while (came := mails.came_at(email)) is None and monotonic() - started < GIVEN_UP_SECONDS:
        sleep(0.02)
    return GIVEN_UP_SECONDS if came is None else came - started
