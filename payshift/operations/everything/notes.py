"""Notes of staff on the page of a job or a person: the newest, and a form for one more."""

import uuid
from collections.abc import Sequence

from django import forms
from unfold.widgets import UnfoldAdminTextareaWidget

from accounts.models import CustomUser
from core.forms import refuse_deceiving
from jobs.models import Job, StaffNote
from jobs.models.staff_note import MAX_NOTE_LENGTH
from jobs.services.noting import note_about_job, note_about_person
from payshift.operations.everything.links import Cell, May, may_view, to_person
from payshift.operations.everything.moments import in_lagos

# The others are in the timeline.
FEW = 5
MAY_WRITE = "jobs.add_staffnote"


class NoteForm(forms.Form):
    text = forms.CharField(
        label="A note for the next member of staff",
        max_length=MAX_NOTE_LENGTH,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        validators=[refuse_deceiving],
        help_text="Kept as it is, with your name.",
    )
    # Made with the form: sent twice, it is one note.
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)


def newest_notes(about: Job | CustomUser, may: May) -> Sequence[tuple[str, Cell, str]]:
    """When, who, what; in one query."""
    if not may_view(may, StaffNote):
        return ()
    rows = StaffNote.objects.filter(job=about) if isinstance(about, Job) else StaffNote.objects.filter(user=about)
    newest = rows.select_related("author").order_by("-created_at", "-id")[:FEW]
    return [(in_lagos(note.created_at), to_person(may, note.author), note.text) for note in newest]


def keep_note(about: Job | CustomUser, form: NoteForm, staff_id: int) -> None:
    """Raises what the services raise."""
    given = form.cleaned_data
    if isinstance(about, Job):
        note_about_job(staff_id=staff_id, job_id=about.pk, text=given["text"], key=given["key"])
    else:
        note_about_person(staff_id=staff_id, user_id=about.pk, text=given["text"], key=given["key"])
