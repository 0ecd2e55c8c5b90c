"""How much slower reads become when the data grows: the same reads in a small and in a large database.

Two processes stand ready, one per database, and are asked for the same read in turns, so that a slow moment of the
machine meets both.
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

from core.pagination import DEFAULT_LIMIT, MAX_LIMIT
from payshift.measuring.calls import call
from payshift.measuring.cpu import BackendCPU
from payshift.measuring.databases import measuring_environment
from payshift.measuring.modes import Mode, application_of, switched_to
from payshift.measuring.reads import Kind, Read, find_cast, reads
from payshift.measuring.tokens import make_tokens
from payshift.measuring.trees import HERE

LATE_PAGE = 1_000
LATE = "late page"
SAMPLES = 5
# What `payshift.measuring.crowd.mix` asks for most often.
MOST_USED = (
    "get_job",
    "get_profile",
    "list_reviews_received",
    "list_payments of a worker",
    "find_jobs newest",
    "list_reviews_given",
    "find_jobs of an industry",
    "list_notifications",
    "get_account_details",
    "list_applications",
)
WITH_LATE_PAGES = ("newest", "by rate")


@dataclass(frozen=True, slots=True)
class Growth:
    """Medians in milliseconds: in the small database, or of page 1; and in the large one."""

    name: str
    kind: Kind
    before_ms: float
    after_ms: float

    @property
    def ratio(self) -> float:
        return self.after_ms / self.before_ms


class Reader:
    """Inside a measuring process: reads through the whole product, with the response cache off."""

    def __init__(self) -> None:
        self.application, self.cpu = application_of(Mode.OPTIMISED), BackendCPU()
        cast = find_cast()
        self.tokens = make_tokens({cast.worker_id, cast.client_id, cast.owner_id})
        self.reads = list(reads(cast))

    def serve(self) -> None:
        """Answer each number on standard input with the milliseconds of some samples of that read."""
        with switched_to(Mode.OPTIMISED):
            self.reads += [self._late_page(read) for read in self.reads if read.variant in WITH_LATE_PAGES]
            _say([(read.name, read.kind) for read in self.reads])
            for line in sys.stdin:
                read = self.reads[int(line)]
                _say([self._get(read)[1] for _ in range(SAMPLES)])

    def _get(self, read: Read) -> tuple[str | None, float]:
        """The cursor of the next page, and the time it took."""
        sample = call(self.application, self.cpu, token=self.tokens[read.user_id], path=read.path)
        if sample.status != 200:
            raise RuntimeError(f"{read.name}: {sample.status} {sample.body.decode()}")
        answer = json.loads(sample.body)
        return answer.get("next_cursor") if isinstance(answer, dict) else None, sample.total_ms

    def _late_page(self, read: Read) -> Read:
        """The page of this listing that has 999 before it, or the last full one of a small listing."""
        joint = "&" if "?" in read.path else "?"
        path, rows = read.path, 0
        while rows < (LATE_PAGE - 1) * DEFAULT_LIMIT:
            wanted = min(MAX_LIMIT, (LATE_PAGE - 1) * DEFAULT_LIMIT - rows)
            here = f"{path}{'&' if '?' in path else '?'}limit={wanted}"
            cursor, _ = self._get(replace(read, path=here))
            if cursor is None:
                break
            rows += wanted
            path = f"{read.path}{joint}cursor={cursor}"
        return replace(read, path=path, variant=f"{read.variant}, {LATE} {rows // DEFAULT_LIMIT + 1:,}")


class Process:
    """A measuring process in one database, asked from outside."""

    def __init__(self, database: str) -> None:
        self.process = subprocess.Popen(  # noqa: S603
            HERE.command("growth_report", "--here"),
            env=measuring_environment(database),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.reads: list[tuple[str, str]] = [(name, kind) for name, kind in self._answer()]

    def sample(self, number: int) -> list[float]:
        assert self.process.stdin is not None  # noqa: S101  # a pipe, as asked for
        self.process.stdin.write(f"{number}\n")
        self.process.stdin.flush()
        times: list[float] = self._answer()
        return times

    def close(self) -> None:
        self.process.communicate()

    def _answer(self) -> Any:
        assert self.process.stdout is not None  # noqa: S101  # a pipe, as asked for
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("A measuring process has ended; its error is above.")
        return json.loads(line)


def measure(databases: Sequence[str], *, rounds: int, most_used: bool = False) -> Iterator[Growth]:
    """Each read, or the ten most used, small against large; then the late pages of the large one against its first."""
    small, large = (Process(database) for database in databases)
    try:
        numbers = {name: number for number, (name, _) in enumerate(large.reads)}
        if most_used and (unknown := set(MOST_USED) - numbers.keys()):
            raise RuntimeError(f"There is no such read: {', '.join(sorted(unknown))}")
        for name, kind in large.reads:
            if most_used and name not in MOST_USED:
                continue
            first = name.partition(f", {LATE}")[0]
            of_large = numbers[first], numbers[name]
            before, after = [], []
            for _ in range(rounds):
                before += (large if LATE in name else small).sample(of_large[0])
                after += large.sample(of_large[1])
            yield Growth(name, Kind(kind), median(before), median(after))
    finally:
        small.close()
        large.close()


def _say(answer: Any) -> None:
    print(json.dumps(answer), flush=True)  # noqa: T201  # a pipe's other end reads it
