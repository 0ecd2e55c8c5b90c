"""What a list may cost: it is sorted by what an index has in that order, and filtered among its newest rows.

Columns of few values have no index of their own: it would cost every write for what staff ask a few times a day. So a
filter walks along the list's own order, newest first, and stops after `MOST_WALKED` rows. What must be found however
old it is (what is open, one account's history) has an index, and its list says so: `served`.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib.admin import AllValuesFieldListFilter
from django.contrib.admin.options import IS_FACETS_VAR, IS_POPUP_VAR, TO_FIELD_VAR
from django.contrib.admin.views.main import ALL_VAR, ERROR_FLAG, ORDER_VAR, PAGE_VAR, SEARCH_VAR
from django.db.models import CharField, DateField, Index, Model, QuerySet, TextField, UniqueConstraint
from django.http import HttpRequest

MOST_WALKED = 50_000
NO_FILTERS = {IS_FACETS_VAR, IS_POPUP_VAR, TO_FIELD_VAR, ALL_VAR, ERROR_FLAG, ORDER_VAR, PAGE_VAR, SEARCH_VAR}


def sortable_fields(model: type[Model]) -> set[str]:
    """The key, what is unique, and times that lead an index of all rows: few rows share one of those."""
    meta = model._meta
    leading = {
        index.fields[0].lstrip("-")
        for index in meta.indexes
        if type(index) is Index and index.fields and not index.condition
    }
    leading |= {
        constraint.fields[0]
        for constraint in meta.constraints
        if isinstance(constraint, UniqueConstraint) and constraint.fields and constraint.condition is None
    }
    return {
        field.name
        for field in meta.fields
        if not field.is_relation
        and (
            field.primary_key
            or field.unique
            or (isinstance(field, DateField) and (getattr(field, "db_index", False) or field.name in leading))
        )
    }


def sortable(model: type[Model], listed: Sequence[Any]) -> Iterator[Any]:
    """Of the columns of a list."""
    fields = sortable_fields(model)
    return (column for column in listed if getattr(column, "admin_order_field", column) in fields)


def highest_key(request: HttpRequest, model: type[Model]) -> int:
    """Asked once for a page. A number that the planner sees: of a subquery it would not know how little is left."""
    known: dict[type[Model], int] = request.__dict__.setdefault("highest_keys", {})
    if model not in known:
        known[model] = model._default_manager.order_by("-pk").values_list("pk", flat=True).first() or 0
    return known[model]


def newest[Row: Model](request: HttpRequest, rows: QuerySet[Row]) -> QuerySet[Row]:
    """Those with the highest keys, which came last."""
    return rows.filter(pk__gt=highest_key(request, rows.model) - MOST_WALKED)


def walks(request: HttpRequest, served: Sequence[str]) -> bool:
    """Whether the list is filtered by something, and by nothing that an index serves: `name` or `name=value`."""
    asked = {name: value for name, value in request.GET.items() if name not in NO_FILTERS}
    return bool(asked) and not any(name in served or f"{name}={value}" in served for name, value in asked.items())


class NewestValues(AllValuesFieldListFilter):
    """The values of a column of text, as its newest rows have them."""

    def __init__(self, field: Any, request: Any, params: Any, model: Any, model_admin: Any, field_path: str) -> None:
        super().__init__(field, request, params, model, model_admin, field_path)
        rows = newest(request, model._default_manager.order_by())
        self.lookup_choices = rows.distinct().order_by(field_path).values_list(field_path, flat=True)


def bounded_filter(model: type[Model], name: Any) -> Any:
    """Django would list every value that a column without choices ever had."""
    if isinstance(name, str) and "__" not in name:
        field = model._meta.get_field(name)
        if isinstance(field, (CharField, TextField)) and not field.choices:
            return (name, NewestValues)
    return name
