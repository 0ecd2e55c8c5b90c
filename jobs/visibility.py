"""Who may read a job: everybody, once it is paid for. Before, whoever posts could put words before people for nothing.

A job that was paid is `pending` again while a dearer edit waits for its difference; who applied to it, was invited to
it or kept it while it was paid reads it all the same. One that staff hid is read by its client and by whoever applied.
"""

from django.db.models import Exists, OuterRef, Q

from core.errors import NotFound
from core.listings import Bound, Given, Prepared
from jobs.models import Application, Invitation, Job, JobStatus, SavedJob
from jobs.models.job import JobQuerySet


def visible_to(jobs: JobQuerySet, *, user_id: int | Bound) -> JobQuerySet:
    """Those of the jobs that this person may read, in the same query."""
    applied = Application.objects.filter(job_id=OuterRef("pk"), applicant_id=user_id)
    invited = Invitation.objects.filter(job_id=OuterRef("pk"), worker_id=user_id)
    kept = SavedJob.objects.filter(job_id=OuterRef("pk"), user_id=user_id)
    shown = Q(hidden_at__isnull=True) & (~Q(status=JobStatus.PENDING) | Exists(invited) | Exists(kept))
    return jobs.filter(shown | Q(client_id=user_id) | Exists(applied))


def _visible(given: Given) -> JobQuerySet:
    return visible_to(Job.objects.filter(pk=given["job_id"]), user_id=given["user_id"])


VISIBLE = Prepared(_visible, ("pk",), given=("job_id", "user_id"))


def refuse_invisible(job_id: int, *, user_id: int) -> None:
    """Raises `NotFound` where there is no such job for this person. One query."""
    if not VISIBLE.rows(job_id=job_id, user_id=user_id):
        raise NotFound
