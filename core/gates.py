"""Calls to servers that may be away: few at a time to each, and none for a while to one that does not answer.

- at most `PROVIDER_CALLS_AT_ONCE` wait for one server in a process: whoever comes after is refused at once;
- after `PROVIDER_BREAKER_FAILURES` calls in a row without an answer the server is not called for
  `PROVIDER_BREAKER_SECONDS`: the breaker is open. Then one call tries it (half-open) while all others are still
  refused; its answer closes the breaker, its failure opens it anew.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from time import monotonic
from typing import ClassVar

import structlog
from django.conf import settings

from core.metrics import PROVIDER_REFUSALS

logger = structlog.get_logger(__name__)


class Gate:
    """The bulkhead and the breaker of one server, shared by the threads of this process."""

    # What a call raises that found it away.
    failures: ClassVar[tuple[type[Exception], ...]]
    # What is raised for a call that must not be made.
    refusal: ClassVar[type[Exception]]
    # Among the metrics; empty: its name.
    label: ClassVar[str] = ""

    def __init__(self, name: str) -> None:
        self.name = name
        self.calls = 0
        self._in_a_row = 0
        self._opened_at: float | None = None
        self._probing = False
        self._lock = Lock()

    @contextmanager
    def call(self) -> Iterator[None]:
        """Around one call. Raises `refusal` where it must not be made."""
        probe = self._enter()
        failed: bool | None = None
        try:
            yield
            failed = False
        except self.failures:
            failed = True
            raise
        finally:
            self._leave(probe=probe, failed=failed)

    def _enter(self) -> bool:
        """Whether this call is the one that tries a server that did not answer."""
        with self._lock:
            probe = self._opened_at is not None
            if self._opened_at is not None and (
                self._probing or monotonic() - self._opened_at < settings.PROVIDER_BREAKER_SECONDS
            ):
                raise self._refuse("breaker_open")
            if self.calls >= settings.PROVIDER_CALLS_AT_ONCE:
                raise self._refuse("too_many_calls")
            self.calls += 1
            self._probing = self._probing or probe
            return probe

    def _leave(self, *, probe: bool, failed: bool | None) -> None:
        """`failed` is None for a call that tells nothing of the provider: it broke on our side."""
        with self._lock:
            self.calls -= 1
            if probe:
                self._probing = False
            if failed is None:
                return
            if not failed:
                self._in_a_row, self._opened_at = 0, None
                return
            self._in_a_row += 1
            if self._in_a_row >= settings.PROVIDER_BREAKER_FAILURES:
                if self._opened_at is None:
                    logger.warning("provider_breaker_opened", provider=self.name, failures=self._in_a_row)
                self._opened_at = monotonic()

    def _refuse(self, reason: str) -> Exception:
        PROVIDER_REFUSALS.labels(self.label or self.name, reason).inc()
        return self.refusal(f"{self.name} is not asked just now: {reason}.")
