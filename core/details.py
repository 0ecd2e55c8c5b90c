"""One thing of the API from rows to bytes, with the lists inside it; see `core.listings`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from pydantic import BaseModel
from pydantic_core import to_json

from core.listings import Given, Prepared
from core.rows import RowReader, Viewing, reader_of

type Select = Callable[[Given], models.QuerySet[Any, Any]]


@dataclass(frozen=True, slots=True)
class Inside:
    """A list inside a thing: the schema of its items, and which rows it shows, in which order."""

    schema: type[BaseModel]
    select: Select


@dataclass(frozen=True, slots=True)
class Detailed:
    """What is shown, and the values of the columns that were asked for besides."""

    shown: dict[str, Any]
    besides: tuple[Any, ...]

    def to_json(self) -> bytes:
        return to_json(self.shown)


class Detail:
    """One thing: its schema, which row it is, and what is listed inside it; a query for it and one for each list.

    `given` names the values that each request brings. `besides` are columns that are read but not shown.
    `thing`: the dataclass that the schema's rules are given (`core.rows`).
    """

    def __init__(
        self,
        schema: type[BaseModel],
        select: Select,
        *,
        given: Sequence[str],
        inside: Mapping[str, Inside] | None = None,
        besides: Sequence[str] = (),
        thing: type | None = None,
    ) -> None:
        self._inside = {name: Part(given, reader_of(part.schema), part.select) for name, part in (inside or {}).items()}
        self._outer = Part(given, reader_of(schema, leave=self._inside.keys(), thing=thing), select, besides)

    def read(self, viewing: Viewing | None = None, /, **given: Any) -> Detailed | None:
        """None where there is no such row. `viewing`: for a schema of which rules tell something."""
        rows = self._outer.rows(**given)
        if not rows:
            return None
        shown = self._outer.reader.read(rows[0], viewing)
        for name, part in self._inside.items():
            shown[name] = part.read(viewing, **given)
        return Detailed(shown, tuple(rows[0][place] for place in self._outer.besides))


class Part(Prepared):
    """Some rows, and what a schema shows of them."""

    def __init__(self, given: Sequence[str], reader: RowReader, select: Select, besides: Sequence[str] = ()) -> None:
        columns = tuple(dict.fromkeys([*reader.columns, *besides]))
        super().__init__(select, columns, given=given)
        self.reader = reader
        self.besides = [columns.index(column) for column in besides]

    def read(self, viewing: Viewing | None = None, /, **given: Any) -> list[dict[str, Any]]:
        return [self.reader.read(row, viewing) for row in self.rows(**given)]
