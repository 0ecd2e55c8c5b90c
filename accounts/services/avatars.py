"""Pictures of people: decoded and encoded anew, so that nothing else comes along (EXIF, a script, a second file)."""

import secrets
import struct
import warnings
import zlib
from io import BytesIO
from threading import Lock
from typing import IO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from PIL import Image, ImageOps

from accounts.exceptions import NotAnImage
from accounts.faces import small_avatar_name
from accounts.models import Profile
from accounts.services.locks import lock_active_user
from core.actor import Actor
from core.errors import Unavailable
from core.files import discard_files, forget_files
from core.throttling import Throttle

MAX_BYTES = 5 * 1024 * 1024
# Of what is decoded in full. A JPEG from a phone may be larger: it is decoded at a fraction of its size (see `_open`).
MAX_SIDE_PX = 4096
MAX_JPEG_PIXELS = 50_000_000
# A progressive JPEG is kept whole while it is decoded, and each of its scans passes over all of it: 17 ms.
# Encoders make about ten scans.
MAX_SCANS = 32
START_OF_SCAN = b"\xff\xda"
SIZE_PX = (512, 512)
SMALL_PX = (96, 96)
DRAFT_PX = (1024, 1024)
# Nothing else is even tried: each decoder is a way in.
FORMATS = ("JPEG", "PNG", "WEBP")
# MPO: a JPEG with others behind it, as phones make them.
JPEG_KINDS = ("JPEG", "MPO")
BACKGROUND = (255, 255, 255)
# What Pillow raises for files that are broken or built to break it.
BROKEN = (OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error, Image.DecompressionBombError, Warning)

UPLOADS_PER_ACCOUNT = Throttle("avatar", limit=30, period_seconds=3600)
# The largest picture takes 200 MB while it is decoded, from a file of 75 kB: as many at once as there are threads would
# be the end of the process.
_one_at_a_time = Lock()
# Uploads that wait for it hold threads that others need.
WAIT_SECONDS = 2.0


def set_avatar(*, actor: Actor, file: IO[bytes]) -> None:
    """Replace the caller's picture by a square WebP of it under a random name. The old files are deleted.

    Files are written before and deleted after the transaction, since storage may be a network away. Raises `NotAnImage`
    for anything that is no picture, and for too many bytes, pixels or scans, `TooManyRequests`, and `Unavailable` while
    others' pictures are being decoded. Locks the user.
    """
    UPLOADS_PER_ACCOUNT.hit(str(actor.user_id))
    encoded = encode_avatar(file.read(MAX_BYTES + 1))
    name = default_storage.save(f"avatars/{secrets.token_hex(16)}.webp", ContentFile(encoded))
    try:
        default_storage.save(small_avatar_name(name), ContentFile(small_of(encoded)))
        _replace(user_id=actor.user_id, name=name)
    except Exception:
        discard_files(*files_of(name))
        raise


def remove_avatar(*, actor: Actor) -> None:
    """The caller has no picture any more; its file is deleted. Doing it again changes nothing. Locks the user."""
    _replace(user_id=actor.user_id, name="")


def files_of(name: str) -> tuple[str, str]:
    """Both sizes of a picture."""
    return name, small_avatar_name(name)


@transaction.atomic
def _replace(*, user_id: int, name: str) -> None:
    lock_active_user(user_id)
    # Read after the lock: of two uploads at once, the second must see the first one's file.
    profile = Profile.objects.get(user_id=user_id)
    old = profile.avatar.name or ""
    profile.avatar.name = name
    profile.save(update_fields=["avatar"])
    if old:
        forget_files(*files_of(old))


def small_of(encoded: bytes) -> bytes:
    """The picture that `encode_avatar` made, for lists: as sharp as a phone shows it there, in a tenth of the bytes."""
    with Image.open(BytesIO(encoded), formats=("WEBP",)) as picture:
        small = BytesIO()
        picture.resize(SMALL_PX, Image.Resampling.LANCZOS).save(small, "WEBP", quality=82)
    return small.getvalue()


def encode_avatar(data: bytes) -> bytes:
    """A WebP of 512 x 512, upright, opaque, without metadata. Its size is read before a pixel is decoded."""
    if len(data) > MAX_BYTES:
        raise NotAnImage
    # Not in data, where 0xff is followed by 0: every one is a scan, or one of a thumbnail in the metadata.
    if data.startswith(b"\xff\xd8") and data.count(START_OF_SCAN) > MAX_SCANS:
        raise NotAnImage
    if not _one_at_a_time.acquire(timeout=WAIT_SECONDS):
        raise Unavailable("Too many pictures are being uploaded. Try again in a moment.")
    try:
        square = _decode(data)
    finally:
        _one_at_a_time.release()
    opaque = Image.new("RGB", SIZE_PX, BACKGROUND)
    opaque.paste(square, mask=square)
    encoded = BytesIO()
    opaque.save(encoded, "WEBP", quality=82)
    return encoded.getvalue()


def _refuse_too_large(image: Image.Image) -> None:
    """Raises `NotAnImage`. A baseline JPEG alone is decoded row by row, whatever its size."""
    width, height = image.size
    row_by_row = image.format in JPEG_KINDS and not image.info.get("progressive")
    if width * height > MAX_JPEG_PIXELS or (not row_by_row and max(width, height) > MAX_SIDE_PX):
        raise NotAnImage


def _decode(data: bytes) -> Image.Image:
    """Upright and square, with the alpha that it has. Raises `NotAnImage`."""
    try:
        with warnings.catch_warnings(), Image.open(BytesIO(data), formats=FORMATS) as image:
            warnings.simplefilter("error")
            _refuse_too_large(image)
            # A large JPEG at a half, a quarter or an eighth of its sides: a quarter of the pixels at most is kept.
            image.draft("RGB", DRAFT_PX)
            upright = ImageOps.exif_transpose(image).convert("RGBA")
    except BROKEN:
        raise NotAnImage from None
    return ImageOps.fit(upright, SIZE_PX)
