"""Access and refresh tokens: opaque to clients, kept only as SHA-256.

A refresh token names its device and its generation and is sealed with an HMAC: an old one is recognised as ours without
storing it, so that its reuse can be told from a guess.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings

ACCESS_PREFIX = "psa_"
REFRESH_PREFIX = "psr_"
SEAL_BYTES = 16


def sha256(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def new_access_token() -> str:
    """256 random bits."""
    return ACCESS_PREFIX + secrets.token_urlsafe(32)


def new_refresh_token(*, device_id: int, generation: int, secret: str = "", key: str = "") -> str:
    """256 random bits (or the given ones) behind the device's id and generation, and a seal over all three."""
    body = f"{device_id}.{generation}.{secret or secrets.token_urlsafe(32)}"
    return f"{REFRESH_PREFIX}{body}.{_seal(body, key or settings.SECRET_KEY)}"


@dataclass(frozen=True, slots=True)
class Pair:
    access: str
    refresh: str


def successors(refresh_token: str, *, device_id: int, generation: int, seed: bytes) -> Iterator[Pair]:
    """The pair that follows this refresh token under a random seed: the same whenever it is asked for, so that an
    answer that was lost can be given again. Nobody can work it out from the token or from the database alone.

    The first is sealed under the present key, the others under those before it.
    """

    def derived(what: bytes) -> str:
        return base64.urlsafe_b64encode(hmac.digest(refresh_token.encode(), what + seed, "sha256")).decode().rstrip("=")

    access, secret = ACCESS_PREFIX + derived(b"access"), derived(b"refresh")
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        yield Pair(access, new_refresh_token(device_id=device_id, generation=generation, secret=secret, key=str(key)))


@dataclass(frozen=True, slots=True)
class RefreshClaim:
    """What a refresh token of ours says of itself; whether it is the current one, only its hash can tell."""

    device_id: int
    generation: int


def read_refresh_token(token: str) -> RefreshClaim | None:
    """None for whatever this server did not issue, under the present key or one before it."""
    body, _, seal = token.removeprefix(REFRESH_PREFIX).rpartition(".")
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    sealed = any(hmac.compare_digest(_seal(body, str(key)).encode(), seal.encode()) for key in keys)
    if not token.startswith(REFRESH_PREFIX) or not sealed:
        return None
    device_id, generation, _ = body.split(".")
    return RefreshClaim(int(device_id), int(generation))


def _seal(body: str, secret_key: str) -> str:
    key = hashlib.sha256(b"refresh-token:" + secret_key.encode()).digest()
    return base64.urlsafe_b64encode(hmac.digest(key, body.encode(), "sha256")[:SEAL_BYTES]).decode().rstrip("=")
