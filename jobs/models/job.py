"""Jobs.

W1: never more workers than `applicants_needed`, neither for the whole job nor on any of its shifts. `accepted_count` is
kept by a trigger on applications (migration `accepted_count`), which takes the job's row lock, and the check below
refuses the one too many; who fills in for days that others left is not among them. Each shift's own count is kept, and
bounded, by a trigger on assignments (migration `places_of_shifts`), which takes the shift's row lock.
W3: `status` changes only along `jobs.machines.JOB`, enforced by a trigger.
"""

from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, GistIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Func, Q

from core.models import PayshiftQuerySet
from jobs.models.industry import JobIndustry, JobSubcategory

MAX_DAYS = 62
MAX_APPLICANTS_NEEDED = 500
MAX_RATE_KOBO = 100_000_000
# Whoever is away for longer works two shifts.
MAX_WORKED_TIMES = 100
MAX_SCORE = 100
MAX_BREAK_MINUTES = 240


class JobStatus(models.TextChoices):
    PENDING = "pending"
    UPCOMING = "upcoming"
    ONGOING = "ongoing"
    COMPLETED = "completed"
    CANCELED = "canceled"
    EXPIRED = "expired"


# Until its start, and then for the shifts that are ahead.
TAKES_PEOPLE = (JobStatus.UPCOMING, JobStatus.ONGOING)


class JobType(models.TextChoices):
    SINGLE_DAY = "single_day"
    MULTIPLE_DAYS = "multiple_days"
    TEMPORARY = "temporary"
    PART_TIME = "part_time"
    FULL_TIME = "full_time"


class ShiftType(models.TextChoices):
    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"
    NIGHT = "night"
    DAY = "day"
    FLEXIBLE = "flexible"


# The client lets a rule decide about some of those who apply.
HAS_RULE = Q(accept_favourites=True) | Q(accept_worked_times__isnull=False) | Q(accept_score_at_least__isnull=False)


class JobQuerySet(PayshiftQuerySet["Job"]):
    def planned(self) -> Self:
        """Without the search vector, which is for the database's eyes only."""
        return super().planned().defer("search")


