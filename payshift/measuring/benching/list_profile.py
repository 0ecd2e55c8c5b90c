"""Where the time of an uncached list goes, in the product and in plain Ninja: a profile of requests in one process.

`python -m payshift.measuring.benching.list_profile product|plain`, with a target as JSON on standard input, prints the
share of each part as JSON. The profiler makes Python look slower than waiting; shares are to be compared, not added to
times measured elsewhere.
"""

import cProfile
import json
import pstats
import sys
from importlib import import_module
from itertools import count
from typing import Any

from payshift.measuring.benching.prepared import Target

REQUESTS = 300
APPLICATIONS = {"product": "payshift.wsgi", "plain": "payshift.measuring.plain.wsgi"}
# Whose code the time is spent in, by a part of the file's name; the first that fits.
PARTS = {
    "PostgreSQL's driver, with waiting": ("/psycopg/", "/psycopg_pool/", "/core/connections.py"),
    "Django's ORM: SQL text, models": ("/django/db/",),
    "Ninja and pydantic, with Django's templates": ("/ninja/", "/pydantic", "/django/template/", "/core/schemas.py"),
    "the token, in Redis": ("/redis/", "/hiredis/", "/django_redis/", "/core/cache/"),
    "rows to JSON": ("/core/listings.py", "/core/rows.py"),
    "log line and metrics": ("structlog", "/logging/", "/core/logging.py", "/prometheus_client/", "/core/metrics.py"),
}
REST = "requests, middleware and all else"


def shares(application: Any, target: Target) -> dict[str, float]:
    # Needs Django's settings.
    from payshift.measuring.calls import environ_of

    def ask(number: int) -> None:
        # Another page size each time would be another statement: the period differs, and with it a cached read's entry.
        period = f"?created_before=2098-01-01T00:00:00.{number:06d}Z" if target.operation == "list_payments" else ""
        path = target.path.removeprefix("/api") + period
        b"".join(application(environ_of(target.token, path, None), lambda *_: None))

    numbers = count()
    for _ in range(20):
        ask(next(numbers))
    with cProfile.Profile() as profile:
        for _ in range(REQUESTS):
            ask(next(numbers))
    return parts_of(pstats.Stats(profile))


def parts_of(stats: pstats.Stats) -> dict[str, float]:
    """Each part's share of the whole. What is built in counts for the code that calls it."""
    spent = dict.fromkeys([*PARTS, REST], 0.0)
    for (file, _, _), (_, _, own, _, callers) in stats.stats.items():  # type: ignore[attr-defined]
        if file == "~" and callers:
            for (caller, _, _), times in callers.items():
                spent[part_of(caller)] += times[2]
        else:
            spent[part_of(file)] += own
    whole = sum(spent.values())
    return {part: seconds / whole for part, seconds in spent.items()}


def part_of(file: str) -> str:
    return next((part for part, names in PARTS.items() if any(name in file for name in names)), REST)


if __name__ == "__main__":
    from django import setup

    setup()
    application = import_module(APPLICATIONS[sys.argv[1]]).application
    sys.stdout.write(json.dumps(shares(application, Target(**json.load(sys.stdin)))))
