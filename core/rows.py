"""From a row of a query to what a schema shows of it, without a model or a schema object in between.

A schema says once which fields an answer has. Here it also says which columns to read: a field is the column of its
name, a schema inside it is a relation, and `From` names other columns and what makes the field of them. Building 20
models and validating them again costs more than the query that reads them.

What a rule says of a thing at this moment is `Told`: the rule gets an object that has of the row what rules read, a
dataclass whose fields are columns and whose dataclasses are relations, named as the model's own.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from inspect import signature
from operator import itemgetter
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from core.actor import Actor

type Row = Sequence[Any]
type Getter = Callable[[Row], Any]


@dataclass(frozen=True, slots=True)
class Viewing:
    """Who looks, and when: one moment for all of an answer."""

    actor: Actor
    now: datetime


type Tell = Callable[[Any, Viewing], Any]


class From:
    """Marks a field with the columns that it is made of, named from the schema's own model.

    `reviews_count: Annotated[int, From("profile__reviews_count")]`,
    `name: Annotated[str, From("first_name", "last_name", by=full_name)]`

    A schema inside is the relation that it names, `job: Annotated[JobOut, From("application__job")]`; a list of schemas
    the objects that the query made as JSON.
    """

    def __init__(self, *columns: str, by: Callable[..., Any] | None = None) -> None:
        if by is None and len(columns) != 1:
            raise TypeError("A field of several columns needs what makes one value of them.")
        self.columns = columns
        self.by = by


class Told:
    """Marks a field with the rule that tells it, which is given `actor` and `now` where it takes them.

    `may_approve: Annotated[bool, Told(facts.may_approve)]`
    """

    def __init__(self, rule: Callable[..., Any]) -> None:
        takes = signature(rule).parameters.keys()
        self.tell: Tell
        if {"actor", "now"} <= takes:
            self.tell = lambda thing, viewing: rule(thing, actor=viewing.actor, now=viewing.now)
        elif "actor" in takes:
            self.tell = lambda thing, viewing: rule(thing, actor=viewing.actor)
        elif "now" in takes:
            self.tell = lambda thing, viewing: rule(thing, now=viewing.now)
        else:
            self.tell = lambda thing, viewing: rule(thing)


@dataclass(frozen=True, slots=True)
class RowReader:
    """The columns that a schema shows, for `values_list`, and what makes its JSON object of their values."""

    columns: tuple[str, ...]
    getters: tuple[tuple[str, Getter], ...]
    told: tuple[tuple[str, Tell], ...]
    thing: Getter

    def read(self, row: Row, viewing: Viewing | None = None) -> dict[str, Any]:
        """`viewing`: for a schema of which rules tell something."""
        shown = {name: get(row) for name, get in self.getters}
        if not self.told:
            return shown
        if viewing is None:
            raise TypeError("What rules tell depends on who looks, and when.")
        thing = self.thing(row)
        for name, tell in self.told:
            shown[name] = tell(thing, viewing)
        return shown


def reader_of(schema: type[BaseModel], *, leave: Collection[str] = (), thing: type | None = None) -> RowReader:
    """Raises `TypeError` for a schema with a field that no row can fill.

    `leave`: fields that somebody else fills. `thing`: the dataclass that the schema's rules are given.
    """
    told = tuple(
        (name, mark.tell) for name, field in schema.model_fields.items() for mark in field.metadata if _is_told(mark)
    )
    if told and thing is None:
        raise TypeError(f"{schema.__name__} is told of a thing.")
    columns: dict[str, int] = {}
    getters = _getters(schema, "", columns, {*leave, *(name for name, _ in told)})
    made = _nothing if thing is None else _thing(thing, "", columns)
    return RowReader(tuple(columns), getters, told, made)


def _is_told(mark: object) -> bool:
    return isinstance(mark, Told)


def _thing(kind: type, prefix: str, columns: dict[str, int]) -> Getter:
    """What makes an object of this dataclass of a row."""
    parts = [
        _thing(field.type, f"{prefix}{field.name}__", columns)
        if isinstance(field.type, type) and is_dataclass(field.type)
        else itemgetter(columns.setdefault(prefix + field.name, len(columns)))
        for field in fields(kind)
    ]
    return lambda row: kind(*[part(row) for part in parts])


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

    if any(_is_told(mark) for mark in field.metadata):
        raise TypeError(f"{schema.__name__}.{name} is told of a thing, not of a relation of it.")
    source = next((mark for mark in field.metadata if isinstance(mark, From)), None)
    kinds = [kind for kind in get_args(field.annotation) or [field.annotation] if kind is not type(None)]
    nested = [kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)]
    is_list = get_origin(field.annotation) is list
    if source is not None and (source.by is not None or not nested):
        return _made(source.by, [column(path) for path in source.columns])
    if source is not None and is_list:
        return _made(objects_of(nested[0]), [column(source.columns[0])])
    if get_origin(field.annotation) is Literal and len(kinds) == 1:
        # The same in every row.
        constant = kinds[0]
        return lambda row: constant
    if not nested:
        return itemgetter(column(name))
    if is_list or len(kinds) > 1:
        raise TypeError(f"{schema.__name__}.{name} is more than one row can fill.")
    relation = name if source is None else source.columns[0]
    # A relation that is not there is told by its foreign key.
    foreign_key = column(relation) if len(get_args(field.annotation)) > 1 else None
    return _nested(_getters(nested[0], f"{prefix}{relation}__", columns), foreign_key)


def objects_of(schema: type[BaseModel]) -> Callable[[Sequence[dict[str, Any]]], list[dict[str, Any]]]:
    """What makes JSON that a query made into a schema's objects: PostgreSQL has an order of its own, and no moments."""
    getters = [
        (name, _moment if datetime in {field.annotation, *get_args(field.annotation)} else _as_it_is)
        for name, field in schema.model_fields.items()
    ]
    return lambda objects: [{name: get(each[name]) for name, get in getters} for each in objects]


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _as_it_is(value: Any) -> Any:
    return value


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
