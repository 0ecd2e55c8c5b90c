"""Exports: staff ask for a file of rows of some days, see how far it is, and fetch it. Everybody sees their own."""

import uuid

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from unfold.decorators import action
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from accounts.admin.confirming import ReasonForm, confirm
from accounts.admin.reading import ReadOnlyAdmin
from accounts.admin.trying import Act
from accounts.models import ExportFormat, ExportStatus, StaffExport
from core.errors import PayshiftError
from payshift.services.exports.making import MAY_EXPORT, content_of, request_export
from payshift.services.exports.sheets import SHEETS
from payshift.services.exports.writing import CONTENT_TYPES


class ExportForm(ReasonForm):
    sheet = forms.ChoiceField(
        label="Rows",
        choices=[(sheet.name, sheet.title) for sheet in SHEETS.values()],
        widget=UnfoldAdminSelectWidget,
    )
    format = forms.ChoiceField(choices=ExportFormat.choices, widget=UnfoldAdminSelectWidget)
    first_day = forms.DateField(label="From", widget=UnfoldAdminTextInputWidget(attrs={"type": "date"}))
    last_day = forms.DateField(
        label="To, this day too", widget=UnfoldAdminTextInputWidget(attrs={"type": "date"}), help_text="Days of Lagos."
    )
    # Made with the form: sent twice, it is one file.
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    field_order = ("sheet", "format", "first_day", "last_day", "reason")


@admin.register(StaffExport)
class StaffExportAdmin(ReadOnlyAdmin):
    list_display = ("id", "rows", "status", "progress", "created_at", "finished_at")
    list_filter = ("status",)
    ordering = ("-id",)
    fields = ("rows", "format", "first_day", "last_day", "status", "progress", "size", "created_at", "finished_at")
    actions_list = ("make",)
    actions_detail = ("fetch",)
    change_form_before_template = list_before_template = "operations/refresh.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[StaffExport]:
        mine: QuerySet[StaffExport] = super().get_queryset(request).filter(user_id=request.user.pk or 0)
        return mine

    def has_make_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return request.user.has_perm(MAY_EXPORT)

    @action(description="Make a file", permissions=["make"], url_path="make")  # type: ignore[untyped-decorator]  # unfold has no types
    def make(self, request: HttpRequest) -> HttpResponse:
        act = Act(
            title="Make a file of rows",
            done="being written",
            form=ExportForm,
            do=lambda _, given, staff_id: request_export(
                staff_id=staff_id,
                sheet=given["sheet"],
                format=ExportFormat(given["format"]),
                first_day=given["first_day"],
                last_day=given["last_day"],
                key=given["key"],
            ),
            is_final=False,
        )
        return confirm(self, request, act, [None], back=reverse("admin:accounts_staffexport_changelist"))

    @action(description="Download", permissions=["make"], url_path="file")  # type: ignore[untyped-decorator]  # unfold has no types
    def fetch(self, request: HttpRequest, object_id: str) -> HttpResponse | StreamingHttpResponse:
        try:
            export, parts = content_of(export_id=int(object_id), staff_id=request.user.pk or 0)
        except PayshiftError as refusal:
            raise Http404(refusal.detail) from None
        name = f"{export.sheet}-{export.first_day}-{export.last_day}.{export.format}"
        answer = StreamingHttpResponse(parts, content_type=CONTENT_TYPES[ExportFormat(export.format)])
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        answer["Content-Length"] = str(export.size_bytes)
        answer["Cache-Control"] = "no-store"
        return answer

    fetch.applies = lambda export: export.status == ExportStatus.READY

    @admin.display(description="rows")
    def rows(self, export: StaffExport) -> str:
        return str(export)

    @admin.display(description="size")
    def size(self, export: StaffExport) -> str:
        return f"{export.size_bytes / 1024:,.0f} KiB"

    @admin.display(description="progress")
    def progress(self, export: StaffExport) -> str:
        return render_to_string("operations/progress.html", {"export": export, "is_running": export.is_unfinished})
