"""Applications, their log, and whom the client takes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from random import Random

from accounts.models import NotificationKind
from jobs.models import ApplicationStatus, AssignmentStatus
from jobs.models.assignment import LIVE_STATUSES
from payshift.measuring.populating.attendance import SETTLED_AFTER, Attendance
from payshift.measuring.populating.people import People
from payshift.measuring.populating.posted import PostedJob
from payshift.measuring.populating.skew import crowd
from payshift.measuring.populating.tables import Tables
from payshift.measuring.populating.talk import Talk
from payshift.measuring.populating.words import NOTES

SHARE_WITHOUT_APPLICANTS, SHARE_ANSWERED_EARLY = 0.08, 0.1
SHARE_OF_CLIENTS_TOLD = 0.3
SHARE_WORKER_REVIEWED, SHARE_CLIENT_REVIEWED = 0.5, 0.35
MOST_APPLICATIONS = 300
ANSWER_TAKES = timedelta(minutes=40)
STANDING = (ApplicationStatus.ACCEPTED, ApplicationStatus.COMPLETED)


@dataclass
class Hired:
    """How many accepted workers a job has, and whether any shift was approved."""

    standing: int = 0
    any_approved: bool = False


class Hiring:
    def __init__(
        self, tables: Tables, people: People, attendance: Attendance, talk: Talk, *, now: datetime, random: Random
    ) -> None:
        self.tables, self.people, self.attendance, self.talk = tables, people, attendance, talk
        self.now, self.random = now, random
        self.application_ids, self.log_ids = count(1), count(1)

    def write(self, job: PostedJob, *, places: int, until: datetime) -> Hired:
        """Those who apply until then, in turn; the first `places` who have time are taken."""
        random, posting, hired = self.random, job.posting, Hired()
        if random.random() < SHARE_WITHOUT_APPLICANTS:
            return hired
        is_open_for = (min(until, self.now) - posting.created_at) * 0.9
        for worker_id in self.people.draw_workers(crowd(random, exponent=1.25, most=MOST_APPLICATIONS)):
            application_id, at = next(self.application_ids), posting.created_at + is_open_for * random.random()
            self._log(application_id, "", ApplicationStatus.APPLIED, worker_id, at)
            if random.random() < SHARE_OF_CLIENTS_TOLD:
                self._tell(NotificationKind.APPLICATION_RECEIVED, job, job.client_id, application_id, at)
            if hired.standing < places and self.people.take(worker_id, posting.days):
                self._hire(job, hired, application_id, worker_id, at)
            else:
                self._turn_down(job, application_id, worker_id, at, until)
        return hired

    def _hire(self, job: PostedJob, hired: Hired, application_id: int, worker_id: int, applied_at: datetime) -> None:
        at = min(applied_at + ANSWER_TAKES, self.now)
        conduct = self.attendance.draw_conduct(job)
        statuses = self.attendance.write(job, application_id=application_id, worker_id=worker_id, conduct=conduct)
        status = _outcome(statuses)
        over_at = min(job.posting.ends_at + SETTLED_AFTER, self.now)
        decided_at = at if status == ApplicationStatus.ACCEPTED else over_at
        self._add(job, application_id, worker_id, status, applied_at, decided_at, accepted_at=at)
        self._log(application_id, ApplicationStatus.APPLIED, ApplicationStatus.ACCEPTED, job.client_id, at)
        if status != ApplicationStatus.ACCEPTED:
            self._log(application_id, ApplicationStatus.ACCEPTED, status, None, over_at)
        self._tell(NotificationKind.APPLICATION_ACCEPTED, job, worker_id, application_id, at)
        if status == ApplicationStatus.COMPLETED:
            self._review(job, worker_id, over_at)
        hired.standing += status in STANDING
        hired.any_approved |= AssignmentStatus.APPROVED in statuses

    def _turn_down(
        self, job: PostedJob, application_id: int, worker_id: int, applied_at: datetime, until: datetime
    ) -> None:
        """Early by somebody, or when the job closes; while it is open most still wait."""
        status = ApplicationStatus.APPLIED if until > self.now else ApplicationStatus.CLOSED
        if self.random.random() < SHARE_ANSWERED_EARLY:
            status = self.random.choice((ApplicationStatus.WITHDRAWN, ApplicationStatus.REJECTED))
        decided_at = None if status == ApplicationStatus.APPLIED else min(until, self.now)
        self._add(job, application_id, worker_id, status, applied_at, decided_at, accepted_at=None)
        if decided_at is not None:
            self._log(application_id, ApplicationStatus.APPLIED, status, None, decided_at)

    def _add(
        self,
        job: PostedJob,
        application_id: int,
        worker_id: int,
        status: ApplicationStatus,
        applied_at: datetime,
        decided_at: datetime | None,
        *,
        accepted_at: datetime | None,
    ) -> None:
        note = self.random.choice(NOTES)
        self.tables.applications.add(
            application_id, job.id, worker_id, status, note, applied_at, decided_at, accepted_at
        )

    def _log(self, application_id: int, source: str, target: ApplicationStatus, who: int | None, at: datetime) -> None:
        self.tables.log.add(next(self.log_ids), application_id, source, target, who, at)

    def _tell(self, kind: NotificationKind, job: PostedJob, user_id: int, application_id: int, at: datetime) -> None:
        facts: dict[str, str | int] = {
            "name": "A worker",
            "job_title": job.posting.title,
            "application_id": application_id,
        }
        self.talk.notify(user_id, kind, at, str(application_id), **facts)

    def _review(self, job: PostedJob, worker_id: int, over_at: datetime) -> None:
        for reviewer_id, reviewed_id, share in (
            (job.client_id, worker_id, SHARE_WORKER_REVIEWED),
            (worker_id, job.client_id, SHARE_CLIENT_REVIEWED),
        ):
            if self.random.random() < share:
                at = over_at + timedelta(hours=20 * self.random.random())
                self.talk.review(reviewer_id, reviewed_id, job.id, at)


def _outcome(statuses: list[AssignmentStatus]) -> ApplicationStatus:
    """As `jobs.services.outcome` has it."""
    if not set(LIVE_STATUSES).isdisjoint(statuses):
        return ApplicationStatus.ACCEPTED
    if AssignmentStatus.APPROVED in statuses:
        return ApplicationStatus.COMPLETED
    return ApplicationStatus.NO_SHOW if AssignmentStatus.NO_SHOW in statuses else ApplicationStatus.WITHDRAWN
