"""Staff at work in admin: every list opens in few queries, and what they do goes through the services."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import CustomUser
from core.queries import count_queries
from jobs.models import JobStatus
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
from tests.support.staff_pages import act_on_list, act_on_page

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


def test_staff_resolve_a_dispute(staff: Client, bisi: CustomUser, chidi: CustomUser, wale: CustomUser) -> None:
    job = JobFactory(client=chidi, applicants_needed=1, status=JobStatus.ONGOING)
    fund_escrow(job)
    application = ApplicationFactory(job=job, applicant=wale, status="accepted")
    dispute = DisputeFactory(assignment=ShiftAssignmentFactory(application=application, checked_out=True))
    DisputeStatementFactory(dispute=dispute, author=wale, body="I stayed until the end.")
    change = reverse("admin:payment_dispute_change", args=[dispute.pk])
    resolve = reverse("admin:payment_dispute_resolve", args=[dispute.pk])
    outcome = {"resolution": "split", "to_worker": "3,000.00", "reason": "Half a day."}

    with time_machine.travel(job.ends_at + timedelta(hours=1)):
        # A log-in of the day before has ended by then.
        staff.force_login(bisi)
        act_on_page(staff, reverse("admin:payment_dispute_review", args=[dispute.pk]), reason="Both have spoken")
        page = staff.get(change)
        refused = act_on_page(staff, resolve, **{**outcome, "to_worker": "10000000000"})
        odd = act_on_page(staff, resolve, **outcome, to_client="1")
        under_review = Dispute.objects.get()
        done = act_on_page(staff, resolve, **outcome)

    resolved = Dispute.objects.get()
    assert b"I stayed until the end." in page.content
    assert (refused.status_code, odd.status_code, done.status_code) == (422, 422, 302)
    assert b"less than" in refused.content
    assert b"are frozen" in odd.content
    assert under_review.status == DisputeStatus.UNDER_REVIEW
    assert (resolved.status, resolved.to_worker_kobo) == (DisputeStatus.RESOLVED, 300_000)
    assert balance_of(wallet_account(wale.pk)) == 300_000
