"""Base64 as URLs have it, without padding: how keys and tokens of web push are written."""

from base64 import urlsafe_b64decode, urlsafe_b64encode


def encode(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """Raises ValueError for what is not of this alphabet."""
    if not text.isascii() or not text.replace("-", "a").replace("_", "a").isalnum():
        raise ValueError("This is not base64url.")
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
