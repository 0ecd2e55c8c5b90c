"""How a field is shown to staff: one rule for each kind of field, on every list, page and table within a page.

Money is naira with its sign, at the right of its column. A state is a label whose colour says whether somebody has to
do something. What belongs to somebody or something is named by what people call it, and not by numbers.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from django.contrib.admin.utils import flatten_fieldsets
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field, ForeignKey, Model
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import formats
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.timezone import localtime
from unfold.utils import display_for_label

from accounts.models import CustomUser
from accounts.row_names import NAMES, named
from core.money import in_naira

NOTHING = "-"

# Of every state that a row may be in. Green: it ended well. Blue: it goes on by itself. Orange: somebody has to do
# something, or waits. Red: it went wrong. Without a colour: it is over, or has not begun.
TONES: dict[str, tuple[str, ...]] = {
    "success": (
        *("accepted", "completed", "approved", "won", "processed", "paid", "succeeded", "matched", "active", "ready"),
        *("checked_out", "resolved", "escrow", "success", "settled"),
    ),
    "info": (
        *("upcoming", "ongoing", "scheduled", "checked_in", "sending", "processing", "requested", "doing", "writing"),
        *("answered", "wallet"),
    ),
    "warning": (
        *("pending", "applied", "standing_by", "open", "under_review", "proposed", "unknown", "received"),
        *("different", "todo", "suspense"),
    ),
    "danger": ("failed", "lost", "no_show", "missing", "aborted", "reversed"),
    "": (
        *("canceled", "cancelled", "expired", "rejected", "withdrawn", "closed", "abandoned", "declined"),
        "ignored",
    ),
}
TONE_OF = {state: tone for tone, states in TONES.items() for state in states}
STATES = ("status", "from_status", "to_status", "outcome", "credited_to")


def in_words(moment: datetime) -> str:
    """As lists show times: of Lagos, and it says so."""
    return str(formats.localize(localtime(moment)))


@cache
def label(value: str, text: str) -> SafeString:
    shown: SafeString = display_for_label((value, text), NOTHING, TONE_OF)
    return shown


class Shown:
    """Mixed into an admin or a table within one: names of fields become what shows them."""

    model: type[Model]

    def get_list_display(self, request: HttpRequest) -> Sequence[Any]:
        listed: Sequence[Any] = super().get_list_display(request)  # type: ignore[misc]  # of the admin that it is mixed into
        return [shown(self.model, name) for name in listed]

    def get_list_select_related(self, request: HttpRequest) -> Sequence[str]:
        """With what the names of related rows take."""
        declared = super().get_list_select_related(request)  # type: ignore[misc]
        listed = self.list_display  # type: ignore[attr-defined]
        return sorted({*(declared or ()), *_joins(self.model, listed)})

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Sequence[Any]:
        return self.as_shown(request, obj, super().get_fieldsets(request, obj))  # type: ignore[misc]

    def as_shown(self, request: HttpRequest, obj: Any, fieldsets: Sequence[Any]) -> Sequence[Any]:
        """Again of what is shown already, it stays as it is."""
        written = self._written(request, obj, fieldsets)
        return [
            (title, {**options, "fields": [self._field(one, written) for one in options["fields"]]})
            for title, options in fieldsets
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Sequence[Any]:
        names: Sequence[Any] = super().get_readonly_fields(request, obj)  # type: ignore[misc]
        return [shown(self.model, name, with_link=True) for name in names]

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> list[str] | None:
        """What is only shown is no field of the form: Django leaves out of it what is read-only, by its name."""
        declared: Sequence[str] | None = super().get_exclude(request, obj)  # type: ignore[misc]
        fixed = [one.of_field for one in self.get_readonly_fields(request, obj) if hasattr(one, "of_field")]
        return [*(declared or ()), *fixed] if declared or fixed else None

    def _field(self, one: Any, written: frozenset[str]) -> Any:
        """A tuple of fields stands on one line."""
        if isinstance(one, (list, tuple)):
            return tuple(self._field(each, written) for each in one)
        return one if one in written else shown(self.model, one, with_link=True)

    def _written(self, request: HttpRequest, obj: Any, fieldsets: Sequence[Any]) -> frozenset[str]:
        """What is typed into stays a field of the form."""
        may_write = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)  # type: ignore[attr-defined]
        if not may_write:
            return frozenset()
        fixed = {getattr(one, "of_field", one) for one in self.get_readonly_fields(request, obj)}
        return frozenset(one for one in flatten_fieldsets(list(fieldsets)) if one not in fixed)


def _joins(model: type[Model], names: Sequence[Any]) -> Iterator[str]:
    for name in names:
        field = _field_of(model, name)
        if isinstance(field, ForeignKey):
            yield field.name
            related = NAMES.get(field.related_model)
            yield from (f"{field.name}__{join}" for join in (related.joins if related else ()))


@cache
def shown(model: type[Model], name: Any, *, with_link: bool = False) -> Any:
    """The callable that shows the field, or its name where there is nothing special about it. The same each time: the
    list asks whether it may sort by it."""
    field = _field_of(model, name)
    if field is None:
        return name
    if field.name.endswith("_kobo"):
        return _display(field, lambda row: _money(getattr(row, field.name)), formatting="price")
    if field.name in STATES:
        return _display(field, lambda row: _state(row, field))
    if field.flatchoices:
        return _display(field, lambda row: _chosen(row, field) or NOTHING)
    if isinstance(field, ForeignKey):
        return _display(field, lambda row: _related(getattr(row, field.name), with_link=with_link))
    return name


def _field_of(model: type[Model], name: Any) -> Field[Any, Any] | None:
    try:
        field = model._meta.get_field(name) if isinstance(name, str) else None
    except FieldDoesNotExist:
        return None
    return field if isinstance(field, Field) else None


def _display(field: Field[Any, Any], show: Callable[[Any], str], *, formatting: str = "") -> Callable[[Any], str]:
    def display(row: Any) -> str:
        return show(row)

    words = str(field.verbose_name).removesuffix(" kobo")
    display.__name__ = field.name
    told: Any = display
    told.short_description, told.admin_order_field, told.of_field = words, field.name, field.name
    if formatting:
        told.formatting = formatting
    return display


def _money(kobo: int | None) -> str:
    return NOTHING if kobo is None else in_naira(kobo)


def _chosen(row: Model, field: Field[Any, Any]) -> str:
    value = getattr(row, field.name) or ""
    choices: dict[Any, Any] = dict(field.flatchoices)
    return str(capfirst(str(choices.get(value, value)).replace("_", " ")))


def _state(row: Model, field: Field[Any, Any]) -> str:
    return label(getattr(row, field.name) or "", _chosen(row, field))


def _related(row: Model | None, *, with_link: bool) -> str:
    if row is None:
        return NOTHING
    if with_link:
        try:
            link = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
        except NoReverseMatch:
            return named(row)
        return format_html('<a href="{}" class="text-link">{}</a>', link, named(row))
    # A list has a column for the name, and not for the e-mail beside it.
    return row.name or row.email if isinstance(row, CustomUser) else named(row)
