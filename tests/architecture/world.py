"""One of everything, between Chidi the client and the workers Wale and Ada, for the tests that walk all routes."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.models import CustomUser, Notification
from core import clock
from jobs.models import (
    Application,
    ApplicationStatus,
    Job,
    JobSeries,
    JobStatus,
    JobTemplate,
    SavedSearch,
    Shift,
    ShiftAssignment,
)
from payment.models import Dispute, Payment, Withdrawal
from payment.services.accounts import wallet_of
from rating.models import Review
from tests.factories.accounts import PASSWORD, BankAccountFactory, DeviceFactory, NotificationFactory
from tests.factories.jobs import (
    LATITUDE,
    LONGITUDE,
    ApplicationFactory,
    BlockFactory,
    CalendarLinkFactory,
    FavouriteFactory,
    InvitationFactory,
    JobFactory,
    JobTemplateFactory,
    ReportFactory,
    SavedJobFactory,
    SavedSearchFactory,
    ShiftAssignmentFactory,
    repeated,
)
from tests.factories.payment import (
    DisputeFactory,
    PaymentAttemptFactory,
    PaymentFactory,
    WithdrawalFactory,
    fund_escrow,
    fund_wallet,
)
from tests.factories.rating import ReviewFactory
from tests.support.books import committed

WALLET_KOBO = 100_000_000


@dataclass
class World:
    """`waiting`: Ada applied to the open job. `accepted`: Wale was taken on for it. And so on, by what can be done."""

    chidi: CustomUser
    wale: CustomUser
    ada: CustomUser
    open_job: Job
    open_shift: Shift
    unpaid_job: Job
    untouched_job: Job
    done_job: Job
    waiting: Application
    accepted: Application
    standing_by: Application
    arriving: ShiftAssignment
    expected: Application
    working: ShiftAssignment
    finished: ShiftAssignment
    lowered: ShiftAssignment
    review: Review
    funding: Payment
    withdrawal: Withdrawal
    dispute: Dispute
    notification: Notification
    device_id: int
    blocked: CustomUser
    favoured: CustomUser
    calendar_token: str
    search: SavedSearch
    series: JobSeries
    template: JobTemplate

    @property
    def ids(self) -> dict[str, Any]:
        """What the paths of the matrix are filled with."""
        return {
            name: getattr(value, "pk", value) for name, value in vars(self).items() if not isinstance(value, Payment)
        } | {"reference": self.funding.reference, "month": "2026-01"}


@transaction.atomic
def build_world(*, chidi: CustomUser, wale: CustomUser, ada: CustomUser) -> World:
    now = clock.now()
    open_job = funded_job(chidi, title="Open")
    waiting = ApplicationFactory.create(job=open_job, applicant=ada)
    accepted = ApplicationFactory.create(job=open_job, applicant=wale, status=ApplicationStatus.ACCEPTED)
    ShiftAssignmentFactory.create(application=accepted)
    # Began two hours ago, in whatever time zone has that within one day.
    today = funded_job(chidi, title="Today", status=JobStatus.ONGOING, **around(now))
    arriving = assignment(today, wale)
    working = assignment(today, ada, checked_in=True)
    # Disputes are open for two days: the day before yesterday would be too long ago by the evening.
    yesterday = (now - timedelta(days=1)).date()
    over = funded_job(chidi, title="Over", status=JobStatus.ONGOING, date=yesterday)
    finished = assignment(over, wale, checked_out=True)
    lowered = assignment(
        *(over, ada),
        approved=True,
        approved_minutes=60,
        lowered_reason="Left early.",
        paid_wage_kobo=1000,
        paid_fee_kobo=100,
        withheld_kobo=500,
        withheld_until=now + timedelta(days=1),
    )
    done_job = funded_job(chidi, title="Done", status=JobStatus.COMPLETED, date=yesterday - timedelta(days=2))
    done = ApplicationFactory.create(job=done_job, applicant=wale, status=ApplicationStatus.COMPLETED)
    paid = ShiftAssignmentFactory.create(application=done, approved=True)
    PaymentFactory.create(released=True, assignment=paid)
    funding = PaymentFactory.create(job=done_job, status="succeeded")
    PaymentAttemptFactory.create(payment=funding, succeeded=True)
    for person in (chidi, wale, ada):
        fund_wallet(person.pk, WALLET_KOBO)
        person.password = hashed_password()
        person.save(update_fields=["password"])
    BankAccountFactory.create(user=wale)
    DisputeFactory.create(assignment=paid, status="withdrawn")
    SavedJobFactory.create(user=wale, job=open_job)
    InvitationFactory.create(worker=wale)
    CalendarLinkFactory.create(user=wale, token="psc_of-wale")
    reopened = funded_job(chidi, title="Reopened", date=(now + timedelta(days=7)).date())
    favourite = FavouriteFactory.create(client=chidi)
    ReportFactory.create(reporter=wale, job=open_job)
    block = BlockFactory.create(blocker=wale)
    world = World(
        chidi=chidi,
        wale=wale,
        ada=ada,
        open_job=open_job,
        open_shift=open_job.shifts.get(),
        unpaid_job=JobFactory.create(client=chidi, title="Unpaid", status=JobStatus.PENDING),
        untouched_job=funded_job(chidi, title="Untouched", date=(now + timedelta(days=5)).date()),
        done_job=done_job,
        waiting=waiting,
        accepted=accepted,
        standing_by=ApplicationFactory.create(job=reopened, applicant=ada, status="standing_by"),
        arriving=arriving,
        expected=arriving.application,
        working=working,
        finished=finished,
        lowered=lowered,
        review=ReviewFactory.create(job=done_job, reviewed=wale),
        funding=funding,
        withdrawal=WithdrawalFactory.create(wallet=wallet_of(wale.pk), status="paid"),
        dispute=DisputeFactory.create(assignment=assignment(done_job, ada, checked_out=True)),
        notification=NotificationFactory.create(user=wale),
        device_id=DeviceFactory.create(user=wale).pk,
        blocked=block.blocked,
        favoured=favourite.worker,
        calendar_token="psc_of-wale",
        search=SavedSearchFactory.create(user=wale),
        series=repeated(done_job),
        template=JobTemplateFactory.create(client=chidi),
    )
    committed()
    return world


@cache
def hashed_password() -> str:
    """Made once: Argon2 takes its time, on purpose."""
    return make_password(PASSWORD)


def funded_job(client: CustomUser, **fields: Any) -> Job:
    job = JobFactory.create(client=client, **fields)
    fund_escrow(job)
    return job


def assignment(job: Job, worker: CustomUser, **fields: Any) -> ShiftAssignment:
    application = ApplicationFactory.create(job=job, applicant=worker, status=ApplicationStatus.ACCEPTED)
    return ShiftAssignmentFactory.create(application=application, **fields)


def around(now: datetime) -> dict[str, Any]:
    """A shift of six hours that began two hours ago; it may end on the next day."""
    begins = (now - timedelta(hours=2)).astimezone(ZoneInfo("Africa/Lagos")).replace(minute=0, second=0, microsecond=0)
    ends = begins + timedelta(hours=6)
    return {
        "date": begins.date(),
        "start_time": time(begins.hour),
        "end_time": time(ends.hour),
        "shift_minutes": 360,
        "starts_at": begins,
        "ends_at": ends,
    }


HERE = {"latitude": LATITUDE, "longitude": LONGITUDE}
