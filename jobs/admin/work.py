"""Work for staff: find a job, follow its people, cancel it. All else moves by the services that own the rules."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Field, Model, Q, QuerySet
from django.forms import CharField
from django.forms import Field as FormField
from django.http import HttpRequest
from unfold.admin import ModelAdmin, TabularInline
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts.admin.confirming import ReasonForm
from accounts.admin.deeds import deed
from accounts.admin.finding import Finds
from accounts.admin.reading import ReadableTexts, ReadOnlyAdmin, ReadOnlyInline, ToldChanges
from accounts.admin.shown import in_words
from accounts.models import CustomUser
from accounts.row_names import name_of_person, name_rows
from core.money import in_naira
from jobs.models import (
    Application,
    ApplicationStatus,
    ApplicationStatusLog,
    AttendanceLog,
    Block,
    CalendarLink,
    Favourite,
    HandledPattern,
    Invitation,
    Job,
    JobIndustry,
    JobSeries,
    JobSubcategory,
    JobTemplate,
    SavedJob,
    SavedSearch,
    SeriesOccurrence,
    Shift,
    ShiftAssignment,
    Spell,
    StaffNote,
)
from jobs.ports import STAFF_CANCELS
from jobs.selectors.filters import TextQuery
from jobs.services.cancelling import CANCELABLE, held_kobo
from jobs.services.hiding import hide_job, restore_job

name_rows(Shift, lambda shift: f"{shift.job.title}, {in_words(shift.starts_at)}", "job")
name_rows(Application, lambda application: f"{application.applicant.name}: {application.job.title}", "applicant", "job")
name_rows(
    ShiftAssignment,
    lambda assignment: f"{assignment.worker.name}: {assignment.shift.job.title}, {in_words(assignment.starts_at)}",
    *("worker", "shift__job"),
)
name_rows(JobSeries, lambda series: f"Series {series.pk} of {name_of_person(series.client)}", "client")


def open_jobs_about(words: Sequence[str]) -> Q:
    """Of all that there ever were, words have no index: older ones are found by number or by their client."""
    return Q(is_open=True, search=TextQuery(words))


class SubcategoryInline(ReadableTexts, TabularInline):  # type: ignore[misc]  # unfold has no types
    model = JobSubcategory
    extra = 0

    def formfield_for_dbfield(self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any) -> FormField | None:
        """The head of the column is no label to a reader of screens."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and field.label:
            field.widget.attrs["aria-label"] = field.label
        return field


@admin.register(JobIndustry)
class JobIndustryAdmin(ToldChanges, ReadableTexts, ModelAdmin):  # type: ignore[misc]  # unfold has no types
    list_display = ("name", "slug")
    search_fields = ("name", "slug")
    ordering = ("name",)
    prepopulated_fields: ClassVar[dict[str, tuple[str, ...]]] = {"slug": ("name",)}
    inlines = (SubcategoryInline,)


@admin.register(JobSubcategory)
class JobSubcategoryAdmin(ToldChanges, ReadableTexts, ModelAdmin):  # type: ignore[misc]  # unfold has no types
    list_display = ("name", "slug", "industry")
    list_filter = ("industry",)
    list_select_related = ("industry",)
    search_fields = ("name", "slug")
    ordering = ("name",)
    prepopulated_fields: ClassVar[dict[str, tuple[str, ...]]] = {"slug": ("name",)}


class ShiftInline(ReadOnlyInline):
    model = Shift
    # Not the on-site code: it is for the client's eyes only.
    fields = ("starts_at", "ends_at", "minutes", "canceled_at")


class ApplicationInline(ReadOnlyInline):
    model = Application
    fields = ("applicant", "status", "created_at", "decided_at")
    joined = ("applicant",)


class ToldReasonForm(ReasonForm):
    reason = CharField(
        max_length=150,
        widget=UnfoldAdminTextInputWidget,
        help_text="Told to the client. Kept in the history, with your name.",
    )


