"""Admin's page of patterns: what the search of last night found, with the people and the job of each."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts.models import CustomUser
from core.errors import PayshiftError
from core.forms import refuse_deceiving_line
from core.self_checks import last_check
from jobs.models import Job
from payshift.operations.everything.links import Cell, May, to_job, to_person
from payshift.operations.everything.moments import in_lagos
from payshift.operations.page import StaffPage
from payshift.services.patterns import PATTERNS, handle_pattern, handled_among

# Without a form: found before there were marks.
type Row = tuple[str, list[Cell], Cell, "HandledForm | None"]


class HandledForm(forms.Form):
    """Of one pattern among many: the mark makes the ids of its fields its own."""

    reason = forms.CharField(
        label="Why it is handled",
        max_length=150,
        widget=UnfoldAdminTextInputWidget,
        validators=[refuse_deceiving_line],
        help_text="Kept with your name. It comes back only if its facts change.",
    )
    mark = forms.CharField(max_length=64, widget=forms.HiddenInput, validators=[refuse_deceiving_line])

    def __init__(self, data: Any = None, *, mark: str) -> None:
        super().__init__(data, initial={"mark": mark}, auto_id=f"{mark[:12]}-%s")


class PatternsPage(StaffPage):
    title = "Patterns"
    # Whoever may keep somebody out is who needs to know.
    permission_required = "accounts.ban_customuser"
    template_name = "operations/patterns.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Put one away. A refusal stays on its form."""
        form = HandledForm(request.POST, mark=request.POST.get("mark", ""))
        if form.is_valid():
            try:
                handle_pattern(staff_id=request.user.pk or 0, **form.cleaned_data)
            except PayshiftError as refusal:
                form.add_error(None, refusal.detail)
            else:
                return HttpResponseRedirect(request.path)
        return self.render_to_response(self.get_context_data(refused=form), status=422)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        check = last_check(PATTERNS)
        found: list[dict[str, Any]] = check.findings if check else []
        handled = handled_among(pattern.get("mark", "") for pattern in found)
        left = [pattern for pattern in found if pattern.get("mark", "") not in handled]
        refused: HandledForm | None = kwargs.get("refused")
        return super().get_context_data(
            checked=in_lagos(check.checked_at) if check else "",
            count=check.differences - len(handled) if check else 0,
            shown=len(left),
            rows=rows(left, self.request.user.has_perm, refused),
            errors=refused.non_field_errors() if refused else (),
            **kwargs,
        )


def rows(found: Sequence[dict[str, Any]], may: May, refused: HandledForm | None = None) -> list[Row]:
    """In two queries, however many: people who closed their accounts since are left out."""
    people = CustomUser.objects.in_bulk({pk for pattern in found for pk in pattern["people"]})
    jobs = Job.objects.planned().in_bulk({pattern["job_id"] for pattern in found if pattern["job_id"]})
    return [
        (
            pattern["says"],
            [to_person(may, people[pk]) for pk in pattern["people"] if pk in people],
            to_job(may, jobs[pattern["job_id"]]) if pattern["job_id"] in jobs else Cell(""),
            _form_of(pattern.get("mark", ""), refused),
        )
        for pattern in found
    ]


def _form_of(mark: str, refused: HandledForm | None) -> HandledForm | None:
    if refused is not None and refused.initial["mark"] == mark:
        return refused
    return HandledForm(mark=mark) if mark else None
