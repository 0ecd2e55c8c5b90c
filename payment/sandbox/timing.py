"""Two clocks. What the provider's answers say follows Payshift's clock, which development can move; when the courier
sends and settles follows the real one, so that a moved clock neither fires ten hours of retries at once nor stops them.
"""

from datetime import UTC, datetime, timedelta


def real_now() -> datetime:
    return datetime.now(UTC)


def real_in(seconds: float) -> datetime:
    return real_now() + timedelta(seconds=seconds)


def iso(moment: datetime | None) -> str | None:
    """As both providers write it: milliseconds and Z."""
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
