"""The second factor: six digits of an authenticator app, or one of ten recovery codes.

P3: a code has exactly one winner. A try is counted by one UPDATE that also checks the limit, before anything is
compared; the winner of parallel right answers is who moves `last_step` or uses up the recovery code.
"""

import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Case, F, Q, Value, When
from django.utils.crypto import salted_hmac
from pyotp import TOTP

from accounts.exceptions import InvalidSecondFactor, SecondFactorLocked, SecondFactorRequired
from accounts.models import RecoveryCode, SecondFactor
from accounts.models.second_factor import MAX_TRIES
from accounts.secrets_at_rest import decrypt
from core import clock

PURPOSE = "second-factor"
STEP_SECONDS = 30
# RFC 6238, 5.2: one step either way, for a phone whose clock is a little off.
STEPS_AROUND = (0, -1, 1)
LOCK = timedelta(minutes=15)
RECOVERY_CODES = 10
# Base32 without padding: no 0, 1 or 8 to take for a letter. Ten of them are 50 bits.
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


def second_factor_to_ask(*, user_id: int, code: str | None) -> SecondFactor | None:
    """The second factor that this person switched on; None without. Raises `SecondFactorRequired` without a code."""
    factor = SecondFactor.objects.planned().filter(user_id=user_id, confirmed_at__isnull=False).first()
    if factor is not None and code is None:
        raise SecondFactorRequired
    return factor


def require_second_factor(*, user_id: int, code: str | None) -> None:
    """Use up a code of the second factor of somebody who has one.

    Not to be called inside a transaction: a wrong try must stay counted. Raises `SecondFactorRequired`,
    `InvalidSecondFactor` and `SecondFactorLocked`.
    """
    factor = second_factor_to_ask(user_id=user_id, code=code)
    if factor is not None and code is not None:
        use_second_factor(factor, code)


def has_second_factor(*, user_id: int) -> bool:
    return SecondFactor.objects.filter(user_id=user_id, confirmed_at__isnull=False).exists()


@transaction.atomic(durable=True)
def _count_try(factor: SecondFactor, now: datetime) -> bool:
    """Whether another try is allowed, now counted. A quarter of an hour without one forgives the wrong ones."""
    quiet = Q(last_tried_at__lte=now - LOCK)
    return bool(
        SecondFactor.objects.filter(Q(tries__lt=MAX_TRIES) | quiet, pk=factor.pk).update(
            tries=Case(When(quiet, then=Value(1)), default=F("tries") + 1), last_tried_at=now
        )
    )


def use_second_factor(factor: SecondFactor, code: str) -> None:
    """Count a try, compare, and use the code up. Raises `InvalidSecondFactor` and `SecondFactorLocked`."""
    now = clock.now()
    if not _count_try(factor, now):
        raise SecondFactorLocked
    plain = code.replace("-", "").upper()
    won = _use_step(factor, plain, now) if plain.isdigit() and len(plain) == 6 else _use_recovery(factor, plain, now)
    if not won:
        raise InvalidSecondFactor
    SecondFactor.objects.filter(pk=factor.pk).update(tries=0)


def _use_step(factor: SecondFactor, code: str, now: datetime) -> bool:
    app = TOTP(decrypt(bytes(factor.encrypted_secret), purpose=PURPOSE), interval=STEP_SECONDS)
    current = int(now.timestamp()) // STEP_SECONDS
    steps = [current + around for around in STEPS_AROUND]
    step = next((step for step in steps if hmac.compare_digest(app.generate_otp(step), code)), None)
    # The secret too: the offer may have been replaced by another one meanwhile.
    mine = SecondFactor.objects.filter(pk=factor.pk, encrypted_secret=factor.encrypted_secret)
    return step is not None and bool(mine.filter(last_step__lt=step).update(last_step=step))


def _use_recovery(factor: SecondFactor, code: str, now: datetime) -> bool:
    unused = RecoveryCode.objects.filter(factor=factor, used_at__isnull=True)
    # Made under the present key or one before it: the app goes on after a change of keys, and so do these.
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    known = [_hmac(factor.pk, code, str(key)) for key in keys]
    return bool(unused.filter(code_hmac__in=known).update(used_at=now))


def make_recovery_codes(factor: SecondFactor) -> Sequence[str]:
    """Ten new ones in place of the old. The caller shows them once; only their HMACs are kept."""
    codes = ["".join(secrets.choice(ALPHABET) for _ in range(10)) for _ in range(RECOVERY_CODES)]
    RecoveryCode.objects.filter(factor=factor).delete()
    RecoveryCode.objects.bulk_create(
        RecoveryCode(factor=factor, code_hmac=_hmac(factor.pk, code, settings.SECRET_KEY)) for code in codes
    )
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def _hmac(factor_id: int, code: str, key: str) -> bytes:
    return salted_hmac(f"recovery:{factor_id}", code, secret=key, algorithm="sha256").digest()
