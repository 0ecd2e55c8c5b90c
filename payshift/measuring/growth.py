"""How much slower reads become when the data grows: the same reads in a small and in a large database."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from statistics import median

from core.pagination import DEFAULT_LIMIT, MAX_LIMIT
from payshift.measuring import report
from payshift.measuring.calls import call
from payshift.measuring.cpu import BackendCPU
from payshift.measuring.modes import Mode, application_of, switched_to
from payshift.measuring.reads import Kind, Read, find_cast, reads
from payshift.measuring.report import Check, at_most
from payshift.measuring.tokens import make_tokens

NAME = "growth_report"
LATE_PAGE = 1_000
LATE = "late page"
SAMPLES = 15
BOUNDS = {Kind.LIST: 1.3, Kind.DETAIL: 1.3, Kind.RANKED: 3.0}
LATE_PAGE_BOUND = 1.2

# Median milliseconds by the name of the read.
type Times = dict[str, float]


class Stopwatch:
    """Reads through the whole product, with the response cache off."""

    def __init__(self) -> None:
        self.application, self.cpu = application_of(Mode.OPTIMISED), BackendCPU()
        self.cast = find_cast()
        self.tokens = make_tokens({self.cast.worker_id, self.cast.client_id, self.cast.owner_id})

    def measure(self) -> Times:
        with switched_to(Mode.OPTIMISED):
            times = {read.name: self._median_ms(read) for read in reads(self.cast)}
            for read in reads(self.cast):
                if read.variant in {"newest", "by rate"}:
                    late = self._late_page(read)
                    times[late.name] = self._median_ms(late)
        return times

    def kinds(self) -> dict[str, Kind]:
        return {read.name: read.kind for read in reads(self.cast)}

    def _median_ms(self, read: Read) -> float:
        self._get(read)
        return median(self._get(read)[1] for _ in range(SAMPLES))

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


def checks_of(small: Times, large: Times, kinds: Mapping[str, str]) -> list[Check]:
    checks = [
        at_most(f"{name}, large / small", large[name] / small[name], BOUNDS[Kind(kind)]) for name, kind in kinds.items()
    ]
    for name, ms in large.items():
        if LATE in name:
            first = name.partition(f", {LATE}")[0]
            checks.append(at_most(f"{name} / page 1", ms / large[first], LATE_PAGE_BOUND))
    return checks


def combined(rounds: Sequence[Times]) -> Times:
    return {name: median(each[name] for each in rounds if name in each) for name in rounds[0]}


def write_report(small: Times, large: Times, checks: Sequence[Check], *, sizes: tuple[int, int]) -> list[str]:
    head = ("read", f"ms with {sizes[0]:,} jobs", f"ms with {sizes[1]:,} jobs", "large / small", "allowed", "kept")
    rows = []
    for check in checks:
        name, _, _ = check.name.partition(", large / small")
        first = name.partition(f", {LATE}")[0]
        before = large[first] if LATE in name else small[name]
        after = large[name.removesuffix(" / page 1")]
        rows.append(
            (name, f"{before:.2f}", f"{after:.2f}", f"{check.value:.2f}", check.bound, "yes" if check.ok else "no")
        )
    lines = report.table(head, rows)
    report.write_report(NAME, checks, sizes=sizes, small=small, large=large)
    report.write_section(NAME, "\n".join([*lines, "", "A late page stands beside page 1 of the same, large database."]))
    return lines
