"""What a drill's samples say, and the bounds."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import quantiles

from payshift.measuring.drills.faults import Drill
from payshift.measuring.drills.traffic import Kind, Sample, Traffic
from payshift.measuring.report import Check, at_most, table

NAME = "drills"
TIMES_IDLE, REFUSED_WITHIN_MS, BACK_WITHIN_SECONDS = 2.0, 1_000.0, 5.0


@dataclass(frozen=True, slots=True)
class Moments:
    """By `time.monotonic()`: idle until `begin`, the fault until `end`, and watched until `over`."""

    start: float
    begin: float
    end: float
    over: float


@dataclass(frozen=True, slots=True)
class Figures:
    """Milliseconds and counts, once the fault is known.

    `wrong` answers are neither given nor refused rightly, `answered_ms` is for all. `spared_refused` needed nothing
    that is broken; `unfelt`: nothing was refused that had to be.
    """

    name: str
    cached_idle_ms: float
    cached_ms: float
    cached_failed: int
    refused: int
    refused_ms: float
    answered_ms: float
    wrong: int
    spared_refused: int
    unfelt: bool
    live_failed: int
    ready_untrue: int
    back_seconds: float
    acknowledged: int
    lost: int
    unvoided: bool = False


def figures_of(drill: Drill, traffic: Traffic, moments: Moments, *, lost: int, voided: bool) -> Figures:
    idle = traffic.between(moments.start, moments.begin, Kind.HIT if drill.cached else Kind.READ)
    during = traffic.between(moments.begin, moments.end)
    # Asked when it was known, and answered before it was mended.
    known = traffic.between(moments.begin + drill.known_after, moments.end)
    hits = [each for each in during if each.kind == Kind.HIT]
    others = [each for each in known if each.kind in (Kind.READ, Kind.ELSEWHERE, Kind.WRITE)]
    refused = [each for each in others if each.status in (409, 503)]
    elsewhere = [each for each in others if each.kind == Kind.ELSEWHERE]
    return Figures(
        name=drill.name,
        cached_idle_ms=p95(idle),
        cached_ms=p95(hits),
        cached_failed=sum(each.status != 200 for each in hits),
        refused=len(refused),
        refused_ms=p95(refused),
        answered_ms=p95(others),
        wrong=sum(not good(each) for each in others),
        spared_refused=sum(each.status != 200 for each in elsewhere) if drill.spares else 0,
        unfelt=drill.refuses and not refused,
        live_failed=sum(each.status != 200 for each in during if each.kind == Kind.LIVE),
        ready_untrue=sum(each.status != drill.ready for each in known if each.kind == Kind.READY),
        back_seconds=back_after(traffic.between(moments.begin, moments.over), moments.end),
        acknowledged=len(traffic.acknowledged),
        lost=lost,
        unvoided=drill.voids and not voided,
    )


def good(sample: Sample) -> bool:
    """Given, or refused with the word when to come again."""
    return sample.status in (200, 201) or (sample.status in (409, 503) and sample.retry_after)


def back_after(samples: Sequence[Sample], end: float) -> float:
    """Seconds from the end of the fault to the last bad answer to whatever was asked after it, or 0."""
    bad = [each.ended for each in samples if each.began >= end and each.status not in (200, 201)]
    return max([ended - end for ended in bad], default=0.0)


def p95(samples: Sequence[Sample]) -> float:
    ms = [each.ms for each in samples]
    return quantiles(ms, n=20)[-1] if len(ms) > 1 else max(ms, default=0.0)


def checks_of(figures: Figures) -> list[Check]:
    """The bound of cached reads is a multiple of what they took a moment before, on the same machine."""
    name = figures.name
    return [
        at_most(f"{name}: cached reads, times idle", figures.cached_ms / max(figures.cached_idle_ms, 1.0), TIMES_IDLE),
        at_most(f"{name}: cached reads failed", figures.cached_failed, 0),
        at_most(f"{name}: refusals, p95 ms", figures.refused_ms, REFUSED_WITHIN_MS),
        at_most(f"{name}: all answers, p95 ms", figures.answered_ms, REFUSED_WITHIN_MS),
        at_most(f"{name}: felt by nobody", int(figures.unfelt), 0),
        at_most(f"{name}: reads of what is whole refused", figures.spared_refused, 0),
        at_most(f"{name}: neither given nor refused with Retry-After", figures.wrong, 0),
        at_most(f"{name}: liveness failed", figures.live_failed, 0),
        at_most(f"{name}: readiness said what is not so", figures.ready_untrue, 0),
        at_most(f"{name}: seconds until all is as before", figures.back_seconds, BACK_WITHIN_SECONDS),
        at_most(f"{name}: acknowledged writes lost", figures.lost, 0),
        at_most(f"{name}: cache not voided", int(figures.unvoided), 0),
    ]


def table_of(drills: Sequence[Figures]) -> list[str]:
    head = (
        "drill",
        "cached p95 ms",
        "idle",
        "failed",
        "refused",
        "p95 ms",
        "all p95 ms",
        "liveness failed",
        "back after s",
    )
    rows = [
        (
            each.name,
            *(f"{each.cached_ms:.0f}", f"{each.cached_idle_ms:.0f}", str(each.cached_failed)),
            *(str(each.refused), f"{each.refused_ms:.0f}", f"{each.answered_ms:.0f}"),
            *(str(each.live_failed), f"{each.back_seconds:.1f}"),
        )
        for each in drills
    ]
    return table(head, rows)
