"""How many cores, connections and bytes so many people need."""

from dataclasses import dataclass
from math import ceil

from django.conf import settings

from payshift.measuring.crowd.processor import PARTS
from payshift.measuring.sizing.costs import Costs

# From there on requests wait for a core longer than they use it.
FULL = 0.6
# One thread runs all commands of a Redis: a second core is of no use to it.
REDIS_CORES = 1


@dataclass(frozen=True, slots=True)
class Site:
    """`machines` run web and workers; PostgreSQL and Redis have machines of their own."""

    people: int
    machines: int
    per_second: float
    cores: dict[str, int]
    processes: int
    connections: int
    memory_mb: int

    @property
    def cores_of_a_machine(self) -> int:
        return ceil((self.cores["web"] + self.cores["worker"]) / self.machines)

    @property
    def redis_suffices(self) -> bool:
        return self.cores["Redis"] <= REDIS_CORES


def site(costs: Costs, *, people: int, think_seconds: float, machines: int, process_mb: float) -> Site:
    """For people who are there at once and think so long between two requests. One process per core of web."""
    per_second = people / think_seconds
    cores = {part: max(1, ceil(per_second * costs.ms[part] / 1000 / FULL)) for part in PARTS}
    web = max(machines, ceil(cores["web"] / machines) * machines)
    # Two worker processes at least, as compose has them: what people wait for, and the rest.
    workers = max(2, cores["worker"])
    return Site(
        people=people,
        machines=machines,
        per_second=per_second,
        cores=cores | {"web": web},
        processes=web + workers,
        connections=(web + workers) * settings.DATABASES["default"]["OPTIONS"]["pool"]["max_size"],
        memory_mb=round((web + workers) * process_mb),
    )
