"""From a row of a query to what a schema shows of it, without a model or a schema object in between.

A schema says once which fields an answer has. Here it also says which columns to read: a field is the column of its
name, a schema inside it is a relation, and `From` names other columns and what makes the field of them. Building 20
models and validating them again costs more than the query that reads them.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

type Row = Sequence[Any]
type Getter = Callable[[Row], Any]


class From:
    """Marks a field with the columns that it is made of, named from the schema's own model.

    `reviews_count: Annotated[int, From("profile__reviews_count")]`,
    `name: Annotated[str, From("first_name", "last_name", by=full_name)]`
    """

    def __init__(self, *columns: str, by: Callable[..., Any] | None = None) -> None:
        if by is None and len(columns) != 1:
            raise TypeError("A field of several columns needs what makes one value of them.")
        self.columns = columns
        self.by = by


@dataclass(frozen=True, slots=True)
class RowReader:
    """The columns that a schema shows, for `values_list`, and what makes its JSON object of their values."""

    columns: tuple[str, ...]
    getters: tuple[tuple[str, Getter], ...]

    def read(self, row: Row) -> dict[str, Any]:
        return {name: get(row) for name, get in self.getters}


def reader_of(schema: type[BaseModel], *, leave: Collection[str] = ()) -> RowReader:
    """Raises `TypeError` for a schema with a field that no row can fill. `leave`: fields that somebody else fills."""
    columns: dict[str, int] = {}
    getters = _getters(schema, "", columns, leave)
    return RowReader(tuple(columns), getters)


def _getters(
    schema: type[BaseModel], prefix: str, columns: dict[str, int], leave: Collection[str] = ()
) -> tuple[tuple[str, Getter], ...]:
    return tuple(
        (name, _nothing if name in leave else _getter(schema, name, field, prefix, columns))
        for name, field in schema.model_fields.items()
    )


def _nothing(row: Row) -> None:
    return None


def _getter(schema: type[BaseModel], name: str, field: FieldInfo, prefix: str, columns: dict[str, int]) -> Getter:
    def column(path: str) -> int:
        return columns.setdefault(prefix + path, len(columns))

    source = next((mark for mark in field.metadata if isinstance(mark, From)), None)
    if source is not None:
        return _made(source.by, [column(path) for path in source.columns])
    kinds = [kind for kind in get_args(field.annotation) or [field.annotation] if kind is not type(None)]
    if get_origin(field.annotation) is Literal and len(kinds) == 1:
        # The same in every row.
        constant = kinds[0]
        return lambda row: constant
    nested = [kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)]
    if not nested:
        return itemgetter(column(name))
    if get_origin(field.annotation) is list or len(kinds) > 1:
        raise TypeError(f"{schema.__name__}.{name} is more than one row can fill.")
    # A relation that is not there is told by its foreign key.
    foreign_key = column(name) if len(get_args(field.annotation)) > 1 else None
    return _nested(_getters(nested[0], f"{prefix}{name}__", columns), foreign_key)


def _made(by: Callable[..., Any] | None, places: Sequence[int]) -> Getter:
    pick = itemgetter(*places)
    if by is None:
        return pick
    if len(places) == 1:
        return lambda row: by(pick(row))
    return lambda row: by(*pick(row))


def _nested(getters: tuple[tuple[str, Getter], ...], foreign_key: int | None) -> Getter:
    if foreign_key is None:
        return lambda row: {name: get(row) for name, get in getters}
    return lambda row: None if row[foreign_key] is None else {name: get(row) for name, get in getters}
