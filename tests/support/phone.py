"""A browser that subscribed at the sandbox's push service: it alone can read what arrives there."""

import json
import os
from itertools import count
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core.web_push import base64url
from core.web_push.encryption import CURVE, LAST_RECORD, BrowserKeys, content_key, uncompressed
from tests.support.gateway import Gateway

_numbers = count(1)


class Phone:
    def __init__(self, gateway: Gateway) -> None:
        self.gateway = gateway
        self.name = f"phone-{next(_numbers)}"
        self.endpoint = f"{gateway.url}/push/{self.name}"
        self._private = ec.generate_private_key(CURVE)
        self.keys = BrowserKeys(public_key=uncompressed(self._private.public_key()), auth=os.urandom(16))

    @property
    def subscription(self) -> dict[str, Any]:
        """As `PushSubscription.toJSON()` has it."""
        keys = {"p256dh": base64url.encode(self.keys.public_key), "auth": base64url.encode(self.keys.auth)}
        return {"endpoint": self.endpoint, "keys": keys}

    @property
    def arrived(self) -> list[dict[str, Any]]:
        return [push for push in self.gateway.pushes() if push["browser"] == self.name]

    @property
    def read(self) -> list[dict[str, Any]]:
        return [json.loads(self.decrypt(bytes.fromhex(push["body"]))) for push in self.arrived]

    def decrypt(self, body: bytes) -> bytes:
        salt, length = body[:16], body[20]
        sender = body[21 : 21 + length]
        key, nonce = content_key(
            secret=self._private.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, sender)),
            auth=self.keys.auth,
            salt=salt,
            info=self.keys.public_key + sender,
        )
        plain = AESGCM(key).decrypt(nonce, body[21 + length :], None).rstrip(b"\x00")
        assert plain.endswith(LAST_RECORD)
        return plain.removesuffix(LAST_RECORD)
