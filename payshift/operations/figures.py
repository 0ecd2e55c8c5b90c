"""What the Prometheus figures say per operation, for a person: rates and means instead of counters."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from prometheus_client import Metric

type Buckets = dict[float, float]


@dataclass(slots=True)
class OperationFigures:
    """One operation since the counters began. Queries are of requests that reached Django, hits run none."""

    name: str
    requests: float = 0
    errors: float = 0
    seconds: float = 0
    queries: float = 0
    query_seconds: float = 0
    over_budget: float = 0
    buckets: Buckets = field(default_factory=dict)
    cache: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))

    @property
    def mean_ms(self) -> float:
        return self._each(self.seconds) * 1000

    @property
    def queries_each(self) -> float:
        return self._each(self.queries)

    @property
    def query_ms_each(self) -> float:
        return self._each(self.query_seconds) * 1000

    @property
    def p95_ms(self) -> float:
        return quantile(0.95, self.buckets) * 1000

    @property
    def cached_reads(self) -> float:
        return sum(self.cache.values())

    @property
    def hit_percent(self) -> float | None:
        """None where nothing is cached."""
        return 100 * self.cache["hit"] / self.cached_reads if self.cached_reads else None

    def _each(self, total: float) -> float:
        return total / self.requests if self.requests else 0


def quantile(share: float, buckets: Mapping[float, float]) -> float:
    """As Prometheus' histogram_quantile: linear within the bucket; the last bound where it lies above all of them."""
    bounds = sorted(buckets)
    wanted = share * (buckets[bounds[-1]] if bounds else 0)
    below, lower = 0.0, 0.0
    for bound in bounds:
        if buckets[bound] >= wanted > 0:
            if bound == float("inf"):
                return lower
            return lower + (bound - lower) * (wanted - below) / (buckets[bound] - below)
        below, lower = buckets[bound], bound
    return 0.0


def operation_figures(families: Iterable[Metric]) -> list[OperationFigures]:
    """Every operation that was asked for, the most time-consuming first; cached values, and no background tasks."""
    found: dict[str, OperationFigures] = {}
    kept = list(_samples(families))
    for name, labels, value in kept:
        if name == "payshift_requests_total":
            figures = found.setdefault(labels["operation"], OperationFigures(labels["operation"]))
            figures.requests += value
            figures.errors += value if labels["status"] >= "500" else 0
        elif name == "payshift_cache_reads_total":
            # A value is part of other operations and has no requests of its own.
            found.setdefault(labels["operation"], OperationFigures(labels["operation"]))
    for name, labels, value in kept:
        operation = found.get(labels.get("operation", ""))
        if operation is None:
            continue
        match name:
            case "payshift_request_seconds_sum":
                operation.seconds += value
            case "payshift_request_seconds_bucket":
                operation.buckets[float(labels["le"])] = value
            case "payshift_queries_total":
                operation.queries += value
            case "payshift_query_seconds_total":
                operation.query_seconds += value
            case "payshift_query_budget_exceeded_total":
                operation.over_budget += value
            case "payshift_cache_reads_total":
                operation.cache[labels["outcome"]] += value
    return sorted(found.values(), key=lambda operation: -operation.seconds)


def _samples(families: Iterable[Metric]) -> Iterator[tuple[str, dict[str, str], float]]:
    for family in families:
        for sample in family.samples:
            yield sample.name, sample.labels, sample.value
