"""How staff act on money: on selected rows, one service call each, refusals told per row."""

from collections.abc import Callable

from django.contrib import messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from accounts.admin.reading import ReadOnlyAdmin
from core.errors import PayshiftError


class ActingAdmin(ReadOnlyAdmin):
    """Rows change by services only: through actions, for staff who may change them."""

    def has_act_permission(self, request: HttpRequest) -> bool:
        meta = self.model._meta
        return request.user.has_perm(f"{meta.app_label}.change_{meta.model_name}")

    def each(self, request: HttpRequest, rows: QuerySet[Model], act: Callable[[int], object], done: str) -> None:
        """In the order of their ids, as locks are taken everywhere."""
        for row in rows.order_by("pk"):
            try:
                act(row.pk)
                self.message_user(request, f"{row}: {done}.")
            except PayshiftError as error:
                self.message_user(request, f"{row}: {error.detail}", messages.ERROR)
