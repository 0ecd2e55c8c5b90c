"""Rows of money that staff act upon, by services only."""

from django.http import HttpRequest

from accounts.admin.reading import ReadOnlyAdmin


class ActingAdmin(ReadOnlyAdmin):
    """For staff who may change them. One permission stands for all acts on a row, unless the act names another."""

    def has_act_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        meta = self.model._meta
        return request.user.has_perm(f"{meta.app_label}.change_{meta.model_name}")
