"""What a write costs the web process and PostgreSQL, against an earlier revision that is asked for the same."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from core.dev.ports import HOST
from payshift.measuring.benching import writes_done
from payshift.measuring.crowd.against import beside, earlier
from payshift.measuring.databases import OTHER_REDIS_DATABASE, measuring_environment, owner_connection
from payshift.measuring.report import Check, at_least, at_most, table, write_section
from payshift.measuring.servers import web_server
from payshift.measuring.trees import HERE, Tree

BEFORE = "f3b489e"
JOBS = 10_000
SEED = 15
# Of each write; the first ones are not counted: statements are written, and planned, when they are first needed.
TIMES, WARM_UP = 200, 20
LEAST_TIMES = 100
# Of the processor time that a write cost before, in both parts together.
MOST_OF_BEFORE = 0.5
# Work that nobody has approved yet: what is scheduled is written as worked, whatever the time of the day.
WORKED = (
    """
    UPDATE jobs_job SET status = 'ongoing' WHERE status = 'upcoming' AND id IN (
        SELECT application.job_id FROM jobs_shiftassignment assignment
        JOIN jobs_application application ON application.id = assignment.application_id
        JOIN jobs_job job ON job.id = application.job_id
        WHERE assignment.status = 'scheduled' AND job.status = 'upcoming' ORDER BY assignment.id LIMIT %(wanted)s
    )
    """,
    """
    UPDATE jobs_shiftassignment SET status = 'checked_in', checked_in_at = starts_at, check_in_method = 'code'
    WHERE status = 'scheduled' AND id IN (
        SELECT min(assignment.id) FROM jobs_shiftassignment assignment
        JOIN jobs_application application ON application.id = assignment.application_id
        JOIN jobs_job job ON job.id = application.job_id
        WHERE assignment.status = 'scheduled' AND job.status = 'ongoing' GROUP BY job.id
    )
    """,
    """
    UPDATE jobs_shiftassignment assignment
    SET status = 'checked_out', checked_out_at = assignment.ends_at, worked_minutes = shift.minutes
    FROM jobs_shift shift
    WHERE shift.id = assignment.shift_id AND assignment.status = 'checked_in' AND assignment.starts_at > now()
    """,
)
INTRODUCTION = f"""## What a write costs

`make bench ARGS=writes`: five writes, paying in two ways, each {TIMES} times after {WARM_UP} to warm up, one for one by
turns with revision {BEFORE}, which filled the database that this one has a copy of: the same people write the same to
both. Requests run through the whole product in one process and without a socket. Per write, the medians of processor
time of the thread that answers and of its PostgreSQL backend, and of round trips to PostgreSQL and to Redis, each
{BEFORE} → now."""
HEAD = ("write", "process µs", "PostgreSQL µs", "times in all", "PostgreSQL trips", "Redis trips")

type Request = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one request. Microseconds of a core, and round trips."""

    status: int
    process: float
    backend: float
    postgresql: int
    redis: int


@dataclass(frozen=True, slots=True)
class Compared:
    """The costs of one write, by turns, of those that both have done."""

    name: str
    before: Sequence[Cost]
    now: Sequence[Cost]

    @property
    def times(self) -> float:
        return _median(self.now, _whole) / _median(self.before, _whole)

    def row(self) -> list[str]:
        parts: list[Callable[[Cost], float]] = [lambda cost: cost.process, lambda cost: cost.backend]
        trips: list[Callable[[Cost], float]] = [lambda cost: cost.postgresql, lambda cost: cost.redis]
        cells = [f"{_median(self.before, part):,.0f} → {_median(self.now, part):,.0f}" for part in (*parts, *trips)]
        return [self.name, *cells[:2], f"{self.times:.2f}", *cells[2:]]


