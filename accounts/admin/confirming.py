"""The one page by which staff act: what will happen to each row, why, and a button that says how many."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts.admin.proving import FIELD as PASSWORD
from accounts.admin.proving import PasswordField, is_proved
from accounts.admin.trying import Act, Outcome, run
from core.forms import keep_readable

# Told one by one up to here, counted above.
FEW = 5


class StaffForm(forms.Form):
    """May look at the row that it is about; None for several."""

    def __init__(self, *args: Any, row: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row = row
        for field in self.fields.values():
            keep_readable(field)


class ReasonForm(StaffForm):
    reason = forms.CharField(
        max_length=150,
        widget=UnfoldAdminTextInputWidget,
        help_text="Kept in the history, with your name.",
    )


def confirm(
    admin: "ModelAdmin[Any]",
    request: HttpRequest,
    act: Act,
    rows: Sequence[Model | None],
    *,
    back: str,
    carried: Sequence[tuple[str, str]] = (),
) -> HttpResponse:
    """Show what `act` would do to the rows, and do it when that was seen and a reason is given.

    Sent without having been seen (first, or with other values) it is only tried. Each row is an event of its own: a
    refusal of one leaves it as it was, and the others done. What is not taken back asks for the password again: see
    `proving`. `carried`: what the list needs to come back here.
    """
    staff_id = request.user.pk or 0
    sent = request.method == "POST" and "sent" in request.POST
    form = act.form(request.POST if sent else None, row=rows[0] if len(rows) == 1 else None)  # type: ignore[call-arg]
    outcomes: list[Outcome] = []
    seen = _seen(request)
    if act.is_final and not is_proved(request):
        form.fields[PASSWORD] = PasswordField(request, required=bool(seen))
    if form.is_valid():
        # It decides whether, not what.
        form.cleaned_data.pop(PASSWORD, None)
    if form.is_valid() and seen:
        done = [run(act, row, form.cleaned_data, staff_id, expected=seen.get(_key(row), "")) for row in rows]
        if any(not outcome.refusal for outcome in done):
            _tell(admin, request, act, done)
            return HttpResponseRedirect(back)
        outcomes = [run(act, outcome.row, form.cleaned_data, staff_id) for outcome in done]
        for refusal in dict.fromkeys(outcome.refusal for outcome in done):
            form.add_error(None, refusal)
    elif form.is_valid() or not _asks_for_more(form):
        values = form.cleaned_data if form.is_valid() else {}
        outcomes = [run(act, row, _blank(form) | values, staff_id) for row in rows]
        if form.is_bound and all(outcome.refusal for outcome in outcomes):
            for refusal in dict.fromkeys(outcome.refusal for outcome in outcomes):
                form.add_error(None, refusal)
    context = {
        **admin.admin_site.each_context(request),
        "title": act.title,
        "act": act,
        "form": form,
        "outcomes": [(outcome, act.foretell(outcome.row) if outcome.row else ()) for outcome in outcomes],
        "may_be_done": [outcome for outcome in outcomes if not outcome.refusal],
        # With other values.
        "may_be_tried": not outcomes or _asks_for_more(form),
        "rows_count": len(rows),
        "carried": carried,
        "back": back,
        "opts": admin.model._meta,
    }
    return render(request, "accounts/admin/confirm.html", context, status=422 if form.errors else 200)


def _asks_for_more(form: forms.Form) -> bool:
    return bool(set(form.fields) - {"reason", "note", PASSWORD})


def _blank(form: forms.Form) -> dict[str, Any]:
    """For a try before anything was written."""
    return {name: "-" for name in form.fields if name in {"reason", "note"}}


def _key(row: Model | None) -> str:
    return str(row.pk) if row else "0"


def _seen(request: HttpRequest) -> dict[str, str]:
    pairs = (text.partition(":") for text in request.POST.getlist("seen"))
    return {key: digest for key, _, digest in pairs}


def _tell(admin: "ModelAdmin[Any]", request: HttpRequest, act: Act, done: Sequence[Outcome]) -> None:
    good = [outcome for outcome in done if not outcome.refusal]
    for outcome in good[: FEW if len(good) <= FEW else 0]:
        about = outcome.says or str(outcome.result)
        admin.message_user(
            request,
            f"{about}: {act.done}. {'. '.join(outcome.effects)}".strip(),
        )
    if len(good) > FEW:
        admin.message_user(request, f"{len(good)} {admin.model._meta.verbose_name_plural}: {act.done}.")
    for outcome in done:
        if outcome.refusal:
            admin.message_user(request, f"{outcome.says or act.title}: {outcome.refusal}", messages.ERROR)
