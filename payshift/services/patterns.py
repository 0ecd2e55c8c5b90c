"""Patterns that honest work seldom leaves: what staff should look at, found every night among the last 90 days.

None of them proves anything. What is found is kept with the checks of itself, in place of what the night before had
found, as numbers of people and jobs and without their names.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from django.db import connection

from core import clock
from core.patience import unhurried
from core.self_checks import record_check
from jobs.geography import Position, distance_m
from rating.models import HIGHEST_RATING, Review

PATTERNS = "patterns"
# As long as positions of check-ins are kept.
LOOKED_AT = timedelta(days=90)
# A car on a free road; and below this distance two positions of one place may differ as much as their phones err.
FASTEST_M_PER_SECOND = 120 / 3.6
NEAR_M = 20_000
# A ring: so many people at most, so many reviews at least, all of them of one another and all the best.
RING_PEOPLE = 5
RING_REVIEWS = 6

# Of pairs that work for one another. A person's accounts are the present one and those that money was sent to.
SAME_ACCOUNT = """
WITH held AS (
    SELECT user_id, bank_code, account_number FROM accounts_bankaccount
    UNION
    SELECT w.user_id, t.bank_code, t.account_number
    FROM payment_withdrawal t JOIN payment_wallet w ON w.id = t.wallet_id
    WHERE t.created_at >= %(since)s
)
SELECT DISTINCT one.user_id, other.user_id
FROM held one JOIN held other USING (bank_code, account_number)
WHERE one.user_id <> other.user_id AND account_number <> '' AND EXISTS (
    SELECT FROM jobs_shiftassignment a
    WHERE a.client_id = one.user_id AND a.worker_id = other.user_id AND a.starts_at >= %(since)s
)
ORDER BY 1, 2
"""
# From one neighbourhood of addresses with a device of the same name: neither alone says much.
SAME_DEVICE = """
SELECT DISTINCT one.user_id, other.user_id
FROM accounts_device one JOIN accounts_device other ON other.origin = one.origin AND other.name = one.name
WHERE one.user_id <> other.user_id AND one.name <> '' AND one.last_used_at >= %(since)s
    AND other.last_used_at >= %(since)s AND EXISTS (
        SELECT FROM jobs_shiftassignment a
        WHERE a.client_id = one.user_id AND a.worker_id = other.user_id AND a.starts_at >= %(since)s
    )
ORDER BY 1, 2
"""
# Each check-in with the one before it of the same person. How far that is, is computed outside.
CHECK_INS = """
SELECT worker_id, job_id, before_at, before_latitude, before_longitude, checked_in_at, latitude, longitude
FROM (
    SELECT a.worker_id, s.job_id, a.checked_in_at, a.check_in_latitude AS latitude, a.check_in_longitude AS longitude,
        lag(a.checked_in_at) OVER earlier AS before_at,
        lag(a.check_in_latitude) OVER earlier AS before_latitude,
        lag(a.check_in_longitude) OVER earlier AS before_longitude
    FROM jobs_shiftassignment a JOIN jobs_shift s ON s.id = a.shift_id
    WHERE a.checked_in_at >= %(since)s AND a.check_in_latitude IS NOT NULL
    WINDOW earlier AS (PARTITION BY a.worker_id ORDER BY a.checked_in_at, a.id)
) pairs
WHERE checked_in_at < before_at + interval '1 day'
ORDER BY checked_in_at DESC, worker_id
"""


@dataclass(frozen=True, slots=True)
class Pattern:
    says: str
    people: list[int]
    job_id: int | None = None


def watch_patterns() -> int:
    """Look for all patterns and keep what was found. Returns how many there are. Reads whole tables; takes no lock."""
    started = monotonic()
    with unhurried():
        found = list(find_patterns(since=clock.now() - LOOKED_AT))
    record_check(
        name=PATTERNS,
        checked_at=clock.now(),
        took_ms=int((monotonic() - started) * 1000),
        findings=[asdict(pattern) for pattern in found],
        figures={},
    )
    return len(found)


def find_patterns(*, since: datetime) -> Iterator[Pattern]:
    for client_id, worker_id in _rows(SAME_ACCOUNT, since):
        yield Pattern("One bank account on both sides of a job", [client_id, worker_id])
    for client_id, worker_id in _rows(SAME_DEVICE, since):
        yield Pattern("One network and one kind of device on both sides of a job", [client_id, worker_id])
    reviews = Review.objects.filter(created_at__gte=since).values_list("reviewer_id", "reviewed_id", "rating")
    for people in rings(reviews):
        yield Pattern("They review only one another, always with the most stars", people)
    yield from _impossible_travel(since)


def rings(reviews: Iterable[tuple[int, int, int]]) -> Iterator[list[int]]:
    """Of (reviewer, reviewed, rating): the small closed groups in which everybody gives everybody the best."""
    group_of: dict[int, int] = {}

    def root(person: int) -> int:
        while (above := group_of.setdefault(person, person)) != person:
            group_of[person] = group_of[above]
            person = above
        return person

    count_by: defaultdict[int, int] = defaultdict(int)
    honest: set[int] = set()
    for reviewer, reviewed, rating in reviews:
        group_of[root(reviewer)] = root(reviewed)
        count_by[reviewer] += 1
        if rating != HIGHEST_RATING:
            honest.add(reviewer)
    groups: defaultdict[int, list[int]] = defaultdict(list)
    for person in group_of:
        groups[root(person)].append(person)
    for people in groups.values():
        written = sum(count_by[person] for person in people)
        if len(people) <= RING_PEOPLE and written >= RING_REVIEWS and honest.isdisjoint(people):
            yield sorted(people)


def _impossible_travel(since: datetime) -> Iterator[Pattern]:
    for worker_id, job_id, before_at, south, west, at, north, east in _rows(CHECK_INS, since):
        metres = distance_m(Position(south, west), Position(north, east))
        seconds = (at - before_at).total_seconds()
        if metres > NEAR_M and metres > seconds * FASTEST_M_PER_SECOND:
            says = f"Checked in {metres // 1000} km from the check-in {int(seconds // 60)} min before"
            yield Pattern(says, [worker_id], job_id)


def _rows(query: str, since: datetime) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, {"since": since})
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
