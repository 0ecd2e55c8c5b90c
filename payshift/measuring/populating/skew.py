"""Popularity as it really is: few have most, and nobody has more than a person can do."""

from itertools import accumulate
from random import Random

# The head of the ranking is flattened by this share of it (Zipf-Mandelbrot). Plain Zipf would give the first of 150,000
# workers every twelfth application; like this the first one has the same few hundred in every amount of data.
HEAD = 0.02


class Ranking:
    """Draws members 1..size, the earlier ones more often."""

    def __init__(self, size: int, *, exponent: float = 1.0) -> None:
        self.members = range(1, size + 1)
        offset = size * HEAD
        self.weights = list(accumulate((rank + offset) ** -exponent for rank in self.members))

    def draw(self, random: Random, count: int) -> list[int]:
        return random.choices(self.members, cum_weights=self.weights, k=count)

    def draw_distinct(self, random: Random, count: int) -> list[int]:
        """At most `count` different ones, in the order drawn."""
        return list(dict.fromkeys(self.draw(random, count)))


def crowd(random: Random, *, exponent: float, most: int) -> int:
    """How many come to one thing: mostly few, rarely hundreds."""
    return min(most, int(random.paretovariate(exponent)))
