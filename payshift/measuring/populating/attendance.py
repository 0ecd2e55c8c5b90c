"""Assignments, each as far as the clock has come."""

from datetime import datetime, timedelta
from enum import Enum, auto
from itertools import count
from random import Random

from jobs.models import AssignmentStatus, CancelReason
from jobs.models.assignment import CheckInMethod
from jobs.services.schedule import PlannedShift
from payment.services.pricing import assignment_price
from payshift.measuring.populating.money import Money
from payshift.measuring.populating.people import People
from payshift.measuring.populating.posted import PostedJob
from payshift.measuring.populating.tables import Tables
from payshift.measuring.populating.words import LOWERED_REASON

SETTLED_AFTER = timedelta(hours=24)
SHARE_LATE, SHARE_ABSENT, SHARE_LOWERED = 0.02, 0.03, 0.05


class Conduct(Enum):
    PRESENT = auto()
    ABSENT = auto()
    # Withdrew within a day of the start.
    LATE_CANCEL = auto()


class Attendance:
    def __init__(self, tables: Tables, people: People, money: Money, *, now: datetime, random: Random) -> None:
        self.tables, self.people, self.money, self.now, self.random = tables, people, money, now, random
        self.ids = count(1)

    def draw_conduct(self, job: PostedJob) -> Conduct:
        fate = self.random.random()
        if fate < SHARE_LATE and job.posting.starts_at <= self.now:
            return Conduct.LATE_CANCEL
        return Conduct.ABSENT if fate < SHARE_LATE + SHARE_ABSENT else Conduct.PRESENT

    def write(self, job: PostedJob, *, application_id: int, worker_id: int, conduct: Conduct) -> list[AssignmentStatus]:
        """One worker on all shifts of a job; the status of each assignment."""
        price = assignment_price(rate_kobo=job.posting.rate_kobo, minutes=job.shifts[0][1].minutes)
        statuses = []
        for shift_id, shift in job.shifts:
            assignment_id, status = next(self.ids), self._status(shift, conduct)
            statuses.append(status)
            present = conduct is Conduct.PRESENT and status != AssignmentStatus.SCHEDULED
            out = present and status != AssignmentStatus.CHECKED_IN
            approved = self._approve(job, assignment_id, worker_id, shift) if status == AssignmentStatus.APPROVED else 0
            paid = assignment_price(rate_kobo=job.posting.rate_kobo, minutes=approved)
            settled_at = shift.ends_at + SETTLED_AFTER
            self.tables.assignments.add(
                *(assignment_id, application_id, shift_id, worker_id, job.client_id),
                *(job.posting.trade.industry_id, job.posting.trade.subcategory_id),
                *(shift.starts_at, shift.ends_at, status),
                *(shift.starts_at if present else None, CheckInMethod.POSITION if present else ""),
                *(shift.ends_at if out else None, shift.minutes if out else None),
                *(settled_at if approved else None, approved or None),
                LOWERED_REASON if 0 < approved < shift.minutes else "",
                settled_at if status == AssignmentStatus.NO_SHOW else None,
                *((shift.starts_at, CancelReason.WITHDRAWN_LATE) if conduct is Conduct.LATE_CANCEL else (None, "")),
                *(price.wage_kobo, price.fee_kobo, paid.wage_kobo, paid.fee_kobo),
            )
        self.people.approved_count[worker_id] += statuses.count(AssignmentStatus.APPROVED)
        self.people.given_count[job.client_id] += statuses.count(AssignmentStatus.APPROVED)
        self.people.no_show_count[worker_id] += statuses.count(AssignmentStatus.NO_SHOW)
        self.people.late_cancel_count[worker_id] += statuses.count(AssignmentStatus.CANCELED)
        return statuses

    def _status(self, shift: PlannedShift, conduct: Conduct) -> AssignmentStatus:
        if conduct is Conduct.LATE_CANCEL:
            return AssignmentStatus.CANCELED
        if shift.ends_at + SETTLED_AFTER <= self.now:
            return AssignmentStatus.NO_SHOW if conduct is Conduct.ABSENT else AssignmentStatus.APPROVED
        if shift.starts_at > self.now or conduct is Conduct.ABSENT:
            return AssignmentStatus.SCHEDULED
        return AssignmentStatus.CHECKED_IN if shift.ends_at > self.now else AssignmentStatus.CHECKED_OUT

    def _approve(self, job: PostedJob, assignment_id: int, worker_id: int, shift: PlannedShift) -> int:
        """Pay for the minutes that the client approves."""
        minutes = shift.minutes - (30 if self.random.random() < SHARE_LOWERED else 0)
        price = assignment_price(rate_kobo=job.posting.rate_kobo, minutes=minutes)
        at = shift.ends_at + SETTLED_AFTER
        self.money.pay(job, worker_id=worker_id, assignment_id=assignment_id, price=price, at=at)
        self.money.talk.dispute(assignment_id, job.client_id, worker_id, shift.ends_at)
        return minutes
