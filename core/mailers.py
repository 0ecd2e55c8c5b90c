"""Reads EMAIL_URL into Django's MAILERS setting. Imports nothing of Django: settings import it."""

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

TIMEOUT_SECONDS = 10


def mailers_from_url(url: str) -> dict[str, dict[str, Any]]:
    """`console://`, `mailbox://` (development) or `smtp://user:password@host:port?tls=1` (`ssl=1` for port 465)."""
    parts = urlsplit(url)
    match parts.scheme:
        case "console":
            return {"default": {"BACKEND": "django.core.mail.backends.console.EmailBackend"}}
        case "mailbox":
            return {"default": {"BACKEND": "core.mailbox.MailboxBackend"}}
        case "smtp" if parts.hostname:
            return {"default": {"BACKEND": "core.smtp.KeptConnectionBackend", "OPTIONS": _smtp(url)}}
    # Never the URL itself, which may hold a password.
    raise ValueError("EMAIL_URL must be console://, mailbox:// or smtp://user:password@host:port?tls=1")


def _smtp(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    if unknown := query.keys() - {"tls", "ssl"}:
        raise ValueError(f"EMAIL_URL has unknown options: {', '.join(sorted(unknown))}")
    options: dict[str, Any] = {"host": parts.hostname, "timeout": TIMEOUT_SECONDS}
    if parts.port:
        options["port"] = parts.port
    if parts.username:
        options["username"] = unquote(parts.username)
        options["password"] = unquote(parts.password or "")
    if query.get("tls") == "1":
        options["use_tls"] = True
    if query.get("ssl") == "1":
        options["use_ssl"] = True
    return options
