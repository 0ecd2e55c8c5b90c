"""What the release before needs of the database: `make release-record` writes it down, release.json keeps it.

While a release is rolled out, the code before it runs on the new schema: it names every column of its models when it
reads and inserts, leaves out what it does not know, and writes the values that it knew. `breaks` says what would no
longer work. Written down anew when a release is made, from its models: what they have given up by then, the next
release may drop.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from core.dev import environment
from core.dev.console import say
from core.dev.paths import BASE_DIR

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper
    from django.db.models import Model

RECORD = BASE_DIR / "core" / "dev" / "release.json"
# What old code reads and writes as before where a column has become the other.
WIDER = {("smallint", "integer"), ("smallint", "bigint"), ("integer", "bigint"), ("character varying", "text")}


class Column(BaseModel):
    """`written`: named when a row is inserted, and with one of the `choices` if there are any."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: str
    nullable: bool = False
    written: bool = True
    choices: list[str | int] = []


class Release(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    revision: str
    tables: dict[str, dict[str, Column]]


def recorded() -> Release:
    return Release.model_validate_json(RECORD.read_text())


def release(revision: str, cursor: "CursorWrapper") -> Release:
    """That of this code, in a database that it migrated: of the values, those that are taken there."""
    from django.apps import apps

    tables = {}
    for model in apps.get_models(include_auto_created=True):
        name = model._meta.db_table
        known = dict(columns(model, {column: kind for column, (kind, _, _) in _there(name, cursor).items()}))
        for column, value, _ in _refused_values(name, known, cursor):
            known[column].choices.remove(value)
        tables[name] = known
    return Release(revision=revision, tables=dict(sorted(tables.items())))


def columns(model: "type[Model]", types: dict[str, str]) -> Iterator[tuple[str, Column]]:
    from django.db.models import AutoField

    for field in model._meta.local_concrete_fields:
        name = str(field.column)
        yield (
            name,
            Column(
                type=types[name],
                nullable=field.null,
                written=not field.generated and not isinstance(field, AutoField),
                choices=[value for value, _ in field.flatchoices],
            ),
        )


def breaks(before: Release, cursor: "CursorWrapper") -> list[str]:
    """What the code before could no longer do in this database, a sentence each. Writes to temporary tables only."""
    return [sentence for table in before.tables for sentence in _breaks_of(table, before.tables[table], cursor)]


def _breaks_of(table: str, known: dict[str, Column], cursor: "CursorWrapper") -> Iterator[str]:
    there = _there(table, cursor)
    if not there:
        yield f"{table} is gone."
        return
    wrong = [*_named(table, known, there), *_left_out(table, known, there)]
    yield from wrong
    if not wrong:
        yield from _values(table, known, cursor)
        yield from _insert(table, known, cursor)


def _there(table: str, cursor: "CursorWrapper") -> dict[str, tuple[str, bool, bool]]:
    """By column: its type, whether it is required, and whether the database has something to fill in."""
    cursor.execute(
        "SELECT attname::text, format_type(atttypid, atttypmod), attnotnull, atthasdef OR attidentity <> ''"
        " FROM pg_attribute WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped",
        [table],
    )
    return {name: (kind, required, filled) for name, kind, required, filled in cursor.fetchall()}


def _named(table: str, known: dict[str, Column], there: dict[str, tuple[str, bool, bool]]) -> Iterator[str]:
    for name, column in known.items():
        if name not in there:
            yield f"{table}.{name} is gone."
            continue
        kind, required, _ = there[name]
        if kind != column.type and not _is_wider(column.type, kind):
            yield f"{table}.{name} was {column.type} and is {kind}."
        if required and column.nullable:
            yield f"{table}.{name} takes no NULL any more."


def _is_wider(before: str, now: str) -> bool:
    (kind, length), (wider, longer) = (name.removesuffix(")").partition("(")[::2] for name in (before, now))
    if kind == wider == "character varying" and length.isdigit() and longer.isdigit():
        return int(longer) > int(length)
    return (kind, wider) in WIDER


def _left_out(table: str, known: dict[str, Column], there: dict[str, tuple[str, bool, bool]]) -> Iterator[str]:
    for name, (_, required, filled) in there.items():
        if required and not filled and name not in known:
            yield f"{table}.{name} is required, and has no default in the database."


def _values(table: str, known: dict[str, Column], cursor: "CursorWrapper") -> Iterator[str]:
    for name, value, rule in _refused_values(table, known, cursor):
        yield f"{table}.{name} takes no {value!r} any more ({rule})."


def _refused_values(
    table: str, known: dict[str, Column], cursor: "CursorWrapper"
) -> Iterator[tuple[str, str | int, str]]:
    """Column, value, and the rule upon that one column which refuses it."""
    cursor.execute(
        "SELECT conname::text, attname::text, pg_get_expr(conbin, conrelid) FROM pg_constraint"
        " JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]"
        " WHERE conrelid = to_regclass(%s) AND contype = 'c' AND cardinality(conkey) = 1",
        [table],
    )
    for rule, name, expression in cursor.fetchall():
        for value in list(known[name].choices) if name in known else []:
            cursor.execute(f'SELECT {expression} FROM (SELECT %s::{known[name].type}) AS row("{name}")', [value])  # noqa: S608
            if cursor.fetchone() == (False,):
                yield name, value, rule


def _insert(table: str, known: dict[str, Column], cursor: "CursorWrapper") -> Iterator[str]:
    """Rows that are there, inserted as the code before would: the database fills in what it does not know."""
    from django.db import IntegrityError, transaction

    names = ", ".join(f'"{name}"' for name, column in known.items() if column.written)
    try:
        with transaction.atomic(using=cursor.db.alias):
            cursor.execute(f'CREATE TEMPORARY TABLE rollout (LIKE "{table}" INCLUDING ALL EXCLUDING INDEXES)')
            cursor.execute(f'INSERT INTO rollout ({names}) SELECT {names} FROM "{table}" LIMIT 100')  # noqa: S608
            cursor.execute("DROP TABLE rollout")
    except IntegrityError as error:
        yield f"{table} refuses what was inserted before: {str(error).splitlines()[0]}"


def main() -> int:
    environment.prepare()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "payshift.settings")
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    git = ("git", "describe", "--always", "--tags")
    told = subprocess.run(git, cwd=BASE_DIR, capture_output=True, text=True, check=True)  # noqa: S603
    with connection.cursor() as cursor:
        made = release(told.stdout.strip(), cursor)
    RECORD.write_text(made.model_dump_json(indent=1, exclude_defaults=True) + "\n")
    say(f"Wrote what {made.revision} needs of {len(made.tables)} tables to {RECORD.relative_to(BASE_DIR)}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
