"""Disputes about one assignment's money. While one is open, what escrow still holds for the assignment stays there.

W3: `status` changes only along `payment.machines.DISPUTE`, enforced by a trigger.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core.models import PayshiftQuerySet
from jobs.models import ShiftAssignment


class DisputeStatus(models.TextChoices):
    OPEN = "open"
    UNDER_REVIEW = "under_review"
    RESOLVED = "resolved"
    WITHDRAWN = "withdrawn"


OPEN_DISPUTES = (DisputeStatus.OPEN, DisputeStatus.UNDER_REVIEW)


class Resolution(models.TextChoices):
    WORKER = "worker", "to the worker"
    CLIENT = "client", "to the client"
    SPLIT = "split"


class Dispute(models.Model):
    assignment = models.ForeignKey(ShiftAssignment, models.PROTECT, related_name="disputes")
    # The two parties, as they stood when it was opened: each lists their own disputes by them.
    client = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="disputes_as_client", db_index=False
    )
    worker = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="disputes_as_worker", db_index=False
    )
    # One of the two parties.
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    status = models.CharField(max_length=16, choices=DisputeStatus, default=DisputeStatus.OPEN)
    reason = models.CharField(max_length=1000)
    resolution = models.CharField(max_length=16, choices=Resolution, blank=True)
    resolution_note = models.CharField(max_length=1000, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True, db_index=False
    )
    # How the money that was frozen was divided.
    to_worker_kobo = models.BigIntegerField(default=0)
    to_client_kobo = models.BigIntegerField(default=0)
    # A decision about more than `DISPUTE_ALONE_KOBO` waits for somebody else who decides alike.
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True, db_index=False
    )
    proposed_resolution = models.CharField(max_length=16, choices=Resolution, blank=True, default="", db_default="")
    proposed_to_worker_kobo = models.BigIntegerField(default=0, db_default=0)
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    # What a preview says of a decision that waits for somebody else.
    asks_for = ""

    objects = PayshiftQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["client", "-created_at", "-id"], name="payment_dispute_client"),
            models.Index(fields=["worker", "-created_at", "-id"], name="payment_dispute_worker"),
            models.Index(fields=["created_at"], condition=Q(status__in=OPEN_DISPUTES), name="payment_dispute_open"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["assignment"], condition=Q(status__in=OPEN_DISPUTES), name="payment_dispute_one_open"
            ),
            models.CheckConstraint(condition=Q(status__in=DisputeStatus.values), name="payment_dispute_status_known"),
            models.CheckConstraint(
                condition=Q(opened_by=F("client")) | Q(opened_by=F("worker")), name="payment_dispute_opened_by_party"
            ),
            models.CheckConstraint(
                condition=Q(
                    status="resolved",
                    resolution__in=Resolution.values,
                    resolved_by__isnull=False,
                    to_worker_kobo__gte=0,
                    to_client_kobo__gte=0,
                )
                | (
                    ~Q(status="resolved")
                    & Q(resolution="", resolved_by__isnull=True, to_worker_kobo=0, to_client_kobo=0)
                ),
                name="payment_dispute_resolved_has_outcome",
            ),
            models.CheckConstraint(
                condition=Q(status__in=OPEN_DISPUTES, closed_at__isnull=True)
                | (~Q(status__in=OPEN_DISPUTES) & Q(closed_at__isnull=False)),
                name="payment_dispute_closed_has_time",
            ),
            models.CheckConstraint(
                condition=Q(proposed_by__isnull=True, proposed_resolution="", proposed_to_worker_kobo=0)
                | Q(
                    proposed_by__isnull=False,
                    proposed_resolution__in=Resolution.values,
                    proposed_to_worker_kobo__gte=0,
                ),
                name="payment_dispute_proposal_is_whole",
            ),
            models.CheckConstraint(
                condition=~Q(status="resolved") | Q(proposed_by__isnull=True) | ~Q(resolved_by=F("proposed_by")),
                name="payment_dispute_two_people",
            ),
        ]

    def __str__(self) -> str:
        return f"Dispute {self.pk}"


class DisputeStatement(models.Model):
    """What a party or staff said in a dispute."""

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="statements", db_index=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    body = models.CharField(max_length=4000)
    created_at = models.DateTimeField()

    objects = PayshiftQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["dispute", "created_at", "id"], name="payment_disputestatement_time")]
        constraints = [models.CheckConstraint(condition=~Q(body=""), name="payment_disputestatement_not_empty")]

    def __str__(self) -> str:
        return f"Statement {self.pk}"
