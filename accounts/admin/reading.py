"""The ground of the screens that staff only look at."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import flatten_fieldsets
from django.core.paginator import Paginator
from django.db.models import Field, Model, QuerySet
from django.forms import Field as FormField
from django.forms import ModelForm
from django.http import HttpRequest
from unfold.admin import ModelAdmin, TabularInline
from unfold.paginator import InfinitePaginator

from accounts.admin import bounds
from accounts.admin.deeds import DeedsAdmin
from accounts.admin.finding import Finds, find
from accounts.admin.shown import Shown
from accounts.admin.terms import read_term
from core.forms import keep_readable


class ReadableTexts:
    """What staff write on a form is read by others, too."""

    def formfield_for_dbfield(self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any) -> FormField | None:
        field: FormField | None = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]  # of the admin that it is mixed into
        keep_readable(field)
        return field


class ToldChanges:
    """What a form changed is kept in the history with what it was before, and not only by the names of its fields."""

    # Fields whose values are told; None: all. What people wrote of themselves would stay when they have gone.
    told: ClassVar[Sequence[str] | None] = None

    def construct_change_message(
        self, request: HttpRequest, form: ModelForm[Any], formsets: Any, add: bool = False
    ) -> list[dict[str, Any]]:
        message: list[dict[str, Any]] = super().construct_change_message(request, form, formsets, add)  # type: ignore[misc]  # of the admin that it is mixed into
        own = (part["changed"] for part in message if "name" not in part.get("changed", {"name": ""}))
        for part in own:
            part["fields"] = [self._before_and_after(form, name) for name in form.changed_data]
        return message

    def _before_and_after(self, form: ModelForm[Any], name: str) -> str:
        label = str(form.fields[name].label or name)
        if self.told is not None and name not in self.told:
            return label
        return f"{label}: {_in_words(form.initial.get(name))} → {_in_words(form.cleaned_data[name])}"


def _in_words(value: object) -> str:
    """Of a field's value before or after; rows by their names."""
    if isinstance(value, (list, tuple, QuerySet)):
        return ", ".join(sorted(str(one) for one in value)) or "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if value not in (None, "") else "nothing"


class StaffAdmin(ToldChanges, ReadableTexts, Shown, ModelAdmin):  # type: ignore[misc]  # unfold has no types
    """Lists of any length, that are found by what they declare, and histories."""

    finds: ClassVar[Finds] = Finds()
    # Filters that find all there ever was, along an index: see `bounds`.
    served: ClassVar[Sequence[str]] = ()
    # Times that many rows have alike, so that their index leaves much to be sorted.
    shared_times: ClassVar[Sequence[str]] = ()

    list_per_page = 50
    list_fullwidth = True
    # Previous and next, without a number of pages: a count would scan all rows, for each page, for nobody.
    paginator = InfinitePaginator
    show_full_result_count = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.search_help_text = self.finds.said

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:
        """Whether there is a box to type into."""
        return ("pk",) if self.finds.said else ()

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Model], search_term: str
    ) -> tuple[QuerySet[Model], bool]:
        term = read_term(search_term)
        if term is None:
            return self._bounded(request, queryset), False
        found = find(queryset, self.finds, term)
        if found.note and request.method == "GET":
            messages.warning(request, found.note, fail_silently=True)
        return found.rows, False

    def _bounded(self, request: HttpRequest, queryset: QuerySet[Model]) -> QuerySet[Model]:
        if not bounds.walks(request, self.served):
            return queryset
        if request.method == "GET" and bounds.highest_key(request, self.model) > bounds.MOST_WALKED:
            said = f"Looked for among the newest {bounds.MOST_WALKED:,} rows. Older ones are found by searching."
            messages.info(request, said, fail_silently=True)
        return bounds.newest(request, queryset)

    def get_sortable_by(self, request: HttpRequest) -> list[Any]:
        offered = bounds.sortable(self.model, self.get_list_display(request))
        return [column for column in offered if column not in self.shared_times]

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        return [bounds.bounded_filter(self.model, one) for one in super().get_list_filter(request)]

    def get_paginator(
        self, request: HttpRequest, queryset: QuerySet[Model], per_page: int, *args: object, **kwargs: object
    ) -> Paginator[Model]:
        """A history is short and has pages with numbers."""
        if queryset.model is LogEntry:
            return Paginator(queryset, per_page)
        paginator: Paginator[Model] = super().get_paginator(request, queryset, per_page, *args, **kwargs)
        return paginator


class ReadOnlyAdmin(DeedsAdmin, StaffAdmin):
    """Rows that services write. Changing one by hand would go around the rules that made it."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ReadOnlyInline(Shown, TabularInline):  # type: ignore[misc]  # unfold has no types
    """Rows below the one that is looked at, joined with all that they show."""

    extra = 0
    can_delete = False
    show_change_link = True
    joined: ClassVar[tuple[str, ...]] = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.select_related(*self.joined) if self.joined else rows

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[Any]:
        return flatten_fieldsets(list(self.get_fieldsets(request, obj)))

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
