from django.db import transaction
from django.db.models import QuerySet

from core import clock
from core.actor import Actor
from core.errors import NotFound
from core.instances import insert_unless_there, instances
from core.listings import Given
from jobs.models import SavedJob
from jobs.visibility import refuse_invisible


@instances("job_id", "user_id")
def _saved(given: Given) -> QuerySet[SavedJob]:
    return SavedJob.objects.planned().filter(job_id=given["job_id"], user_id=given["user_id"])


@transaction.atomic
def save_job(*, actor: Actor, job_id: int) -> SavedJob:
    """Keep a job for later; saving it again changes nothing. Raises `NotFound`, also for one that is not visible."""
    refuse_invisible(job_id, user_id=actor.user_id)
    for saved in _saved.all(job_id=job_id, user_id=actor.user_id):
        return saved
    saving = SavedJob(user_id=actor.user_id, job_id=job_id, saved_at=clock.now())
    return saving if insert_unless_there(saving) else _saved.one(job_id=job_id, user_id=actor.user_id)


@transaction.atomic
def unsave_job(*, actor: Actor, job_id: int) -> None:
    """Raises `NotFound` when it was not saved."""
    deleted, _ = SavedJob.objects.filter(user_id=actor.user_id, job_id=job_id).delete()
    if not deleted:
        raise NotFound
