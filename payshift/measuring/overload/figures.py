"""What was measured, its bounds, and how docs/performance.md shows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from payshift.measuring import report
from payshift.measuring.overload.attacks import HALF_SENT, Told
from payshift.measuring.overload.probing import Probe
from payshift.measuring.overload.queueing import WAITING
from payshift.measuring.report import Check, at_least, at_most, below

NAME = "overload_report"
HEAD = ("while", "health ms", "95 %", "hit ms", "95 %", "times idle")
TIMES_IDLE = 3
# A refused read waits for nobody; a payment waits for its provider two seconds (PROVIDER_REQUEST_SECONDS).
REFUSAL_MS, PROVIDER_MS = 1_000, 3_000
CODE_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Measured:
    idle: Probe
    # By what was done meanwhile.
    attacked: Mapping[str, Probe]
    refusals: Told
    payments: Told
    # Sockets of half-sent bodies that were still open at the end: the attack was on.
    half_sent: int
    codes_seconds: Sequence[float]
    notices_waiting: int

    def times_idle(self, probe: Probe) -> float:
        return max(probe.health.middle / self.idle.health.middle, probe.hit.middle / self.idle.hit.middle)


def checks_of(measured: Measured) -> list[Check]:
    slower = [
        below(f"{name}: times idle latency", measured.times_idle(probe), TIMES_IDLE)
        for name, probe in measured.attacked.items()
    ]
    return [
        *slower,
        at_most("refused reads: slowest, ms", measured.refusals.slowest_ms, REFUSAL_MS),
        at_most("refused reads: answers other than 404", measured.refusals.count_other_than(404), 0),
        at_least("half-sent bodies: still open", measured.half_sent, HALF_SENT),
        at_most("slow provider: slowest answer, ms", measured.payments.slowest_ms, PROVIDER_MS),
        # 503 is GET /banks of a provider that has not told its banks yet.
        at_most(
            "slow provider: payments neither begun nor asked for later",
            measured.payments.count_other_than(200, 201, 202, 503),
            0,
        ),
        at_least("codes: notices that waited meanwhile", measured.notices_waiting, WAITING),
        at_most("codes: slowest to leave, s", max(measured.codes_seconds), CODE_SECONDS),
    ]


def rows_of(measured: Measured) -> list[list[str]]:
    probes = {"nothing else": measured.idle, **measured.attacked}
    return [
        [
            name,
            *(f"{value:.1f}" for each in (probe.health, probe.hit) for value in (each.middle, each.p95)),
            f"{measured.times_idle(probe):.1f}",
        ]
        for name, probe in probes.items()
    ]


def write(measured: Measured, checks: Sequence[Check]) -> list[str]:
    """JSON and the document's section; returns the table for the terminal."""
    latencies = report.table(HEAD, rows_of(measured))
    bounds = report.table(
        ("", "figure", "value", "bound"),
        [("ok" if check.ok else "MISSED", check.name, f"{check.value:.2f}", check.bound) for check in checks],
    )
    codes = ", ".join(f"{seconds:.2f}" for seconds in measured.codes_seconds)
    report.write_report(NAME, checks, codes_seconds=list(measured.codes_seconds))
    text = [*latencies, "", f"Codes left after {codes} s.", "", *bounds]
    report.write_section(NAME, "\n".join(text))
    return latencies
