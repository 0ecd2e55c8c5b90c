"""Names, titles, places, words and sums as long as they may be: the newest row of each list that shows such."""

import time
from typing import Any

from accounts.models import CustomUser
from jobs.models import HandledPattern, Job, JobStatus
from payment.services.accounts import wallet_of
from tests.architecture.world import assignment, funded_job
from tests.factories import payment as money
from tests.factories.accounts import BankAccountFactory, DeviceFactory, NotificationFactory, UserFactory
from tests.factories.jobs import (
    ApplicationFactory,
    JobTemplateFactory,
    ReportFactory,
    SavedSearchFactory,
    StaffNoteFactory,
)
from tests.factories.rating import ReviewFactory

NAME = "Oluwaseunfunmilayotemitopeadebayoogunlanaolorunfemiadeyinkaoluwole"
WORDS = f"They said at the gate that nobody had told them of it. https://example.org/{'a-very-long-address/' * 3} "
TITLE = f"Waiters for a {'Wedding' * 9} and the naming ceremony of the whole family"[:120]
PLACE = f"Flat 12, Block {'C' * 70}, 5 Allen Avenue, opposite the second filling station, Ikeja, Lagos State"
MOST_KOBO = 999_999_999_999


def lengthen(staff: CustomUser) -> Job:
    """Make them. Returns a job of them, with all that may be known of one."""
    known = Job.objects.filter(title=TITLE).first()
    return known or _make(staff)


def _make(staff: CustomUser) -> Job:
    client, worker = _person(role="client"), _person()
    job = funded_job(
        client, title=TITLE, location=PLACE, description=WORDS * 20, status=JobStatus.ONGOING, rate_kobo=5_000_000
    )
    worked = assignment(job, worker, checked_out=True)
    _written(client, worker, staff, job)
    _moved(worker, job)
    dispute = money.DisputeFactory.create(assignment=worked, reason=WORDS * 5)
    money.DisputeStatementFactory.create(dispute=dispute, body=WORDS * 20)
    return job


def _person(**fields: Any) -> CustomUser:
    person: CustomUser = UserFactory.create(
        email=f"{NAME[:40].lower()}{time.time_ns()}@{'department-of-catering-' * 2}example.com",
        first_name=NAME,
        last_name="Adebayo-Chukwuemeka Ogunbanjo-Ekwueme",
        **fields,
    )
    profile = person.profile
    profile.bio, profile.location = WORDS * 5, PLACE
    profile.save(update_fields=["bio", "location"])
    BankAccountFactory.create(
        user=person, bank_name="Accion Microfinance Bank of the Federation of Cooperatives", account_name=NAME.upper()
    )
    return person


def _written(client: CustomUser, worker: CustomUser, staff: CustomUser, job: Job) -> None:
    """What people wrote, or were told."""
    unique = time.time_ns().to_bytes(32)
    DeviceFactory.create(user=worker, name=WORDS[:100], access_sha256=unique, refresh_sha256=unique[::-1])
    for person in (client, worker):
        NotificationFactory.create(user=person, title=WORDS[:200], body=WORDS * 5, dedupe_key=f"long:{person.pk}")
        StaffNoteFactory.create(user=person, author=staff, text=WORDS * 5)
    StaffNoteFactory.create(job=job, author=staff, text=WORDS * 5)
    ApplicationFactory.create(job=job, note=WORDS * 5)
    ReviewFactory.create(job=job, reviewed=worker, comment=WORDS * 5)
    ReportFactory.create(reporter=worker, user=client, text=WORDS * 5)
    SavedSearchFactory.create(user=worker, name=WORDS[:60])
    JobTemplateFactory.create(client=client, name=WORDS[:60])
    HandledPattern.objects.create(
        mark=f"{time.time_ns():064x}",
        says=WORDS[:200],
        people=[client.pk, worker.pk],
        reason=WORDS[:150],
        handled_by=staff,
        handled_at=job.created_at,
    )


def _moved(worker: CustomUser, job: Job) -> None:
    money.fund_wallet(worker.pk, MOST_KOBO)
    paid = money.PaymentFactory.create(job=job, amount_kobo=MOST_KOBO, status="succeeded")
    attempt = money.PaymentAttemptFactory.create(payment=paid, succeeded=True, message=WORDS)
    money.RefundFactory.create(attempt=attempt, amount_kobo=MOST_KOBO, message=WORDS)
    money.WithdrawalFactory.create(
        wallet=wallet_of(worker.pk),
        amount_kobo=MOST_KOBO,
        bank_name="Accion Microfinance Bank of the Federation of Cooperatives",
        account_name=NAME.upper(),
        message=WORDS,
    )
    money.ChargebackFactory.create(attempt=attempt, amount_kobo=MOST_KOBO, evidence=WORDS * 20)
    money.StaffMoveFactory.create(user=worker, amount_kobo=MOST_KOBO, reason=WORDS[:150])
    money.WebhookEventFactory.create(error=WORDS * 5, status="failed")
    money.SettlementFactory.create(gross_kobo=MOST_KOBO, fees_kobo=0, net_kobo=MOST_KOBO)
    money.DepositFactory.create(account__user=job.client, account__account_name=NAME.upper(), amount_kobo=MOST_KOBO)
