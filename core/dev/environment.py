"""The environment of development: every variable that production sets by hand, filled in where it is missing."""

import base64
import importlib.util
import os
import secrets
from urllib.parse import urlsplit

from core.dev import ports
from core.dev.errors import DevelopmentError
from core.dev.paths import LOCAL, FileLock, kept, refused_by_the_disk

WEB_PORT = 8000
GATEWAY_PORT = 8001
OLDEST_POSTGRESQL = 17
ORDER_OF_P256 = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def prepare() -> None:
    """Fill `os.environ` for development and start the servers that it does not name.

    What is set already stays. Called by manage.py and conftest.py when SECRET_KEY is not set, before Django reads its
    settings. Ends the process with one line when that is impossible, or when this looks like production.
    """
    try:
        refuse_production()
        with refused_by_the_disk():
            fill()
    except DevelopmentError as error:
        raise SystemExit(f"Payshift: {error}") from None


def refuse_production() -> None:
    """One variable forgotten in production must not turn on DEBUG: development is where its packages are installed."""
    installed = importlib.util.find_spec("debug_toolbar") is not None
    if not installed or os.environ.get("DEBUG", "1").lower() in {"0", "false", "no", "off", "f", "n"}:
        raise DevelopmentError(
            "SECRET_KEY is not set. Production sets SECRET_KEY, DATABASE_URL and REDIS_URL (docs/operations.md lists "
            "all variables); for development use `make run`, which installs requirements-dev.txt."
        )


def fill() -> None:
    from core.dev import servers

    web, gateway = ports.configured("PORT", WEB_PORT), ports.configured("GATEWAY_PORT", GATEWAY_PORT)
    given = {name: os.environ.get(name) for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL")}
    if given["DATABASE_OWNER_URL"] and not given["DATABASE_URL"]:
        raise DevelopmentError("DATABASE_OWNER_URL is set without DATABASE_URL. Set both, or none.")
    # Whitenoise warns about a directory that is not there.
    for directory in ("static", "media"):
        (LOCAL / directory).mkdir(parents=True, exist_ok=True)
    with FileLock(LOCAL / "secrets.lock"):
        values = {**secret_values(), **plain_values(web, gateway)}
    if not (given["DATABASE_URL"] and given["REDIS_URL"]):
        addresses = servers.lease(postgres=not given["DATABASE_URL"], redis=not given["REDIS_URL"])
        values |= {
            "DATABASE_URL": addresses.database_url or "",
            "DATABASE_OWNER_URL": addresses.database_owner_url or "",
            "REDIS_URL": addresses.redis_url or "",
        }
    for name, url in given.items():
        if url:
            check_answers(name, url)
    for name, value in values.items():
        if value and not os.environ.get(name):
            os.environ[name] = value


def secret_values() -> dict[str, str]:
    """Random, and kept: sessions and the sandbox's signatures outlive a restart."""
    return {
        "SECRET_KEY": kept(LOCAL / "secret_key", lambda: secrets.token_urlsafe(64)),
        "PAYSTACK_SECRET_KEY": kept(LOCAL / "paystack_secret_key", lambda: f"sk_test_{secrets.token_hex(20)}"),
        "FLUTTERWAVE_SECRET_KEY": kept(
            LOCAL / "flutterwave_secret_key", lambda: f"FLWSECK_TEST-{secrets.token_hex(16)}-X"
        ),
        "FLUTTERWAVE_WEBHOOK_HASH": kept(LOCAL / "flutterwave_webhook_hash", lambda: secrets.token_urlsafe(32)),
        "PREMBLY_SECRET_KEY": kept(LOCAL / "prembly_secret_key", lambda: f"test_sk_{secrets.token_hex(20)}"),
        "VAPID_PRIVATE_KEY": kept(LOCAL / "vapid_private_key", vapid_key),
    }


def vapid_key() -> str:
    """A private key of P-256, as `manage.py vapid_key` makes one: here before the packages are there."""
    number = 1 + secrets.randbelow(ORDER_OF_P256 - 1)
    return base64.urlsafe_b64encode(number.to_bytes(32)).rstrip(b"=").decode()


def plain_values(web_port: int, gateway_port: int) -> dict[str, str]:
    gateway = os.environ.get("SANDBOX_GATEWAY_URL") or f"http://{ports.HOST}:{gateway_port}"
    return {
        "DEBUG": "1",
        "TIME_TRAVEL": "1",
        "LOG_FORMAT": "console",
        "EMAIL_URL": "mailbox://",
        "WEB_PUSH": "1",
        "STAFF_EMAILS": "staff@demo.payshift.example",
        "PUBLIC_URL": f"http://{ports.HOST}:{web_port}",
        "SANDBOX_GATEWAY_URL": gateway,
        "PAYSTACK_BASE_URL": f"{gateway}/paystack",
        # The gateway's account has them enabled.
        "VIRTUAL_ACCOUNTS": "true",
        "VIRTUAL_ACCOUNT_BANK": "test-bank",
        "PREMBLY_BASE_URL": f"{gateway}/prembly",
        "FLUTTERWAVE_BASE_URL": f"{gateway}/flutterwave/v3",
    }


def check_answers(variable: str, url: str) -> None:
    """Say in one line that a server named by the developer does not answer, instead of by a trace from its driver."""
    import psycopg
    import redis

    from core.dev import redis_server

    where = urlsplit(url).netloc.rpartition("@")[2] or "its socket"
    try:
        if variable == "REDIS_URL":
            with redis_server.connect(url) as client:
                client.ping()
            return
        with psycopg.connect(url, connect_timeout=5) as connection:
            major = connection.info.server_version // 10000
    except (psycopg.Error, redis.RedisError, ValueError) as error:
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise DevelopmentError(f"{variable}: the server at {where} does not let us in: {reason}") from None
    if major < OLDEST_POSTGRESQL:
        raise DevelopmentError(
            f"{variable}: the server at {where} is PostgreSQL {major}; Payshift needs {OLDEST_POSTGRESQL} or newer."
        )
