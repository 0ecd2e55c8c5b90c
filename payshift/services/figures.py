"""Figures of a time for staff: money by the ledger, and work by the days on which it was to be done.

Money is what the ledger posted, to the kobo: the credits of each transaction, which its debits equal, by the day on
which it was posted. Days are of Lagos.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import TruncDay

from jobs.models import AssignmentStatus, Job, ShiftAssignment
from payment.models import LedgerEntry, TransactionKind
from payment.services.periods import LAGOS, start_of_day

MOST_DAYS = 92


@dataclass(frozen=True, slots=True)
class Posted:
    """Of one day and kind."""

    day: date
    kind: TransactionKind
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

    @property
    def fill_percent(self) -> float:
        return 100 * self.filled / self.places if self.places else 0

    @property
    def no_show_percent(self) -> float:
        return 100 * self.no_shows / self.shifts_due if self.shifts_due else 0


def posted_by_day(first: date, last: date) -> list[Posted]:
    """One query along the index of the ledger's days. Both days are in it."""
    begins, ends = start_of_day(first), start_of_day(last + timedelta(days=1))
    rows = (
        LedgerEntry.objects.filter(
            amount_kobo__gt=0, transaction__created_at__gte=begins, transaction__created_at__lt=ends
        )
        .values(day=TruncDay("transaction__created_at", tzinfo=LAGOS), kind=F("transaction__kind"))
        .annotate(count=Count("transaction", distinct=True), amount_kobo=Sum("amount_kobo"))
        .order_by("day", "kind")
    )
    return [Posted(row["day"].date(), TransactionKind(row["kind"]), row["count"], row["amount_kobo"]) for row in rows]


def totals_of(posted: list[Posted]) -> Iterator[tuple[TransactionKind, int, int]]:
    """Kind, number and kobo, in the order in which kinds are declared."""
    counts: defaultdict[TransactionKind, int] = defaultdict(int)
    sums: defaultdict[TransactionKind, int] = defaultdict(int)
    for row in posted:
        counts[row.kind] += row.count
        sums[row.kind] += row.amount_kobo
    for kind in TransactionKind:
        if counts[kind]:
            yield kind, counts[kind], sums[kind]


def work_by_trade(first: date, last: date) -> list[Work]:
    """Two queries along the index of jobs' days, the most places first. Canceled and unpaid jobs are left out."""
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
    rows = (
        jobs.values("industry__name")
        .annotate(jobs=Count("pk"), places=Sum("applicants_needed"), filled=Sum("accepted_count"))
        .order_by("-places", "industry__name")
    )
    return [
        Work(row["industry__name"], row["jobs"], row["places"], row["filled"], *due.get(row["industry__name"], (0, 0)))
        for row in rows
    ]
