"""What a session has prepared outlives a rollback, as PostgreSQL means it.

psycopg forgets all of a connection's statements at each ROLLBACK, to a savepoint too, lest one was prepared in the
transaction against a table that went with it. Every refusal of the product is a rollback, and whoever came next on its
connection paid for parsing and planning all that they asked. Nothing here asks of a table that its transaction made.

A statement whose answer another session's DDL has given another type is refused until it is prepared anew: after an
error of PostgreSQL's all is forgotten.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import NotSupportedError
from psycopg._preparing import PrepareManager
from psycopg.pq import TransactionStatus


@contextmanager
def plans_kept(connection: psycopg.Connection[Any]) -> Iterator[None]:
    """Roll back inside: psycopg finds nothing to forget, unless PostgreSQL has refused a statement before."""
    if connection.info.transaction_status != TransactionStatus.INTRANS:
        yield
        return
    nothing = PrepareManager()
    nothing.prepare_threshold = None
    kept, connection._prepared = connection._prepared, nothing
    try:
        yield
    finally:
        connection._prepared = kept


def prepare_anew_if_refused(
    execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    """Of Django's `execute_wrappers`. Outside a transaction no rollback forgets: what is refused there did nothing, and
    is asked once more.
    """
    try:
        return execute(sql, params, many, context)
    except NotSupportedError:
        connection: psycopg.Connection[Any] = context["connection"].connection
        if connection.info.transaction_status != TransactionStatus.IDLE:
            raise
        connection.execute("DEALLOCATE ALL")
        return execute(sql, params, many, context)
