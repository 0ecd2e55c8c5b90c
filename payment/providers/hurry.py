"""Calls to providers while somebody's request waits: few, short, and bounded in number.

Whoever waits for a provider holds a thread of the web server, of which there are few. A middleware runs every request
`in_a_hurry`; jobs and commands are never in one. In a hurry

- all calls of a request together have `PROVIDER_REQUEST_SECONDS`, and each is made once;
- at most `PROVIDER_CALLS_AT_ONCE` wait for one provider in a process: whoever comes after is refused at once;
- after `PROVIDER_BREAKER_FAILURES` calls in a row without an answer the provider is not called for
  `PROVIDER_BREAKER_SECONDS`: the breaker is open. Then one call tries it (half-open) while all others are still
  refused; its answer closes the breaker, its failure opens it anew.

A refusal is `ProviderUnreachable`: nothing happened at the provider. Any answer is an answer, also a provider's no.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from threading import Lock
from time import monotonic

import structlog
from django.conf import settings

from core.metrics import PROVIDER_REFUSALS
from payment.providers.base import OutcomeUnknown, ProviderUnreachable

logger = structlog.get_logger(__name__)


class Hurry:
    """What one request has left for all its calls; the time runs from the first."""

    def __init__(self) -> None:
        self._ends: float | None = None

    def seconds_left(self) -> float:
        if self._ends is None:
            self._ends = monotonic() + settings.PROVIDER_REQUEST_SECONDS
        return self._ends - monotonic()


_hurry: ContextVar[Hurry | None] = ContextVar("provider_hurry", default=None)


@contextmanager
def in_a_hurry() -> Iterator[None]:
    token = _hurry.set(Hurry())
    try:
        yield
    finally:
        _hurry.reset(token)


def hurry() -> Hurry | None:
    """None where nobody waits: in a job or a command."""
    return _hurry.get()


class Gate:
    """The bulkhead and the breaker of one provider, shared by the threads of this process."""

    def __init__(self, provider: str) -> None:
        self.provider = provider
        self.calls = 0
        self._failures = 0
        self._opened_at: float | None = None
        self._probing = False
        self._lock = Lock()

    @contextmanager
    def call(self) -> Iterator[None]:
        """Around one call. Raises `ProviderUnreachable` where it must not be made."""
        probe = self._enter()
        failed: bool | None = None
        try:
            yield
            failed = False
        except (ProviderUnreachable, OutcomeUnknown):
            failed = True
            raise
        finally:
            self._leave(probe=probe, failed=failed)

    def _enter(self) -> bool:
        """Whether this call is the one that tries a provider that did not answer."""
        with self._lock:
            probe = self._opened_at is not None
            if self._opened_at is not None and (
                self._probing or monotonic() - self._opened_at < settings.PROVIDER_BREAKER_SECONDS
            ):
                raise self._refusal("breaker_open")
            if self.calls >= settings.PROVIDER_CALLS_AT_ONCE:
                raise self._refusal("too_many_calls")
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
                self._failures, self._opened_at = 0, None
                return
            self._failures += 1
            if self._failures >= settings.PROVIDER_BREAKER_FAILURES:
                if self._opened_at is None:
                    logger.warning("provider_breaker_opened", provider=self.provider, failures=self._failures)
                self._opened_at = monotonic()

    def _refusal(self, reason: str) -> ProviderUnreachable:
        PROVIDER_REFUSALS.labels(self.provider, reason).inc()
        return ProviderUnreachable(f"{self.provider} is not asked just now: {reason}.")


@cache
def gate_of(provider: str) -> Gate:
    return Gate(provider)
