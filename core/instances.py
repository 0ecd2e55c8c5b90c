"""What writes look up and lock: models by statements that are written once.

Django writes a query's SQL anew each time, which costs more than the query. Here a function says once which rows they
are, with placeholders for what each write brings (`core.listings.Bound`), and PostgreSQL keeps the plan as well:

    @instances("job_id")
    def _lock_job(given: Given) -> models.QuerySet[Job]:
        return Job.objects.planned().select_for_update(no_key=True, of=("self",)).filter(pk=given["job_id"])

    job = _lock_job.one(job_id=7)

They are the models that the queryset itself would give: with its annotations, with what it defers, and with the related
objects that it joins. For values without a model there is `core.listings.Prepared`. `insert` and `update` write one
model back in the same way.
"""

from collections.abc import Callable, Sequence
from functools import cache, cached_property
from typing import Any, cast
from weakref import ref

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models.fetch_modes import FetchMode
from django.db.models.query import get_related_populators
from django.db.transaction import TransactionManagementError

from core.cache.coherence import UnannouncedWrite, begin_instances, declaration_of, written_columns
from core.errors import NotFound
from core.listings import Bound, Given, Statement, TextCursor, prepared, refuse_too_wide, written
from core.replica import lagging_alias
from core.rows import Row


class Written[M: models.Model]:
    """The statement of a queryset, and what makes models of its rows."""

    def __init__(self, queryset: models.QuerySet[M, M]) -> None:
        compiler = queryset.query.get_compiler(using=DEFAULT_DB_ALIAS)
        self.statement: Statement = written(compiler).with_constants()
        self.locks = "FOR NO KEY UPDATE" in self.statement.sql
        self._model: type[M] = queryset.model
        self._fetch_mode: FetchMode = queryset._fetch_mode  # type: ignore[attr-defined]
        self._info, self._select = compiler.klass_info, compiler.select
        places: list[int] = compiler.klass_info["select_fields"]
        self._fields = slice(places[0], places[-1] + 1)
        self._names = [column.target.attname for column, *_ in compiler.select[self._fields]]
        self._annotations = tuple((compiler.annotation_col_map or {}).items())

    def models(self, rows: list[Row]) -> list[M]:
        alias = lagging_alias() or DEFAULT_DB_ALIAS
        found = [
            self._model.from_db(alias, self._names, row[self._fields], fetch_mode=self._fetch_mode) for row in rows
        ]
        for joined in get_related_populators(self._info, self._select, alias, self._fetch_mode):
            for one, row in zip(found, rows, strict=True):
                joined.populate(row, one)
        if self._fetch_mode.track_peers:
            peers = [ref(one) for one in found]
            for one in found:
                one._state.peers = peers  # type: ignore[assignment]  # of the same model
        for name, place in self._annotations:
            for one, row in zip(found, rows, strict=True):
                setattr(one, name, row[place])
        return found


class Instances[M: models.Model]:
    """Models by one statement, written when it is first asked for: Django's models are not loaded before."""

    def __init__(self, select: Callable[[Given], models.QuerySet[M, M]], given: tuple[str, ...]) -> None:
        self._select = select
        self._given = given

    def write(self) -> Written[M]:
        return Written(self._select({name: Bound(name) for name in self._given}))

    written = cached_property(write)

    def all(self, **given: Any) -> list[M]:
        """One query. Raises `TransactionManagementError` where it locks outside a transaction."""
        if self.written.locks and not connections[DEFAULT_DB_ALIAS].in_atomic_block:
            raise TransactionManagementError("Rows are locked inside a transaction.")
        return self.written.models(self.written.statement.fetched(given, TextCursor))

    def one(self, **given: Any) -> M:
        """The first. Raises `NotFound` where there is none."""
        if found := self.all(**given):
            return found[0]
        raise NotFound


def instances[M: models.Model](
    *given: str,
) -> Callable[[Callable[[Given], models.QuerySet[M, M]]], Instances[M]]:
    """Above a function that says which rows; `given` names the values that each write brings to it."""
    return lambda select: Instances(select, given)


def insert(*instances: models.Model) -> None:
    """New rows of one model, in one query: few, since each number of them is a statement of its own.

    As `instance.save(force_insert=True)` with a key that the database gives; every other field has a value here.
    """
    for instance, (key,) in zip(instances, _inserted(instances), strict=True):
        _is_at(instance, key)


def insert_unless_there(instance: models.Model) -> bool:
    """As `insert` of one; False, and nothing is written, where a unique constraint has such a row already.

    It may be another transaction's, which has committed meanwhile: a look-up now finds it.
    """
    keys = _inserted([instance], " ON CONFLICT DO NOTHING")
    for (key,) in keys:
        _is_at(instance, key)
    return bool(keys)


def _inserted(instances: Sequence[models.Model], conflict: str = "") -> list[Row]:
    """The keys of the new rows."""
    model = type(instances[0])
    begin_instances(instances, using=DEFAULT_DB_ALIAS)
    values = [value for instance in instances for value in _values_of(instance)]
    with prepared() as cursor:
        cursor.execute(_insert_into(model, len(instances), conflict), values)
        keys: list[Row] = cursor.fetchall()
        return keys


