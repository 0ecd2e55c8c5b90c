"""What people report of jobs and of each other: staff look at the subject, act there, and answer here."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminRadioSelectWidget

from accounts.admin.confirming import ReasonForm
from accounts.admin.deeds import deed
from accounts.admin.finding import Finds
from accounts.admin.reading import ReadOnlyAdmin
from jobs.models import Report, ReportVerdict
from jobs.services.reporting import answer_report


class AnswerForm(ReasonForm):
    verdict = forms.ChoiceField(
        choices=ReportVerdict.choices,
        widget=UnfoldAdminRadioSelectWidget,
        help_text="Told to the reporter in neutral words; the reason is not.",
    )
    field_order = ("verdict", "reason")


@admin.register(Report)
class ReportAdmin(ReadOnlyAdmin):
    """The job and the person lead to their pages, where a job is hidden and a person is banned."""

    list_display = ("id", "category", "job", "user", "reporter", "created_at", "answered_at", "verdict")
    list_filter = ("category", "verdict", ("answered_at", admin.EmptyFieldListFilter))
    served = ("answered_at__isempty=1",)
    list_select_related = ("job", "user", "reporter")
    finds = Finds(numbers={"pk": "number", "job_id": "job's number"}, people=("reporter_id", "user_id"))
    ordering = ("-id",)
    fields = ("category", "job", "user", "text", "reporter", "created_at", "answered_at", "verdict")
    deeds = ("answer",)

    def has_answer_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return request.user.has_perm("jobs.change_report")

    @deed(
        "Answer",
        done="answered",
        permission="answer",
        form=AnswerForm,
        traced=("verdict",),
        applies=lambda report: report.answered_at is None,
    )
    def answer(self, report: Report, given: dict[str, Any], staff_id: int) -> Report:
        return answer_report(report_id=report.pk, verdict=ReportVerdict(given["verdict"]))
