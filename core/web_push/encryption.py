"""Payloads that one browser alone can read: RFC 8291, which is aes128gcm of RFC 8188 in a single record."""

import os
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CURVE = ec.SECP256R1()
PUBLIC_KEY_BYTES, AUTH_BYTES, SALT_BYTES = 65, 16, 16
RECORD_BYTES = 4096
LAST_RECORD = b"\x02"
# All messages look alike to the push service: their length tells nothing of their kind.
PADDED_TO = 160


@dataclass(frozen=True, slots=True)
class BrowserKeys:
    """What `PushSubscription.getKey` gives: `p256dh`, a point of P-256, and `auth`. Raises ValueError for others."""

    public_key: bytes
    auth: bytes

    def __post_init__(self) -> None:
        if len(self.public_key) != PUBLIC_KEY_BYTES or len(self.auth) != AUTH_BYTES:
            raise ValueError("The keys have the wrong length.")
        self.point()

    def point(self) -> ec.EllipticCurvePublicKey:
        return ec.EllipticCurvePublicKey.from_encoded_point(CURVE, self.public_key)


def uncompressed(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def encrypt(
    payload: bytes,
    keys: BrowserKeys,
    *,
    padded_to: int = PADDED_TO,
    sender: ec.EllipticCurvePrivateKey | None = None,
    salt: bytes | None = None,
) -> bytes:
    """The body of the request. `sender` and `salt` are fresh for each message; only the RFC's example gives its own."""
    sender = sender or ec.generate_private_key(CURVE)
    salt = salt or os.urandom(SALT_BYTES)
    key, nonce = content_key(
        secret=sender.exchange(ec.ECDH(), keys.point()),
        auth=keys.auth,
        salt=salt,
        info=keys.public_key + uncompressed(sender.public_key()),
    )
    plain = payload + LAST_RECORD
    sealed = AESGCM(key).encrypt(nonce, plain.ljust(padded_to + 1, b"\x00"), None)
    sender_key = uncompressed(sender.public_key())
    return salt + RECORD_BYTES.to_bytes(4) + len(sender_key).to_bytes(1) + sender_key + sealed


def content_key(*, secret: bytes, auth: bytes, salt: bytes, info: bytes) -> tuple[bytes, bytes]:
    """Key and nonce of the record (RFC 8291, 3.3 and 3.4). `info`: the browser's public key, then the sender's."""
    shared = _hkdf(secret, salt=auth, info=b"WebPush: info\x00" + info, length=32)
    key = _hkdf(shared, salt=salt, info=b"Content-Encoding: aes128gcm\x00", length=16)
    return key, _hkdf(shared, salt=salt, info=b"Content-Encoding: nonce\x00", length=12)


def _hkdf(secret: bytes, *, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(secret)
