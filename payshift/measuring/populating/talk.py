"""What people say and keep: reviews, disputes, saved jobs, blocks, notifications."""

from datetime import datetime, timedelta
from itertools import count
from random import Random

from accounts.models import NotificationKind
from accounts.notification_composing import compose
from payment.models import DisputeStatus
from payshift.measuring.populating.people import People
from payshift.measuring.populating.skew import crowd
from payshift.measuring.populating.tables import Tables
from payshift.measuring.populating.words import COMMENTS, DISPUTE, RESPONSES

RATINGS = (5, 4, 3, 2, 1)
RATINGS_WEIGHTS = (55, 27, 10, 4, 4)
READ_AFTER = timedelta(hours=3)
UNREAD_FOR = timedelta(days=2)
SHARE_OF_RESPONSES = 0.1
SHARE_OF_DISPUTES = 0.02
SHARE_OF_BLOCKERS = 0.05
SHARE_OF_SAVED = 0.25
MOST_SAVES = 60


class Talk:
    def __init__(self, tables: Tables, people: People, *, now: datetime, random: Random) -> None:
        self.tables, self.people, self.now, self.random = tables, people, now, random
        self.review_ids, self.saved_ids, self.notification_ids = count(1), count(1), count(1)
        self.dispute_ids, self.block_ids = count(1), count(1)

    def review(self, reviewer_id: int, reviewed_id: int, job_id: int, at: datetime) -> None:
        if at > self.now:
            return
        random = self.random
        rating = random.choices(RATINGS, RATINGS_WEIGHTS)[0]
        self.people.review(reviewed_id, rating)
        response, responded_at = "", None
        if random.random() < SHARE_OF_RESPONSES:
            response, responded_at = random.choice(RESPONSES), min(at + timedelta(days=1), self.now)
        self.tables.reviews.add(
            *(next(self.review_ids), reviewer_id, reviewed_id, job_id, rating, random.choice(COMMENTS), at),
            *(response, responded_at),
        )

    def save_job(self, job_id: int, at: datetime) -> None:
        """For some jobs, by those who keep them for later."""
        if self.random.random() < SHARE_OF_SAVED:
            for worker_id in self.people.draw_workers(crowd(self.random, exponent=1.2, most=MOST_SAVES)):
                self.tables.saved_jobs.add(next(self.saved_ids), worker_id, job_id, at)

    def notify(self, user_id: int, kind: NotificationKind, at: datetime, key: str, **facts: str | int) -> None:
        title, body, link = compose(kind, facts)
        self.tables.notifications.add(
            *(next(self.notification_ids), user_id, kind, title, body, link, f"{kind}:{key}", at),
            None if at > self.now - UNREAD_FOR else at + READ_AFTER,
        )

    def dispute(self, assignment_id: int, client_id: int, worker_id: int, at: datetime) -> None:
        """About some shifts the worker has a question, which the next hour answers."""
        if self.random.random() < SHARE_OF_DISPUTES:
            dispute_id, closed_at = next(self.dispute_ids), at + timedelta(hours=1)
            self.tables.disputes.add(
                *(dispute_id, assignment_id, client_id, worker_id, worker_id, DisputeStatus.WITHDRAWN, DISPUTE),
                *(at, closed_at),
            )
            self.tables.statements.add(dispute_id, dispute_id, worker_id, DISPUTE, at)

    def block(self, user_id: int, at: datetime) -> None:
        if self.random.random() < SHARE_OF_BLOCKERS:
            blocked_id = self.people.draw_client()
            if blocked_id != user_id:
                self.tables.blocks.add(next(self.block_ids), user_id, blocked_id, at)
