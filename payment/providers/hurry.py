"""Calls to providers while somebody's request waits: few, short, and bounded in number.

Whoever waits for a provider holds a thread of the web server, of which there are few. A middleware runs every request
`in_a_hurry`; jobs and commands are never in one. In a hurry

- all calls of a request together have `PROVIDER_REQUEST_SECONDS`, and each is made once;
- each provider has a gate (`core.gates`): few wait for it at once, and one that does not answer is left alone.

A refusal is `ProviderUnreachable`: nothing happened at the provider. Any answer is an answer, also a provider's no.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from time import monotonic

from django.conf import settings

from core.gates import Gate
from payment.providers.base import OutcomeUnknown, ProviderUnreachable


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


class ProviderGate(Gate):
    failures = (ProviderUnreachable, OutcomeUnknown)
    refusal = ProviderUnreachable


@cache
def gate_of(provider: str) -> ProviderGate:
    return ProviderGate(provider)
