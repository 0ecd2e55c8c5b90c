"""Lists of the API from rows to bytes: one query, no models, and SQL that is written once.

Django writes the text of a statement anew for every request, and PostgreSQL plans it anew; for a page of 20 rows both
cost more than reading them. A `Listing` has its queryset made once, with placeholders, for each combination of filters;
it keeps the SQL and binds the values of each request, and PostgreSQL keeps the plan with the connection.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from functools import cached_property, lru_cache
from typing import Any

import psycopg
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.backends.utils import CursorWrapper
from django.db.models import Expression, F, Func, Value
from django.http import HttpResponse
from psycopg.sql import Literal
from psycopg.types.numeric import Int4
from pydantic import BaseModel
from pydantic_core import to_json

from core.pagination import Keyset, PageQuery
from core.replica import lagging_alias
from core.rows import Row, Viewing, reader_of

# One for each combination of filters, page size, and first or later page; psycopg keeps 100 per connection prepared.
MAX_STATEMENTS = 512

type Given = Mapping[str, Any]


class Planned(Enum):
    """How often a list's statement is written and planned.

    BY_VALUES: the text is kept, its plan is made for the values of each request: for filters whose best plan depends
    on them, such as a word that may be rare. ANEW: the text too, for what `select` can only make of real things.
    """

    ONCE = auto()
    BY_VALUES = auto()
    ANEW = auto()


class Bound(Expression):
    """Stands in a queryset for a value that is bound later."""

    def __init__(self, name: str, output_field: models.Field[Any, Any] | None = None) -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        return "%s", (self,)


def among(column: str, values: Sequence[str] | Expression | models.Subquery | models.OuterRef) -> Expression:
    """The column is one of the values: as one array, so that their number does not change the SQL.

    `values` may be an expression that is an array.
    """
    listed = (
        values
        if isinstance(values, Expression | models.Subquery | models.OuterRef)
        else Value(list(values), ArrayField(models.TextField()))
    )
    return Func(
        F(column),
        listed,
        template="(%(expressions)s))",
        arg_joiner=" = ANY (",
        output_field=models.BooleanField(),
    )


def one_or_several(name: str, values: Sequence[str]) -> dict[str, Any]:
    """What a filter that may be repeated gives: one value alone keeps the plan that the index has for it."""
    if len(values) == 1:
        return {name: values[0]}
    return {f"{name}_among": list(values)} if values else {}


def where_one_or_several[Q: models.QuerySet[Any, Any]](rows: Q, name: str, given: Given) -> Q:
    """Of the rows, those that have what `one_or_several` gave of this column, if anything."""
    if name in given:
        return rows.filter(**{name: given[name]})
    if f"{name}_among" in given:
        return rows.filter(among(name, given[f"{name}_among"]))
    return rows


def json_response(body: bytes, *, status: int = 200) -> HttpResponse:
    """The answer as it is: Ninja would read it into its schema again."""
    return HttpResponse(body, status=status, content_type="application/json")


@dataclass(frozen=True, slots=True)
class Selection[M: models.Model]:
    """Which rows a list shows: what they must satisfy, and the alternatives of `Keyset.select`."""

    queryset: models.QuerySet[M, Any]
    branches: Sequence[models.Q] = ()


type Select[M: models.Model] = Callable[[Given], Selection[M]]


@dataclass(frozen=True, slots=True)
class ListedPage:
    """What a page shows, and for each row the values of the columns that were asked for besides."""

    items: list[dict[str, Any]]
    besides: list[tuple[Any, ...]]
    next_cursor: str | None

    def to_json(self, first: Mapping[str, Any] | None = None, **last: Any) -> bytes:
        """`first`, `last`: what the answer says besides the page, in the order of its schema."""
        return to_json({**(first or {}), "items": self.items, "next_cursor": self.next_cursor, **last})

    def response(self) -> HttpResponse:
        return json_response(self.to_json())


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL with its parameters in order: values, and `Bound` for those that each request brings. Empty: no rows."""

    sql: str
    parameters: tuple[Any, ...]
    finish: Callable[[list[Row]], list[Row]]

    def with_constants(self) -> "Statement":
        """Values that are the same in every request become part of the text, so that a plan made once for all can use
        a partial index. They come from the code, never from a caller.
        """
        parameters = iter(self.parameters)

        def written(place: re.Match[str]) -> str:
            if place[0] == "%%" or isinstance(value := next(parameters), Bound):
                return place[0]
            return Literal(value).as_string().replace("%", "%%")

        sql = re.sub("%%|%s", written, self.sql)
        return replace(self, sql=sql, parameters=tuple(part for part in self.parameters if isinstance(part, Bound)))

    def rows(self, given: Given, *, prepare: bool) -> list[Row]:
        return self.fetched(given, PreparingCursor if prepare else PlanningCursor)

    def fetched(self, given: Given, kind: "type[psycopg.Cursor[Row]]") -> list[Row]:
        if not self.sql:
            return []
        values = [given[part.name] if isinstance(part, Bound) else part for part in self.parameters]
        connection = connections[lagging_alias() or DEFAULT_DB_ALIAS]
        with wrapped(kind, connection) as cursor:
            cursor.execute(self.sql, values)
            return self.finish(cursor.fetchall())


def statement_of(queryset: models.QuerySet[Any, Any], columns: Sequence[str]) -> Statement:
    """The SQL that reads these columns of these rows. Raises `OverflowError` for an integer wider than its field."""
    return written(queryset.values_list(*columns).query.get_compiler(using=DEFAULT_DB_ALIAS))


