"""Who may read a job: everybody, once it is paid for. Before, whoever posts could put words before people for nothing.

A job that was paid is `pending` again while a dearer edit waits for its difference; who applied to it, was invited to
it or kept it while it was paid reads it all the same.
"""

from django.db.models import Exists, OuterRef, Q

from jobs.models import Application, Invitation, JobStatus, SavedJob
from jobs.models.job import JobQuerySet


def visible_to(jobs: JobQuerySet, *, user_id: int) -> JobQuerySet:
    """Those of the jobs that this person may read, in the same query."""
    applied = Application.objects.filter(job_id=OuterRef("pk"), applicant_id=user_id)
    invited = Invitation.objects.filter(job_id=OuterRef("pk"), worker_id=user_id)
    kept = SavedJob.objects.filter(job_id=OuterRef("pk"), user_id=user_id)
    return jobs.filter(
        ~Q(status=JobStatus.PENDING) | Q(client_id=user_id) | Exists(applied) | Exists(invited) | Exists(kept)
    )
