"""The document of a chargeback: by its content a PDF, PNG or JPEG, kept where files are kept, under a random name.

Nothing but admin serves it, to staff.
"""

import secrets
import warnings
from io import BytesIO
from typing import IO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image

from accounts.services.avatars import BROKEN
from core.errors import InvalidState
from payment.providers.base import Document

# What a server takes of one file into memory.
MAX_BYTES = 5 * 1024 * 1024
# A photograph of a phone, or a long picture of a screen. It is decoded by whoever looks at it, never here.
MAX_PIXELS = 50_000_000
CONTENT_TYPES = {"pdf": "application/pdf", "png": "image/png", "jpg": "image/jpeg"}
# Where a reader looks for the end of a PDF.
TAIL_BYTES = 1024


def keep_document(file: IO[bytes]) -> str:
    """Store it, and return its name. Raises `InvalidState` for what is none of the three, or too large."""
    data = file.read(MAX_BYTES + 1)
    return default_storage.save(f"evidence/{secrets.token_hex(16)}.{_kind_of(data)}", ContentFile(data))


def read_document(name: str) -> Document | None:
    """What was kept under this name; None for no name. Raises `OSError` where the storage has it no more."""
    if not name:
        return None
    with default_storage.open(name) as file:
        return Document(
            name=name.rpartition("/")[2], content_type=CONTENT_TYPES[name.rpartition(".")[2]], content=file.read()
        )


def _kind_of(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise InvalidState(f"At most {MAX_BYTES // 1024 // 1024} MB.")
    if data.startswith(b"%PDF-") and b"%%EOF" in data[-TAIL_BYTES:]:
        return "pdf"
    try:
        with warnings.catch_warnings(), Image.open(BytesIO(data), formats=("PNG", "JPEG")) as image:
            warnings.simplefilter("error")
            width, height = image.size
            kind = "png" if image.format == "PNG" else "jpg"
            image.verify()
    except BROKEN:
        raise InvalidState("This is no PDF, PNG or JPEG.") from None
    if width * height > MAX_PIXELS:
        raise InvalidState(f"At most {MAX_PIXELS // 1_000_000} million pixels.")
    return kind
