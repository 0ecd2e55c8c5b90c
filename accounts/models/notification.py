"""What people are told, and how they want to be told."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.models import PayshiftQuerySet


class NotificationKind(models.TextChoices):
    APPLICATION_RECEIVED = "application_received"
    APPLICATION_ACCEPTED = "application_accepted"
    APPLICATION_REJECTED = "application_rejected"
    APPLICATION_CLOSED = "application_closed"
    APPLICATION_WITHDRAWN = "application_withdrawn"
    STANDING_BY = "standing_by"
    PLACE_OFFERED = "place_offered"
    PLACE_TAKEN = "place_taken"
    CONFIRM_PLACE = "confirm_place"
    PLACE_UNCONFIRMED = "place_unconfirmed"
    PLACE_RELEASED = "place_released"
    JOB_CHANGED = "job_changed"
    JOB_CANCELED = "job_canceled"
    JOB_EXPIRED = "job_expired"
    JOB_COMPLETED = "job_completed"
    JOB_HIDDEN = "job_hidden"
    JOB_RESTORED = "job_restored"
    PAYMENT_RECEIVED = "payment_received"
    DEPOSIT_RECEIVED = "deposit_received"
    SHIFT_REMINDER = "shift_reminder"
    CHECKED_IN = "checked_in"
    CHECKED_OUT = "checked_out"
    CHECKED_OUT_BY_CLOCK = "checked_out_by_clock"
    SHIFT_APPROVED = "shift_approved"
    MINUTES_LOWERED = "minutes_lowered"
    MINUTES_RAISED = "minutes_raised"
    MINUTES_ASKED = "minutes_asked"
    MINUTES_ACCEPTED = "minutes_accepted"
    CHECK_IN_CONTESTED = "check_in_contested"
    EXTRA_TIME_OFFERED = "extra_time_offered"
    EXTRA_TIME_ANSWERED = "extra_time_answered"
    ATTENDANCE_CORRECTED = "attendance_corrected"
    APPROVAL_DUE = "approval_due"
    DECIDED_BY_CLOCK = "decided_by_clock"
    WAGE_PAID = "wage_paid"
    REFUND_RECEIVED = "refund_received"
    WITHDRAWAL_PAID = "withdrawal_paid"
    WITHDRAWAL_FAILED = "withdrawal_failed"
    WITHDRAWAL_REVERSED = "withdrawal_reversed"
    DISPUTE_OPENED = "dispute_opened"
    DISPUTE_UPDATED = "dispute_updated"
    DISPUTE_RESOLVED = "dispute_resolved"
    REVIEW_RECEIVED = "review_received"
    REVIEW_RESPONSE = "review_response"
    REVIEW_HIDDEN = "review_hidden"
    REVIEW_RESTORED = "review_restored"
    REVIEW_REWORDED = "review_reworded"
    REPORT_ANSWERED = "report_answered"
    NEW_DEVICE = "new_device"
    DEVICE_REVOKED = "device_revoked"
    BANK_ACCOUNT_CHANGED = "bank_account_changed"
    SECOND_FACTOR_CHANGED = "second_factor_changed"
    IDENTITY_CHANGED = "identity_changed"
    INVITED = "invited"
    NEW_JOB = "new_job"
    SERIES_POSTED = "series_posted"
    SERIES_LEFT_OUT = "series_left_out"
    SIGNUP_ATTEMPT = "signup_attempt"


class Notification(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications", db_index=False)
    kind = models.CharField(max_length=30, choices=NotificationKind)
    title = models.CharField(max_length=200)
    body = models.TextField(max_length=2000)
    # The page of the app to open. Before there was one, the object's path in the API.
    link = models.CharField(max_length=200, blank=True)
    # What happened, once: a job that runs twice writes one row.
    dedupe_key = models.CharField(max_length=120)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    # Told by e-mail only, as the person prefers: the row just remembers that it was told.
    is_hidden = models.BooleanField(default=False)
    # When a newer one about the same thing took its place.
    superseded_at = models.DateTimeField(null=True, blank=True)
    # From when on its mail may leave; NULL where there is none, or it was given up after as many tries as there are. Of
    # those that may, the highest turn goes first (`core.turns`).
    mail_at = models.DateTimeField(null=True, blank=True)
    mail_turn = models.SmallIntegerField(default=0, db_default=0)
    mail_tries = models.SmallIntegerField(default=0, db_default=0)
    # When its mail was begun, and when the mail server had taken it. One that was begun and not ended may have been
    # taken: it is sent once more, later, as the same message.
    mail_began_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)
    # From when on it may be shown on the person's devices; NULL where it is not to be. And since when it was.
    push_at = models.DateTimeField(null=True, blank=True)
    pushed_at = models.DateTimeField(null=True, blank=True)

    objects = PayshiftQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["user", "-created_at", "-id"], name="accounts_notification_newest", condition=Q(is_hidden=False)
            ),
            models.Index(fields=["user", "kind", "link", "created_at"], name="accounts_notification_same"),
            # What was told about one thing, to whomever: staff read a job's history.
            models.Index(fields=["link", "-created_at", "-id"], name="accounts_notification_link"),
            # What is to be mailed, and nothing else: in the order in which it leaves.
            models.Index(
                fields=["-mail_turn", "mail_at", "id"],
                name="accounts_notification_to_mail",
                condition=Q(mail_at__isnull=False, mailed_at__isnull=True, superseded_at__isnull=True),
            ),
            models.Index(
                fields=["push_at"],
                name="accounts_notification_to_push",
                condition=Q(
                    push_at__isnull=False, pushed_at__isnull=True, read_at__isnull=True, superseded_at__isnull=True
                ),
            ),
            models.Index(fields=["user"], name="accounts_notification_unread", condition=Q(read_at__isnull=True)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["dedupe_key", "user"], name="accounts_notification_once"),
            models.CheckConstraint(
                condition=Q(kind__in=NotificationKind.values), name="accounts_notification_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class NotificationPreference(models.Model):
    """One row for each kind that a person has changed; without one, all ways are on."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notification_preferences", db_index=False
    )
    kind = models.CharField(max_length=30, choices=NotificationKind)
    in_app = models.BooleanField(default=True)
    email = models.BooleanField(default=True)
    # On devices that were opted in, and only what is told in the app.
    push = models.BooleanField(default=True, db_default=True)

    objects = PayshiftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "kind"], name="accounts_preference_once"),
            models.CheckConstraint(
                condition=Q(kind__in=NotificationKind.values), name="accounts_preference_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}"