class Doer:
    """A process that writes in one tree's database, a request at a time."""

    def __init__(self, tree: Tree, environment: Mapping[str, str]) -> None:
        # As its text: the tree may be older than this file.
        command = [tree.python, "-c", Path(writes_done.__file__).read_text()]
        self._process = subprocess.Popen(  # noqa: S603
            command, cwd=tree.directory, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def do(self, request: Request) -> Cost:
        assert self._process.stdin is not None and self._process.stdout is not None  # noqa: S101, PT018
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        return Cost(**json.loads(self._process.stdout.readline()))

    def end(self) -> None:
        assert self._process.stdin is not None  # noqa: S101
        self._process.stdin.close()
        self._process.wait()


def measure(say: Callable[[str], object], *, fresh: bool = True) -> list[Check]:
    with beside(BEFORE, jobs=JOBS, seed=SEED, fresh=fresh, say=say) as after:
        before = earlier()
        for name in (before.database, after):
            with owner_connection(name) as owner:
                for statement in WORKED:
                    owner.execute(statement, {"wanted": TIMES + WARM_UP} if "%(wanted)s" in statement else None)
        planned = _planned(after)
        old = measuring_environment(before.database, tree=before.tree, redis_database=OTHER_REDIS_DATABASE)
        with gateway(before.tree, old) as earlier_told, gateway(HERE, measuring_environment(after)) as told:
            doers = (Doer(before.tree, earlier_told), Doer(HERE, told))
            try:
                compared = [compare(name, requests, doers) for name, requests in planned.items()]
            finally:
                for doer in doers:
                    doer.end()
    lines = table(HEAD, [each.row() for each in compared])
    for line in lines:
        say(line)
    write_section("writes", "\n\n".join([INTRODUCTION, "\n".join(lines)]))
    return [
        *(at_most(f"{each.name}: CPU, times that of {BEFORE}", each.times, MOST_OF_BEFORE) for each in compared),
        *(at_least(f"{each.name}: times that both have done it", len(each.now), LEAST_TIMES) for each in compared),
    ]


def compare(name: str, requests: Sequence[Request], doers: tuple[Doer, Doer]) -> Compared:
    """One for one, each of the two going first by turns. What one of them refuses is not counted, and is of both."""
    costs: list[tuple[Cost, Cost]] = []
    for number, request in enumerate(requests):
        if number % 2:
            now, before = doers[1].do(request), doers[0].do(request)
        else:
            before, now = doers[0].do(request), doers[1].do(request)
        if before.status < 300 and now.status < 300:
            costs.append((before, now))
        if len(costs) == TIMES + WARM_UP:
            break
    counted = costs[WARM_UP:]
    return Compared(name, [before for before, _ in counted], [now for _, now in counted])


def _planned(database: str) -> dict[str, list[Request]]:
    command = [sys.executable, "-m", "payshift.measuring.benching.writes_planned", str(SEED)]
    answer = subprocess.run(command, env=measuring_environment(database), stdout=subprocess.PIPE, check=True)  # noqa: S603
    planned: dict[str, list[Request]] = json.loads(answer.stdout)
    return planned


@contextmanager
def gateway(tree: Tree, environment: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """The environment of a process whose checkouts the tree's sandbox opens."""
    # Of development only, as its settings demand.
    own = {**environment, "DEBUG": "1", "ALLOWED_HOSTS": HOST, "DATABASE_POOL_SIZE": "4"}
    # The gateway's tables, which production has none of.
    subprocess.run(tree.command("migrate", "--verbosity=0"), env=own, cwd=tree.directory, check=True)  # noqa: S603
    name = f"writes-gateway-{tree.directory.name}"
    with web_server(name, "payment.sandbox.wsgi:application", own, workers=1, threads=2, tree=tree) as server:
        yield {**environment, "PAYSTACK_BASE_URL": f"http://{HOST}:{server.port}/paystack"}


def _whole(cost: Cost) -> float:
    return cost.process + cost.backend


def _median(costs: Sequence[Cost], part: Callable[[Cost], float]) -> float:
    return median(part(cost) for cost in costs) if costs else float("nan")