def written(compiler: Any) -> Statement:
    """What Django's compiler of a query writes. Raises as `statement_of`."""
    try:
        sql, parameters = compiler.as_sql()
    except EmptyResultSet:
        # Filters that no row can satisfy.
        return Statement("", (), list)
    for value in parameters:
        refuse_too_wide(value)
    converters = compiler.get_converters([column[0] for column in compiler.select])

    def finish(rows: list[Row]) -> list[Row]:
        return list(compiler.apply_converters(rows, converters)) if converters else rows

    return Statement(sql, tuple(parameters), finish)


def refuse_too_wide(value: object) -> None:
    """Django says of each integer how wide it is, and a wider one would lose its upper half on the way."""
    if isinstance(value, Int4) and not -(2**31) <= value < 2**31:
        raise OverflowError(f"{value:d} needs a BigIntegerField.")


class PreparingCursor(psycopg.Cursor[Row]):
    """Its statements are planned once for all values, by `plan_cache_mode` of the session."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
        return super().execute(query, params, prepare=True, binary=True)


class PlanningCursor(psycopg.ClientCursor[Row]):
    """Its values are part of the text, which is planned for them."""


class TextCursor(psycopg.Cursor[Row]):
    """Prepares, and reads the text of values as Django's own cursors do: there are types that psycopg does not know in
    binary form.
    """

    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
        return super().execute(query, params, prepare=True)


def prepared() -> CursorWrapper:
    """For a statement that is a constant of the code, to the primary: PostgreSQL keeps its plan with the connection."""
    return wrapped(TextCursor, connections[DEFAULT_DB_ALIAS])


def wrapped(kind: type[psycopg.Cursor[Row]], connection: Any) -> CursorWrapper:
    """A cursor of psycopg's own kind, one of which leaves values to the server, in the wrapper where Django has queries
    counted. Where queries are logged it is the wrapper of Debug Toolbar and of Django's own log.
    """
    connection.ensure_connection()
    inner = kind(connection.connection)
    if not connection.queries_logged:
        return CursorWrapper(inner, connection)
    wrapper: CursorWrapper = connection.cursor()
    wrapper.cursor = inner
    return wrapper


class Prepared:
    """Rows by one statement, made when it is first asked for: Django's models are not loaded before.

    `given` names the values that each request brings to `select`.
    """

    def __init__(
        self, select: Callable[[Given], models.QuerySet[Any, Any]], columns: Sequence[str], *, given: Sequence[str]
    ) -> None:
        self._select = select
        self._columns = columns
        self._given = given

    @cached_property
    def statement(self) -> Statement:
        queryset = self._select({name: Bound(name) for name in self._given})
        return statement_of(queryset, self._columns).with_constants()

    def rows(self, **given: Any) -> list[Row]:
        return self.statement.rows(given, prepare=True)


class Listing[M: models.Model]:
    """One list of the API: the schema of an item, its order, and a name that tells its cursors from other lists'.

    `select` answers which rows are shown, from what a request gives: real values or, once per combination of those
    that are not None, placeholders. `besides` are columns that are read but not shown. `thing`: the dataclass that the
    schema's rules are given (`core.rows`).
    """

    def __init__(
        self,
        model: type[M],
        name: str,
        schema: type[BaseModel],
        select: Select[M],
        *,
        order: Sequence[str],
        besides: Sequence[str] = (),
        thing: type | None = None,
    ) -> None:
        self.keyset = Keyset(model, name, order)
        self.select = select
        self.reader = reader_of(schema, thing=thing)
        self.columns = tuple(dict.fromkeys([*self.reader.columns, *besides, *self.keyset.names]))
        self._besides = [self.columns.index(column) for column in besides]
        self._keys = [self.columns.index(column) for column in self.keyset.names]

    def page(
        self,
        given: Given,
        *,
        page: PageQuery,
        owner: int | None = None,
        planned: Planned = Planned.ONCE,
        viewing: Viewing | None = None,
    ) -> ListedPage:
        """One page, in one query. Raises `InvalidCursor` (422), also for a cursor of somebody else's list.

        `viewing`: for a schema of which rules tell something.
        """
        after = self.keyset.keys_of(page.cursor, owner=owner)
        values = {name: value for name, value in given.items() if value is not None}
        values |= {f"after_{place}": key for place, key in enumerate(after or ())}
        if planned is Planned.ANEW:
            statement = self.compile(values, page.limit)
        else:
            statement = _statement(self, frozenset(values), page.limit)
        rows = statement.rows(values, prepare=planned is Planned.ONCE)
        shown = rows[: page.limit]
        next_cursor = None
        if len(rows) > page.limit:
            next_cursor = self.keyset.cursor_of([shown[-1][place] for place in self._keys], owner=owner)
        return ListedPage(
            [self.reader.read(row, viewing) for row in shown],
            [tuple(row[place] for place in self._besides) for row in shown],
            next_cursor,
        )

    def compile(self, given: Given, limit: int) -> Statement:
        selection = self.select(given)
        after = [given[f"after_{place}"] for place in range(len(self._keys)) if f"after_{place}" in given]
        queryset = self.keyset.select(selection.queryset, after=after or None, limit=limit, branches=selection.branches)
        return statement_of(queryset, self.columns)


@lru_cache(maxsize=MAX_STATEMENTS)
def _statement(listing: Listing[Any], names: frozenset[str], limit: int) -> Statement:
    return listing.compile({name: Bound(name) for name in names}, limit).with_constants()
