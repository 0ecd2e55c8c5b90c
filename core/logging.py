"""Structured logs through structlog, standard library loggers included, without secrets.

Every line carries the request's or the job's id. Values under a sensitive key are replaced before anything is rendered,
however deep they stand.
"""

import logging
import os
import re
import sys
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Literal

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from core.seldom import Seldom

REDACTED = "[redacted]"
SENSITIVE = re.compile(
    r"password|passwd|secret|token|authorization|cookie|signature|api_key|account_number|on_site_code|otp|^code$",
    re.IGNORECASE,
)
# What may stand in a message or a path: a bearer token, a provider's key, a token of ours by its beginning.
SENSITIVE_TEXT = re.compile(r"(?i)\b(bearer\s+|sk_(?:test|live)_|FLWSECK[_-]|ps[acr]_)[A-Za-z0-9._~+/=-]+")


# Decides whether hits are logged. Their lines come ready: structlog would cost a third of a hit.
ready_lines = logging.getLogger("payshift.hits")


def write_line(line: str) -> None:
    """Where nobody reads any more, or the disk is full, lines are lost, as with `logging`: no request fails for it."""
    with suppress(OSError):
        sys.stderr.write(f"{line}\n")


def log_hit(*, path: str, code: int, request_id: str, user_id: int) -> None:
    """The line that every other request gets from django-structlog. The path matched a route: it needs no escaping."""
    if ready_lines.isEnabledFor(logging.INFO):
        now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        write_line(
            f'{{"event": "request_finished", "request": "GET {path}", "code": {code}, "cache": "hit", '
            f'"user_id": {user_id}, "request_id": "{request_id}", "level": "info", "timestamp": "{now}"}}'
        )


def log_caller(user_id: int) -> None:
    """Name who asks in each further line of this request, its last or its failure included."""
    structlog.contextvars.bind_contextvars(user_id=user_id)


class LineLogger:
    """Where a structlog logger writes its JSON. Records and handlers of `logging` would double the price of a line."""

    def __init__(self, name: str = "") -> None:
        self.name = name

    def debug(self, line: str) -> None:
        write_line(line)

    info = warning = error = critical = debug


def redact(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    return {key: _redacted(key, value) for key, value in event.items()}


@lru_cache(maxsize=1000)
def is_sensitive(key: str) -> bool:
    return SENSITIVE.search(key) is not None


def _redacted(key: str, value: Any) -> Any:
    # An integer `code` is an HTTP status.
    if value is not None and not isinstance(value, (bool, int)) and is_sensitive(key):
        return REDACTED
    if isinstance(value, Mapping):
        return {str(inner): _redacted(str(inner), part) for inner, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_redacted("", part) for part in value]
    if isinstance(value, str):
        return SENSITIVE_TEXT.sub(lambda match: match[1] + REDACTED, value)
    return value


class OnceAMinute(logging.Filter):
    """One line tells of a mistake; of strangers who send names of all kinds, no more is worth keeping. No traceback."""

    def __init__(self) -> None:
        super().__init__()
        self._seldom = Seldom()

    def filter(self, record: logging.LogRecord) -> bool:
        if not self._seldom.is_due():
            return False
        record.exc_info = record.exc_text = None
        return True


def logging_settings(*, format: Literal["json", "console"], level: str) -> dict[str, Any]:
    """Django's LOGGING; configures structlog on the way.

    As JSON, structlog's loggers write their own lines, and those of `logging` come out the same. For people both go
    through one handler, where pytest can see them too.
    """
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    foreign: list[Processor] = [
        *shared,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.stdlib.ExtraAdder(allow=()),
    ]
    last: list[Processor]
    if format == "json":
        last = [structlog.processors.format_exc_info, redact, structlog.processors.JSONRenderer()]
        structlog.configure(
            processors=[*shared, *last],
            wrapper_class=structlog.make_filtering_bound_logger(level),
            logger_factory=LineLogger,
            cache_logger_on_first_use=True,
        )
    else:
        # `make run` reads its services through a pipe, and says so where that ends on a terminal.
        colours = sys.stderr.isatty() or "FORCE_COLOR" in os.environ
        # The default shows the locals of each frame: passwords and tokens, and seconds of rendering.
        plain = structlog.dev.plain_traceback
        last = [redact, structlog.dev.ConsoleRenderer(colors=colours, exception_formatter=plain)]
        structlog.configure(
            processors=[
                structlog.stdlib.filter_by_level,
                *foreign,
                structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
            ],
            logger_factory=structlog.stdlib.LoggerFactory(),
            cache_logger_on_first_use=True,
        )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "structured": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": foreign,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
            }
        },
        "filters": {"once_a_minute": {"()": OnceAMinute}},
        "handlers": {
            "console": {"class": "logging.StreamHandler", "formatter": "structured"},
        },
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            # Django's own lines go to the one handler; each refusal and failure is logged once, with its request id.
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.request": {"level": "CRITICAL"},
            # A traceback for every stranger who sends another Host or 2,000 fields; their 400 has its line like any
            # request. A refused form says why: that is how a missing origin is found.
            "django.security": {"level": "CRITICAL"},
            "django.security.csrf": {"level": level},
            # A name that ALLOWED_HOSTS lacks: everything is refused, the probes included.
            "django.security.DisallowedHost": {"level": level, "filters": ["once_a_minute"]},
            "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
            "httpx": {"level": "WARNING"},
            "procrastinate": {"level": "WARNING"},
        },
    }
