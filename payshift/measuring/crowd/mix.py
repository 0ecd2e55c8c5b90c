"""What people do next: 95 % reads, of which lists are a quarter of everything, and 5 % writes.

Shares are per thousand requests. A share stands for an operation of the API; `plan` makes the request of it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import accumulate
from random import Random

LISTS = {
    "newest_jobs": 80,
    "jobs_of_industry": 40,
    "jobs_with_words": 20,
    "jobs_nearby": 20,
    "own_work": 40,
    "notifications": 30,
    "saved_jobs": 20,
}
DETAILS = {
    "get_job": 300,
    "get_profile": 140,
    "list_reviews_received": 100,
    "list_reviews_given": 40,
    "list_payments": 90,
    "get_account_details": 30,
}
WRITES = {
    "apply": 20,
    "save": 14,
    "accept": 8,
    "review": 6,
    "pay": 2,
}
SHARES = {**LISTS, **DETAILS, **WRITES}


@dataclass(frozen=True)
class Mix:
    """Some of the actions, each as often among them as among all."""

    names: Sequence[str]
    cumulated: Sequence[int]

    @classmethod
    def of(cls, actions: Collection[str]) -> "Mix":
        names = [name for name in SHARES if name in actions]
        return cls(names, list(accumulate(SHARES[name] for name in names)))

    def draw(self, random: Random) -> str:
        return random.choices(self.names, cum_weights=self.cumulated)[0]


WHOLE = Mix.of(SHARES)
