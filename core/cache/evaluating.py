"""Redis, asked by one exchange on a connection of the pool: a script, or two commands.

The client's layers around it (retries, which the pool forbids, and telemetry) would cost a quarter of a call.
"""

import hashlib
from functools import cache
from typing import Any

from django_redis import get_redis_connection
from redis import RedisError
from redis.exceptions import NoScriptError


def evaluate(script: str, *arguments: Any, keys: int = 0) -> Any:
    """What the script answers; the first `keys` of the arguments are its KEYS. Raises `RedisError`."""
    # A connection that fails on the way closes itself.
    pool = get_redis_connection("default").connection_pool
    connection = pool.get_connection()
    try:
        try:
            connection.send_command("EVALSHA", _sha_of(script), keys, *arguments)
            return connection.read_response()
        except NoScriptError:
            # Redis restarted: the text goes along once.
            connection.send_command("EVAL", script, keys, *arguments)
            return connection.read_response()
    finally:
        pool.release(connection)


def exchange(commands: bytes) -> tuple[Any, Any]:
    """The answers to two commands, as they go to Redis. Raises `RedisError`."""
    pool = get_redis_connection("default").connection_pool
    connection = pool.get_connection()
    try:
        connection.send_packed_command([commands])
        return connection.read_response(), connection.read_response()
    except RedisError:
        # What is not read yet would be the next caller's answer.
        connection.disconnect()
        raise
    finally:
        pool.release(connection)


@cache
def _sha_of(script: str) -> str:
    """The name by which Redis knows a script that it has run before."""
    return hashlib.sha1(script.encode(), usedforsecurity=False).hexdigest()
