"""A bearer token as it comes, and under which name Redis knows it. Without models: the process of hints has none."""

SCHEME = "bearer "


def bearer_token(authorization: str) -> str:
    """The token of an Authorization header; empty for another scheme. Schemes are named in any case."""
    return authorization[len(SCHEME) :].strip() if authorization[: len(SCHEME)].lower() == SCHEME else ""


def token_key(digest: bytes) -> str:
    """The key of a token, by its SHA-256: the token itself never reaches Redis."""
    return f"c:t:{digest.hex()}"
