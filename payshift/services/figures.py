"""Figures of a time for staff: money by the ledger, and work by the days on which it was to be done.

Money is what the ledger posted, to the kobo: the credits of each transaction, which its debits equal, by the day on
which it was posted. Days are of Lagos.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Literal

from django.db.models import Count, F, Max, Q, QuerySet, Sum
from django.db.models.functions import TruncDay, TruncMonth

from jobs.models import Application, ApplicationStatus, AssignmentStatus, Job, ShiftAssignment
from payment.models import LedgerEntry, TransactionKind
from payment.services.periods import LAGOS, start_of_day

# At most so many days at once, per day and per month.
MOST_DAYS = {"day": 92, "month": 366}
WITH_A_PLACE = (ApplicationStatus.ACCEPTED, ApplicationStatus.COMPLETED, ApplicationStatus.NO_SHOW)
BEGINNING_OF = {"day": TruncDay, "month": TruncMonth}


@dataclass(frozen=True, slots=True)
class Posted:
    """Of one kind and currency, on one day or in one month, which is named by its first day."""

    day: date
    kind: TransactionKind
    currency: str
    count: int
    amount_kobo: int


@dataclass(frozen=True, slots=True)
class Work:
    """Of the jobs of one trade that begin in the time and were paid for."""

    trade: str
    jobs: int
    places: int
    filled: int
    shifts_due: int
    no_shows: int
    # From the posting to the last worker that was needed, in the middle; None where no job is full.
    hours_to_fill: float | None = None

    @property
    def fill_percent(self) -> float:
        return 100 * self.filled / self.places if self.places else 0

    @property
    def no_show_percent(self) -> float:
        return 100 * self.no_shows / self.shifts_due if self.shifts_due else 0


def posted(first: date, last: date, by: Literal["day", "month"] = "day") -> list[Posted]:
    """One query along the index of the ledger's days. Both days are in it; of a month, the days that are."""
    begins, ends = start_of_day(first), start_of_day(last + timedelta(days=1))
    rows = (
        LedgerEntry.objects.filter(
            amount_kobo__gt=0, transaction__created_at__gte=begins, transaction__created_at__lt=ends
        )
        .values(
            day=BEGINNING_OF[by]("transaction__created_at", tzinfo=LAGOS),
            kind=F("transaction__kind"),
            currency=F("account__currency"),
        )
        .annotate(count=Count("transaction", distinct=True), amount_kobo=Sum("amount_kobo"))
        .order_by("day", "kind", "currency")
    )
    return [
        Posted(row["day"].date(), TransactionKind(row["kind"]), row["currency"], row["count"], row["amount_kobo"])
        for row in rows
    ]


def totals_of(rows: list[Posted]) -> Iterator[tuple[TransactionKind, str, int, int]]:
    """Kind, currency, number and kobo, in the order in which kinds are declared."""
    counts: defaultdict[tuple[TransactionKind, str], int] = defaultdict(int)
    sums: defaultdict[tuple[TransactionKind, str], int] = defaultdict(int)
    for row in rows:
        counts[row.kind, row.currency] += row.count
        sums[row.kind, row.currency] += row.amount_kobo
    for kind, currency in sorted(counts, key=lambda key: (list(TransactionKind).index(key[0]), key[1])):
        yield kind, currency, counts[kind, currency], sums[kind, currency]


def work_by_trade(first: date, last: date) -> list[Work]:
    """Three queries along the index of jobs' days, the most places first. Canceled and unpaid jobs are left out."""
    jobs = Job.objects.filter(date__gte=first, date__lte=last).exclude(status__in=("pending", "canceled"))
    over = (
        ShiftAssignment.objects.filter(
            application__job__in=jobs.values("pk"),
            status__in=(AssignmentStatus.APPROVED, AssignmentStatus.CHECKED_OUT, AssignmentStatus.NO_SHOW),
        )
        .values("industry__name")
        .annotate(due=Count("pk"), missed=Count("pk", filter=Q(status=AssignmentStatus.NO_SHOW)))
        .order_by()
    )
    due = {row["industry__name"]: (row["due"], row["missed"]) for row in over}
    filled = hours_to_fill(jobs)
    rows = (
        jobs.values("industry__name")
        .annotate(jobs=Count("pk"), places=Sum("applicants_needed"), filled=Sum("accepted_count"))
        .order_by("-places", "industry__name")
    )
    return [
        Work(
            row["industry__name"],
            row["jobs"],
            row["places"],
            row["filled"],
            *due.get(row["industry__name"], (0, 0)),
            hours_to_fill=filled.get(row["industry__name"]),
        )
        for row in rows
    ]


def hours_to_fill(jobs: QuerySet[Job]) -> dict[str, float]:
    """By trade, the middle of the jobs that are full. The last worker who was accepted filled it."""
    full = (
        Application.objects.filter(job__in=jobs.filter(accepted_count__gte=F("applicants_needed")).values("pk"))
        .filter(status__in=WITH_A_PLACE, accepted_at__isnull=False)
        .values("job_id", "job__industry__name", "job__created_at")
        .annotate(full_at=Max("accepted_at"))
        .order_by()
    )
    hours: defaultdict[str, list[float]] = defaultdict(list)
    for row in full:
        hours[row["job__industry__name"]].append((row["full_at"] - row["job__created_at"]).total_seconds() / 3600)
    return {trade: median(found) for trade, found in hours.items()}
