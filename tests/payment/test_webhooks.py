"""M8: stored before it is answered; processed 1..n times in any order, the end is the same."""

import hashlib
import hmac
import json
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test import Client

from accounts.models import CustomUser
from core import clock
from jobs.models import Job, JobStatus
from payment.models import AccountKind, LedgerTransaction, PaymentAttempt, TransactionKind, WebhookEvent, WebhookStatus
from payment.providers.registry import provider_named
from payment.services.accounts import escrow_account, system_account, wallet_account
from payment.services.reconciliation import sweep_webhooks
from payment.services.webhooks import MAX_BODY_BYTES, process_event
from tests.factories.payment import balance_of
from tests.payment.conftest import Checkout, Till
from tests.support.api_client import ApiClient, ApiResponse
from tests.support.gateway import Gateway
from tests.support.jobs import RunJobs
from tests.support.races import race

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def payer(chidi: CustomUser) -> ApiClient:
    return ApiClient(chidi)


def post(body: bytes, **headers: str) -> ApiResponse:
    return Client().post("/api/webhooks/paystack", body, content_type="application/json", headers=headers)


def signed(body: bytes) -> ApiResponse:
    signature = hmac.new(settings.PAYSTACK_SECRET_KEY.encode(), body, hashlib.sha512).hexdigest()
    return post(body, **{"x-paystack-signature": signature})


def charge_success(reference: str, **extra: object) -> bytes:
    return json.dumps({"event": "charge.success", "data": {"reference": reference, **extra}}).encode()


def jobs_waiting() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name LIKE '%process_webhook'")
        return int(cursor.fetchone()[0])


@pytest.mark.parametrize("provider", ["paystack", "flutterwave"])
def test_a_webhook_is_stored_answered_200_and_then_processed_by_the_worker(
    provider: str, till: Till, payer: ApiClient, job: Job, run_jobs: RunJobs
) -> None:
    checkout = till.start(payer, job, provider)
    till.pay(checkout)

    (answer,) = till.webhook(checkout)

    event = WebhookEvent.objects.get()
    assert answer.status_code == 200
    assert (event.status, event.reference, event.tries) == (WebhookStatus.RECEIVED, checkout.attempt_reference, 0)
    assert balance_of(escrow_account(job.pk)) == 0

    run_jobs()

    event.refresh_from_db()
    job.refresh_from_db()
    assert (event.status, event.tries, event.error) == (WebhookStatus.PROCESSED, 1, "")
    assert job.status == JobStatus.UPCOMING
    assert balance_of(escrow_account(job.pk)) == job.price_kobo


def test_a_webhook_before_or_after_the_verification_credits_once(
    till: Till, payer: ApiClient, job: Job, run_jobs: RunJobs
) -> None:
    checkout = till.start(payer, job)
    till.pay(checkout)

    payer.post(f"/payments/{checkout.reference}/verify")
    till.webhook(checkout)
    run_jobs()
    payer.post(f"/payments/{checkout.reference}/verify")

    assert balance_of(escrow_account(job.pk)) == job.price_kobo
    assert balance_of(wallet_account(job.client_id)) == 0


def test_m8_one_webhook_64_times_in_parallel_is_one_row_and_one_credit(
    gateway: Gateway, till: Till, payer: ApiClient, job: Job, run_jobs: RunJobs
) -> None:
    checkout = till.start(payer, job)
    till.pay(checkout)
    (delivery,) = gateway.deliveries(reference=checkout.attempt_reference)
    body, headers = delivery.body.encode(), {"x-paystack-signature": delivery.headers["x-paystack-signature"]}

    statuses = [answer.status_code for answer in race(*[lambda: post(body, **headers)] * 64)]  # type: ignore[union-attr]
    waiting = jobs_waiting()
    run_jobs()

    event = WebhookEvent.objects.get()
    assert statuses == [200] * 64
    assert (waiting, event.deliveries, event.tries) == (1, 64, 1)
    assert balance_of(escrow_account(job.pk)) == job.price_kobo


def test_m8_processing_one_event_many_times_at_once_ends_alike(till: Till, payer: ApiClient, job: Job) -> None:
    checkout = till.start(payer, job)
    till.pay(checkout)
    till.webhook(checkout)
    event_id = WebhookEvent.objects.get().pk

    outcomes = race(*[lambda: process_event(event_id=event_id)] * 8)

    assert outcomes == [None] * 8
    assert WebhookEvent.objects.get().status == WebhookStatus.PROCESSED
    assert LedgerTransaction.objects.filter(kind=TransactionKind.FUNDING).count() == 1


