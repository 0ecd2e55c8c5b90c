"""Screens for tables that other packages bring, in the look of the rest and without what nobody should read."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.models import Group, Permission
from django.db.models import ManyToManyField, Q, QuerySet
from django.forms import ModelMultipleChoiceField
from django.http import HttpRequest
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateEvent, ProcrastinateJob
from procrastinate.jobs import Status
from procrastinate.utils import utcnow
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from accounts.admin.deeds import QUEUED, deed
from accounts.admin.finding import Finds
from accounts.admin.proving import AsksWhoItIs
from accounts.admin.reading import ReadableTexts, ReadOnlyAdmin, ReadOnlyInline, ToldChanges
from core.errors import InvalidState
from core.models import SelfCheck
from payshift.staff_roles import OUR_APPS

admin.site.unregister(Group)
admin.site.unregister(ProcrastinateJob)


@admin.register(Group)
class GroupAdmin(AsksWhoItIs, ToldChanges, ReadableTexts, DjangoGroupAdmin, ModelAdmin):  # type: ignore[misc]  # unfold has no types
    """What a group of staff may see and do: each right with a box, of what admin has screens for."""

    filter_horizontal = ()

    def get_fieldsets(self, request: HttpRequest, obj: Group | None = None) -> Any:
        return self.with_proof(request, obj, [(None, {"fields": ("name", "permissions")})])

    def formfield_for_manytomany(
        self, db_field: ManyToManyField[Any, Any], request: HttpRequest | None = None, **kwargs: Any
    ) -> ModelMultipleChoiceField[Any] | None:
        if db_field.name == "permissions":
            kwargs["widget"] = UnfoldAdminCheckboxSelectMultipleWidget()
            kwargs["queryset"] = Permission.objects.select_related("content_type").filter(
                content_type__app_label__in=OUR_APPS
            )
        field: ModelMultipleChoiceField[Any] | None = super().formfield_for_manytomany(db_field, request, **kwargs)
        return field


class EventInline(ReadOnlyInline):
    model = ProcrastinateEvent
    fields = ("at", "type")
    show_change_link = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[ProcrastinateEvent]:
        events: QuerySet[ProcrastinateEvent] = super().get_queryset(request)
        return events.order_by("at")


def of_tasks(words: Sequence[str]) -> Q:
    """The names are known to the code; the queue holds what is not done, and for a while what is."""
    return Q(task_name__in=[name for name in app.tasks if all(word in name for word in words)])


@admin.register(ProcrastinateJob)
class JobAdmin(ReadOnlyAdmin):
    """The queue. Arguments are ids and texts; no task takes a code, a token or an account number."""

    list_display = ("id", "task", "status", "queue_name", "attempts", "scheduled_at")
    list_filter = ("status", "queue_name")
    served = ("status__exact=failed",)
    finds = Finds(numbers={"pk": "number"}, words=of_tasks, title="words of the task")
    ordering = ("-id",)
    fields = (
        "id",
        "task_name",
        "args",
        "status",
        "queue_name",
        "lock",
        "queueing_lock",
        "priority",
        "attempts",
        "scheduled_at",
    )
    inlines = (EventInline,)
    deeds = ("retry",)

    @admin.display(description="task", ordering="task_name")
    def task(self, job: ProcrastinateJob) -> str:
        return job.task_name.replace(".tasks.", ": ").replace("_", " ")

    def has_retry_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return request.user.has_perm("procrastinate.change_procrastinatejob")

    @deed(
        "Run again",
        done=QUEUED,
        permission="retry",
        traced=("status",),
        applies=lambda job: job.status == Status.FAILED.value,
        is_final=False,
    )
    def retry(self, job: ProcrastinateJob, given: dict[str, Any], staff_id: int) -> None:
        """Jobs of a killed worker need no hand: a periodic task finds them."""
        if job.status != Status.FAILED.value:
            raise InvalidState("Only a failed job is run again.")
        app.job_manager.retry_job_by_id(job.pk, utcnow(), priority=job.priority, queue=job.queue_name, lock=job.lock)


@admin.register(SelfCheck)
class SelfCheckAdmin(ReadOnlyAdmin):
    list_display = ("name", "checked_at", "took_ms", "differences")
    ordering = ("name",)
