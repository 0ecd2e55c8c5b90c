"""Rows of money that staff act upon, by services only."""

from collections.abc import Sequence

from django.conf import settings
from django.http import HttpRequest

from accounts.admin.reading import ReadOnlyAdmin
from core.money import in_naira
from payment.models import Refund, Withdrawal


def second_person_above(kobo: int) -> str:
    return f"Above {in_naira(kobo)} a second person approves it first"


def second_person(row: Withdrawal | Refund) -> Sequence[str]:
    return () if row.amount_kobo <= settings.STAFF_ALONE_KOBO else (second_person_above(settings.STAFF_ALONE_KOBO),)


class ActingAdmin(ReadOnlyAdmin):
    """For staff who may change them. One permission stands for all acts on a row, unless the act names another."""

    def has_act_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        meta = self.model._meta
        return request.user.has_perm(f"{meta.app_label}.change_{meta.model_name}")
