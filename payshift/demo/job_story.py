"""The life of one demo job, planned ahead as actions on the timeline and carried out by the services of each app."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from jobs.geography import Position
from jobs.models import JobType, ShiftAssignment
from jobs.services import applying, approval, attendance, cancelling, deciding, no_shows, posting, withdrawing
from jobs.services.schedule import PlannedShift, Schedule, plan_shifts
from jobs.services.terms import JobTerms
from payment.models import DisputeStatus, Resolution
from payment.services import disputes
from payshift.demo import money, postings
from payshift.demo.places import Place
from payshift.demo.postings import Posting
from payshift.demo.stage import Player
from payshift.demo.timeline import Timeline
from rating.services import reviews

ZONE = "Africa/Lagos"


@dataclass(slots=True)
class JobStory:
    timeline: Timeline
    random: Random
    client: Player
    place: Place
    posting: Posting
    first_day: datetime
    days: int
    posted_at: datetime
    job_id: int = 0
    applications: dict[int, int] = field(default_factory=dict)
    _planned: tuple[Schedule, Sequence[PlannedShift]] | None = None

    @property
    def schedule(self) -> Schedule:
        first = self.first_day.date()
        return Schedule(
            job_type=JobType.SINGLE_DAY if self.days == 1 else JobType.MULTIPLE_DAYS,
            date=first,
            end_date=first + timedelta(days=self.days - 1),
            start_time=self.posting.start_time,
            end_time=self.posting.end_time,
            weekdays=(),
            time_zone=ZONE,
        )

    def shifts(self) -> Sequence[PlannedShift]:
        """Planned once per schedule: knowing all time zones by name takes milliseconds."""
        schedule = self.schedule
        if self._planned is None or self._planned[0] != schedule:
            self._planned = (schedule, plan_shifts(schedule, now=self.posted_at))
        return self._planned[1]

    def minutes(self, lowest: int, highest: int) -> timedelta:
        return timedelta(minutes=self.random.randint(lowest, highest))

    # What the client does

    def post(self) -> None:
        self.timeline.at(self.posted_at, self._post)

    def fund(self, *, provider: str) -> datetime:
        paid_at = self.posted_at + self.minutes(4, 50)
        self.timeline.at(paid_at, lambda: money.fund_job(client=self.client.actor, job_id=self.job_id, by=provider))
        return paid_at

    def try_to_pay(self, *, outcome: str) -> None:
        """A payment that ends otherwise than in money: pending, failed or abandoned."""
        self.timeline.at(
            self.posted_at + self.minutes(5, 30),
            lambda: money.leave_unpaid(client=self.client.actor, job_id=self.job_id, outcome=outcome),
        )

    def accept(self, worker: Player, *, at: datetime) -> None:
        for shift in self.shifts():
            worker.takes(shift.starts_at, shift.ends_at)
        self.timeline.at(
            at,
            lambda: deciding.accept_application(
                actor=self.client.actor, application_id=self.applications[worker.user_id]
            ),
        )

    def reject(self, worker: Player, *, at: datetime) -> None:
        self.timeline.at(
            at,
            lambda: deciding.reject_application(
                actor=self.client.actor, application_id=self.applications[worker.user_id]
            ),
        )

    def cancel(self, *, at: datetime) -> None:
        self.timeline.at(at, lambda: cancelling.cancel_job(actor=self.client.actor, job_id=self.job_id))

    def approve(self, worker: Player, shift: PlannedShift, *, lower_by: int = 0) -> None:
        """Approve some hours after the shift; `lower_by` minutes fewer than were worked, with a reason."""
        reason = self.random.choice(postings.LOWERED_REASONS) if lower_by else ""

        def act() -> None:
            assignment = self._assignment(worker, shift)
            minutes = (assignment.worked_minutes or 0) - lower_by if lower_by else None
            approval.approve_assignment(
                actor=self.client.actor, assignment_id=assignment.pk, minutes=minutes, reason=reason
            )

        self.timeline.at(shift.ends_at + self.minutes(60, 500), act)

    def mark_no_show(self, worker: Player, shift: PlannedShift) -> None:
        self.timeline.at(
            shift.starts_at + self.minutes(75, 150),
            lambda: no_shows.mark_no_show(actor=self.client.actor, assignment_id=self._assignment(worker, shift).pk),
        )

    # What workers do

    def apply(self, worker: Player, *, at: datetime) -> None:
        note = self.random.choice(postings.APPLICATION_NOTES)

        def act() -> None:
            application = applying.apply_to_job(actor=worker.actor, job_id=self.job_id, note=note)
            self.applications[worker.user_id] = application.pk

        self.timeline.at(at, act)

    def withdraw(self, worker: Player, *, at: datetime) -> None:
        self.timeline.at(
            at,
            lambda: withdrawing.withdraw_application(
                actor=worker.actor, application_id=self.applications[worker.user_id]
            ),
        )

    def check_in(self, worker: Player, shift: PlannedShift, *, late_minutes: int = 0) -> None:
        """Up to 20 minutes early, or late; on foot a few metres from the job's position."""
        away = self.random.uniform(-0.0005, 0.0005)
        at = shift.starts_at + (timedelta(minutes=late_minutes) if late_minutes else -self.minutes(1, 20))
        position = Position(latitude=self.place.latitude + away, longitude=self.place.longitude)
        self.timeline.at(
            at,
            lambda: attendance.check_in(
                actor=worker.actor, assignment_id=self._assignment(worker, shift).pk, position=position
            ),
        )

    def check_out(self, worker: Player, shift: PlannedShift, *, early_minutes: int = 0) -> None:
        self.timeline.at(
            shift.ends_at - timedelta(minutes=early_minutes),
            lambda: attendance.check_out(actor=worker.actor, assignment_id=self._assignment(worker, shift).pk),
        )

    def accept_minutes(self, worker: Player, shift: PlannedShift) -> None:
        self.timeline.at(
            shift.ends_at + timedelta(hours=9) + self.minutes(10, 300),
            lambda: approval.accept_minutes(actor=worker.actor, assignment_id=self._assignment(worker, shift).pk),
        )

    def dispute(self, worker: Player, shift: PlannedShift, *, staff: Player, ending: str) -> None:
        """The worker contests what was taken off; staff resolve it, the worker gives in, or it is open still."""
        opened_at = shift.ends_at + timedelta(hours=10) + self.minutes(0, 300)

        def act() -> None:
            dispute_id = disputes.open_dispute(
                actor=worker.actor, assignment_id=self._assignment(worker, shift).pk, reason=postings.DISPUTE_REASON
            ).pk
            self.timeline.at(
                opened_at + timedelta(hours=3),
                lambda: disputes.add_statement(
                    actor=self.client.actor, dispute_id=dispute_id, body=postings.DISPUTE_ANSWER
                ),
            )
            if ending == DisputeStatus.WITHDRAWN:
                self.timeline.at(
                    opened_at + timedelta(hours=9),
                    lambda: disputes.withdraw_dispute(actor=worker.actor, dispute_id=dispute_id),
                )
            elif ending == DisputeStatus.RESOLVED:
                self.timeline.at(
                    opened_at + timedelta(hours=15), lambda: disputes.review_dispute(dispute_id=dispute_id)
                )
                self.timeline.at(
                    opened_at + timedelta(hours=17),
                    lambda: disputes.resolve_dispute(
                        staff_id=staff.user_id,
                        dispute_id=dispute_id,
                        resolution=Resolution.WORKER,
                        note=postings.DISPUTE_DECISION,
                    ),
                )

        self.timeline.at(opened_at, act)

    # What both do

    def review(self, writer: Player, about: Player, *, rating: int, comment: str, at: datetime, response: str) -> None:
        def act() -> None:
            review = reviews.create_review(
                actor=writer.actor, job_id=self.job_id, reviewed_id=about.user_id, rating=rating, comment=comment
            )
            if response:
                self.timeline.at(
                    at + timedelta(hours=3),
                    lambda: reviews.respond_to_review(actor=about.actor, review_id=review.pk, response=response),
                )

        self.timeline.at(at, act)

    def _post(self) -> None:
        terms = JobTerms(
            title=self.posting.title,
            description=self.posting.description,
            industry=self.posting.industry,
            subcategory=self.posting.subcategory,
            shift_type=self.posting.shift_type,
            schedule=self.schedule,
            applicants_needed=self.posting.workers,
            rate_kobo=self.posting.rate_naira * 100,
            location=self.place.name,
            latitude=self.place.latitude,
            longitude=self.place.longitude,
        )
        self.job_id = posting.post_job(actor=self.client.actor, terms=terms).pk

    def _assignment(self, worker: Player, shift: PlannedShift) -> ShiftAssignment:
        return ShiftAssignment.objects.get(application_id=self.applications[worker.user_id], starts_at=shift.starts_at)
