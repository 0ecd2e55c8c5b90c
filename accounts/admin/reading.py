"""The ground of the screens that staff only look at."""

from typing import Any

from django.contrib.admin.models import LogEntry
from django.core.paginator import Paginator
from django.db.models import Field, Model, QuerySet
from django.forms import Field as FormField
from django.http import HttpRequest
from unfold.admin import ModelAdmin
from unfold.paginator import InfinitePaginator

from accounts.admin.deeds import DeedsAdmin
from core.forms import keep_readable


class ReadableTexts:
    """What staff write on a form is read by others, too."""

    def formfield_for_dbfield(self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any) -> FormField | None:
        field: FormField | None = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]  # of the admin that it is mixed into
        keep_readable(field)
        return field


class StaffAdmin(ReadableTexts, ModelAdmin):  # type: ignore[misc]  # unfold has no types
    """Lists of any length, and histories."""

    list_per_page = 50
    list_fullwidth = True
    # Previous and next, without a number of pages: a count would scan all rows, for each page, for nobody.
    paginator = InfinitePaginator
    show_full_result_count = False

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
