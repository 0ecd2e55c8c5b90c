"""The sixty jobs of the demo: every state that a job, an application and an assignment can be in, today and before.

Everything is planned from the random generator's fixed seed and relative to `now`, so two runs at one moment are alike.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from jobs.services.schedule import PlannedShift
from payment.models import DisputeStatus
from payshift.demo import postings
from payshift.demo.job_story import ZONE, JobStory
from payshift.demo.postings import POSTINGS
from payshift.demo.stage import Cast, Player
from payshift.demo.timeline import Timeline

# Clients seldom say no in so many words: who is left over is closed when the job is full.
REFUSED_SHARE = 0.4
PROVIDERS = ("paystack", "paystack", "flutterwave")


@dataclass(slots=True)
class Director:
    timeline: Timeline
    cast: Cast
    now: datetime
    random: Random
    told: int = 0

    def plan(self) -> None:
        """Sixty jobs. The first of each kind is the demo client's."""
        kinds: tuple[tuple[Callable[[int], None], int], ...] = (
            (self.completed, 18),
            (self.expired_unpaid, 3),
            (self.expired_without_workers, 2),
            (self.canceled_early, 3),
            (self.canceled_late, 3),
            (self.ongoing, 4),
            (self.at_work_now, 2),
            (self.filled, 5),
            (self.open_with_applicants, 10),
            (self.open_without_applicants, 4),
            (self.unpaid, 6),
        )
        for kind, times in kinds:
            for number in range(times):
                kind(number)

    # Over

    def completed(self, number: int) -> None:
        story = self._story(number, days_from_now=-3 - 2 * number, days=1 + number % 3)
        workers = self._hire(story, story.fund(provider=self._provider()))
        for position, worker in enumerate(workers):
            manner = (number * 3 + position) % 11
            for shift in story.shifts():
                self._work(story, worker, shift, manner=manner)
            if manner == LOWERED_AND_LEFT:
                ending = DisputeStatus.RESOLVED if number % 2 else DisputeStatus.WITHDRAWN
                story.dispute(worker, story.shifts()[0], staff=self.cast.staff[0], ending=ending)
            if manner != NEVER_CAME:
                self._review(story, worker, number + position)

    def expired_unpaid(self, number: int) -> None:
        story = self._story(number, days_from_now=-6 - 4 * number, days=1)
        if number:
            story.try_to_pay(outcome="abandoned" if number == 1 else "failed")

    def expired_without_workers(self, number: int) -> None:
        story = self._story(number, days_from_now=-9 - 5 * number, days=1)
        paid_at = story.fund(provider=self._provider())
        for worker in self._candidates(story)[:number]:
            story.apply(worker, at=paid_at + story.minutes(60, 600))

    def canceled_early(self, number: int) -> None:
        story = self._story(number, days_from_now=4 - 6 * number, days=2)
        paid_at = story.fund(provider=self._provider())
        for worker in self._candidates(story)[: number + 1]:
            story.apply(worker, at=paid_at + story.minutes(30, 300))
        story.cancel(at=paid_at + timedelta(hours=20))

    def canceled_late(self, number: int) -> None:
        """Within 24 hours of the start: whoever was accepted is compensated."""
        story = self._story(number, days_from_now=-2 - 5 * number, days=1)
        self._hire(story, story.fund(provider=self._provider()))
        story.cancel(at=story.shifts()[0].starts_at - timedelta(hours=9))

    # Today

    def ongoing(self, number: int) -> None:
        """Several days, of which some are over."""
        story = self._story(number, days_from_now=-1 - number % 3, days=5)
        workers = self._hire(story, story.fund(provider=self._provider()))
        for position, worker in enumerate(workers):
            manner = (number * 2 + position) % 6
            shifts = story.shifts()
            if position == 1 and number == 1:
                # Ill from the second day on.
                self._work(story, worker, shifts[0], manner=0)
                story.withdraw(worker, at=shifts[1].starts_at - timedelta(hours=5))
                continue
            for shift in shifts:
                self._work(story, worker, shift, manner=manner)
            if manner == LOWERED_AND_LEFT:
                story.dispute(worker, shifts[0], staff=self.cast.staff[0], ending=DisputeStatus.OPEN)

    def at_work_now(self, number: int) -> None:
        """Whatever the time of the day, somebody is checked in, and somebody's hours wait for approval."""
        local = self.now.astimezone(ZoneInfo(ZONE))
        begins = (local - timedelta(hours=(2, 7)[number])).replace(second=0, microsecond=0)
        story = self._story(number, days_from_now=0, days=1)
        story.first_day = begins
        ends = begins + timedelta(hours=6, minutes=30)
        story.posting = replace(story.posting, start_time=begins.time(), end_time=ends.time(), shift_type="flexible")
        for worker in self._hire(story, story.fund(provider=self._provider())):
            self._work(story, worker, story.shifts()[0], manner=0)

    # To come

    def filled(self, number: int) -> None:
        story = self._story(number, days_from_now=2 + 2 * number, days=1 + number % 2)
        self._hire(story, story.fund(provider=self._provider()))

    def open_with_applicants(self, number: int) -> None:
        """Some places taken, some refused, one who thought better of it."""
        story = self._story(number, days_from_now=3 + number, days=1 + number % 4)
        paid_at = story.fund(provider=self._provider())
        candidates = self._candidates(story)[: 2 + number % 4]
        for worker in candidates:
            story.apply(worker, at=paid_at + story.minutes(20, 240))
        decided_at = paid_at + timedelta(hours=5)
        if number % 2 and story.posting.workers > 1:
            story.accept(candidates[0], at=decided_at)
        if number % 3 == 0:
            story.reject(candidates[1], at=decided_at)
        if number % 4 == 3:
            story.withdraw(candidates[2], at=decided_at)

    def open_without_applicants(self, number: int) -> None:
        story = self._story(number, days_from_now=5 + 3 * number, days=1 + number)
        story.fund(provider=self._provider())

    def unpaid(self, number: int) -> None:
        story = self._story(number, days_from_now=4 + 2 * number, days=1 + number % 3)
        if number % 2 == 0:
            story.try_to_pay(outcome=("pending", "failed", "abandoned")[number // 2])

    # How it is done

    def _story(self, number: int, *, days_from_now: int, days: int) -> JobStory:
        clients = self.cast.clients
        client = clients[0] if number == 0 else clients[self.told % len(clients)]
        place = self.random.choice(client.person.city)
        today = self.now.astimezone(ZoneInfo(ZONE)).replace(hour=0, minute=0, second=0, microsecond=0)
        first_day = today + timedelta(days=days_from_now)
        # Posted a few days before it begins, and before now.
        posted_at = min(first_day.astimezone(self.now.tzinfo), self.now) - timedelta(
            days=self.random.randint(3, 6), minutes=self.random.randint(0, 600)
        )
        posting = POSTINGS[self.told % len(POSTINGS)]
        posting = replace(posting, rate_naira=posting.rate_naira + 50 * self.random.randint(0, 8))
        story = JobStory(self.timeline, self.random, client, place, posting, first_day, days, posted_at)
        story.post()
        self.told += 1
        return story

    def _provider(self) -> str:
        return self.random.choice(PROVIDERS)

    def _candidates(self, story: JobStory) -> list[Player]:
        """Workers of the same city who are free then, the skilled ones first, the demo worker before them."""
        shifts = story.shifts()
        free = [
            worker
            for worker in self.cast.workers
            if worker.person.city == story.client.person.city
            and all(worker.is_free(shift.starts_at, shift.ends_at) for shift in shifts)
        ]
        self.random.shuffle(free)
        skill = story.posting.subcategory
        return sorted(free, key=lambda worker: (worker is not self.cast.workers[0], skill not in worker.person.skills))

    def _hire(self, story: JobStory, paid_at: datetime) -> Sequence[Player]:
        """More apply than are needed; as many as are needed are accepted, one is refused, the rest closed."""
        needed = story.posting.workers
        candidates = self._candidates(story)[: needed + 2]
        if len(candidates) < needed:
            story.posting = replace(story.posting, workers=(needed := len(candidates)))
        for worker in candidates:
            story.apply(worker, at=paid_at + story.minutes(15, 400))
        decided_at = paid_at + timedelta(hours=8)
        if len(candidates) > needed + 1 and self.random.random() < REFUSED_SHARE:
            story.reject(candidates[-1], at=decided_at)
        for worker in candidates[:needed]:
            story.accept(worker, at=decided_at + timedelta(minutes=10))
        return candidates[:needed]

    def _work(self, story: JobStory, worker: Player, shift: PlannedShift, *, manner: int) -> None:
        """One shift, as this worker goes about it."""
        if manner == NEVER_CAME:
            story.mark_no_show(worker, shift)
            return
        story.check_in(worker, shift, late_minutes=17 if manner == CAME_LATE else 0)
        if manner != FORGOT_TO_CHECK_OUT:
            story.check_out(worker, shift, early_minutes=35 if manner == LEFT_EARLY else 3)
        if manner == NOBODY_APPROVES:
            return
        lowered = manner in {LOWERED_AND_ACCEPTED, LOWERED_AND_LEFT}
        story.approve(worker, shift, lower_by=30 if lowered else 0)
        if manner == LOWERED_AND_ACCEPTED:
            story.accept_minutes(worker, shift)

    def _review(self, story: JobStory, worker: Player, number: int) -> None:
        # A day and a half later even what nobody approved has been approved by the clock.
        at = story.shifts()[-1].ends_at + timedelta(hours=36) + story.minutes(0, 400)
        if number % 5 != 4:
            rating, words = ((5, GOOD), (4, GOOD), (5, GOOD), (3, FAIR), (2, POOR))[self.random.randrange(5)]
            response = self.random.choice(postings.RESPONSES) if number % 3 == 0 else ""
            story.review(
                story.client, worker, rating=rating, comment=self.random.choice(words), at=at, response=response
            )
        if number % 4 != 3:
            comment = self.random.choice(postings.CLIENT_COMMENTS)
            story.review(
                worker, story.client, rating=self.random.choice((5, 5, 4)), comment=comment, at=at, response=""
            )


GOOD, FAIR, POOR = postings.GOOD_COMMENTS, postings.FAIR_COMMENTS, postings.POOR_COMMENTS

# Manners of working; every other number is the plain one.
CAME_LATE, LEFT_EARLY, LOWERED_AND_ACCEPTED, FORGOT_TO_CHECK_OUT, LOWERED_AND_LEFT, NOBODY_APPROVES, NEVER_CAME = (
    *(1, 2, 3, 4, 5),
    *(7, 9),
)
