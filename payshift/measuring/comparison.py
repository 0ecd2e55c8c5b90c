"""Measures each operation in the three modes, in turns, so that a slow moment of the machine meets all of them."""

import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Any

from payshift.measuring.calls import Application, Sample, call
from payshift.measuring.cpu import BackendCPU
from payshift.measuring.modes import Mode, application_of, switched_to
from payshift.measuring.operations import Operation
from payshift.measuring.tokens import make_tokens

ROUNDS = 15
# A round's share of each mode: the cheap ones are measured more often.
CALLS = {Mode.NAIVE: 1, Mode.OPTIMISED: 4, Mode.CACHED: 8}
# After a restart nothing is cached for 20 s.
WARM_WITHIN_SECONDS = 30
MICROSECONDS = re.compile(r"(\.\d{3})\d*Z$")


@dataclass(frozen=True, slots=True)
class Figures:
    """Medians of many requests, except for the database's CPU (the mean) and the 95th percentiles."""

    queries: float
    sql_ms: float
    total_ms: float
    cpu_ms: float | None
    slow_query_ms: float
    slow_answer_ms: float


@dataclass(frozen=True, slots=True)
class Row:
    operation: Operation
    figures: dict[Mode, Figures]

    def saved(self, mode: Mode, what: Callable[[Figures], float]) -> float:
        """How much less than naive, in per cent."""
        naive = what(self.figures[Mode.NAIVE])
        return 100 * (1 - what(self.figures[mode]) / naive) if naive else 0.0


class Comparison:
    def __init__(self) -> None:
        self.applications: dict[Mode, Application] = {mode: application_of(mode) for mode in Mode}
        self.cpu = BackendCPU()

    def measure(self, operation: Operation, *, rounds: int = ROUNDS) -> Row:
        token = make_tokens([operation.user_id])[operation.user_id]
        self.compare(operation, token)
        if operation.cached:
            self.until_cached(operation, token)
        samples: dict[Mode, list[Sample]] = {mode: [] for mode in Mode}
        for _ in range(rounds):
            for mode, calls in CALLS.items():
                with switched_to(mode):
                    samples[mode] += [self._call(mode, operation, token) for _ in range(calls)]
        return Row(operation, {mode: self._figures(taken) for mode, taken in samples.items()})

    def _call(self, mode: Mode, operation: Operation, token: str) -> Sample:
        sample = call(self.applications[mode], self.cpu, token=token, path=operation.path, payload=operation.payload())
        if sample.status >= 300:
            raise RuntimeError(f"{operation.name} ({mode}): {sample.status} {sample.body.decode()}")
        return sample

    def compare(self, operation: Operation, token: str) -> dict[Mode, Sample]:
        """Once each way. Raises `RuntimeError` unless the naive answer says what the product's says.

        Of an operation that writes, each way makes something of its own: then the fields are compared.
        """
        samples = {}
        for mode in Mode:
            with switched_to(mode):
                samples[mode] = self._call(mode, operation, token)
        said = _fields if operation.payloads else _content
        naive, product = (said(json.loads(samples[mode].body)) for mode in (Mode.NAIVE, Mode.OPTIMISED))
        if naive != product:
            raise RuntimeError(f"{operation.name}: the naive answer says {naive}, the product's {product}.")
        return samples

    def until_cached(self, operation: Operation, token: str) -> Sample:
        """The first request that is a hit."""
        deadline = time.monotonic() + WARM_WITHIN_SECONDS
        while "hit" not in (sample := self._call(Mode.CACHED, operation, token)).cache_status:
            if time.monotonic() > deadline:
                raise RuntimeError(f"{operation.name} was not cached within {WARM_WITHIN_SECONDS} s.")
            time.sleep(0.5)
        return sample

    def _figures(self, samples: list[Sample]) -> Figures:
        return Figures(
            queries=median(sample.queries for sample in samples),
            sql_ms=median(sample.sql_ms for sample in samples),
            total_ms=median(sample.total_ms for sample in samples),
            cpu_ms=sum(sample.cpu_ms for sample in samples) / len(samples) if self.cpu.available else None,
            slow_query_ms=percentile([sample.slowest_ms for sample in samples], 95),
            slow_answer_ms=percentile([sample.total_ms for sample in samples], 95),
        )


def percentile(values: list[float], percent: int) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


def _fields(value: Any) -> Any:
    """The fields of an answer, whatever they hold."""
    return {name: _fields(part) for name, part in value.items()} if isinstance(value, dict) else None


def _content(value: Any) -> Any:
    """Without what naive answers do not have: cursors, and microseconds."""
    if isinstance(value, dict):
        return {name: _content(part) for name, part in value.items() if name != "next_cursor"}
    if isinstance(value, list):
        return [_content(part) for part in value]
    return MICROSECONDS.sub(r"\1Z", value) if isinstance(value, str) else value
