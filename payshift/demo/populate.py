"""Fills an empty database with the demo: people, sixty jobs and their history of two months, through the services."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from django.db.models import F

from accounts.models import Notification
from core import clock
from jobs.models import Job, JobStatus
from jobs.services import blocking, clockwork, saving
from payment.providers.base import PayoutStatus
from payment.selectors.wallet import wallet_balance
from payment.services.ledger_check import watch_books
from payshift.demo import money
from payshift.demo.casting import make_cast
from payshift.demo.plots import Director
from payshift.demo.stage import Cast, Player
from payshift.demo.timeline import Timeline

SEED = 1960
HISTORY = timedelta(days=48)
# What the worker does every minute happens here four times a day.
CLOCKWORK_EVERY = timedelta(hours=6)
RULES = (
    clockwork.check_out_overdue,
    clockwork.approve_overdue,
    clockwork.mark_overdue_no_shows,
    clockwork.accept_overdue_minutes,
    clockwork.expire_jobs,
    clockwork.send_reminders,
)
OUTCOMES = (
    (PayoutStatus.SUCCEEDED,),
    (PayoutStatus.SUCCEEDED,),
    (PayoutStatus.FAILED,),
    (PayoutStatus.SUCCEEDED,),
    (PayoutStatus.SUCCEEDED, PayoutStatus.REVERSED),
)


def populate(*, progress: Callable[[float, str], object]) -> None:
    """Needs an empty database. `progress` gets how far it is, from 0 to 1, and what is being done."""
    now = clock.now()
    random = Random(SEED)  # noqa: S311  (a story, not a secret)
    progress(0.0, "people")
    cast = make_cast(now=now, random=random)
    timeline = Timeline()
    Director(timeline, cast, now, random).plan()
    _plan_clockwork(timeline, now)
    _plan_withdrawals(timeline, cast, now)
    _plan_the_rest(timeline, cast, now)
    begins = now - HISTORY
    # The story has money that nobody asked for: staff find it in admin, and nobody needs to be alarmed now.
    logging.disable(logging.ERROR)
    try:
        timeline.play(until=now, progress=lambda moment: progress((moment - begins) / HISTORY, f"{moment:%d %B}"))
    finally:
        logging.disable(logging.NOTSET)
    _read_older_notifications(now)
    # As the hourly job would: otherwise staff's first page begins with books that nobody has checked.
    watch_books()
    progress(1.0, "done")


def _plan_clockwork(timeline: Timeline, now: datetime) -> None:
    moment = now - HISTORY
    while moment < now:
        for rule in RULES:
            timeline.at(moment, rule)
        moment += CLOCKWORK_EVERY


def _plan_withdrawals(timeline: Timeline, cast: Cast, now: datetime) -> None:
    """Twice a month each worker takes out four fifths of what is there, in whole naira."""
    for number, worker in enumerate(cast.workers):
        for round_number, days in enumerate((26, 11, 2)):
            outcomes = OUTCOMES[(number + 2 * round_number) % len(OUTCOMES)]
            timeline.at(now - timedelta(days=days, minutes=13 * number), _withdrawal(worker, outcomes))


def _withdrawal(worker: Player, outcomes: tuple[PayoutStatus, ...]) -> Callable[[], None]:
    def act() -> None:
        amount_kobo = wallet_balance(user_id=worker.user_id).balance_kobo * 4 // 5 // 100 * 100
        if amount_kobo >= 500_000:
            money.pay_out(user_id=worker.user_id, amount_kobo=amount_kobo, outcomes=outcomes)

    return act


def _plan_the_rest(timeline: Timeline, cast: Cast, now: datetime) -> None:
    """Money that nobody knows, jobs kept for later, and two people who had enough of each other."""
    timeline.at(now - timedelta(days=1), lambda: money.receive_unknown_money(amount_kobo=2_500_000))

    def save_jobs() -> None:
        open_jobs = list(Job.objects.filter(status=JobStatus.UPCOMING).order_by("pk").values_list("pk", flat=True))
        for number, worker in enumerate(cast.workers[:8]):
            for job_id in open_jobs[number % 3 : number % 3 + 3]:
                saving.save_job(actor=worker.actor, job_id=job_id)

    timeline.at(now, save_jobs)
    timeline.at(now, lambda: blocking.block_user(actor=cast.clients[1].actor, user_id=cast.workers[9].user_id))


def _read_older_notifications(now: datetime) -> None:
    """What is older than two days has been read."""
    older = Notification.objects.filter(created_at__lt=now - timedelta(days=2))
    older.update(read_at=F("created_at") + timedelta(hours=1))
