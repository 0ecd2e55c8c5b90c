"""One-time codes: six digits, ten minutes, five tries, then a quarter of an hour of silence.

P3: a code has exactly one winner under any parallelism. A try is counted by one UPDATE that also checks the limit,
before the code is compared, so that 64 parallel guesses get five tries. Callers commit a failed try: they call
`check_code` outside of a transaction that they would roll back.
"""

import hmac
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.crypto import salted_hmac

from accounts.exceptions import CodeLocked, InvalidCode
from accounts.models import OTP, CustomUser, OTPPurpose
from accounts.models.otp import MAX_TRIES
from core import clock

LIFETIME = timedelta(minutes=10)
LOCK = timedelta(minutes=15)
RESEND_AFTER = timedelta(seconds=60)


def issue_code(*, user: CustomUser, purpose: OTPPurpose, sent_to: str) -> tuple[OTP, str] | None:
    """Make the one live code of this purpose; None while one was sent within a minute or the user is locked out.

    The caller holds the user's lock, so that two requests at once make one code. The old code dies.
    """
    now = clock.now()
    newest = OTP.objects.filter(user=user, purpose=purpose).order_by("-created_at").first()
    if newest is not None and (now < newest.created_at + RESEND_AFTER or _is_locked(newest, now)):
        return None
    OTP.objects.filter(user=user, purpose=purpose, is_live=True).update(is_live=False)
    code = f"{secrets.randbelow(1_000_000):06d}"
    otp = OTP.objects.create(
        user=user,
        purpose=purpose,
        code_hmac=_hmac(user.pk, purpose, sent_to, code),
        sent_to=sent_to,
        created_at=now,
        expires_at=now + LIFETIME,
    )
    return otp, code


@transaction.atomic
def check_code(*, user_id: int, purpose: OTPPurpose, code: str) -> OTP | None:
    """Count a try and compare; the code, marked as used, or None when it is wrong. Never raises for a wrong code.

    Raises `CodeLocked` after five tries, until 15 minutes after the code was made.
    """
    now = clock.now()
    live = OTP.objects.filter(user_id=user_id, purpose=purpose, is_live=True, is_verified=False, expires_at__gt=now)
    if not live.filter(tries__lt=MAX_TRIES).update(tries=F("tries") + 1, last_tried_at=now):
        newest = OTP.objects.filter(user_id=user_id, purpose=purpose).order_by("-created_at").first()
        if _is_locked(newest, now):
            raise CodeLocked
        return None
    otp = live.get()
    if not hmac.compare_digest(bytes(otp.code_hmac), _hmac(user_id, purpose, otp.sent_to, code)):
        return None
    # The winner of parallel right answers is who flips the flag.
    if not live.filter(pk=otp.pk).update(is_verified=True, is_live=False):
        return None
    return otp


def require_code(*, user_id: int, purpose: OTPPurpose, code: str) -> OTP:
    """`check_code` that raises `InvalidCode` for a wrong code; not to be called inside a transaction."""
    otp = check_code(user_id=user_id, purpose=purpose, code=code)
    if otp is None:
        raise InvalidCode
    return otp


def _is_locked(otp: OTP | None, now: datetime) -> bool:
    """A code whose tries are used up locks its purpose for a while, whether or not a new one is asked for."""
    if otp is None or otp.tries < MAX_TRIES or otp.is_verified or otp.last_tried_at is None:
        return False
    return now < otp.last_tried_at + LOCK


def _hmac(user_id: int, purpose: str, sent_to: str, code: str) -> bytes:
    key = f"otp:{purpose}:{user_id}:{sent_to.lower()}"
    return salted_hmac(key, code, secret=settings.SECRET_KEY, algorithm="sha256").digest()
