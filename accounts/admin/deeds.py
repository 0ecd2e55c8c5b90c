"""Acts of staff on rows of a list and on one row's own page, declared once: `@deed` above what does one row."""

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from unfold.decorators import action

from accounts.admin.confirming import ReasonForm, confirm
from accounts.admin.trying import Act

# Of one act: each row is tried for the preview, and a request has seconds.
MOST_ROWS = 100
# `done` of what a job does a moment later: no page waits for it.
QUEUED = "queued. A job does it within seconds: load the page again to see what became of it"


def deed(
    title: str,
    *,
    done: str,
    permission: str,
    form: type[forms.Form] = ReasonForm,
    traced: Sequence[str] = (),
    applies: Callable[[Any], bool] = lambda row: True,
    foretell: Callable[[Any], Sequence[str]] = lambda row: (),
    is_final: bool = True,
    one_by_one: bool = False,
) -> Callable[[Callable[..., object]], Any]:
    """Make `method(self, row, given, staff_id)`, which calls one service, an action of the list and of the row's page.

    `permission`: as in `has_<permission>_permission`. `applies`: whether it may be done to this row; its page offers
    nothing else. `is_final`: it cannot be taken back, so rows are chosen by hand. `one_by_one`: its form is about one
    row.
    """

    def declare(method: Callable[..., object]) -> Any:
        name = method.__name__

        def view(
            self: Any, request: HttpRequest, queryset: QuerySet[Model] | None = None, object_id: str | None = None
        ) -> HttpResponse | None:
            act = Act(
                title=title,
                done=done,
                form=form,
                do=lambda row, given, staff_id: method(self, row, given, staff_id),
                traced=traced,
                applies=applies,
                foretell=foretell,
                is_final=is_final,
            )
            if queryset is None:
                return _on_page(self, request, act, object_id)
            return _on_list(self, request, act, name, queryset, most=1 if one_by_one else MOST_ROWS)

        view.__name__, view.__doc__ = name, method.__doc__
        decorated: Any = action(description=title, permissions=[permission], url_path=name.replace("_", "-"))(view)
        decorated.applies, decorated.is_final = applies, is_final
        return decorated

    return declare


class DeedsAdmin:
    """Mixed into an admin whose rows staff act upon: `deeds` are the names of its methods made by `@deed`."""

    deeds: Sequence[str] = ()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "deeds" in cls.__dict__:
            cls.actions = (*cls.deeds,)  # type: ignore[attr-defined]
            others = cls.__dict__.get("actions_detail", ())
            cls.actions_detail = (*cls.deeds, *others)  # type: ignore[attr-defined]

    def get_actions_detail(self, request: HttpRequest, object_id: int | str) -> list[Any]:
        """Without what this row is past."""
        offered: list[Any] = super().get_actions_detail(request, object_id)  # type: ignore[misc]
        if not any(hasattr(one.method, "applies") for one in offered):
            return offered
        row = self.get_object(request, str(object_id))  # type: ignore[attr-defined]
        return [one for one in offered if row and getattr(one.method, "applies", lambda row: True)(row)]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Everything that matches may be chosen only where something can be taken back."""
        may_choose_all = any(not getattr(getattr(self, name), "is_final", True) for name in self.deeds)
        context = {**(extra_context or {}), "may_choose_all": may_choose_all}
        answer: HttpResponse = super().changelist_view(request, context)  # type: ignore[misc]
        return answer


def _on_page(admin: Any, request: HttpRequest, act: Act, object_id: str | None) -> HttpResponse:
    row = admin.get_object(request, str(object_id))
    if row is None:
        raise Http404
    meta = admin.model._meta
    return confirm(
        admin, request, act, [row], back=reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk])
    )


def _on_list(
    admin: Any, request: HttpRequest, act: Act, name: str, queryset: QuerySet[Model], *, most: int
) -> HttpResponse | None:
    """In the order of their ids, as locks are taken everywhere. None: back to the list."""
    if act.is_final and request.POST.get("select_across") == "1":
        admin.message_user(request, f"{act.title}: choose by hand, this is not taken back.", messages.ERROR)
        return None
    rows = list(queryset.order_by("pk")[: most + 1])
    if len(rows) > most:
        admin.message_user(request, f"{act.title}: choose at most {most}.", messages.ERROR)
        return None
    if not rows:
        admin.message_user(request, f"{act.title}: nothing that was chosen is in this list any more.", messages.ERROR)
        return None
    carried = [("action", name), *((ACTION_CHECKBOX_NAME, str(row.pk)) for row in rows)]
    return confirm(admin, request, act, rows, back=request.get_full_path(), carried=carried)