class Job(models.Model):
    title = models.CharField(max_length=120)
    description = models.TextField(max_length=5000)
    # Industry and subcategory are looked up among open jobs only: partial indexes below.
    industry = models.ForeignKey(JobIndustry, models.PROTECT, related_name="jobs", db_index=False)
    subcategory = models.ForeignKey(JobSubcategory, models.PROTECT, related_name="jobs", null=True, db_index=False)
    job_type = models.CharField(max_length=16, choices=JobType)
    shift_type = models.CharField(max_length=16, choices=ShiftType)
    # Dates and clock times are in the job's own zone; `starts_at` and `ends_at` are the same facts in UTC.
    date = models.DateField()
    end_date = models.DateField()
    start_time = models.TimeField()
    end_time = models.TimeField()
    weekdays = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    # Unpaid, of each shift: `Shift.minutes` and the price are without it.
    break_minutes = models.SmallIntegerField(default=0, db_default=0)
    time_zone = models.CharField(max_length=64)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    applicants_needed = models.PositiveIntegerField()
    accepted_count = models.PositiveIntegerField(default=0, editable=False)
    rate_kobo = models.BigIntegerField()
    price_wage_kobo = models.BigIntegerField()
    price_fee_kobo = models.BigIntegerField()
    # Wages and fees of extra time that was agreed: for the workers who stay, so no part of what each place costs.
    extra_kobo = models.BigIntegerField(default=0, db_default=0)
    location = models.CharField(max_length=200)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    # A position proves little, since the place is public: its client may ask for the on-site code only.
    code_only = models.BooleanField(default=False, db_default=False)
    client = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="jobs", db_index=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="jobs_created")
    status = models.CharField(max_length=16, choices=JobStatus, default=JobStatus.PENDING)
    # Set when the client cancels. Shifts that run then run on, so the status may follow later.
    canceled_at = models.DateTimeField(null=True, blank=True)
    # Staff took it out of what people find, and why; see `services.hiding`.
    hidden_at = models.DateTimeField(null=True, blank=True)
    hidden_reason = models.CharField(max_length=150, blank=True, default="", db_default="")
    # A bank took money out of its escrow while people are accepted: it takes nobody more; see `services.funding`.
    short_since = models.DateTimeField(null=True, blank=True)
    # While a place that came free again is kept for those it was offered to; see `services.refill`.
    offers_until = models.DateTimeField(null=True, blank=True)
    # Nobody is left to work while shifts lie ahead: it is settled when the last of them begins.
    idle_until = models.DateTimeField(null=True, blank=True)
    # The client's choice at posting: a place whose worker does not confirm is released by itself.
    release_unconfirmed = models.BooleanField(default=False, db_default=False)
    # The client's rule: who is taken on as soon as they apply; see `services.ruling`.
    accept_favourites = models.BooleanField(default=False, db_default=False)
    accept_worked_times = models.SmallIntegerField(null=True, blank=True)
    # Of the 100 points of best applicants.
    accept_score_at_least = models.SmallIntegerField(null=True, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    # Kept by a trigger (migration `places_of_shifts`), on each write of the job and of its shifts, because a column of
    # another table is in it: the start of the last shift that has a free place, of a job that is paid for, and neither
    # cancelled nor hidden. Whether that is still ahead is left to who reads, because a column cannot follow the clock.
    open_until = models.DateTimeField(null=True, blank=True, editable=False)
    # The one definition that lists and their partial indexes share: there is such a shift.
    is_open = models.BooleanField(default=False, db_default=False, editable=False)
    # Open, but not on all days.
    part_open = models.BooleanField(default=False, db_default=False, editable=False)
    # Title, location and description by stem and as written: what somebody is still typing begins the word and seldom
    # its stem. Kept by a trigger (migration `search_by_trigger`), of new rows and where one of the three changes.
    search = SearchVectorField(default="", db_default="", editable=False)

    objects = JobQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["status", "date"], name="jobs_job_status_date"),
            models.Index(fields=["date"], name="jobs_job_date"),
            models.Index(fields=["client", "-created_at", "-id"], name="jobs_job_client_newest"),
            models.Index(fields=["-created_at", "-id"], name="jobs_job_open_newest", condition=Q(is_open=True)),
            models.Index(fields=["-rate_kobo", "-id"], name="jobs_job_open_rate", condition=Q(is_open=True)),
            models.Index(fields=["starts_at", "id"], name="jobs_job_open_soonest", condition=Q(is_open=True)),
            models.Index(
                fields=["industry", "-created_at", "-id"], name="jobs_job_open_industry", condition=Q(is_open=True)
            ),
            models.Index(
                fields=["subcategory", "-created_at", "-id"], name="jobs_job_open_subcat", condition=Q(is_open=True)
            ),
            # Nearly all jobs that there ever were are over. Beginnings of words are looked up by reading all that the
            # index has of each.
            GinIndex(fields=["search"], name="jobs_job_search", condition=Q(is_open=True)),
            models.Index(
                fields=["offers_until"], name="jobs_job_offers_until", condition=Q(offers_until__isnull=False)
            ),
            models.Index(fields=["starts_at"], name="jobs_job_ruled", condition=HAS_RULE & Q(is_open=True)),
            # What staff keep back, the newest first.
            models.Index(fields=["-id"], name="jobs_job_hidden", condition=Q(hidden_at__isnull=False)),
            models.Index(fields=["idle_until"], name="jobs_job_idle_until", condition=Q(idle_until__isnull=False)),
            # Here the flag tells the open ones apart in the index itself.
            GistIndex(
                Func("longitude", "latitude", function="point"),
                F("is_open"),
                # For boxes: of a range PostgreSQL knows how many rows are in it, of `point <@ box` it does not.
                F("latitude"),
                F("longitude"),
                name="jobs_job_position",
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=JobStatus.values), name="jobs_job_status_known"),
            models.CheckConstraint(condition=Q(job_type__in=JobType.values), name="jobs_job_job_type_known"),
            models.CheckConstraint(condition=Q(shift_type__in=ShiftType.values), name="jobs_job_shift_type_known"),
            models.CheckConstraint(
                condition=Q(accepted_count__gte=0, accepted_count__lte=F("applicants_needed")),
                name="jobs_job_places_respected",
            ),
            models.CheckConstraint(
                condition=Q(applicants_needed__gte=1, applicants_needed__lte=MAX_APPLICANTS_NEEDED),
                name="jobs_job_applicants_needed_bounds",
            ),
            models.CheckConstraint(
                condition=Q(rate_kobo__gte=1, rate_kobo__lte=MAX_RATE_KOBO), name="jobs_job_rate_bounds"
            ),
            models.CheckConstraint(
                condition=Q(price_wage_kobo__gte=0, price_fee_kobo__gte=0), name="jobs_job_price_not_negative"
            ),
            models.CheckConstraint(condition=Q(extra_kobo__gte=0), name="jobs_job_extra_not_negative"),
            models.CheckConstraint(
                condition=Q(end_date__gte=F("date"), end_date__lt=F("date") + models.Value(MAX_DAYS)),
                name="jobs_job_dates_in_order",
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="jobs_job_ends_after_start"),
            models.CheckConstraint(condition=~Q(start_time=F("end_time")), name="jobs_job_shift_not_empty"),
            models.CheckConstraint(
                condition=Q(break_minutes__gte=0, break_minutes__lte=MAX_BREAK_MINUTES), name="jobs_job_break_bounds"
            ),
            models.CheckConstraint(
                condition=Q(accept_worked_times__isnull=True)
                | Q(accept_worked_times__gte=1, accept_worked_times__lte=MAX_WORKED_TIMES),
                name="jobs_job_accept_worked_times_bounds",
            ),
            models.CheckConstraint(
                condition=Q(accept_score_at_least__isnull=True)
                | Q(accept_score_at_least__gte=1, accept_score_at_least__lte=MAX_SCORE),
                name="jobs_job_accept_score_bounds",
            ),
            models.CheckConstraint(
                condition=Q(weekdays__contained_by=[0, 1, 2, 3, 4, 5, 6]), name="jobs_job_weekdays_known"
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__isnull=False, longitude__isnull=False)
                & Q(latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180),
                name="jobs_job_position_on_earth",
            ),
            models.CheckConstraint(
                condition=~Q(status="canceled") | Q(canceled_at__isnull=False), name="jobs_job_canceled_has_time"
            ),
            models.CheckConstraint(
                condition=Q(hidden_at__isnull=True, hidden_reason="")
                | Q(hidden_at__isnull=False) & ~Q(hidden_reason=""),
                name="jobs_job_hidden_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.date})"

    @property
    def price_kobo(self) -> int:
        return price_kobo(self.price_wage_kobo, self.price_fee_kobo, self.extra_kobo)

    @property
    def has_rule(self) -> bool:
        """`HAS_RULE` of this row."""
        others = (self.accept_worked_times, self.accept_score_at_least)
        return self.accept_favourites or any(bound is not None for bound in others)

    @property
    def is_full(self) -> bool:
        """Whether as many as it needs were taken on for the whole job; days of theirs may be free all the same."""
        return self.accepted_count >= self.applicants_needed

    @property
    def places_left(self) -> int:
        return places_left(self.applicants_needed, self.accepted_count, self.status, self.is_open)


def price_kobo(price_wage_kobo: int, price_fee_kobo: int, extra_kobo: int) -> int:
    """What the escrow needs: wages and fees of all places and shifts, and of the extra time that was agreed."""
    return price_wage_kobo + price_fee_kobo + extra_kobo


def places_left(applicants_needed: int, accepted_count: int, status: str, is_open: bool) -> int:
    """Whole ones; where only days that others left are free, one."""
    whole = applicants_needed - accepted_count
    if status in TAKES_PEOPLE:
        return max(1, whole) if is_open else 0
    return whole
