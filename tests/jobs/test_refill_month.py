"""A month of dropouts, all of it through the services: how many places that came free are filled again.

The people answer as people do: most take what they are offered, some after the offers are over, some never. The suite
runs a few dozen jobs; `make soak` runs a thousand (`SOAK_JOBS`).
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import partial
from heapq import heappop, heappush
from itertools import count
from random import Random

import pytest
from django.db import IntegrityError

from core import clock
from core.actor import Actor, Role
from core.errors import PayshiftError
from jobs.models import Application, Job, JobType, ShiftAssignment
from jobs.selectors.stand_bys import stand_bys_of
from jobs.services import clockwork
from jobs.services.applying import apply_to_job
from jobs.services.counters import compare_counters
from jobs.services.deciding import accept_application
from jobs.services.history import WAITING
from jobs.services.posting import post_job
from jobs.services.refill import take_place
from jobs.services.schedule import Schedule
from jobs.services.terms import JobTerms
from jobs.services.withdrawing import withdraw_application
from payment.services.escrow import fund_from_wallet
from tests.factories.accounts import UserFactory
from tests.factories.payment import fund_wallet
from tests.jobs.conftest import MONDAY, Move
from tests.machine.invariants import differences, prepare

pytestmark = pytest.mark.django_db

JOBS = int(os.environ.get("SOAK_JOBS", "40"))
# Nobody posts and pays for more in a day.
JOBS_OF_A_CLIENT = 40
DROPOUTS = 0.2
WORKERS = 60
STARTS = (time(8), time(14), time(20))
RATES = (99_991, 150_000, 333_333)


@dataclass
class Month:
    chance: Random
    clients: list[int]
    workers: list[int]
    # What is still to happen, by moment: a worker may answer hours after being asked.
    ahead: list[tuple[datetime, int, Callable[[], None]]] = field(default_factory=list)
    # Of two at one moment, the one that was said first.
    turns: Iterator[int] = field(default_factory=count)
    reopened: int = 0
    filled: int = 0

    def at(self, moment: datetime, act: Callable[[], None]) -> None:
        heappush(self.ahead, (moment, next(self.turns), act))

    def post(self, number: int) -> None:
        """One job per slot of the month: five apply, the client takes the first who can."""
        day, start = (MONDAY + timedelta(days=3 + number % 28)).date(), self.chance.choice(STARTS)
        terms = JobTerms(
            title=f"Ushers {number}",
            description="Welcome the guests.",
            industry="events",
            subcategory=None,
            shift_type="day",
            schedule=Schedule(
                job_type=JobType.SINGLE_DAY,
                date=day,
                end_date=day,
                start_time=start,
                end_time=time((start.hour + 5) % 24),
                weekdays=(),
                time_zone="Africa/Lagos",
            ),
            applicants_needed=1,
            rate_kobo=self.chance.choice(RATES),
            location="Ikeja, Lagos",
            latitude=None,
            longitude=None,
        )
        client = self.clients[number // JOBS_OF_A_CLIENT]
        job = post_job(actor=Actor(client, Role.CLIENT), terms=terms)
        fund_from_wallet(job=job)
        applications = [
            apply_to_job(actor=Actor(worker, Role.APPLICANT), job_id=job.pk)
            for worker in self.chance.sample(self.workers, 5)
        ]
        hired = next((each for each in applications if self.tried(partial(self.accept, each, client))), None)
        if hired is not None and self.chance.random() < DROPOUTS:
            early = timedelta(hours=self.chance.choice((1, 3, 9, 30)))
            self.at(job.starts_at - early, partial(self.drop, hired))

    def accept(self, application: Application, client: int) -> None:
        accept_application(actor=Actor(client, Role.CLIENT), application_id=application.pk)

    def drop(self, application: Application) -> None:
        """The worker steps back; who could come is counted before anybody answers."""
        job_id, now = application.job_id, clock.now()
        could_come = stand_bys_of(job_id, now=now)
        withdraw_application(actor=Actor(application.applicant_id, Role.APPLICANT), application_id=application.pk)
        if not could_come:
            return
        self.reopened += 1
        job = Job.objects.get(pk=job_id)
        for waiting in Application.objects.filter(pk__in=could_come):
            # One in four does not look at the telephone; the others answer within the hour, or half of what is left.
            if self.chance.random() < 0.75:
                delay = min(timedelta(minutes=self.chance.randint(1, 60)), (job.starts_at - now) / 2)
                self.at(now + delay, partial(self.answer, waiting))

    def answer(self, waiting: Application) -> None:
        actor = Actor(waiting.applicant_id, Role.APPLICANT)
        if self.tried(lambda: take_place(actor=actor, application_id=waiting.pk)):
            self.filled += 1

    def tried(self, act: Callable[[], object]) -> bool:
        try:
            act()
        except (PayshiftError, IntegrityError):
            return False
        return True


def until_nothing_is_due(rule: Callable[[], int]) -> None:
    while rule():
        pass


def test_month_of_dropouts_is_refilled_without_overlap_and_to_the_kobo(
    clock_at: Move, record_testsuite_property: Callable[[str, object], None]
) -> None:
    record_testsuite_property("jobs", JOBS)
    clients = [user.pk for user in UserFactory.create_batch(-(-JOBS // JOBS_OF_A_CLIENT), role=Role.CLIENT)]
    workers = [user.pk for user in UserFactory.create_batch(WORKERS)]
    month = Month(Random(20260302), clients, workers)
    for client in clients:
        fund_wallet(client, JOBS_OF_A_CLIENT * 5 * 400_000)

    for number in range(JOBS):
        month.post(number)
    while month.ahead:
        moment, _, act = heappop(month.ahead)
        clock_at(max(moment, clock.now()))
        act()
    clock_at(MONDAY + timedelta(days=40))
    for rule in (clockwork.open_offered_places, clockwork.mark_overdue_no_shows, clockwork.expire_jobs):
        until_nothing_is_due(rule)
    clock_at(MONDAY + timedelta(days=43))
    until_nothing_is_due(clockwork.accept_overdue_minutes)

    assert month.reopened >= JOBS * DROPOUTS / 2
    assert month.filled >= 0.95 * month.reopened, (month.filled, month.reopened)
    # W1, W2, every sum of money, and the counters: with all of it paid back, to the kobo.
    prepare()
    assert (differences(), compare_counters()) == ([], [])
    assert not Application.objects.filter(status__in=WAITING).exists()
    assert not ShiftAssignment.objects.filter(status="scheduled").exists()