def _is_at(instance: models.Model, key: Any) -> None:
    instance.pk = key
    instance._state.adding, instance._state.db = False, DEFAULT_DB_ALIAS


def insert_with(instance: models.Model, along: models.Model, *, link: str) -> None:
    """As `insert(instance)`, and a new row of another model that names it in its field `link`. One query.

    Nobody needs the key of the other row.
    """
    begin_instances([instance], using=DEFAULT_DB_ALIAS)
    begin_instances([along], using=DEFAULT_DB_ALIAS)
    others = [_value_of(field, along, add=True) for field in _own_fields(type(along)) if field.name != link]
    with prepared() as cursor:
        cursor.execute(_insert_both(type(instance), type(along), link), [*_values_of(instance), *others])
        ((key,),) = cursor.fetchall()
        _is_at(instance, key)


def update(instance: models.Model, *names: str, along: models.Model | None = None) -> None:
    """As `instance.save(update_fields=names)`; without names, all columns. One query.

    `along`: a new row of another model that goes with it, of which nobody needs the key.

    Raises `UnannouncedWrite` for a field that moves the row to another person or job: what it leaves must be looked up.
    """
    model, declaration = type(instance), declaration_of(type(instance))
    names = names or tuple(field.attname for field in _own_fields(model))
    if declaration is not None and declaration.moved_by(written_columns(model, names)):
        raise UnannouncedWrite(f"Save the {model._meta.verbose_name}: {', '.join(names)} may move it.")
    begin_instances([instance], using=DEFAULT_DB_ALIAS, fields=names)
    values = [_value_of(model._meta.get_field(name), instance, add=False) for name in names]
    statement = _update_of(model, names)
    if along is not None:
        begin_instances([along], using=DEFAULT_DB_ALIAS)
        statement = f"WITH along AS ({_insert_into(type(along), 1)}) {statement}"
        values = [*_values_of(along), *values]
    with prepared() as cursor:
        cursor.execute(statement, [*values, instance.pk])
        if not cursor.rowcount:
            message = f"There is no {model._meta.verbose_name} {instance.pk}."
            raise model.NotUpdated(message)  # type: ignore[attr-defined]  # not in the stubs


def _values_of(instance: models.Model) -> list[Any]:
    return [_value_of(field, instance, add=True) for field in _own_fields(type(instance))]


def _value_of(field: Any, instance: models.Model, *, add: bool) -> Any:
    """Raises `OverflowError` for an integer wider than its field (see `core.listings.written`)."""
    value = field.get_db_prep_save(field.pre_save(instance, add), connections[DEFAULT_DB_ALIAS])
    refuse_too_wide(value)
    return value


@cache
def _own_fields(model: type[models.Model]) -> Sequence[Any]:
    """Those that a write gives."""
    return [field for field in model._meta.local_concrete_fields if not field.generated and not field.primary_key]


@cache
def _insert_into(model: type[models.Model], number: int, conflict: str = "") -> str:
    columns = ", ".join(f'"{field.column}"' for field in _own_fields(model))
    row = f"({', '.join('%s' for _ in _own_fields(model))})"
    rows, table = ", ".join([row] * number), model._meta.db_table
    inserted = f'INSERT INTO "{table}" ({columns}) VALUES {rows}'  # noqa: S608  (names of models)
    return f"{inserted}{conflict} RETURNING {_key_of(model)}"


@cache
def _insert_both(model: type[models.Model], other: type[models.Model], link: str) -> str:
    fields = _own_fields(other)
    columns = ", ".join(f'"{field.column}"' for field in fields)
    # Of a value that stands in a SELECT PostgreSQL does not ask for which column it is. Without the length: a text that
    # is too long is refused, and not cut.
    values = ", ".join(
        _key_of(model) if field.name == link else f"%s::{field.db_type(connections[DEFAULT_DB_ALIAS]).split('(')[0]}"
        for field in fields
    )
    new, table = _insert_into(model, 1), other._meta.db_table
    along = f'INSERT INTO "{table}" ({columns}) SELECT {values} FROM new'  # noqa: S608  (names of models)
    return f"WITH new AS ({new}), along AS ({along}) SELECT {_key_of(model)} FROM new"  # noqa: S608


@cache
def _update_of(model: type[models.Model], names: tuple[str, ...]) -> str:
    columns = ", ".join(f'"{column_of(model, name)}" = %s' for name in names)
    return f'UPDATE "{model._meta.db_table}" SET {columns} WHERE {_key_of(model)} = %s'  # noqa: S608  (names of models)


def _key_of(model: type[models.Model]) -> str:
    return f'"{model._meta.pk.column}"'


def column_of(model: type[models.Model], name: str) -> str:
    """The column of the field with this name."""
    return str(cast("models.Field[Any, Any]", model._meta.get_field(name)).column)
