from django.db import transaction

from core import clock
from core.actor import Actor
from core.errors import NotFound
from jobs.models import Job, SavedJob
from jobs.visibility import visible_to


@transaction.atomic
def save_job(*, actor: Actor, job_id: int) -> SavedJob:
    """Keep a job for later; saving it again changes nothing. Raises `NotFound`, also for one that is not visible."""
    if not visible_to(Job.objects.filter(pk=job_id), user_id=actor.user_id).exists():
        raise NotFound
    saved, _ = SavedJob.objects.get_or_create(user_id=actor.user_id, job_id=job_id, defaults={"saved_at": clock.now()})
    return saved


@transaction.atomic
def unsave_job(*, actor: Actor, job_id: int) -> None:
    """Raises `NotFound` when it was not saved."""
    deleted, _ = SavedJob.objects.filter(user_id=actor.user_id, job_id=job_id).delete()
    if not deleted:
        raise NotFound
