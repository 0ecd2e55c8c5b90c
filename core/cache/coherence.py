"""Who invalidates what: models declare their entities, signals and the QuerySet class announce each write.

R2 rests on two facts kept here: a write of a cached model runs in a transaction, and its begin reaches Redis before
its SQL reaches PostgreSQL. When Redis cannot be reached, a job that commits with the write invalidates later (R3).
"""

import secrets
import string
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from django.core.exceptions import FieldDoesNotExist
from django.db import DEFAULT_DB_ALIAS, connections, models, transaction
from django.db.models.signals import pre_delete, pre_save
from psycopg.pq import TransactionStatus

from core.cache.store import store
from core.metrics import CACHE_UNANNOUNCED


class WriteOutsideTransaction(RuntimeError):
    """A cached model was written in autocommit mode: there would be no moment between its SQL and its commit."""


class UnannouncedWrite(RuntimeError):
    """A cached model was written in a way that does not tell which entities change."""


# The columns that a write sets; None: all.
type Written = frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Part:
    """An entity that only writes of some columns change, or only some of the rows that are added.

    `pattern` names it by columns, e.g. `title-of-job:{id}`. `fields`: what is shown of it; none: every column.
    `new`: whether a row changes it by being added; without it, each does.
    """

    pattern: str
    fields: tuple[str, ...] = ()
    new: Callable[[Any], bool] | None = None

    def changed_by(self, written: Written) -> bool:
        """A row that moves from one entity to another changes both, whatever is shown of it."""
        return written is None or not self.fields or not written.isdisjoint((*self.fields, *columns_of(self.pattern)))

    def changed_by_adding(self, row: models.Model) -> bool:
        return self.new is None or self.new(row)


class Declaration:
    """The entities of one model. Raises `FieldDoesNotExist` for a column that the model lacks."""

    def __init__(self, model: type[models.Model], parts: Iterable[Part]) -> None:
        fields = {field.attname: field for field in model._meta.fields}
        self.parts = tuple(parts)
        naming = {column for part in self.parts for column in columns_of(part.pattern)}
        if unknown := naming.union(*(part.fields for part in self.parts)) - fields.keys():
            raise FieldDoesNotExist(f"{model._meta.label} has no column {', '.join(sorted(unknown))}.")
        # What names the entities, and what of it a write can change, so that a row moves.
        self.columns = tuple(sorted(naming))
        self.moving = frozenset(column for column in naming if not fields[column].primary_key)

    def changed_in(self, row: Mapping[str, Any], written: Written) -> set[str]:
        """The entities that a write of these columns of the row changes."""
        return named((part for part in self.parts if part.changed_by(written)), row)

    def changed_of(self, instance: models.Model, written: Written) -> set[str]:
        """The same of a row in memory. A new one has no primary key yet: nothing shows it under a name of its own."""
        row = {column: getattr(instance, column) for column in self.columns}
        if instance.pk is None:
            return named((part for part in self.parts if part.changed_by_adding(instance)), row)
        return self.changed_in(row, written)

    def moved_by(self, written: Written) -> bool:
        """Whether such a write can make a row change its entities."""
        return bool(self.moving) if written is None else not written.isdisjoint(self.moving)


def named(parts: Iterable[Part], row: Mapping[str, Any]) -> set[str]:
    """A pattern whose column is NULL names nothing."""
    return {
        part.pattern.format_map(row)
        for part in parts
        if all(row[column] is not None for column in columns_of(part.pattern))
    }


@cache
def columns_of(pattern: str) -> tuple[str, ...]:
    return tuple(name for _, name, _, _ in string.Formatter().parse(pattern) if name)


def attribute_of(model: type[models.Model], name: str) -> str:
    """The column of a field, which may go by its own or by its column's name, as in Django."""
    return cast(models.Field[Any, Any], model._meta.get_field(name)).attname


def written_columns(model: type[models.Model], fields: Iterable[str] | None) -> Written:
    """The columns of these fields; None: all."""
    return None if fields is None else frozenset(attribute_of(model, name) for name in fields)


_declarations: dict[type[models.Model], Declaration] = {}


def shown_as(model: type[models.Model], *entities: str | Part) -> None:
    """Declare which entities change when a row of `model` does; called once per model from AppConfig.ready().

    A pattern alone, e.g. `job:{job_id}`, is changed by every write of a row. Raises `FieldDoesNotExist`.
    """
    parts = (Part(entity) if isinstance(entity, str) else entity for entity in entities)
    _declarations[model] = Declaration(model, parts)
    # `job.shifts.add(shift)` writes through it: it must be of the QuerySet class that announces writes.
    model._meta.base_manager = model._default_manager
    pre_save.connect(_before_save, sender=model, dispatch_uid=f"cache:{model._meta.label}")
    pre_delete.connect(_before_delete, sender=model, dispatch_uid=f"cache:{model._meta.label}")


def declaration_of(model: type[models.Model]) -> Declaration | None:
    return _declarations.get(model)


def _before_save(
    sender: type[models.Model], instance: models.Model, using: str, update_fields: frozenset[str] | None, **kwargs: Any
) -> None:
    there = sender._base_manager.using(using).filter(pk=instance.pk) if not instance._state.adding else None
    begin_instances([instance], using=using, fields=update_fields, there=there)


