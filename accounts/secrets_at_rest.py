"""Secrets that must be read again are encrypted with a key made from SECRET_KEY: a copy of the database is not enough.

A new SECRET_KEY reads what the old one wrote as long as the old one is among SECRET_KEY_FALLBACKS.
"""

import base64

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.encoding import force_bytes


def encrypt(text: str, *, purpose: str) -> bytes:
    """AES-128-CBC with an HMAC, by Fernet. What was encrypted for one purpose cannot be read for another."""
    return _fernet(purpose).encrypt(text.encode())


def decrypt(sealed: bytes, *, purpose: str) -> str:
    """Raises `cryptography.fernet.InvalidToken` for what neither the key nor a fallback wrote."""
    return _fernet(purpose).decrypt(sealed).decode()


def _fernet(purpose: str) -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_derive(key, purpose)) for key in keys])


def _derive(secret_key: str | bytes, purpose: str) -> bytes:
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"payshift:{purpose}".encode())
    return base64.urlsafe_b64encode(key.derive(force_bytes(secret_key)))
