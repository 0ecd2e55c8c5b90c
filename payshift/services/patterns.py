"""Patterns that honest work seldom leaves: what staff should look at, found every night among the last 90 days.

None of them proves anything. What is found is kept with the checks of itself, in place of what the night before had
found, as numbers of people and jobs and without their names. What staff handled is left out until its facts change:
another account, device, review or check-in makes another pattern.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.db import connection, transaction
from django.db.models import Max
from django.utils.crypto import salted_hmac

from core import clock
from core.errors import NotFound
from core.patience import unhurried
from core.self_checks import last_check, record_check
from jobs.geography import Position, distance_m
from jobs.models import HandledPattern
from rating.models import HIGHEST_RATING, Review

PATTERNS = "patterns"
# As long as positions of check-ins are kept.
LOOKED_AT = timedelta(days=90)
# A car on a free road; and below this distance two positions of one place may differ as much as their phones err.
FASTEST_M_PER_SECOND = 120 / 3.6
NEAR_M = 20_000
# As many as a household has.
DEVICE_PEOPLE = 4
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
SELECT DISTINCT one.user_id, other.user_id, bank_code || account_number
FROM held one JOIN held other USING (bank_code, account_number)
WHERE one.user_id <> other.user_id AND account_number <> '' AND EXISTS (
    SELECT FROM jobs_shiftassignment a
    WHERE a.client_id = one.user_id AND a.worker_id = other.user_id AND a.starts_at >= %(since)s
)
ORDER BY 1, 2, 3
"""
# From one neighbourhood of addresses with a device of the same name: neither alone says much. Nor do both where many
# people have them: a works' tablet, an office, a carrier that puts a whole town behind one address.
SAME_DEVICE = """
WITH used AS (
    SELECT DISTINCT user_id, origin, name FROM accounts_device WHERE name <> '' AND last_used_at >= %(since)s
), few AS (
    SELECT origin, name FROM used GROUP BY origin, name HAVING count(*) BETWEEN 2 AND %(device_people)s
)
SELECT one.user_id, other.user_id, encode(origin, 'hex') || name
FROM few JOIN used one USING (origin, name) JOIN used other USING (origin, name)
WHERE one.user_id <> other.user_id AND EXISTS (
    SELECT FROM jobs_shiftassignment a
    WHERE a.client_id = one.user_id AND a.worker_id = other.user_id AND a.starts_at >= %(since)s
)
ORDER BY 1, 2, 3
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
    # Of what it was found by, as a hash under our key: the same as long as that does not change.
    mark: str = field(default="", compare=False)


def watch_patterns() -> int:
    """Look for all patterns and keep what was found. Returns how many there are. Reads whole tables; takes no lock."""
    started = monotonic()
    with unhurried():
        found = list(find_patterns(since=clock.now() - LOOKED_AT))
        handled = handled_among(pattern.mark for pattern in found)
    left = [pattern for pattern in found if pattern.mark not in handled]
    record_check(
        name=PATTERNS,
        checked_at=clock.now(),
        took_ms=int((monotonic() - started) * 1000),
        findings=[asdict(pattern) for pattern in left],
        figures={},
    )
    return len(left)


def find_patterns(*, since: datetime) -> Iterator[Pattern]:
    for client_id, worker_id, account in _rows(SAME_ACCOUNT, since):
        yield _marked("One bank account on both sides of a job", [client_id, worker_id], account)
    for client_id, worker_id, device in _rows(SAME_DEVICE, since):
        yield _marked("One network and one kind of device on both sides of a job", [client_id, worker_id], device)
    reviews = Review.objects.filter(created_at__gte=since)
    for people in rings(reviews.values_list("reviewer_id", "reviewed_id", "rating")):
        # The oldest ones pass by day after day; a new one is news.
        newest = reviews.filter(reviewer_id__in=people).aggregate(newest=Max("pk"))["newest"]
        yield _marked("They review only one another, always with the most stars", people, newest)
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
            yield _marked(says, [worker_id], at.isoformat(), job_id)


def _marked(says: str, people: list[int], evidence: object, job_id: int | None = None) -> Pattern:
    facts = json.dumps([says, people, job_id, str(evidence)])
    mark = salted_hmac("pattern", facts, secret=settings.SECRET_KEY, algorithm="sha256").hexdigest()
    return Pattern(says, people, job_id, mark)


def handled_among(marks: Iterable[str]) -> set[str]:
    return set(HandledPattern.objects.filter(mark__in=list(marks)).values_list("mark", flat=True))


@transaction.atomic
def handle_pattern(*, staff_id: int, mark: str, reason: str) -> HandledPattern:
    """Staff looked at it: it is not shown again unless its facts change. Handled twice, the first reason stays.

    Raises `NotFound` for what the last search did not find.
    """
    check = last_check(PATTERNS)
    found: dict[str, Any] | None = next(
        (pattern for pattern in (check.findings if check else []) if pattern.get("mark") == mark), None
    )
    if not mark or found is None:
        raise NotFound("This pattern is not there any more.")
    handled, is_new = HandledPattern.objects.get_or_create(
        mark=mark,
        defaults={
            "says": found["says"],
            "people": found["people"],
            "reason": reason,
            "handled_by_id": staff_id,
            "handled_at": clock.now(),
        },
    )
    if is_new:
        message = f"Handled: {reason}. Shown to staff: yes → no"
        LogEntry.objects.log_actions(staff_id, [handled], CHANGE, message, single_object=True)
    return handled


def _rows(query: str, since: datetime) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, {"since": since, "device_people": DEVICE_PEOPLE})
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
