"""M6 whatever a provider answers to a payment's beginning, with the checkout made and without.

An answer after the effect leaves a checkout at the provider whose address we may never learn: what is paid there all
the same is credited once, and what is paid beside it as well is the payer's.
"""

from datetime import timedelta

import pytest
import time_machine

from accounts.models import CustomUser
from core import clock
from jobs.models import Job, JobStatus
from payment.models import Payment, PaymentAttempt, PaymentStatus
from payment.services.accounts import escrow_account, wallet_account
from payment.services.ledger_check import check_books
from payment.services.reconciliation import sweep_payments
from tests.factories.payment import balance_of
from tests.payment.conftest import alerts, new_key
from tests.support.api_client import ApiClient
from tests.support.gateway import Gateway
from tests.support.jobs import RunJobs

pytestmark = pytest.mark.django_db(transaction=True)

# What the answer stands for, where nothing was done: the payment (it fails, another may begin), our account (that too,
# and staff are told), later (it is made again under the same reference), used (another attempt takes its place at
# once), or unknown (looked up, then replaced).
THEIRS, OURS, LATER, USED, UNKNOWN = "theirs", "ours", "later", "used", "unknown"
CHECKOUTS = [
    ("paystack", '400 {"status": false, "message": "Bad", "code": "invalid_email_address"}', THEIRS),
    ("paystack", '400 {"status": false, "message": "Currency not supported by merchant"}', THEIRS),
    ("paystack", '401 {"status": false, "message": "Invalid key"}', OURS),
    ("paystack", '429 {"status": false, "message": "Too many requests", "code": "rate_limited"}', LATER),
    ("paystack", '400 {"status": false, "message": "An error occurred", "type": "api_error"}', UNKNOWN),
    ("paystack", '400 {"status": false, "message": "Sorry", "code": "duplicate_reference"}', USED),
    ("paystack", '400 {"status": false, "message": "Duplicate Transaction Reference"}', USED),
    ("paystack", '408 {"status": false, "message": "Invalid amount"}', UNKNOWN),
    ("paystack", '409 {"status": false, "message": "Conflict"}', UNKNOWN),
    ("paystack", "400 <html>Bad Request</html>", UNKNOWN),
    ("paystack", '200 {"status": true, "message": "ok", "data": null}', UNKNOWN),
    ("flutterwave", '400 {"status": "error", "message": "A valid email is required"}', THEIRS),
    ("flutterwave", '401 {"status": "error", "message": "Invalid authorization key"}', OURS),
    ("flutterwave", '429 {"status": "error", "message": "Too many requests", "data": null}', LATER),
    ("flutterwave", '400 {"status": "error", "message": "Duplicate transaction reference"}', USED),
    ("flutterwave", '400 {"status": "error", "message": "An error occurred", "data": null}', UNKNOWN),
    ("flutterwave", "403 <html>Request blocked</html>", UNKNOWN),
]


def start(client: CustomUser, job: Job, provider: str) -> int:
    body = {"job_id": job.pk, "provider": provider}
    return int(ApiClient(client).post("/payments", body, Idempotency_Key=new_key()).status_code)


def pay_at_the_provider(gateway: Gateway, attempt: PaymentAttempt) -> None:
    gateway.pay(f"{gateway.url}/checkout/{gateway.charge(attempt.reference)['access_code']}")


def sweep() -> None:
    with time_machine.travel(clock.now() + timedelta(minutes=5)):
        sweep_payments()


@pytest.mark.parametrize(("provider", "answer", "stands_for"), CHECKOUTS)
def test_m6_a_checkout_made_behind_a_lost_answer_is_credited_once_and_a_second_payment_is_the_payers(
    provider: str, answer: str, stands_for: str, job: Job, gateway: Gateway, run_jobs: RunJobs
) -> None:
    gateway.fault("answer_after_effect", provider=provider, operation="initialize", value=answer)

    start(job.client, job, provider)
    run_jobs()
    pay_at_the_provider(gateway, PaymentAttempt.objects.earliest("pk"))
    replaced = PaymentAttempt.objects.exclude(authorization_url="").first()
    if replaced is not None:
        gateway.pay(replaced.authorization_url)
    for _ in range(2):
        sweep()

    job.refresh_from_db()
    assert job.status == JobStatus.UPCOMING
    assert balance_of(escrow_account(job.pk)) == job.price_kobo
    assert balance_of(wallet_account(job.client_id)) == (0 if replaced is None else job.price_kobo)
    assert (replaced is None) == (stands_for in (THEIRS, OURS))
    assert check_books().findings == []


@pytest.mark.parametrize(("provider", "answer", "stands_for"), CHECKOUTS)
def test_m6_an_answer_without_a_checkout_ends_as_it_says(
    provider: str, answer: str, stands_for: str, job: Job, gateway: Gateway, run_jobs: RunJobs
) -> None:
    gateway.fault("answer_before", provider=provider, operation="initialize", value=answer)

    started = start(job.client, job, provider)
    run_jobs()

    attempt, payment = PaymentAttempt.objects.latest("pk"), Payment.objects.get()
    assert PaymentAttempt.objects.count() == (2 if stands_for == USED else 1)
    assert alerts() == (["provider_refuses_our_account"] if stands_for == OURS else [])
    if stands_for in (THEIRS, OURS):
        assert (started, attempt.status, payment.status) == (409, PaymentStatus.FAILED, PaymentStatus.FAILED)
        assert gateway.state(attempt.reference)["charges"] == []
    else:
        assert (started, attempt.status) == (201 if stands_for == USED else 202, PaymentStatus.PENDING)
        gateway.pay(attempt.authorization_url)
    assert start(job.client, job, provider) == 201
    sweep()
    assert balance_of(escrow_account(job.pk)) == (0 if stands_for in (THEIRS, OURS) else job.price_kobo)
    assert check_books().findings == []


def test_h8_staff_are_told_once_that_our_account_turns_payers_away(job: Job, gateway: Gateway) -> None:
    refusal = '401 {"status": false, "message": "Invalid key"}'
    gateway.fault("answer_before", operation="initialize", value=refusal, times=3)

    assert [start(job.client, job, "paystack") for _ in range(3)] == [409] * 3

    assert alerts() == ["provider_refuses_our_account"]
