"""What people keep about jobs and about each other."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core.models import PayshiftQuerySet
from jobs.models.job import Job


class SavedJob(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_jobs", db_index=False)
    job = models.ForeignKey(Job, models.CASCADE, related_name="saves", db_index=False)
    saved_at = models.DateTimeField()

    objects = PayshiftQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["user", "-saved_at", "-id"], name="jobs_savedjob_user_newest")]
        # The job comes first, so that this serves the job and the index above serves the user.
        constraints = [models.UniqueConstraint(fields=["job", "user"], name="jobs_savedjob_once")]

    def __str__(self) -> str:
        return f"Saved job {self.pk}"


class Invitation(models.Model):
    """A client asks somebody who worked for them before to apply for a job, once."""

    job = models.ForeignKey(Job, models.PROTECT, related_name="invitations", db_index=False)
    worker = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="invitations", db_index=False)
    created_at = models.DateTimeField()

    objects = PayshiftQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["worker", "-created_at", "-id"], name="jobs_invitation_worker_newest")]
        constraints = [models.UniqueConstraint(fields=["job", "worker"], name="jobs_invitation_once")]

    def __str__(self) -> str:
        return f"Invitation {self.pk}"


class Favourite(models.Model):
    """A worker whom a client likes to have back: the first to be offered a place that comes free again."""

    client = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="favourites", db_index=False)
    worker = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="favourite_of", db_index=False)
    created_at = models.DateTimeField()

    objects = PayshiftQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["client", "-created_at", "-id"], name="jobs_favourite_client_newest")]
        constraints = [
            # The worker comes first, so that this serves the worker and the index above serves the client.
            models.UniqueConstraint(fields=["worker", "client"], name="jobs_favourite_once"),
            models.CheckConstraint(condition=~Q(client=F("worker")), name="jobs_favourite_not_self"),
        ]

    def __str__(self) -> str:
        return f"Favourite {self.pk}"


class Block(models.Model):
    """Neither side of a block can apply to, invite or accept the other."""

    blocker = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="blocks", db_index=False)
    blocked = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="blocked_by", db_index=False)
    created_at = models.DateTimeField()

    objects = PayshiftQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["blocker", "-created_at", "-id"], name="jobs_block_blocker_newest")]
        constraints = [
            models.UniqueConstraint(fields=["blocked", "blocker"], name="jobs_block_once"),
            models.CheckConstraint(condition=~Q(blocker=F("blocked")), name="jobs_block_not_self"),
        ]

    def __str__(self) -> str:
        return f"Block {self.pk}"
