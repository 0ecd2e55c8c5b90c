"""Jobs and what becomes of each.

A job's fate follows from its dates and a draw, by the rules that the services and the clockwork apply: unfunded at its
start it expires, a day after its end everything is settled, and what is not paid out goes back to the client.
"""

from datetime import datetime, timedelta
from itertools import count
from random import Random

from jobs.models import JobStatus
from payment.services.pricing import total_price
from payshift.measuring.populating.attendance import SETTLED_AFTER
from payshift.measuring.populating.hiring import Hired, Hiring
from payshift.measuring.populating.money import Money
from payshift.measuring.populating.people import People
from payshift.measuring.populating.posted import PostedJob
from payshift.measuring.populating.postings import ZONE, Posting
from payshift.measuring.populating.tables import Tables
from payshift.measuring.populating.talk import Talk

SHARE_UNFUNDED, SHARE_CANCELED = 0.04, 0.03
CANCELED_AFTER = timedelta(hours=9)
OVER = (JobStatus.COMPLETED, JobStatus.CANCELED, JobStatus.EXPIRED)


class Work:
    def __init__(
        self,
        tables: Tables,
        people: People,
        hiring: Hiring,
        money: Money,
        talk: Talk,
        *,
        now: datetime,
        random: Random,
    ) -> None:
        self.tables, self.people, self.hiring, self.money, self.talk = tables, people, hiring, money, talk
        self.now, self.random = now, random
        self.job_ids, self.shift_ids = count(1), count(1)

    def write(self, posting: Posting) -> None:
        minutes = [shift.minutes for shift in posting.shifts]
        job = PostedJob(
            id=next(self.job_ids),
            client_id=self.people.draw_client(),
            posting=posting,
            shifts=[(next(self.shift_ids), shift) for shift in posting.shifts],
            price=total_price(rate_kobo=posting.rate_kobo, shift_minutes=minutes, workers=posting.places),
        )
        fate = self.random.random()
        if fate < SHARE_UNFUNDED:
            status = JobStatus.PENDING if posting.starts_at > self.now else JobStatus.EXPIRED
            self._add(job, status, Hired(), canceled_at=None)
        elif fate < SHARE_UNFUNDED + SHARE_CANCELED:
            canceled_at = min(posting.created_at + CANCELED_AFTER, posting.starts_at, self.now)
            self.money.fund(job)
            self.hiring.write(job, places=0, until=canceled_at)
            self.money.settle(job, is_over=True, at=canceled_at)
            self._add(job, JobStatus.CANCELED, Hired(), canceled_at=canceled_at)
        else:
            self.money.fund(job)
            hired = self.hiring.write(job, places=self._places_to_fill(posting), until=posting.starts_at)
            status = self._status(posting, hired)
            self.money.settle(job, is_over=status in OVER, at=min(posting.ends_at + SETTLED_AFTER, self.now))
            self._add(job, status, hired, canceled_at=None)
        self.talk.save_job(job.id, posting.created_at)

    def _places_to_fill(self, posting: Posting) -> int:
        """Once it starts all of them; before, the client is still choosing."""
        return posting.places if posting.starts_at <= self.now else self.random.randint(0, posting.places)

    def _status(self, posting: Posting, hired: Hired) -> JobStatus:
        if posting.starts_at > self.now:
            return JobStatus.UPCOMING
        if posting.ends_at + SETTLED_AFTER > self.now and hired.standing:
            return JobStatus.ONGOING
        return JobStatus.COMPLETED if hired.any_approved else JobStatus.EXPIRED

    def _add(self, job: PostedJob, status: JobStatus, hired: Hired, *, canceled_at: datetime | None) -> None:
        posting = job.posting
        for shift_id, shift in job.shifts:
            code = f"{self.random.randrange(1_000_000):06}"
            self.tables.shifts.add(shift_id, job.id, shift.starts_at, shift.ends_at, shift.minutes, code, canceled_at)
        self.tables.jobs.add(
            *(job.id, posting.title, posting.description, posting.trade.industry_id, posting.trade.subcategory_id),
            *(posting.job_type, posting.shift_type, posting.first_day, posting.last_day, posting.start_time),
            *(posting.end_time, ZONE.key, posting.starts_at, posting.ends_at, posting.places, hired.standing),
            *(posting.rate_kobo, job.price.wage_kobo, job.price.fee_kobo, posting.location, posting.latitude),
            *(posting.longitude, job.client_id, job.client_id, status, canceled_at),
            *(posting.created_at, posting.created_at),
        )
