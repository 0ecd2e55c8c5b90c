"""Keyset pagination: a page starts after the last row of the one before, so page 1,000 costs what page 1 costs.

A cursor is opaque: the order key of the last row, signed together with the listing and its order, so that a cursor of
one list is refused by every other. Order keys must not be null, and the last must be unique (the id).
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from hmac import compare_digest
from typing import Annotated, Any

from django.db import models
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan
from django.utils.crypto import salted_hmac
from ninja import Field

from core.errors import InvalidCursor
from core.schemas import Out, QueryIn

DEFAULT_LIMIT = 20
MAX_LIMIT = 100
MAX_CURSOR_LENGTH = 512
SIGNATURE_BYTES = 12


class PageQuery(QueryIn):
    """Query parameters of every list: `page: Query[PageQuery]`."""

    cursor: str | None = None
    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT


@dataclass(frozen=True, slots=True)
class Page[T]:
    items: list[T]
    next_cursor: str | None


class PageOut[Item](Out):
    items: list[Item]
    next_cursor: str | None


class Keyset:
    """The order of one listing of a model: where a page starts, and the cursor that says so.

    `listing` tells apart two lists of one model in one order. `order` is like `("-created_at", "-id")`.
    """

    def __init__(self, model: type[models.Model], listing: str, order: Sequence[str]) -> None:
        self.order = tuple(order)
        self.names = tuple(key.removeprefix("-") for key in order)
        self._binding = json.dumps([model._meta.label_lower, listing, *order])

    def keys_of(self, cursor: str | None, *, owner: int | None = None) -> list[Any] | None:
        """The order key of the row before the page; None for the first page.

        Raises `InvalidCursor` (422) for a cursor of another listing, or of another owner's.
        """
        return None if cursor is None else _decode(cursor, f"{self._binding}{owner or ''}", len(self.names))

    def cursor_of(self, keys: Sequence[Any], *, owner: int | None = None) -> str:
        return _encode(keys, f"{self._binding}{owner or ''}")

    def select[M: models.Model, Row](
        self,
        queryset: models.QuerySet[M, Row],
        *,
        after: Sequence[Any] | None,
        limit: int,
        branches: Sequence[models.Q] = (),
    ) -> models.QuerySet[M, Row]:
        """The page's rows and one more, which tells that there is another page.

        `branches` are alternatives, each with an index in this order: a page is read from each and the best of them
        shown, where OR would read everything of both or walk past everybody else's rows.
        """
        if after is not None:
            queryset = queryset.filter(_after(self.order, self.names, after))
        if branches:
            pages = [queryset.filter(branch).order_by(*self.order).values("pk")[: limit + 1] for branch in branches]
            queryset = queryset.filter(pk__in=pages[0].union(*pages[1:], all=True))
        return queryset.order_by(*self.order)[: limit + 1]


def paginate[M: models.Model, Row](
    queryset: models.QuerySet[M, Row],
    *,
    order: Sequence[str],
    page: PageQuery,
    listing: str = "",
    branches: Sequence[models.Q] = (),
) -> Page[Row]:
    """One page of `queryset` in one query; see `Keyset`. Raises `InvalidCursor` (422)."""
    keyset = Keyset(queryset.model, listing, order)
    selected = keyset.select(queryset, after=keyset.keys_of(page.cursor), limit=page.limit, branches=branches)
    rows = list(selected)
    items = rows[: page.limit]
    if len(rows) <= page.limit:
        return Page(items, None)
    return Page(items, keyset.cursor_of([_value_of(items[-1], name) for name in keyset.names]))


def _after(order: Sequence[str], names: Sequence[str], values: Sequence[Any]) -> models.Q | models.Expression:
    """The rows behind `values`.

    Where all keys run the same way it is one row comparison, `(created_at, id) < (…, …)`, which PostgreSQL serves from
    the composite index in one range; otherwise the usual alternatives behind a range on the first key.
    """
    descending = [name.startswith("-") for name in order]
    if len(set(descending)) == 1:
        comparison = TupleLessThan if descending[0] else TupleGreaterThan
        return comparison(Tuple(*map(models.F, names)), tuple(values))
    first = "lte" if descending[0] else "gte"
    alternatives = models.Q()
    for position, name in enumerate(names):
        equal = {names[earlier]: values[earlier] for earlier in range(position)}
        alternatives |= models.Q(**equal, **{f"{name}__{'lt' if descending[position] else 'gt'}": values[position]})
    return models.Q(**{f"{names[0]}__{first}": values[0]}) & alternatives


def _value_of(row: Any, name: str) -> Any:
    if isinstance(row, dict):
        return row[name]
    for part in name.split("__"):
        row = getattr(row, part)
    return row


def _pack(value: Any) -> Any:
    # datetime is a date too: it comes first. isoformat keeps the microseconds.
    match value:
        case datetime():
            return ["t", value.isoformat()]
        case date():
            return ["d", value.isoformat()]
        case Decimal():
            return ["n", str(value)]
        case int() | float() | str():
            return value
    raise TypeError(f"{type(value).__name__} cannot be a key of a listing's order.")


def _unpack(value: Any) -> Any:
    match value:
        case ["t", str(text)]:
            return datetime.fromisoformat(text)
        case ["d", str(text)]:
            return date.fromisoformat(text)
        case ["n", str(text)]:
            return Decimal(text)
    return value


def _signature(payload: bytes, binding: str) -> bytes:
    return salted_hmac(f"core.pagination:{binding}", payload, algorithm="sha256").digest()[:SIGNATURE_BYTES]


def _encode(values: Sequence[Any], binding: str) -> str:
    payload = json.dumps([_pack(value) for value in values], separators=(",", ":")).encode()
    return urlsafe_b64encode(_signature(payload, binding) + payload).rstrip(b"=").decode()


def _decode(cursor: str, binding: str, length: int) -> list[Any]:
    if len(cursor) > MAX_CURSOR_LENGTH:
        raise InvalidCursor
    try:
        raw = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
    except ValueError:
        raise InvalidCursor from None
    signature, payload = raw[:SIGNATURE_BYTES], raw[SIGNATURE_BYTES:]
    if not compare_digest(signature, _signature(payload, binding)):
        raise InvalidCursor
    # Ours by its signature, so from here on it is well formed.
    values = json.loads(payload)
    if len(values) != length:
        raise InvalidCursor
    return [_unpack(value) for value in values]
