"""What people say of themselves: names, profile, picture, role, e-mail."""

import secrets
from collections.abc import Mapping
from io import BytesIO
from typing import IO, Any

from django.contrib.auth.hashers import check_password
from django.core.files.base import ContentFile
from django.db import transaction
from PIL import Image, ImageOps, UnidentifiedImageError

from accounts.exceptions import BadCredentials, EmailTaken, NotAnImage, RoleFixed
from accounts.models import CustomUser, OTPPurpose
from accounts.services.codes import require_code
from accounts.services.locks import lock_user
from accounts.services.mail import send_code_later
from core.actor import Actor, Role

USER_FIELDS = frozenset({"username", "first_name", "last_name"})
MAX_AVATAR_BYTES = 5 * 1024 * 1024
MAX_AVATAR_PIXELS = 4096
AVATAR_SIZE = (512, 512)
AVATAR_FORMATS = ("JPEG", "PNG", "WEBP")


@transaction.atomic
def update_me(*, actor: Actor, changes: Mapping[str, Any]) -> None:
    """Change the given fields of the caller's user and profile. Raises `UsernameTaken` by its constraint."""
    user = lock_user(actor.user_id)
    of_user = sorted(USER_FIELDS & changes.keys())
    of_profile = sorted(changes.keys() - USER_FIELDS)
    for name in of_user:
        setattr(user, name, changes[name])
    for name in of_profile:
        setattr(user.profile, name, changes[name])
    if of_user:
        user.save(update_fields=of_user)
    if of_profile:
        user.profile.save(update_fields=of_profile)


@transaction.atomic
def change_role(*, actor: Actor, role: Role) -> None:
    """Switch between applicant and client; acts at the next request. Raises `RoleFixed` for staff."""
    user = lock_user(actor.user_id)
    if user.role == Role.ADMIN or role is Role.ADMIN:
        raise RoleFixed
    user.role = role
    user.save(update_fields=["role"])


def request_email_change(*, actor: Actor, email: str, password: str) -> None:
    """Send a code to the new address, which proves it. Raises `BadCredentials`; never tells whose address it is."""
    user = CustomUser.objects.planned().get(pk=actor.user_id)
    if not check_password(password, user.password):
        raise BadCredentials("The password is wrong.")
    with transaction.atomic():
        if not CustomUser.objects.filter(email__iexact=email).exists():
            send_code_later(user_id=user.pk, purpose=OTPPurpose.CHANGE_EMAIL, to=email)


def confirm_email_change(*, actor: Actor, code: str) -> None:
    """Take the address that the code was sent to. Raises `InvalidCode`, `CodeLocked`, `EmailTaken`."""
    otp = require_code(user_id=actor.user_id, purpose=OTPPurpose.CHANGE_EMAIL, code=code)
    with transaction.atomic():
        user = lock_user(actor.user_id)
        if CustomUser.objects.filter(email__iexact=otp.sent_to).exclude(pk=user.pk).exists():
            raise EmailTaken
        user.email = otp.sent_to
        user.save(update_fields=["email"])


def set_avatar(*, actor: Actor, file: IO[bytes]) -> None:
    """Replace the caller's picture by a square WebP of it: decoded and encoded anew, so that nothing else comes along.

    Raises `NotAnImage` for anything that is no picture, too many bytes or pixels.
    """
    content = ContentFile(encode_avatar(file.read(MAX_AVATAR_BYTES + 1)))
    with transaction.atomic():
        profile = lock_user(actor.user_id).profile
        old, storage = profile.avatar.name, profile.avatar.storage
        profile.avatar.save(f"{secrets.token_hex(16)}.webp", content, save=False)
        profile.save(update_fields=["avatar"])
        if old:
            transaction.on_commit(lambda: storage.delete(old))


def encode_avatar(data: bytes) -> bytes:
    """A WebP of 512 x 512 without metadata. The size is read before a pixel is decoded."""
    if len(data) > MAX_AVATAR_BYTES:
        raise NotAnImage
    try:
        with Image.open(BytesIO(data), formats=AVATAR_FORMATS) as image:
            if max(image.size) > MAX_AVATAR_PIXELS:
                raise NotAnImage
            upright = ImageOps.exif_transpose(image)
            square = ImageOps.fit(upright.convert("RGB"), AVATAR_SIZE)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise NotAnImage from None
    encoded = BytesIO()
    square.save(encoded, "WEBP", quality=82)
    return encoded.getvalue()
