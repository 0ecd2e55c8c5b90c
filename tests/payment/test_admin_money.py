"""Staff at work in admin: every list opens in few queries, and what they do goes through the services."""

from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from accounts.admin.shown import in_words
from accounts.models import CustomUser, Notification
from core import clock
from core.money import in_naira
from core.queries import count_queries
from jobs.models import JobStatus, ShiftAssignment
from payment.models import Dispute, DisputeStatus, Withdrawal, WithdrawalStatus
from payment.services.accounts import wallet_account
from payment.services.withdrawals import withdraw
from tests.factories.accounts import BankAccountFactory
from tests.factories.jobs import ApplicationFactory, JobFactory, ShiftAssignmentFactory
from tests.factories.payment import (
    DisputeFactory,
    DisputeStatementFactory,
    IdempotencyKeyFactory,
    PaymentAttemptFactory,
    PaymentFactory,
    RefundFactory,
    WebhookEventFactory,
    WithdrawalFactory,
    balance_of,
    fund_escrow,
    fund_wallet,
)
from tests.support.staff_pages import act_on_list, act_on_page, confirm

pytestmark = pytest.mark.django_db

FACTORIES: dict[str, Any] = {
    "payment": PaymentFactory,
    "paymentattempt": PaymentAttemptFactory,
    "refund": RefundFactory,
    "withdrawal": WithdrawalFactory,
    "webhookevent": WebhookEventFactory,
    "idempotencykey": IdempotencyKeyFactory,
    "dispute": DisputeFactory,
    "disputestatement": DisputeStatementFactory,
}


@pytest.fixture
def staff(bisi: CustomUser) -> Client:
    client = Client()
    client.force_login(bisi)
    return client


@pytest.mark.parametrize("model", FACTORIES)
def test_a_list_opens_in_the_same_few_queries_with_1_and_3_rows(model: str, staff: Client) -> None:
    path = reverse(f"admin:payment_{model}_changelist")
    counts = []
    FACTORIES[model]()
    for _ in range(2):
        with count_queries() as counted:
            answer = staff.get(path)
        assert answer.status_code == 200
        counts.append(counted.count)
        FACTORIES[model].create_batch(2)

    assert counts[0] == counts[1]


@pytest.mark.parametrize("model", FACTORIES)
def test_a_row_opens_and_shows_no_whole_account_number(model: str, staff: Client) -> None:
    row = FACTORIES[model]()

    answer = staff.get(reverse(f"admin:payment_{model}_change", args=[row.pk]))

    assert answer.status_code == 200
    assert b"0123456789" not in answer.content


@pytest.mark.parametrize(
    "body",
    [
        b'{"event":"transfer.success","data":{"recipient":{"details":{"account_number":"0123456789"}}}}',
        b'{"event": "transfer.completed", "data": {"account_number" : "0123456789"}}',
        b'{"data": {"receiver_bank_account_number": 123456789}}',
        b'{"data": {"accountNumber": "0123456789"',
    ],
)
def test_a_webhook_is_shown_with_its_account_number_masked(staff: Client, body: bytes) -> None:
    event = WebhookEventFactory(body=body)

    answer = staff.get(reverse("admin:payment_webhookevent_change", args=[event.pk]))

    assert "******6789" in answer.content.decode()
    assert b"123456789" not in answer.content
    event.refresh_from_db()
    assert bytes(event.body) == body


def test_staff_return_a_withdrawal_to_the_wallet(staff: Client, wale: CustomUser) -> None:
    fund_wallet(wale.pk, 50_000)
    BankAccountFactory(user=wale)
    withdrawal = withdraw(user_id=wale.pk, amount_kobo=20_000)

    for _ in range(2):
        act_on_list(staff, Withdrawal, "return_to_wallet", withdrawal)

    assert Withdrawal.objects.get().status == WithdrawalStatus.FAILED
    assert balance_of(wallet_account(wale.pk)) == 50_000


@pytest.fixture
def dispute(chidi: CustomUser, wale: CustomUser, bisi: CustomUser, staff: Client) -> Iterator[Dispute]:
    """Open, of a shift that ended an hour ago."""
    job = JobFactory(client=chidi, applicants_needed=1, status=JobStatus.ONGOING)
    fund_escrow(job)
    application = ApplicationFactory(job=job, applicant=wale, status="accepted")
    opened: Dispute = DisputeFactory(
        assignment=ShiftAssignmentFactory(application=application, checked_out=True, check_in_distance_m=1_250)
    )
    with time_machine.travel(job.ends_at + timedelta(hours=1)):
        # A log-in of the day before has ended by then.
        staff.force_login(bisi)
        yield opened


def dispute_page(dispute: Dispute, name: str) -> str:
    return reverse(f"admin:payment_dispute_{name}", args=[dispute.pk])


