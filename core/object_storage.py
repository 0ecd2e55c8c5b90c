"""Files in a bucket (S3 and what speaks like it), where settings name one: many machines need no shared disk.

Imported only then, for the packages of requirements-s3.txt are not always there.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from time import time
from typing import IO, Any

import structlog
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from storages.backends.s3 import S3Storage

from core.errors import Unavailable

# An upload holds a thread of web meanwhile.
CONNECT_SECONDS, ANSWER_SECONDS, TRIES = 1, 3, 2
# A signed address stays the same for so long, so that browsers keep the picture and lists cost no signatures; it is
# good for longer than that and an entry of the cache (an hour) together.
SAME_SECONDS = 6 * 3600
GOOD_SECONDS = 24 * 3600
SIGNED_KEPT = 20_000
# What everybody may see; the rest is for staff, by way of admin alone.
PUBLIC = "avatars/"
FOR_EVER, FOR_NOBODY = "public, max-age=31536000, immutable", "private, no-store"

logger = structlog.get_logger(__name__)


class ObjectStorage(S3Storage):  # type: ignore[misc]  # django-storages has no types
    """Names are random and never used twice: what stands under one never changes.

    `public_url`: where everybody may read what is `PUBLIC`, or a CDN in front of it; empty: addresses are signed, as
    those of everything else are. What cannot be reached raises `Unavailable`, what is not there `FileNotFoundError`.
    """

    def __init__(self, *, public_url: str = "", **options: Any) -> None:
        self.public_url = public_url.rstrip("/")
        patience = Config(
            connect_timeout=CONNECT_SECONDS,
            read_timeout=ANSWER_SECONDS,
            retries={"total_max_attempts": TRIES, "mode": "standard"},
            signature_version="s3v4",
            # A server of one's own has no name for each bucket.
            s3={"addressing_style": "path" if options.get("endpoint_url") else "auto"},
        )
        given = {name: value for name, value in options.items() if value}
        super().__init__(client_config=patience, **given)
        self._signed = lru_cache(maxsize=SIGNED_KEPT)(self._sign)

    def url(self, name: str, *args: Any, **options: Any) -> str:
        if self.public_url and name.startswith(PUBLIC):
            return f"{self.public_url}/{name}"
        return self._signed(name, int(time()) // SAME_SECONDS)

    def get_object_parameters(self, name: str) -> dict[str, Any]:
        return {"CacheControl": FOR_EVER if name.startswith(PUBLIC) else FOR_NOBODY}

    def delete(self, name: str) -> None:
        with available():
            super().delete(name)

    def exists(self, name: str) -> bool:
        with available():
            return bool(super().exists(name))

    def _open(self, name: str, mode: str = "rb") -> Any:
        with available():
            opened = super()._open(name, mode)
            # Fetched by whoever asks for it first: now, where it is known what its failure means.
            opened.file.seek(0)
        return opened

    def _save(self, name: str, content: IO[bytes]) -> str:
        with available():
            return str(super()._save(name, content))

    def _sign(self, name: str, since: int) -> str:
        return str(super().url(name, expire=GOOD_SECONDS))


@contextmanager
def available() -> Iterator[None]:
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        logger.warning("object_storage_failed", error=type(error).__name__, reason=str(error))
        raise Unavailable("Files cannot be reached just now. Try again in a moment.") from error
