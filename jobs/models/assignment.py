"""Assignments: one worker on one shift, and the attendance that decides the wage.

W2: no worker holds two overlapping live assignments; the exclusion constraint below refuses the second.
W3: `status` changes only along `jobs.machines.ASSIGNMENT`, enforced by a trigger.
"""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from core.models import PayshiftQuerySet
from jobs.models.application import Application
from jobs.models.industry import JobIndustry, JobSubcategory
from jobs.models.shift import Shift

MAX_CODE_TRIES = 5


class AssignmentStatus(models.TextChoices):
    SCHEDULED = "scheduled"
    CHECKED_IN = "checked_in"
    CHECKED_OUT = "checked_out"
    APPROVED = "approved"
    NO_SHOW = "no_show"
    CANCELED = "canceled"


# Alive: the worker's time is taken, and the wage is still to be decided.
LIVE_STATUSES = (AssignmentStatus.SCHEDULED, AssignmentStatus.CHECKED_IN, AssignmentStatus.CHECKED_OUT)


class CheckInMethod(models.TextChoices):
    POSITION = "position"
    CODE = "code"
    GRANTED = "granted", "granted by the client"


class CancelReason(models.TextChoices):
    WITHDRAWN = "withdrawn", "withdrawn by the worker"
    WITHDRAWN_LATE = "withdrawn_late", "withdrawn by the worker within 24 h"
    JOB_CANCELED = "job_canceled", "canceled by the client"
    RELEASED = "released", "released by the client, because it was not confirmed"


