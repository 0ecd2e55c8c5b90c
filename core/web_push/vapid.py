"""Who sends: RFC 8292. A subscription is made for one public key, and takes what its private key signed alone."""

import json
from functools import lru_cache
from time import time
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from django.conf import settings

from core.web_push import base64url
from core.web_push.encryption import CURVE, uncompressed

KEY_BYTES = 32
# At most a day (RFC 8292, 2); services compare it with their clocks, and ours may be off.
TOKEN_SECONDS = 12 * 3600


def new_private_key() -> str:
    number = ec.generate_private_key(CURVE).private_numbers().private_value
    return base64url.encode(number.to_bytes(KEY_BYTES))


@lru_cache(maxsize=4)
def private_key(text: str) -> ec.EllipticCurvePrivateKey:
    """The 32 bytes of a P-256 private key as base64url. Raises ValueError for anything else."""
    raw = base64url.decode(text)
    if len(raw) != KEY_BYTES:
        raise ValueError("A VAPID private key has 32 bytes.")
    return ec.derive_private_key(int.from_bytes(raw), CURVE)


def public_key() -> str:
    """What the app subscribes with (`applicationServerKey`)."""
    return base64url.encode(uncompressed(private_key(settings.VAPID_PRIVATE_KEY).public_key()))


def authorization(endpoint: str) -> str:
    """The header of one request to this endpoint. The real time, however the clock was moved."""
    parts = urlsplit(endpoint)
    contact = f"mailto:{settings.SUPPORT_EMAIL}" if settings.SUPPORT_EMAIL else settings.PUBLIC_URL
    claims = {"aud": f"{parts.scheme}://{parts.netloc}", "exp": int(time()) + TOKEN_SECONDS, "sub": contact}
    signed = ".".join(
        base64url.encode(json.dumps(part, separators=(",", ":")).encode())
        for part in ({"typ": "JWT", "alg": "ES256"}, claims)
    )
    signature = private_key(settings.VAPID_PRIVATE_KEY).sign(signed.encode(), ec.ECDSA(SHA256()))
    # JWS has the two numbers side by side (RFC 7518, 3.4), and not as DER.
    numbers = b"".join(number.to_bytes(KEY_BYTES) for number in decode_dss_signature(signature))
    return f"vapid t={signed}.{base64url.encode(numbers)}, k={public_key()}"
