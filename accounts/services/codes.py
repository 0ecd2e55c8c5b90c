"""One-time codes: six digits, ten minutes, five tries, then a quarter of an hour of silence.

Codes that anybody may try (to prove an address, to reset a password) have five tries from each origin, so that a
stranger uses up his own: five where the owner was logged in before, which nobody else can use up, five where the code
was asked for, and ten from everywhere else together.

P3: a code has exactly one winner under any parallelism. A try is counted by one UPDATE that also checks the limit,
before the code is compared, so that 64 parallel guesses get five tries. A failed try commits whatever its caller does
afterwards, so a code is never used inside a transaction of the caller's.
"""

import hmac
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.crypto import salted_hmac

from accounts.addresses import fold_email
from accounts.exceptions import CodeLocked, InvalidCode
from accounts.models import OTP, CustomUser, OTPPurpose
from accounts.models.otp import HARD_TRIES, MAX_TRIES, STRANGERS_TRIES
from accounts.services.origins import is_known_origin, origin_of
from core import clock
from core.throttling import AddressThrottle, Throttle

# A few tries at each of very many accounts are guesses too.
TRIES_PER_ADDRESS = AddressThrottle("code-tries-address", limit="CODE_TRIES_PER_ADDRESS_HOUR", period_seconds=3600)
# Of one account and purpose, in a quarter of an hour.
TRIES_PER_ORIGIN = Throttle("code-tries-origin", limit=5, period_seconds=900)
TRIES_OF_STRANGERS = Throttle("code-tries-strangers", limit=10, period_seconds=900)
TRIES_OF_STRANGERS_DAY = Throttle("code-tries-strangers-day", limit=100, period_seconds=24 * 3600)
FOR_ANYBODY = frozenset({OTPPurpose.VERIFY_EMAIL, OTPPurpose.RESET_PASSWORD})
LIFETIME = timedelta(minutes=10)
LOCK = timedelta(minutes=15)
# How long until the next is sent: after few, after five in an hour, after thirty in a day. Whoever asks for them, from
# wherever: nobody's mail box is filled, and nobody is refused, for the last one sent is there to be used.
RESEND_AFTER, RESEND_AFTER_MANY, RESEND_AFTER_A_FLOOD = timedelta(seconds=60), LIFETIME, timedelta(minutes=30)


def issue_code(
    *, user: CustomUser, purpose: OTPPurpose, sent_to: str, asked_from: bytes = b""
) -> tuple[OTP, str] | None:
    """Make the one live code of this purpose; None while one was sent within a minute or the user is locked out.

    The caller holds the user's lock, so that two requests at once make one code. The old code dies, the wrong tries of
    the last quarter of an hour live on: asking again does not buy more of them.
    """
    now = clock.now()
    newest = _newest(user.pk, purpose)
    if newest is not None and (now < newest.created_at + _resend_after(user, purpose, now) or _is_locked(newest, now)):
        return None
    OTP.objects.filter(user=user, purpose=purpose, is_live=True).update(is_live=False)
    tries = _wrong_tries(newest, now)
    code = f"{secrets.randbelow(1_000_000):06d}"
    otp = OTP.objects.create(
        user=user,
        purpose=purpose,
        code_hmac=_hmac(user.pk, purpose, sent_to, code),
        sent_to=sent_to,
        asked_from=asked_from,
        created_at=now,
        expires_at=now + LIFETIME,
        tries=tries,
        last_tried_at=newest.last_tried_at if newest is not None and tries else None,
    )
    return otp, code


def use_strangers_code(*, user_id: int, purpose: OTPPurpose, code: str, address: str) -> OTP | None:
    """`use_code` for an operation that anybody may call: the tries are counted by where they come from, too.

    For `user_id` 0, which is nobody, it does the same work.
    """
    asked_from = OTP.objects.filter(user_id=user_id, purpose=purpose, is_live=True).values_list("asked_from", flat=True)
    origin = origin_of(address)
    key = f"{user_id} {purpose}"
    is_known = is_known_origin(user_id=user_id, origin=origin)
    is_strange = not is_known and origin not in map(bytes, asked_from)
    if not TRIES_PER_ORIGIN.passes(f"{key} {origin.hex()}"):
        return None
    if is_strange and not (TRIES_OF_STRANGERS.passes(key) and TRIES_OF_STRANGERS_DAY.passes(key)):
        return None
    return use_code(user_id=user_id, purpose=purpose, code=code, most=HARD_TRIES if is_known else STRANGERS_TRIES)


@transaction.atomic(durable=True)
def use_code(*, user_id: int, purpose: OTPPurpose, code: str, most: int = MAX_TRIES) -> OTP | None:
    """Count a try and compare; the code, used up by it, or None when it is wrong, expired, used or locked.

    Not to be called inside a transaction, which could take the counted try back.
    """
    now = clock.now()
    live = OTP.objects.filter(user_id=user_id, purpose=purpose, is_live=True, is_verified=False, expires_at__gt=now)
    if not live.filter(tries__lt=most).update(tries=F("tries") + 1, last_tried_at=now):
        return None
    otp = live.first()
    if otp is None or not hmac.compare_digest(bytes(otp.code_hmac), _hmac(user_id, purpose, otp.sent_to, code)):
        return None
    # The winner of parallel right answers is who flips the flag.
    if not live.filter(pk=otp.pk).update(is_verified=True, is_live=False):
        return None
    return otp


def require_code(*, user_id: int, purpose: OTPPurpose, code: str) -> OTP:
    """`use_code` for somebody who is logged in: raises `CodeLocked` or `InvalidCode` instead of answering None.

    To a stranger the first would tell that there is such an account.
    """
    otp = use_code(user_id=user_id, purpose=purpose, code=code)
    if otp is not None:
        return otp
    newest = _newest(user_id, purpose)
    if newest is not None and _is_locked(newest, clock.now()):
        raise CodeLocked
    raise InvalidCode


def _newest(user_id: int, purpose: OTPPurpose) -> OTP | None:
    return OTP.objects.filter(user_id=user_id, purpose=purpose).order_by("-created_at", "-id").first()


def _wrong_tries(otp: OTP | None, now: datetime) -> int:
    """The wrong tries that still count; a right one ends them, and so does a quarter of an hour without any."""
    if otp is None or otp.is_verified or otp.last_tried_at is None or now >= otp.last_tried_at + LOCK:
        return 0
    return otp.tries


def _is_locked(otp: OTP, now: datetime) -> bool:
    """All tries used up lock the purpose for a while, whether or not a new code is asked for."""
    most = HARD_TRIES if otp.purpose in FOR_ANYBODY else MAX_TRIES
    return _wrong_tries(otp, now) >= most


def _resend_after(user: CustomUser, purpose: OTPPurpose, now: datetime) -> timedelta:
    sent = OTP.objects.filter(user=user, purpose=purpose)
    if sent.filter(created_at__gt=now - timedelta(days=1)).count() >= 30:
        return RESEND_AFTER_A_FLOOD
    if sent.filter(created_at__gt=now - timedelta(hours=1)).count() >= 5:
        return RESEND_AFTER_MANY
    return RESEND_AFTER


def _hmac(user_id: int, purpose: str, sent_to: str, code: str) -> bytes:
    key = f"otp:{purpose}:{user_id}:{fold_email(sent_to)}"
    return salted_hmac(key, code, secret=settings.SECRET_KEY, algorithm="sha256").digest()
