"""People at a site that does not exist: they think, ask, and wait for the cores of one part after another.

Everything is as it was measured but for the number of cores: the mean cost of each part, how long people think, which
share of the requests PostgreSQL sees. How long one request takes is drawn from an exponential distribution, which is
wider than what real ones take; a part's queue is one, first come first served, as behind a balancer that sends each
request where fewest wait.
"""

import heapq
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from payshift.measuring.benching.closed_loop import percentile
from payshift.measuring.crowd.crowd import THINK_SECONDS
from payshift.measuring.sizing.costs import Costs


@dataclass(slots=True)
class Part:
    """Cores that serve whoever came first. `busy` are the seconds that they worked."""

    free_at: list[float]
    busy: float = 0.0

    def serve(self, now: float, seconds: float) -> float:
        """When whoever comes now is done."""
        end = max(now, self.free_at[0]) + seconds
        heapq.heapreplace(self.free_at, end)
        self.busy += seconds
        return end


@dataclass(frozen=True, slots=True)
class Simulated:
    per_second: float
    p95_ms: float
    busy: dict[str, float]


def simulate(costs: Costs, cores: dict[str, int], *, people: int, seconds: float, random: Random) -> Simulated:
    """What was answered once everybody had come. The worker's cores are not people's to wait for."""
    ways = ("web", "Redis", "PostgreSQL")
    parts = {name: Part([0.0] * cores[name]) for name in ways}
    # The cost is a mean over all requests, and only some come so far.
    mean = {name: costs.ms[name] / 1000 / (costs.misses if name == "PostgreSQL" else 1.0) for name in ways}
    warm = THINK_SECONDS[1]
    # When, asked when, on which leg of the way.
    events = [(random.random() * warm, 0.0, 0) for _ in range(people)]
    heapq.heapify(events)
    took: list[float] = []
    while events and events[0][0] < warm + seconds:
        now, asked, leg = events[0]
        asked = now if leg == 0 else asked
        if leg == len(ways) or (ways[leg] == "PostgreSQL" and random.random() >= costs.misses):
            if now >= warm:
                took.append((now - asked) * 1000)
            heapq.heapreplace(events, (now + random.uniform(*THINK_SECONDS), 0.0, 0))
            continue
        name = ways[leg]
        end = parts[name].serve(now, random.expovariate(1 / mean[name]))
        heapq.heapreplace(events, (end, asked, leg + 1))
    # Work that waits when it is over was given out already.
    busy = {name: min(1.0, part.busy / len(part.free_at) / (warm + seconds)) for name, part in parts.items()}
    return Simulated(len(took) / seconds, percentile(sorted(took), 0.95), busy)


def people_carried(carries: Callable[[int], bool], *, most: int) -> int:
    """The most people that are carried, to a hundredth, by halving."""
    least = 0
    while most - least > max(1, most // 100):
        middle = (least + most) // 2
        least, most = (middle, most) if carries(middle) else (least, middle)
    return least
