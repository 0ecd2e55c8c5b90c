"""A provider that is slow, away or loses its answer: the payment is answered at once, and a job opens its checkout."""

from collections.abc import Callable

import pytest
from pytest_django import Settings

from accounts.models import CustomUser
from jobs.models import Job, JobStatus
from payment.models import Payment, PaymentAttempt, PaymentStatus
from payment.services.checkouts import finish_opening
from tests.payment.conftest import Till, new_key
from tests.support.api_client import ApiClient, ApiResponse
from tests.support.gateway import Gateway
from tests.support.jobs import RunJobs

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def payer(chidi: CustomUser) -> ApiClient:
    return ApiClient(chidi)


def start(payer: ApiClient, job: Job, key: str = "") -> ApiResponse:
    return payer.post("/payments", {"job_id": job.pk, "provider": "paystack"}, Idempotency_Key=key or new_key())


def test_a_slow_provider_gets_a_state_to_poll_and_the_worker_opens_the_checkout(
    gateway: Gateway, till: Till, payer: ApiClient, job: Job, run_jobs: RunJobs, settings: Settings
) -> None:
    settings.PROVIDER_REQUEST_SECONDS = 0.2
    gateway.fault("delay", operation="initialize", value="1.5")

    started = start(payer, job)
    reference = started.json()["reference"]
    before = payer.get(f"/payments/{reference}").json()
    run_jobs()
    after = payer.get(f"/payments/{reference}").json()
    gateway.pay(after["authorization_url"])
    paid = payer.post(f"/payments/{reference}/verify").json()

    assert (started.status_code, started.json()["status"], started.json()["authorization_url"]) == (
        202,
        "pending",
        None,
    )
    assert (before["status"], before["authorization_url"], after["status"]) == ("pending", None, "pending")
    assert paid["status"] == "succeeded"
    job.refresh_from_db()
    assert job.status == JobStatus.UPCOMING


@pytest.mark.parametrize("fault", ["drop_answer", "error_5xx_after_effect"])
def test_a_checkout_whose_answer_was_lost_is_replaced_by_the_job(
    fault: str, gateway: Gateway, payer: ApiClient, job: Job, run_jobs: RunJobs
) -> None:
    gateway.fault(fault, operation="initialize")

    started = start(payer, job)
    run_jobs()

    shown = payer.get(f"/payments/{started.json()['reference']}").json()
    old, new = PaymentAttempt.objects.order_by("pk")
    assert started.status_code == 202
    assert (old.status, new.status) == (PaymentStatus.ABANDONED, PaymentStatus.PENDING)
    assert shown["authorization_url"] == new.authorization_url != ""


@pytest.mark.parametrize("fault", ["drop_request", "error_5xx_before", "rate_limited"])
def test_a_checkout_whose_request_was_lost_is_opened_under_the_same_reference(
    fault: str, gateway: Gateway, payer: ApiClient, job: Job, run_jobs: RunJobs
) -> None:
    gateway.fault(fault, operation="initialize")

    started = start(payer, job)
    run_jobs()

    assert started.status_code == 202
    shown = payer.get(f"/payments/{started.json()['reference']}").json()
    assert PaymentAttempt.objects.get().authorization_url == shown["authorization_url"] != ""


def test_the_same_key_gets_the_same_answer_and_another_key_the_address(
    gateway: Gateway, payer: ApiClient, job: Job
) -> None:
    gateway.fault("drop_answer", operation="initialize")
    key = new_key()

    started, again, another = start(payer, job, key), start(payer, job, key), start(payer, job)

    assert (started.status_code, again.status_code, another.status_code) == (202, 202, 201)
    assert again.content == started.content
    assert another.json()["reference"] == started.json()["reference"]
    assert another.json()["authorization_url"]


def test_a_provider_that_refuses_the_worker_fails_the_payment(
    gateway: Gateway, payer: ApiClient, job: Job, run_jobs: RunJobs
) -> None:
    gateway.fault("drop_request", operation="initialize")
    refusal = '400 {"status": false, "message": "Invalid Email Address Passed", "code": "invalid_email_address"}'
    started = start(payer, job)
    gateway.fault("answer_before", operation="initialize", value=refusal)

    run_jobs()

    assert payer.get(f"/payments/{started.json()['reference']}").json()["status"] == "failed"
    assert start(payer, job).status_code == 201


def test_many_requests_for_one_checkout_queue_one_job(
    gateway: Gateway, payer: ApiClient, job: Job, queued_jobs: Callable[[], list[tuple[str, dict[str, object]]]]
) -> None:
    gateway.fault("drop_request", operation="initialize", times=3)

    statuses = [start(payer, job).status_code for _ in range(3)]

    attempt = PaymentAttempt.objects.get()
    assert statuses == [202] * 3
    assert queued_jobs() == [("payment.tasks.open_checkout", {"attempt_id": attempt.pk})]


def test_a_checkout_that_is_open_or_has_ended_is_left_as_it_is(till: Till, payer: ApiClient, job: Job) -> None:
    checkout = till.start(payer, job)
    attempt = PaymentAttempt.objects.get()

    finish_opening(attempt_id=attempt.pk)
    PaymentAttempt.objects.update(status=PaymentStatus.ABANDONED, authorization_url="")
    finish_opening(attempt_id=attempt.pk)

    assert Payment.objects.count() == PaymentAttempt.objects.count() == 1
    assert checkout.url
    assert PaymentAttempt.objects.get().authorization_url == ""


def test_a_payment_without_a_checkout_is_verified_without_asking_the_provider(
    gateway: Gateway, payer: ApiClient, job: Job
) -> None:
    gateway.fault("drop_request", operation="initialize")
    reference = start(payer, job).json()["reference"]
    gateway.fault("drop_request", operation="verify")

    answer = payer.post(f"/payments/{reference}/verify")

    assert (answer.status_code, answer.json()["status"]) == (200, "pending")
