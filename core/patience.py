"""Time for a statement that reads everything, where the time-outs of a request do not foresee it."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DEFAULT_DB_ALIAS, connections, transaction


@contextmanager
def unhurried(using: str = DEFAULT_DB_ALIAS, *, statement_minutes: int = 60) -> Iterator[None]:
    """A transaction without end, of statements with one. Never around a write of what is cached: see `core.cache`.

    The transaction's own timer has been started by its first statement, and PostgreSQL does not start a running timer
    anew: only 0 stops it.
    """
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute("SET LOCAL transaction_timeout = 0")
        cursor.execute(f"SET LOCAL statement_timeout = '{statement_minutes}min'")
        yield
