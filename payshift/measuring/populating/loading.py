"""Loads many rows at once: what the database does per row is set aside, and done once for all rows at the end.

Foreign keys, unique and exclusion constraints and indexes are dropped and made again from the catalogue's own
definitions, which validates them over every row; one pass each instead of a look-up per row. Check constraints stay.
Triggers cannot be made up for that way (one would run per row, and refuse what a posting may not do), so they are off
meanwhile, and `verifying` proves what they would have kept; but for those that a table names, which make a column of
the row itself. All of it is one transaction: whole, or not at all.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from django.db import models
from psycopg import sql

type Row = tuple[Any, ...]

FOREIGN_KEYS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
FROM pg_constraint WHERE contype = 'f' AND conrelid = ANY (%s::regclass[]) ORDER BY 1, 2
"""
RULES = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
FROM pg_constraint WHERE contype IN ('u', 'x') AND conrelid = ANY (%s::regclass[]) ORDER BY 1, 2
"""
INDEXES = """
SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid)
FROM pg_index
WHERE indrelid = ANY (%s::regclass[]) AND NOT indisprimary
    AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('u', 'x'))
ORDER BY 1
"""
SEQUENCE = "SELECT setval(pg_get_serial_sequence({name}, 'id'), max(id)) FROM {table}"


@dataclass(frozen=True, slots=True)
class SetAside:
    """The definitions of what is dropped."""

    foreign_keys: list[tuple[str, str, str]]
    rules: list[tuple[str, str, str]]
    indexes: list[tuple[str, str]]

    def names(self) -> list[str]:
        return [name for _, name, _ in [*self.foreign_keys, *self.rules]] + [name for name, _ in self.indexes]


class Table:
    """Rows of one table on their way. What is not given has the model's default; generated columns make themselves."""

    def __init__(self, model: type[models.Model], *given: str, triggers: Sequence[str] = ()) -> None:
        self.name = model._meta.db_table
        # Those that stay on.
        self.triggers = triggers
        rest = [
            column
            for column in model._meta.concrete_fields
            if column.column not in given and not column.null and not column.generated
        ]
        self.columns = [*given, *(str(column.column) for column in rest)]
        self.defaults = tuple(column.get_default() for column in rest)
        self.rows: list[Row] = []

    def add(self, *values: Any) -> None:
        self.rows.append(values + self.defaults)


class Load:
    def __init__(self, connection: psycopg.Connection, tables: Sequence[Table]) -> None:
        self.connection = connection
        self.tables = tables
        self.names = [table.name for table in tables]
        self.counts = dict.fromkeys(self.names, 0)

    def flush(self) -> None:
        """Send the rows that have come together."""
        for table in self.tables:
            names = sql.SQL(", ").join([sql.Identifier(column) for column in table.columns])
            copy = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table.name), names)
            with self.connection.cursor() as cursor, cursor.copy(copy) as stream:
                for row in table.rows:
                    stream.write_row(row)
            self.counts[table.name] += len(table.rows)
            table.rows.clear()

    def catalogue(self) -> SetAside:
        def rows(query: str) -> list[Any]:
            return self.connection.execute(query.encode(), [self.names]).fetchall()

        return SetAside(rows(FOREIGN_KEYS), rows(RULES), rows(INDEXES))

    def set_sequences(self) -> None:
        for table, count in self.counts.items():
            if count:
                # Ids may have gaps: an account has the number of its person, and not everybody has one.
                self.connection.execute(sql.SQL(SEQUENCE).format(name=sql.Literal(table), table=sql.Identifier(table)))


@contextmanager
def bulk_load(
    connection: psycopg.Connection, tables: Sequence[Table], *, rebuilding: Callable[[int, int, str], object]
) -> Iterator[Load]:
    """A transaction for loading empty tables; `rebuilding(done, of, name)` is told while indexes are made again.

    Connected as the owner of the tables. Locks them against everybody else until the end.
    """
    load = Load(connection, tables)
    with connection.transaction():
        connection.execute("SET LOCAL maintenance_work_mem = '256MB'")
        before = load.catalogue()
        for statement in _drop(before, tables):
            connection.execute(statement)
        yield load
        of = len(before.names())
        for done, (name, statement) in enumerate(_make(before)):
            rebuilding(done, of, name)
            connection.execute(statement)
        for table in load.names:
            connection.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(sql.Identifier(table)))
        load.set_sequences()
        # By name: PostgreSQL prints a definition that it has read back with its casts in other places.
        if load.catalogue().names() != before.names():
            raise RuntimeError("The indexes and constraints after the load are not those before it.")
    for table in load.names:
        # Not only statistics: index-only scans need the visibility map.
        connection.execute(sql.SQL("VACUUM (ANALYZE) {}").format(sql.Identifier(table)))


def _drop(before: SetAside, tables: Sequence[Table]) -> Iterator[sql.Composed]:
    for each in tables:
        loaded = sql.Identifier(each.name)
        yield sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(loaded)
        for trigger in each.triggers:
            yield sql.SQL("ALTER TABLE {} ENABLE TRIGGER {}").format(loaded, sql.Identifier(trigger))
    for table, name, _ in [*before.foreign_keys, *before.rules]:
        yield sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(sql.Identifier(table), sql.Identifier(name))
    for name, _ in before.indexes:
        yield sql.SQL("DROP INDEX {}").format(sql.Identifier(name))


def _make(before: SetAside) -> Iterator[tuple[str, sql.Composed]]:
    """Indexes first: a foreign key is validated by a join."""
    for table, name, definition in before.rules:
        yield name, _add(table, name, definition)
    for name, definition in before.indexes:
        yield name, sql.SQL("{}").format(sql.SQL(definition))
    for table, name, definition in before.foreign_keys:
        yield name, _add(table, name, definition)


def _add(table: str, name: str, definition: str) -> sql.Composed:
    return sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} {}").format(
        sql.Identifier(table),
        sql.Identifier(name),
        sql.SQL(definition),
    )