def _before_delete(sender: type[models.Model], instance: models.Model, using: str, **kwargs: Any) -> None:
    begin_instances([instance], using=using)


def begin_instances(
    instances: Iterable[models.Model],
    *,
    using: str,
    fields: Collection[str] | None = None,
    there: models.QuerySet[Any] | None = None,
) -> None:
    """Announce a write of these fields (None: all) of rows of one model in memory, as they will be.

    `there`: the rows as they are, where they are already. They are looked up if the write may move them: what a row
    leaves changes too.
    """
    rows = list(instances)
    declaration = _declarations.get(type(rows[0])) if rows else None
    if declaration is None:
        return
    written = written_columns(type(rows[0]), fields)
    if there is not None and declaration.moved_by(written):
        begin_rows(there, using=using, written=written)
    begin_write(set().union(*(declaration.changed_of(row, written) for row in rows)), using=using)


def begin_update(rows: models.QuerySet[Any], values: Mapping[str, Any], *, using: str) -> list[Any]:
    """Announce an update of rows that are not in memory; returns their keys. One query.

    Raises `UnannouncedWrite` where only the database knows to whom a row moves.
    """
    becoming = {attribute_of(rows.model, name): getattr(value, "pk", value) for name, value in values.items()}
    moved = {column: value for column, value in becoming.items() if column in _declarations[rows.model].columns}
    if any(hasattr(value, "resolve_expression") for value in moved.values()):
        raise UnannouncedWrite(f"Set {', '.join(moved)} of {rows.model._meta.label} to a value, not an expression.")
    return begin_rows(rows, using=using, written=frozenset(becoming), moved=moved)


def begin_rows(
    rows: models.QuerySet[Any], *, using: str, written: Written, moved: Mapping[str, Any] | None = None
) -> list[Any]:
    """Announce a write of these columns of rows that are not in memory; returns their keys. One query.

    `moved`: new values of columns that name entities. A row that moves from one person or job to another changes what
    both show.
    """
    declaration = _declarations[rows.model]
    found = list(rows.order_by().values("pk", *declaration.columns))
    changed = found + [{**row, **moved} for row in found] if moved else found
    begin_write(set().union(*(declaration.changed_in(row, written) for row in changed)), using=using)
    return [row["pk"] for row in found]


class OpenWriter:
    """The end of a write, as the transaction's on_commit callback.

    It is found again through the connection's own list of callbacks, which Django clears on rollback and cuts on a
    rollback to a savepoint: the list is the one true record of what will run at commit.
    """

    def __init__(self) -> None:
        self.id = secrets.token_hex(8)
        # All that it writes, what of it Redis knows, and what will be announced along with the next of it.
        self.entities: set[str] = set()
        self.begun: set[str] = set()
        self.expected: set[str] = set()
        # What is told along with its end, in order and each once, on a channel of `core.hints`.
        self.channel = ""
        self.messages: dict[str, None] = {}

    def __call__(self) -> None:
        # Unreachable now: begin has invalidated, and the writer's deadline keeps fills away until it is over.
        if self.entities or self.messages:
            store.end(self.id, sorted(self.entities), channel=self.channel, messages=self.messages)


def begin_write(entities: Iterable[str], *, using: str = DEFAULT_DB_ALIAS) -> None:
    """Announce a write of these entities, before its SQL; their end is announced after commit.

    Raises `WriteOutsideTransaction` in autocommit mode. Costs one Redis round trip per set of new entities. A writer
    whose transaction rolls back stays open until its deadline: fills are refused meanwhile, reads go to the database.
    """
    wanted = set(entities)
    if not wanted:
        return
    connection = connections[using]
    if not connection.in_atomic_block:
        raise WriteOutsideTransaction(f"Wrap the write of {', '.join(sorted(wanted))} in transaction.atomic().")
    writer = _writer_of(connection)
    new = wanted - writer.begun
    if not new:
        return
    new |= writer.expected
    writer.expected.clear()
    writer.entities |= new
    _begin_transaction(connection)
    if store.begin(writer.id, sorted(new)):
        writer.begun |= new
        return
    # It is deferred again at each write of the same entity: a rollback to a savepoint takes the job along.
    from core.tasks import invalidate_entities

    CACHE_UNANNOUNCED.inc()
    invalidate_entities.defer(entities=sorted(new))


def expect_write(entities: Iterable[str], *, using: str = DEFAULT_DB_ALIAS) -> None:
    """What the caller's transaction writes after something else: announced along with that, in one round trip.

    Nothing is announced by this alone: a transaction that is refused before it writes voids no entry.
    """
    writer = _writer_of(connections[using])
    writer.expected |= set(entities) - writer.begun


def _writer_of(connection: Any) -> OpenWriter:
    """The transaction's."""
    for _, callback, _ in connection.run_on_commit:
        if isinstance(callback, OpenWriter):
            return callback
    writer = OpenWriter()
    transaction.on_commit(writer, using=connection.alias)
    return writer


def _begin_transaction(connection: Any) -> None:
    """Let `transaction_timeout` run before the writer's deadline does: psycopg sends BEGIN with the first statement.

    A process that sleeps between the two could otherwise commit after its deadline.
    """
    if connection.connection is None or connection.connection.info.transaction_status == TransactionStatus.IDLE:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