@pytest.mark.parametrize("tampered", [b'"amount": 1', b'"reference": "x"'])
def test_a_tampered_body_is_401_and_not_stored(
    tampered: bytes, gateway: Gateway, till: Till, payer: ApiClient, job: Job
) -> None:
    checkout = till.start(payer, job)
    till.pay(checkout)
    (delivery,) = gateway.deliveries(reference=checkout.attempt_reference)
    body = delivery.body.encode().replace(b"{", b"{" + tampered + b",", 1)

    answer = post(body, **{"x-paystack-signature": delivery.headers["x-paystack-signature"]})

    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_signature")
    assert not WebhookEvent.objects.exists()
    assert jobs_waiting() == 0


def test_a_webhook_without_a_signature_is_401(gateway: Gateway) -> None:
    assert post(charge_success("pay-00000000000000000001")).status_code == 401
    assert Client().post("/api/webhooks/flutterwave", b"{}", content_type="application/json").status_code == 401
    assert not WebhookEvent.objects.exists()


def test_a_reference_that_nobody_knows_moves_nothing(gateway: Gateway, run_jobs: RunJobs) -> None:
    answer = signed(charge_success("pay-00000000000000000001", amount=5_000_000))
    run_jobs()

    assert answer.status_code == 200
    assert WebhookEvent.objects.get().status == WebhookStatus.IGNORED
    assert not LedgerTransaction.objects.exists()


def test_m6_money_that_nobody_asked_for_goes_to_suspense_once(
    till: Till, payer: ApiClient, job: Job, run_jobs: RunJobs
) -> None:
    reference = "pay-made-by-hand-in-the-dashboard"
    opened = provider_named("paystack").initialise(
        reference=reference,
        amount_kobo=job.price_kobo,
        email="payer@example.com",
        name="Payer",
        callback_url="https://payshift.example",
        description="By hand",
    )
    checkout = Checkout("", reference, opened.authorization_url, job.price_kobo)
    till.pay(checkout)

    till.webhook(checkout)
    run_jobs()
    signed(charge_success(checkout.attempt_reference))
    run_jobs()

    assert balance_of(system_account(AccountKind.SUSPENSE)) == job.price_kobo
    # The provider kept its fee of this money too.
    booked = LedgerTransaction.objects.order_by("id").values_list("kind", "reference")
    reference = f"paystack:{checkout.attempt_reference}"
    assert list(booked) == [(TransactionKind.FUNDING, reference), (TransactionKind.PROVIDER_FEE, reference)]


def test_a_webhook_that_lies_about_success_moves_nothing(
    till: Till, payer: ApiClient, job: Job, run_jobs: RunJobs
) -> None:
    checkout = till.start(payer, job)

    signed(charge_success(checkout.attempt_reference, status="success", amount=job.price_kobo))
    run_jobs()

    assert PaymentAttempt.objects.get().status == "pending"
    assert not LedgerTransaction.objects.exists()


def test_a_signed_body_that_is_no_event_is_kept_and_ignored(gateway: Gateway, run_jobs: RunJobs) -> None:
    answer = signed(b"not json")
    run_jobs()

    event = WebhookEvent.objects.get()
    assert answer.status_code == 200
    assert (event.status, bytes(event.body)) == (WebhookStatus.IGNORED, b"not json")
    assert event.error.startswith("Unreadable")


@pytest.mark.parametrize("size", [MAX_BODY_BYTES + 1, 2**20, 10 * 2**20])
def test_a_body_of_a_megabyte_is_413_and_not_stored(size: int, gateway: Gateway) -> None:
    answer = signed(b" " * size)

    assert (answer.status_code, answer.json()["code"]) == (413, "payload_too_large")
    assert not WebhookEvent.objects.exists()


def test_what_went_wrong_outlives_the_rollback_and_is_tried_again(
    gateway: Gateway, till: Till, payer: ApiClient, job: Job, run_jobs: RunJobs
) -> None:
    checkout = till.start(payer, job)
    till.pay(checkout)
    till.webhook(checkout)
    gateway.fault("error_5xx_before", operation="verify", times=3)

    run_jobs(allow_failures=True)

    event = WebhookEvent.objects.get()
    assert (event.status, event.tries) == (WebhookStatus.FAILED, 1)
    assert event.error.startswith("ProviderUnreachable")

    with time_machine.travel(clock.now() + timedelta(hours=1)):
        assert sweep_webhooks() == 1
        run_jobs()

    event.refresh_from_db()
    assert (event.status, event.tries, event.error) == (WebhookStatus.PROCESSED, 2, "")
    assert balance_of(escrow_account(job.pk)) == job.price_kobo


def test_neither_signature_nor_secret_hash_is_kept(till: Till, payer: ApiClient, job: Job, run_jobs: RunJobs) -> None:
    checkout = till.start(payer, job, "flutterwave")
    till.pay(checkout)

    till.webhook(checkout)

    kept = json.dumps(WebhookEvent.objects.get().headers)
    assert settings.FLUTTERWAVE_WEBHOOK_HASH not in kept
    assert "verif-hash" not in kept
