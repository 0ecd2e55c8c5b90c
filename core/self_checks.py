"""The last result of each of Payshift's checks of itself (`core.models.SelfCheck`)."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from core.models import SelfCheck

MOST_FINDINGS = 50
# A line for a person to read, or what a page makes lines of.
type Finding = str | Mapping[str, object]


def record_check(
    *, name: str, checked_at: datetime, took_ms: int, findings: Sequence[Finding], figures: Mapping[str, int]
) -> SelfCheck:
    """Keep what a check found, in place of what its run before had found."""
    check, _ = SelfCheck.objects.update_or_create(
        name=name,
        defaults={
            "checked_at": checked_at,
            "took_ms": took_ms,
            "differences": len(findings),
            "findings": list(findings[:MOST_FINDINGS]),
            "figures": dict(figures),
        },
    )
    return check


def last_check(name: str) -> SelfCheck | None:
    """None where it has never run."""
    return SelfCheck.objects.planned().filter(name=name).first()
