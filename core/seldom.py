"""What a process says once in a while, however often strangers give it cause."""

from time import monotonic

SECONDS = 60.0


class Seldom:
    def __init__(self) -> None:
        self._last = float("-inf")

    def is_due(self) -> bool:
        """Whether to say it now: then not again for a minute."""
        if monotonic() < self._last + SECONDS:
            return False
        self._last = monotonic()
        return True
