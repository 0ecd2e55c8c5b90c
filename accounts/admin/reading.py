"""The ground of the screens that staff only look at."""

from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.admin.models import LogEntry
from django.core.paginator import Paginator
from django.db.models import Field, Model, QuerySet
from django.forms import Field as FormField
from django.http import HttpRequest
from unfold.admin import ModelAdmin
from unfold.paginator import InfinitePaginator

from accounts.admin.deeds import DeedsAdmin
from accounts.admin.finding import Finds, find
from accounts.admin.terms import read_term
from core.forms import keep_readable


class ReadableTexts:
    """What staff write on a form is read by others, too."""

    def formfield_for_dbfield(self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any) -> FormField | None:
        field: FormField | None = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]  # of the admin that it is mixed into
        keep_readable(field)
        return field


class StaffAdmin(ReadableTexts, ModelAdmin):  # type: ignore[misc]  # unfold has no types
    """Lists of any length, that are found by what they declare, and histories."""

    finds: ClassVar[Finds] = Finds()

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
            return queryset, False
        found = find(queryset, self.finds, term)
        if found.note and request.method == "GET":
            messages.warning(request, found.note, fail_silently=True)
        return found.rows, False

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