def what_hiding_leaves(job: Job) -> Sequence[str]:
    """For staff who are about to hide a job: what goes, and what stays."""
    coming = Application.objects.filter(job=job, status=ApplicationStatus.ACCEPTED).count()
    people = {0: "Nobody was taken on", 1: "1 worker who was taken on comes as agreed, and is paid"}
    others = f"{coming} workers who were taken on come as agreed, and are paid"
    return [
        "It leaves search, matches, saved searches and its public page at once, and takes nobody on.",
        f"Its money stays where it is: {in_naira(held_kobo(job))} in escrow. {people.get(coming, others)}.",
        "Its client is told why, and may cancel it.",
    ]


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    list_display = ("id", "title", "status", "client", "industry", "date", "places", "rate_kobo", "created_at")
    list_display_links = ("id", "title")
    list_filter = ("status", ("hidden_at", admin.EmptyFieldListFilter), "job_type", "shift_type", "industry", "date")
    served = ("hidden_at__isempty=0",)
    list_select_related = ("client", "industry")
    finds = Finds(numbers={"pk": "number"}, people=("client_id",), words=open_jobs_about, title="words of an open job")
    ordering = ("-id",)
    exclude = ("search",)
    inlines = (ShiftInline, ApplicationInline)
    deeds = ("cancel", "hide", "show_again")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Job]:
        jobs: QuerySet[Job] = super().get_queryset(request)
        return jobs.select_related("client", "created_by", "industry", "subcategory").defer("search")

    @admin.display(description="places")
    def places(self, job: Job) -> str:
        return f"{job.accepted_count} of {job.applicants_needed}"

    def has_cancel_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return request.user.has_perm("jobs.change_job")

    @deed(
        "Cancel job",
        done="canceled, or proposed to a second person",
        permission="cancel",
        traced=("status",),
        applies=lambda job: job.status in CANCELABLE and job.canceled_at is None,
    )
    def cancel(self, job: Job, given: dict[str, Any], staff_id: int) -> Model:
        """As the client would: workers are compensated, the rest is refunded."""
        return STAFF_CANCELS.get().cancel(staff_id=staff_id, job_id=job.pk, reason=given["reason"])

    @deed(
        "Hide job",
        done="hidden",
        permission="cancel",
        form=ToldReasonForm,
        traced=("is_open",),
        applies=lambda job: job.hidden_at is None,
        foretell=what_hiding_leaves,
        is_final=False,
    )
    def hide(self, job: Job, given: dict[str, Any], staff_id: int) -> Job:
        return hide_job(job_id=job.pk, reason=given["reason"])

    @deed(
        "Show job again",
        done="shown again",
        permission="cancel",
        form=ToldReasonForm,
        traced=("is_open",),
        applies=lambda job: job.hidden_at is not None,
        is_final=False,
    )
    def show_again(self, job: Job, given: dict[str, Any], staff_id: int) -> Job:
        return restore_job(job_id=job.pk, reason=given["reason"])


@admin.register(Shift)
class ShiftAdmin(ReadOnlyAdmin):
    list_display = ("id", "job", "starts_at", "ends_at", "minutes", "canceled_at")
    list_select_related = ("job",)
    finds = Finds(numbers={"job_id": "job's number"})
    ordering = ("-id",)
    fields = ("job", "starts_at", "ends_at", "minutes", "canceled_at")


class AssignmentInline(ReadOnlyInline):
    model = ShiftAssignment
    fields = ("shift", "status", "starts_at", "worked_minutes", "approved_minutes", "wage_kobo", "paid_wage_kobo")
    joined = ("shift",)


class StatusLogInline(ReadOnlyInline):
    model = ApplicationStatusLog
    fields = ("from_status", "to_status", "changed_by", "created_at")
    joined = ("changed_by",)
    show_change_link = False


@admin.register(Application)
class ApplicationAdmin(ReadOnlyAdmin):
    list_display = ("id", "job", "applicant", "status", "created_at", "decided_at")
    list_filter = ("status",)
    list_select_related = ("job", "applicant")
    finds = Finds(numbers={"job_id": "job's number"}, people=("applicant_id",))
    ordering = ("-id",)
    inlines = (AssignmentInline, StatusLogInline)


@admin.register(ApplicationStatusLog)
class ApplicationStatusLogAdmin(ReadOnlyAdmin):
    list_display = ("id", "application", "from_status", "to_status", "changed_by", "created_at")
    list_filter = ("to_status",)
    list_select_related = ("application", "changed_by")
    finds = Finds(numbers={"application_id": "application's number"}, people=("application__applicant_id",))
    ordering = ("-id",)


class SpellInline(ReadOnlyInline):
    model = Spell
    fields = ("started_at", "ended_at")
    show_change_link = False


class CorrectionInline(ReadOnlyInline):
    model = AttendanceLog
    fields = ("correction", "minutes_before", "minutes_after", "reason", "changed_by", "created_at")
    joined = ("changed_by",)
    show_change_link = False


@admin.register(ShiftAssignment)
class ShiftAssignmentAdmin(ReadOnlyAdmin):
    list_display = (
        "id",
        "job",
        "worker",
        "status",
        "starts_at",
        "worked_minutes",
        "approved_minutes",
        "wage_kobo",
        "paid_wage_kobo",
        "withheld_kobo",
    )
    list_filter = ("status", "checked_out_automatically", "approved_automatically", "starts_at")
    list_select_related = ("application__job", "worker")
    finds = Finds(numbers={"pk": "number", "application__job_id": "job's number"}, people=("worker_id",))
    ordering = ("-id",)
    # Where somebody stood is nobody's business but the check-in's; staff see the distance.
    exclude = ("check_in_latitude", "check_in_longitude")
    inlines = (SpellInline, CorrectionInline)

    @admin.display(description="job")
    def job(self, assignment: ShiftAssignment) -> str:
        return str(assignment.application.job)


