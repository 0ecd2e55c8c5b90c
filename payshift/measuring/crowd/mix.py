"""What people do next: 95 % reads, of which lists are a quarter of everything, and 5 % writes.

Shares are per thousand requests. A share stands for an operation of the API; `plan` makes the request of it.
"""

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

_names = list(SHARES)
_cumulated = list(accumulate(SHARES.values()))


def next_action(random: Random) -> str:
    return random.choices(_names, cum_weights=_cumulated)[0]