class ShiftAssignment(models.Model):
    # The unique constraint starts with the application, the calendar indexes with worker and client.
    application = models.ForeignKey(Application, models.PROTECT, related_name="assignments", db_index=False)
    shift = models.ForeignKey(Shift, models.PROTECT, related_name="assignments")
    worker = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="assignments", db_index=False)
    # A copy of the job's client: whose calendar the assignment is in, in the order of an index.
    client = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="client_assignments", db_index=False
    )
    # Copies of the job's trade, which is settled once somebody was accepted: experience is counted in an index alone.
    industry = models.ForeignKey(JobIndustry, models.PROTECT, related_name="+", db_index=False)
    subcategory = models.ForeignKey(JobSubcategory, models.PROTECT, related_name="+", null=True, db_index=False)
    # Copies of the shift's times: an exclusion constraint sees one table only.
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    status = models.CharField(max_length=16, choices=AssignmentStatus, default=AssignmentStatus.SCHEDULED)

    checked_in_at = models.DateTimeField(null=True, blank=True)
    check_in_method = models.CharField(max_length=16, choices=CheckInMethod, blank=True)
    check_in_distance_m = models.PositiveIntegerField(null=True, blank=True)
    check_in_latitude = models.FloatField(null=True, blank=True)
    check_in_longitude = models.FloatField(null=True, blank=True)
    code_tries = models.PositiveSmallIntegerField(default=0)
    checked_out_at = models.DateTimeField(null=True, blank=True)
    checked_out_automatically = models.BooleanField(default=False)
    worked_minutes = models.PositiveIntegerField(null=True, blank=True)

    approved_at = models.DateTimeField(null=True, blank=True)
    approved_automatically = models.BooleanField(default=False)
    approved_minutes = models.PositiveIntegerField(null=True, blank=True)
    # Whether its approval counts for reputation: approved shifts, reliability, reviews.
    counted = models.BooleanField(default=True, db_default=True)
    lowered_reason = models.CharField(max_length=500, blank=True)
    raised_reason = models.CharField(max_length=500, blank=True, default="", db_default="")
    # What the worker says was worked, where that is more than what was recorded.
    asked_at = models.DateTimeField(null=True, blank=True)
    asked_minutes = models.PositiveIntegerField(null=True, blank=True)
    asked_reason = models.CharField(max_length=500, blank=True, default="", db_default="")
    # The client says that whoever checked in was not there. Empty again when it is answered or taken back.
    contested_at = models.DateTimeField(null=True, blank=True)
    contest_reason = models.CharField(max_length=500, blank=True, default="", db_default="")
    # The client sent the worker home; `ends_at` is then the moment of it. Without the worker's fault so many minutes
    # are paid at least.
    ended_early_at = models.DateTimeField(null=True, blank=True)
    least_minutes = models.IntegerField(default=0, db_default=0)
    # Longer than the shift, as both agreed and as the client paid: within `ends_at`, `wage_kobo` and `fee_kobo`.
    extra_minutes = models.IntegerField(default=0, db_default=0)
    extra_kobo = models.BigIntegerField(default=0, db_default=0)
    # What the client offers to add; see `services.extra_time`.
    extra_offered_minutes = models.IntegerField(null=True, blank=True)
    approval_reminded_at = models.DateTimeField(null=True, blank=True)
    no_show_at = models.DateTimeField(null=True, blank=True)
    canceled_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.CharField(max_length=16, choices=CancelReason, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)

    # The full price fixed at acceptance, what was paid of it, and what the client took off but which still waits in
    # escrow for the worker's word, 48 hours, or the end of a dispute.
    wage_kobo = models.BigIntegerField()
    fee_kobo = models.BigIntegerField()
    paid_wage_kobo = models.BigIntegerField(default=0)
    paid_fee_kobo = models.BigIntegerField(default=0)
    compensation_kobo = models.BigIntegerField(default=0)
    withheld_kobo = models.BigIntegerField(default=0)
    withheld_until = models.DateTimeField(null=True, blank=True)
    minutes_accepted_at = models.DateTimeField(null=True, blank=True)

    objects = PayshiftQuerySet.as_manager()

    class Meta:
        verbose_name = "assignment"
        indexes = [
            models.Index(fields=["worker", "starts_at", "id"], name="jobs_assignment_calendar"),
            models.Index(fields=["client", "starts_at", "id"], name="jobs_assignment_client"),
            models.Index(
                fields=["worker", "industry", "subcategory"],
                name="jobs_assignment_experience",
                condition=Q(status=AssignmentStatus.APPROVED),
            ),
            models.Index(fields=["ends_at"], name="jobs_assignment_live", condition=Q(status__in=LIVE_STATUSES)),
            models.Index(
                fields=["checked_in_at"],
                name="jobs_assignment_position",
                condition=Q(check_in_latitude__isnull=False),
            ),
            models.Index(fields=["withheld_until"], name="jobs_assignment_withheld", condition=Q(withheld_kobo__gt=0)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["application", "shift"], name="jobs_assignment_once"),
            ExclusionConstraint(
                name="jobs_assignment_no_overlap",
                expressions=[
                    (F("worker"), RangeOperators.EQUAL),
                    (
                        Func(
                            "starts_at",
                            "ends_at",
                            RangeBoundary(inclusive_lower=True, inclusive_upper=False),
                            function="tstzrange",
                            output_field=DateTimeRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(status__in=LIVE_STATUSES),
            ),
            models.CheckConstraint(
                condition=Q(status__in=AssignmentStatus.values), name="jobs_assignment_status_known"
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="jobs_assignment_ends_after_start"),
            models.CheckConstraint(
                condition=~Q(status="checked_in") | Q(checked_in_at__isnull=False, checked_out_at__isnull=True),
                name="jobs_assignment_checked_in_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["checked_out", "approved"])
                | Q(
                    checked_in_at__isnull=False,
                    checked_out_at__isnull=False,
                    checked_out_at__gte=F("checked_in_at"),
                    worked_minutes__isnull=False,
                ),
                name="jobs_assignment_checked_out_has_work",
            ),
            models.CheckConstraint(
                condition=~Q(status="approved") | Q(approved_at__isnull=False, approved_minutes__isnull=False),
                name="jobs_assignment_approved_has_minutes",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["no_show", "canceled"])
                | Q(checked_in_at__isnull=True)
                | Q(status="no_show", contested_at__isnull=False),
                name="jobs_assignment_absent_never_checked_in",
            ),
            models.CheckConstraint(
                condition=~Q(status="approved", approved_minutes__gt=F("worked_minutes"), raised_reason=""),
                name="jobs_assignment_raised_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(asked_at__isnull=True, asked_minutes__isnull=True)
                | Q(asked_at__isnull=False, asked_minutes__isnull=False) & ~Q(asked_reason=""),
                name="jobs_assignment_asked_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(contested_at__isnull=True, contest_reason="")
                | Q(contested_at__isnull=False) & ~Q(contest_reason=""),
                name="jobs_assignment_contest_has_reason",
            ),
            models.CheckConstraint(
                condition=~Q(status="approved", approved_minutes__lt=F("worked_minutes"), lowered_reason=""),
                name="jobs_assignment_lowered_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(least_minutes=0) | Q(least_minutes__gt=0, ended_early_at__isnull=False),
                name="jobs_assignment_least_of_ended_early",
            ),
            models.CheckConstraint(
                condition=~Q(status="approved", approved_minutes__lt=F("least_minutes")),
                name="jobs_assignment_least_is_paid",
            ),
            models.CheckConstraint(
                condition=Q(extra_minutes=0, extra_kobo=0)
                | Q(extra_minutes__gt=0, extra_kobo__gt=0, extra_kobo__lte=F("wage_kobo") + F("fee_kobo")),
                name="jobs_assignment_extra_within_price",
            ),
            models.CheckConstraint(
                condition=Q(extra_offered_minutes__isnull=True) | Q(extra_offered_minutes__gte=1),
                name="jobs_assignment_extra_offer_positive",
            ),
            models.CheckConstraint(
                condition=Q(code_tries__lte=MAX_CODE_TRIES), name="jobs_assignment_code_tries_bounds"
            ),
            models.CheckConstraint(
                condition=Q(wage_kobo__gte=0, fee_kobo__gte=0, paid_wage_kobo__gte=0, paid_fee_kobo__gte=0)
                & Q(paid_wage_kobo__lte=F("wage_kobo"), paid_fee_kobo__lte=F("fee_kobo"))
                & Q(compensation_kobo__gte=0, compensation_kobo__lte=F("wage_kobo")),
                name="jobs_assignment_paid_within_price",
            ),
            models.CheckConstraint(
                condition=Q(withheld_kobo=0)
                | Q(
                    withheld_kobo__gt=0,
                    withheld_until__isnull=False,
                    status__in=["approved", "no_show"],
                    withheld_kobo__lte=F("wage_kobo") + F("fee_kobo") - F("paid_wage_kobo") - F("paid_fee_kobo"),
                ),
                name="jobs_assignment_withheld_within_price",
            ),
        ]

    def __str__(self) -> str:
        return f"Assignment {self.pk}"

    @property
    def price_kobo(self) -> int:
        return self.wage_kobo + self.fee_kobo
