from bisect import bisect
from collections.abc import Sequence
from itertools import accumulate
from random import Random

EXPONENT = 1.0


class Popular[T]:
    """Things by popularity: the k-th is drawn with a probability proportional to 1 / k (Zipf)."""

    def __init__(self, things: Sequence[T], *, exponent: float = EXPONENT) -> None:
        if not things:
            raise ValueError("There is nothing to draw from.")
        self.things = things
        self.cumulated = list(accumulate((rank + 1) ** -exponent for rank in range(len(things))))

    def draw(self, random: Random) -> T:
        return self.things[bisect(self.cumulated, random.random() * self.cumulated[-1], hi=len(self.things) - 1)]
