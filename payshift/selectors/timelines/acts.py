"""What staff did to objects, out of admin's log, which names them by text; and what they noted."""

from django.contrib.admin.models import LogEntry
from django.db.models import F, Model, QuerySet, TextField
from django.db.models.functions import Cast

from jobs.models import StaffNote
from payshift.selectors.timelines.events import Source


def act_of_staff(objects: QuerySet[Model]) -> Source:
    """For whoever may look at the objects, as their own history pages are."""
    meta = objects.model._meta
    ids = objects.order_by().annotate(as_text=Cast("pk", TextField())).values("as_text")
    entries = LogEntry.objects.filter(
        content_type__app_label=meta.app_label, content_type__model=meta.model_name, object_id__in=ids
    )
    return Source(
        says=f"Staff: {meta.verbose_name}",
        rows=entries,
        at="action_time",
        permission=f"{meta.app_label}.view_{meta.model_name}",
        by="user_id",
        words=Cast("change_message", TextField()),
    )


def note(rows: QuerySet[StaffNote]) -> Source:
    return Source("Note", rows, "created_at", "jobs.view_staffnote", by="author_id", words=F("text"), opens=StaffNote)