def test_dispute_shows_both_sides_the_shift_and_what_is_frozen(
    staff: Client, dispute: Dispute, chidi: CustomUser, wale: CustomUser
) -> None:
    DisputeStatementFactory(dispute=dispute, author=wale, body="I stayed until the end.")
    DisputeStatementFactory(dispute=dispute, author=chidi, body="He left at noon.")
    assignment = dispute.assignment
    ShiftAssignment.objects.filter(pk=assignment.pk).update(
        asked_at=clock.now(), asked_minutes=540, asked_reason="The bar closed late"
    )
    job = assignment.application.job
    assert assignment.checked_in_at
    assert assignment.checked_out_at
    with timezone.override("Africa/Lagos"):
        times = [
            f"{in_words(assignment.starts_at)} to {in_words(assignment.ends_at)}",
            in_words(assignment.checked_in_at),
            in_words(assignment.checked_out_at),
        ]

    shown = unescape(strip_tags(staff.get(dispute_page(dispute, "change")).content.decode()))
    linked = staff.get(dispute_page(dispute, "change")).content.decode()

    for text in (
        dispute.reason,
        "I stayed until the end.",
        f"{wale.name}, worker, ",
        "He left at noon.",
        f"{chidi.name}, client, ",
        in_naira(job.price_kobo),
        f"of it wage {in_naira(assignment.wage_kobo)}",
        *times,
        "1,250 m from the place of work",
        f"{assignment.worked_minutes} recorded, 540 asked for by the worker",
        "Worker: The bar closed late",
    ):
        assert text in shown, text
    assert reverse("admin:job_everything", args=[job.pk]) in linked
    for person in (chidi, wale):
        assert person.name in shown


def test_staff_split_what_a_dispute_has_frozen(staff: Client, dispute: Dispute, wale: CustomUser) -> None:
    split = dispute_page(dispute, "split")
    outcome = {"to_worker": "3,000.00", "reason": "Half a day."}

    act_on_page(staff, dispute_page(dispute, "review"), reason="Both have spoken")
    refused = act_on_page(staff, split, **{**outcome, "to_worker": "10000000000"})
    odd = act_on_page(staff, split, **outcome, to_client="1")
    long = act_on_page(staff, split, **{**outcome, "reason": "x" * 1_001})
    under_review = Dispute.objects.get()
    done = act_on_page(staff, split, **{**outcome, "reason": "x" * 1_000})

    resolved = Dispute.objects.get()
    assert [each.status_code for each in (refused, odd, long, done)] == [422, 422, 422, 302]
    assert b"less than" in refused.content
    assert b"are frozen" in odd.content
    assert under_review.status == DisputeStatus.UNDER_REVIEW
    assert (resolved.status, resolved.to_worker_kobo) == (DisputeStatus.RESOLVED, 300_000)
    assert balance_of(wallet_account(wale.pk)) == 300_000


@pytest.mark.parametrize(("act", "resolution"), [("all_to_worker", "worker"), ("all_to_client", "client")])
def test_open_dispute_is_decided_from_its_page_and_its_end_alone_is_told(
    act: str, resolution: str, staff: Client, dispute: Dispute, wale: CustomUser
) -> None:
    shown = staff.get(dispute_page(dispute, act))
    # What moves is there before anything is filled in.
    assert "Status: open → resolved" in shown.content.decode()
    assert Dispute.objects.get().status == DisputeStatus.OPEN

    assert confirm(staff, dispute_page(dispute, act), shown, reason="The gate book says so.").status_code == 302

    resolved = Dispute.objects.get()
    assert (resolved.status, resolved.resolution) == (DisputeStatus.RESOLVED, resolution)
    wage_kobo = dispute.assignment.wage_kobo if resolution == "worker" else 0
    assert balance_of(wallet_account(wale.pk)) == resolved.to_worker_kobo == wage_kobo
    assert set(Notification.objects.filter(user=wale, kind__startswith="dispute").values_list("kind", flat=True)) == {
        "dispute_resolved"
    }
    assert staff.get(dispute_page(dispute, act)).context["outcomes"][0][0].refusal


@pytest.mark.parametrize("who", ["chidi", "wale"])
def test_nobody_decides_a_dispute_of_their_own(
    who: str, request: pytest.FixtureRequest, dispute: Dispute, wale: CustomUser
) -> None:
    """A party that became staff meanwhile."""
    party: CustomUser = request.getfixturevalue(who)
    CustomUser.objects.filter(pk=party.pk).update(role="admin", is_staff=True, is_superuser=True)
    client = Client()
    client.force_login(CustomUser.objects.get(pk=party.pk))

    for act in ("all_to_worker", "all_to_client"):
        answer = act_on_page(client, dispute_page(dispute, act), reason="It was so.")
        assert answer.status_code == 422
        assert "Nobody decides a dispute of their own." in answer.content.decode()

    assert Dispute.objects.get().status == DisputeStatus.OPEN
    assert balance_of(wallet_account(wale.pk)) == 0
