"""Going around the services: raw SQL as the application's role, and as the owner for controls."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import psycopg
import pytest
from django.conf import settings
from django.db import IntegrityError, connection, connections
from django.utils import timezone

OPEN_TRANSACTION = """
INSERT INTO payment_ledgertransaction (kind, reference, job_id, memo, created_at, xid)
VALUES (%s, %s, %s, '', %s, 0) RETURNING id
"""
ADD_ENTRY = "INSERT INTO payment_ledgerentry (transaction_id, account_id, amount_kobo) VALUES (%s, %s, %s)"


def execute(statement: str, params: Sequence[int | str] = ()) -> None:
    """One statement as the application's role."""
    with connection.cursor() as cursor:
        cursor.execute(statement, params)


def open_transaction(kind: str = "transfer_fee", reference: str = "raw", job_id: int | None = None) -> int:
    """A ledger transaction without entries, written by hand."""
    with connection.cursor() as cursor:
        cursor.execute(OPEN_TRANSACTION, [kind, reference, job_id, timezone.now()])
        row: tuple[int] = cursor.fetchone()
    return row[0]


def add_entry(transaction_id: int, account_id: int, amount_kobo: int) -> None:
    execute(ADD_ENTRY, [transaction_id, account_id, amount_kobo])


def at_commit() -> None:
    """Run the deferred triggers now, as COMMIT would."""
    execute("SET CONSTRAINTS ALL IMMEDIATE")


def committed() -> None:
    """As after a COMMIT, in a test that is one transaction: receipts are numbered; what follows is checked late."""
    at_commit()
    execute("SET CONSTRAINTS ALL DEFERRED")


def constraint_name(error: pytest.ExceptionInfo[IntegrityError]) -> str:
    """Which constraint refused."""
    cause = error.value.__cause__
    assert isinstance(cause, psycopg.Error)
    return cause.diag.constraint_name or ""


@contextmanager
def owner() -> Iterator[psycopg.Connection]:
    """The owner role, committing each statement."""
    parameters = connections["owner"].settings_dict
    with psycopg.connect(
        dbname=settings.DATABASES["owner"]["NAME"],
        user=parameters["USER"],
        password=parameters["PASSWORD"],
        host=parameters["HOST"],
        port=parameters["PORT"],
        autocommit=True,
    ) as own:
        yield own


@contextmanager
def without_trigger(table: str, trigger: str) -> Iterator[None]:
    """A control: the same with the guard off. Only in tests with `transaction=True`."""
    with owner() as own:
        own.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
        try:
            yield
        finally:
            own.execute(f"ALTER TABLE {table} ENABLE TRIGGER {trigger}")


@contextmanager
def without_constraint(table: str, name: str) -> Iterator[None]:
    """A control without a CHECK or UNIQUE constraint or unique index, put back afterwards for the next test.

    The rows that broke it are removed first, by truncating the table, as the end of the test would.
    """
    with owner() as own:
        constraint = own.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [name]
        ).fetchone()
        if constraint is not None:
            drop = f"ALTER TABLE {table} DROP CONSTRAINT {name}"
            restore = f"ALTER TABLE {table} ADD CONSTRAINT {name} {constraint[0]}"
        else:
            index = own.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [name]).fetchone()
            assert index is not None, name
            drop, restore = f"DROP INDEX {name}", index[0]
        own.execute(drop)
        try:
            yield
        finally:
            own.execute(f"TRUNCATE {table} CASCADE")
            own.execute(restore)
