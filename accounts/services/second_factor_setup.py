"""Switching the second factor on and off. Every step asks again who it is, and the person is told of each change."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from pyotp import TOTP, random_base32

from accounts.exceptions import SecondFactorOff, SecondFactorOn
from accounts.models import NotificationKind, SecondFactor
from accounts.secrets_at_rest import decrypt, encrypt
from accounts.services.locks import lock_active_user, lock_user
from accounts.services.notifications import notify
from accounts.services.reauthentication import confirm_identity
from accounts.services.second_factor import PURPOSE, make_recovery_codes, use_second_factor
from accounts.services.sessions import end_earlier_access, revoke_devices
from core import clock
from core.actor import Actor

ISSUER = "Payshift"


@dataclass(frozen=True, slots=True)
class Offer:
    """What an authenticator app needs; shown once."""

    secret: str
    otpauth_uri: str


def offer_second_factor(*, actor: Actor, password: str | None, code: str | None) -> Offer:
    """A new secret, not asked for until it is confirmed; a second offer replaces the first.

    Raises what `confirm_identity` raises, and `SecondFactorOn`. Locks the user.
    """
    _refuse_a_second(actor.user_id)
    confirm_identity(user_id=actor.user_id, password=password, code=code)
    return offer_to_proved(user_id=actor.user_id)


@transaction.atomic
def offer_to_proved(*, user_id: int) -> Offer:
    """The same to somebody who just proved who they are in another way. Raises `SecondFactorOn`. Locks the user."""
    user = lock_active_user(user_id)
    _refuse_a_second(user_id)
    secret = random_base32()
    SecondFactor.objects.update_or_create(
        user=user,
        defaults={"encrypted_secret": encrypt(secret, purpose=PURPOSE), "created_at": clock.now(), "last_step": 0},
    )
    return _offer(secret, user.email)


def standing_offer(*, user_id: int) -> Offer | None:
    """What was offered last and is not confirmed yet, for whoever mistyped its first code."""
    factor = SecondFactor.objects.filter(user_id=user_id, confirmed_at__isnull=True).select_related("user").first()
    if factor is None:
        return None
    return _offer(decrypt(bytes(factor.encrypted_secret), purpose=PURPOSE), factor.user.email)


def confirm_second_factor(*, actor: Actor, second_factor_code: str) -> Sequence[str]:
    """Switch it on with the first code of the app, and return the recovery codes. The caller's other devices end: they
    were opened by a password alone, perhaps by whom the second factor is to keep out.

    Raises `SecondFactorOff` without an offer, `SecondFactorOn`, `InvalidSecondFactor`, `SecondFactorLocked`. Locks the
    user.
    """
    factor = _factor_of(actor.user_id)
    if factor.confirmed_at is not None:
        raise SecondFactorOn
    use_second_factor(factor, second_factor_code)
    with transaction.atomic():
        lock_active_user(actor.user_id)
        offers = SecondFactor.objects.filter(pk=factor.pk, confirmed_at__isnull=True)
        # The secret that was proved, not one of an offer that came in between.
        if not offers.filter(encrypted_secret=factor.encrypted_secret).update(confirmed_at=clock.now()):
            raise SecondFactorOff
        revoke_devices(user_id=actor.user_id, except_device_id=actor.device_id)
        end_earlier_access(user_id=actor.user_id)
        _tell(actor.user_id, "It was switched on for your account.")
        return make_recovery_codes(factor)


def renew_recovery_codes(
    *, actor: Actor, password: str | None, code: str | None, second_factor_code: str | None
) -> Sequence[str]:
    """Ten new recovery codes; the old ones are void. Raises what `confirm_identity` raises, and `SecondFactorOff`."""
    confirm_identity(user_id=actor.user_id, password=password, code=code, second_factor_code=second_factor_code)
    return renew_for_proved(user_id=actor.user_id)


@transaction.atomic
def renew_for_proved(*, user_id: int) -> Sequence[str]:
    """The same for somebody who just proved who they are in another way. Raises `SecondFactorOff`. Locks the user."""
    lock_active_user(user_id)
    factor = _factor_of(user_id, confirmed=True)
    _tell(user_id, "New recovery codes were made for your account.")
    return make_recovery_codes(factor)


def switch_second_factor_off(
    *, actor: Actor, password: str | None, code: str | None, second_factor_code: str | None
) -> None:
    """Forget the secret and the recovery codes. Raises what `confirm_identity` raises, and `SecondFactorOff`."""
    confirm_identity(user_id=actor.user_id, password=password, code=code, second_factor_code=second_factor_code)
    remove_second_factor(user_id=actor.user_id)


@transaction.atomic
def remove_second_factor(*, user_id: int) -> None:
    """As staff do for somebody who lost the phone and the recovery codes, and has proved who they are.

    Raises `SecondFactorOff`. Locks the user.
    """
    lock_user(user_id)
    _factor_of(user_id, confirmed=True).delete()
    _tell(user_id, "It was switched off for your account.")


def _offer(secret: str, email: str) -> Offer:
    return Offer(secret=secret, otpauth_uri=TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER))


def _refuse_a_second(user_id: int) -> None:
    if SecondFactor.objects.filter(user_id=user_id, confirmed_at__isnull=False).exists():
        raise SecondFactorOn


def _factor_of(user_id: int, *, confirmed: bool = False) -> SecondFactor:
    factor = SecondFactor.objects.planned().filter(user_id=user_id).first()
    if factor is None or (confirmed and factor.confirmed_at is None):
        raise SecondFactorOff
    return factor


def _tell(user_id: int, change: str) -> None:
    notify(
        user_id=user_id,
        kind=NotificationKind.SECOND_FACTOR_CHANGED,
        params={"change": change},
        dedupe_key=f"second-factor:{secrets.token_hex(8)}",
    )