@admin.register(Spell)
class SpellAdmin(ReadOnlyAdmin):
    list_display = ("id", "assignment", "started_at", "ended_at")
    list_select_related = ("assignment",)
    finds = Finds(numbers={"assignment_id": "assignment's number"}, people=("assignment__worker_id",))
    ordering = ("-id",)


@admin.register(AttendanceLog)
class AttendanceLogAdmin(ReadOnlyAdmin):
    list_display = ("id", "assignment", "correction", "minutes_before", "minutes_after", "changed_by", "created_at")
    list_filter = ("correction",)
    list_select_related = ("assignment", "changed_by")
    finds = Finds(numbers={"assignment_id": "assignment's number"}, people=("assignment__worker_id",))
    ordering = ("-id",)


@admin.register(SavedJob)
class SavedJobAdmin(ReadOnlyAdmin):
    list_display = ("id", "user", "job", "saved_at")
    list_select_related = ("user", "job")
    finds = Finds(numbers={"job_id": "job's number"}, people=("user_id",))
    ordering = ("-id",)


@admin.register(SavedSearch)
class SavedSearchAdmin(ReadOnlyAdmin):
    """Without the place that somebody searches around, which may be their home."""

    list_display = ("id", "user", "name", "created_at")
    list_select_related = ("user",)
    finds = Finds(people=("user_id",))
    ordering = ("-id",)
    fields = ("user", "name", "text", "industries", "subcategories", "shift_types", "job_types", "created_at")


@admin.register(JobTemplate)
class JobTemplateAdmin(ReadOnlyAdmin):
    list_display = ("id", "client", "name", "created_at")
    list_select_related = ("client",)
    finds = Finds(people=("client_id",))
    ordering = ("-id",)
    fields = ("client", "name", "created_at")  # not the terms, which nobody was offered


@admin.register(JobSeries)
class JobSeriesAdmin(ReadOnlyAdmin):
    list_display = ("id", "client", "until", "due_at", "created_at", "ended_at", "ended_by")
    list_select_related = ("client",)
    list_filter = ("ended_by",)
    finds = Finds(numbers={"pk": "number"}, people=("client_id",))
    ordering = ("-id",)


@admin.register(SeriesOccurrence)
class SeriesOccurrenceAdmin(ReadOnlyAdmin):
    list_display = ("id", "series", "number", "job", "left_out", "changed_at", "created_at")
    list_select_related = ("series", "job")
    finds = Finds(
        numbers={"series_id": "number of the series", "job_id": "job's number"}, people=("series__client_id",)
    )
    ordering = ("-id",)


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    list_display = ("id", "job", "worker", "created_at")
    list_select_related = ("job", "worker")
    finds = Finds(numbers={"job_id": "job's number"}, people=("worker_id",))
    ordering = ("-id",)


@admin.register(Favourite)
class FavouriteAdmin(ReadOnlyAdmin):
    list_display = ("id", "client", "worker", "created_at")
    list_select_related = ("client", "worker")
    finds = Finds(people=("client_id", "worker_id"))
    ordering = ("-id",)


@admin.register(CalendarLink)
class CalendarLinkAdmin(ReadOnlyAdmin):
    list_display = ("id", "user", "created_at")
    list_select_related = ("user",)
    finds = Finds(people=("user_id",))
    ordering = ("-id",)
    fields = ("user", "created_at")


@admin.register(StaffNote)
class StaffNoteAdmin(ReadOnlyAdmin):
    """Written on the page with everything about a job or a person."""

    list_display = ("id", "job", "user", "author", "text", "created_at")
    list_select_related = ("job", "user", "author")
    finds = Finds(numbers={"job_id": "job's number"}, people=("user_id",))
    ordering = ("-id",)
    fields = ("job", "user", "author", "text", "created_at")


def about_any_of(people: Sequence[int]) -> Q:
    """Without an index: as many as staff have written a reason for."""
    return Q(people__overlap=people)


@admin.register(HandledPattern)
class HandledPatternAdmin(ReadOnlyAdmin):
    """Written on the page of patterns."""

    list_display = ("id", "says", "reason", "handled_by", "handled_at")
    list_select_related = ("handled_by",)
    finds = Finds(numbers={"pk": "number"}, people=("handled_by_id", about_any_of))
    ordering = ("-id",)
    fields = ("says", "whom", "reason", "handled_by", "handled_at")

    @admin.display(description="people")
    def whom(self, handled: HandledPattern) -> str:
        """Who closed the account since has no name any more."""
        return ", ".join(person.name for person in CustomUser.objects.filter(pk__in=handled.people).order_by("pk"))


@admin.register(Block)
class BlockAdmin(ReadOnlyAdmin):
    list_display = ("id", "blocker", "blocked", "created_at")
    list_select_related = ("blocker", "blocked")
    finds = Finds(people=("blocker_id", "blocked_id"))
    ordering = ("-id",)
