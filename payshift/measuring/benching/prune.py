"""How long Redis serves nobody else while old versions are forgotten.

`python -m payshift.measuring.benching.prune` measures in the Redis database at hand, which it empties, and prints the
milliseconds of each of Redis' stops as JSON.
"""

import json
import subprocess
import sys
from collections.abc import Callable

from payshift.measuring.report import Check, at_most, write_section

VERSIONS, AT_ONCE = 1_000_000, 10_000
LONGEST_STOP_MS = 5.0
INTRODUCTION = f"""## What forgetting versions costs

`make bench ARGS=prune`: {VERSIONS:,} entities were written more than an hour ago, and one run of the prune forgets all.
Redis serves one command at a time: the longest is how long everybody else waits."""


def measure(say: Callable[[str], object]) -> list[Check]:
    # Needs Django's settings.
    from django.db import connection

    from payshift.measuring.databases import measuring_environment

    environment = measuring_environment(str(connection.settings_dict["NAME"]))
    command = [sys.executable, "-m", "payshift.measuring.benching.prune"]
    answer = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True)  # noqa: S603
    stops: list[float] = json.loads(answer.stdout)
    line = f"{len(stops):,} stops, the longest of {max(stops):.2f} ms, {sum(stops):,.0f} ms in all."
    say(line)
    write_section("prune", f"{INTRODUCTION}\n\n{line}")
    return [at_most("ms that Redis stops to forget versions", max(stops), LONGEST_STOP_MS)]


def stops_ms() -> list[float]:
    """Of each slice, as Redis itself measures."""
    from django_redis import get_redis_connection

    from core.cache.store import PRUNE_AFTER_MS, store

    redis = get_redis_connection("default")
    redis.flushdb()
    for first in range(0, VERSIONS, AT_ONCE):
        redis.zadd("c:ver", {f"job:{number}": number for number in range(first, first + AT_ONCE)})
    redis.set("c:seq", VERSIONS)
    seconds, _ = redis.time()
    redis.rpush("c:marks", f"{seconds * 1000 - PRUNE_AFTER_MS - 1} {VERSIONS}")
    kept = redis.config_get("slowlog-*")
    try:
        redis.config_set("slowlog-log-slower-than", 0)
        redis.config_set("slowlog-max-len", VERSIONS)
        redis.slowlog_reset()
        forgotten = store.prune()
        logged = redis.slowlog_get(VERSIONS)
    finally:
        for name, value in kept.items():
            redis.config_set(name, value)
        redis.slowlog_reset()
        redis.flushdb()
    if forgotten != VERSIONS:
        raise RuntimeError(f"{forgotten:,} of {VERSIONS:,} versions were forgotten.")
    return [entry["duration"] / 1000 for entry in logged if entry["command"].startswith(b"EVAL")]


if __name__ == "__main__":
    from django import setup

    setup()
    sys.stdout.write(json.dumps(stops_ms()))
