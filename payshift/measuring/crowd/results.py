"""How it went: times and outcomes per operation."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

# Declares the cached reads.
import payshift.api  # noqa: F401
from core.cache.reads import CachedRead
from payshift.measuring.benching.closed_loop import percentile
from payshift.measuring.crowd.requests import Answer, is_expected
from payshift.measuring.report import table

KEPT_EXAMPLES = 10
HEAD = ("operation", "requests", "p50 ms", "p95 ms", "p99 ms", "hits")


@dataclass(slots=True)
class Results:
    """Of one period. Times in ms, as the person saw them."""

    milliseconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    cache: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    refused: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)

    def add(self, operation: str, milliseconds: float, answer: Answer) -> None:
        self.milliseconds[operation].append(milliseconds)
        if answer.cache:
            self.cache[operation][answer.cache.removeprefix("fwd=")] += 1
        if not is_expected(operation, answer):
            self.fail(operation, f"{answer.status} {answer.code}", answer.body[:300].decode(errors="replace"))
        elif answer.status >= 400:
            self.refused[f"{operation} {answer.code}"] += 1

    def fail(self, operation: str, what: str, example: str = "") -> None:
        self.errors[f"{operation} {what}"] += 1
        if len(self.examples) < KEPT_EXAMPLES:
            self.examples.append(f"{operation}: {what} {example}")

    def include(self, other: "Results") -> None:
        """Those of another period as well."""
        for operation, times in other.milliseconds.items():
            self.milliseconds[operation] += times
        for operation, outcomes in other.cache.items():
            self.cache[operation] += outcomes
        self.refused += other.refused
        self.errors += other.errors
        self.examples = [*self.examples, *other.examples][:KEPT_EXAMPLES]

    @property
    def count(self) -> int:
        return sum(map(len, self.milliseconds.values()))

    @property
    def unexpected(self) -> int:
        return self.errors.total()

    def percentile(self, share: float) -> float:
        return percentile(sorted(ms for times in self.milliseconds.values() for ms in times), share)

    @property
    def hit_rate(self) -> float:
        """hits / (hits + misses + bypasses) over the cached operations; 0 where nothing was asked for."""
        outcomes: Counter[str] = Counter()
        for read in CachedRead.registry:
            outcomes += self.cache[read.operation]
        return outcomes["hit"] / outcomes.total() if outcomes else 0.0

    def rows(self) -> list[list[str]]:
        """Per operation, the most frequent first, then all."""
        named: list[tuple[str, Sequence[float]]] = sorted(
            self.milliseconds.items(), key=lambda item: len(item[1]), reverse=True
        )
        named.append(("all", [ms for _, times in named for ms in times]))
        cached = {read.operation for read in CachedRead.registry}
        return [self._row(name, times, is_cached=name in cached) for name, times in named]

    def _row(self, name: str, times: Sequence[float], *, is_cached: bool) -> list[str]:
        ordered = sorted(times)
        outcomes = self.cache[name]
        hits = f"{outcomes['hit'] / outcomes.total():.1%}" if is_cached and outcomes else ""
        return [name, f"{len(ordered):,}", *(f"{percentile(ordered, share):.1f}" for share in (0.5, 0.95, 0.99)), hits]

    def lines(self) -> list[str]:
        return table(HEAD, self.rows())
