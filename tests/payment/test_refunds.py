"""Refunds to the card: out of the wallet, back the way the money came, never more than came, and back if it fails."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from accounts.models import CustomUser
from core import clock
from core.errors import InvalidState
from jobs.models import Job, JobStatus
from payment.models import AccountKind, PaymentAttempt, Refund, RefundStatus
from payment.providers.registry import provider_named
from payment.services.accounts import system_account, wallet_account
from payment.services.ledger_check import check_books
from payment.services.reconciliation import sweep_refunds
from payment.services.refunds import FOR_STAFF, return_refund
from tests.factories.jobs import JobFactory
from tests.factories.payment import balance_of, fund_wallet
from tests.payment.conftest import Checkout, Till, alerts, new_key
from tests.support.api_client import ApiClient, ApiResponse
from tests.support.gateway import Gateway
from tests.support.jobs import RunJobs
from tests.support.races import race

pytestmark = pytest.mark.django_db(transaction=True)

IN_FLIGHT = system_account(AccountKind.REFUNDS_IN_FLIGHT)


@pytest.fixture
def payer(chidi: CustomUser) -> ApiClient:
    return ApiClient(chidi)


@pytest.fixture(params=["paystack", "flutterwave"])
def late(request: pytest.FixtureRequest, gateway: Gateway, till: Till, payer: ApiClient, job: Job) -> Checkout:
    """Paid after the job was cancelled: the money is in Chidi's wallet."""
    gateway.set_balance(100_000_000, provider=request.param)
    checkout = till.start(payer, job, request.param)
    till.pay(checkout)
    Job.objects.filter(pk=job.pk).update(status=JobStatus.CANCELED, canceled_at=clock.now())
    payer.post(f"/payments/{checkout.reference}/verify")
    return checkout


def ask(payer: ApiClient, checkout: Checkout, amount_kobo: int | None = None) -> ApiResponse:
    body = {} if amount_kobo is None else {"amount_kobo": amount_kobo}
    return payer.post(f"/payments/{checkout.reference}/refund-to-card", body, Idempotency_Key=new_key())


def settle(gateway: Gateway, checkout: Checkout, run_jobs: RunJobs) -> None:
    """The provider carries it out, in two steps, and tells of it."""
    while gateway.state(checkout.attempt_reference)["refunds"][0]["status"] in {"pending", "processing"}:
        gateway.settle_refund(checkout.attempt_reference)
    gateway.post_webhooks(Client(), reference=checkout.attempt_reference)
    run_jobs()
    with time_machine.travel(clock.now() + timedelta(minutes=5)):
        sweep_refunds()


def test_a_refund_goes_back_to_the_card(
    late: Checkout, gateway: Gateway, payer: ApiClient, job: Job, run_jobs: RunJobs
) -> None:
    answer = ask(payer, late)
    run_jobs()
    settle(gateway, late, run_jobs)

    assert (answer.status_code, answer.json()["amount_kobo"]) == (202, job.price_kobo)
    assert Refund.objects.get().status == RefundStatus.PROCESSED
    assert PaymentAttempt.objects.get().refunded_kobo == job.price_kobo
    assert balance_of(wallet_account(job.client_id)) == 0
    assert balance_of(IN_FLIGHT) == 0
    assert alerts() == []
    shown = payer.get(f"/payments/{late.reference}").json()
    assert shown["refunded_to_card_kobo"] == job.price_kobo


@pytest.mark.parametrize("late", ["paystack"], indirect=True)
def test_a_refund_that_fails_comes_back_to_the_wallet(
    late: Checkout, gateway: Gateway, payer: ApiClient, job: Job, run_jobs: RunJobs
) -> None:
    gateway.fault("refund_fails", provider=PaymentAttempt.objects.get().provider)
    ask(payer, late)
    run_jobs()
    settle(gateway, late, run_jobs)

    assert Refund.objects.get().status == RefundStatus.FAILED
    assert PaymentAttempt.objects.get().refunded_kobo == 0
    assert balance_of(wallet_account(job.client_id)) == job.price_kobo
    assert balance_of(IN_FLIGHT) == 0


def test_no_more_is_refunded_than_was_paid(late: Checkout, payer: ApiClient, job: Job) -> None:
    fund_wallet(job.client_id, 1_000)

    answer = ask(payer, late, job.price_kobo + 1)

    assert (answer.status_code, answer.json()["code"]) == (409, "refund_exceeds_capture")
    assert not Refund.objects.exists()


def test_no_more_is_refunded_than_the_wallet_holds(till: Till, payer: ApiClient, job: Job, gateway: Gateway) -> None:
    checkout = till.start(payer, job)
    till.pay(checkout)
    payer.post(f"/payments/{checkout.reference}/verify")

    answer = ask(payer, checkout, 1_000)

    assert (answer.status_code, answer.json()["code"]) == (409, "insufficient_funds")
    assert not Refund.objects.exists()


def test_parallel_refunds_never_exceed_what_was_paid(late: Checkout, payer: ApiClient, job: Job) -> None:
    fund_wallet(job.client_id, 10 * job.price_kobo)
    half = job.price_kobo // 2

    answers = race(*[lambda: ask(payer, late, half)] * 6)

    statuses = sorted(answer.status_code for answer in answers)  # type: ignore[union-attr]
    assert statuses == [202, 202, 409, 409, 409, 409]
    assert PaymentAttempt.objects.get().refunded_kobo == 2 * half


def test_a_refund_of_unknown_outcome_is_found_in_the_providers_list_and_not_repeated(
    late: Checkout, gateway: Gateway, payer: ApiClient, run_jobs: RunJobs
) -> None:
    gateway.fault("drop_answer", operation="refund", provider=PaymentAttempt.objects.get().provider)
    ask(payer, late)
    run_jobs(allow_failures=True)
    assert Refund.objects.get().provider_id == ""

    settle(gateway, late, run_jobs)

    assert Refund.objects.get().status == RefundStatus.PROCESSED
    assert len(gateway.state(late.attempt_reference)["refunds"]) == 1


def test_a_refund_that_the_provider_never_saw_is_left_to_staff(
    late: Checkout, gateway: Gateway, payer: ApiClient, run_jobs: RunJobs
) -> None:
    gateway.fault("drop_request", operation="refund", provider=PaymentAttempt.objects.get().provider)
    ask(payer, late)
    run_jobs(allow_failures=True)

    with time_machine.travel(clock.now() + timedelta(hours=2)):
        sweep_refunds()

    refund = Refund.objects.get()
    assert (refund.status, refund.message) == (RefundStatus.PROCESSING, FOR_STAFF)
    assert gateway.state(late.attempt_reference)["refunds"] == []

    return_refund(refund_id=refund.pk, message="Not at the provider.")

    assert Refund.objects.get().status == RefundStatus.FAILED
    assert balance_of(IN_FLIGHT) == 0
    assert balance_of(wallet_account(refund.recipient_id)) == refund.amount_kobo


@pytest.mark.parametrize("late", ["paystack"], indirect=True)
def test_a_refund_that_staff_put_right_at_the_provider_ends_like_any_other(
    late: Checkout, gateway: Gateway, payer: ApiClient, run_jobs: RunJobs
) -> None:
    gateway.fault("refund_needs_attention")
    ask(payer, late)
    run_jobs()
    settle(gateway, late, run_jobs)
    waiting = Refund.objects.get()
    assert (waiting.status, waiting.message) == (RefundStatus.PROCESSING, FOR_STAFF)

    gateway.settle_refund(late.attempt_reference)
    settle(gateway, late, run_jobs)

    assert Refund.objects.get().status == RefundStatus.PROCESSED
    assert balance_of(IN_FLIGHT) == 0
    assert alerts() == ["card_refund_needs_attention"]


@pytest.mark.parametrize("late", ["paystack"], indirect=True)
def test_a_returned_refund_that_is_carried_out_after_all_leaves_the_wallet_again(
    late: Checkout, gateway: Gateway, payer: ApiClient, run_jobs: RunJobs
) -> None:
    ask(payer, late)
    run_jobs()
    Refund.objects.update(provider_id="", message=FOR_STAFF)
    return_refund(refund_id=Refund.objects.get().pk, message="A mistake: it was at the provider.")

    settle(gateway, late, run_jobs)

    returned, carried_out = Refund.objects.order_by("pk")
    assert (returned.status, carried_out.status) == (RefundStatus.FAILED, RefundStatus.PROCESSED)
    assert balance_of(wallet_account(returned.recipient_id)) == 0
    assert alerts() == ["card_refund_made_at_the_provider"]
    # The provider's fee is paid from a balance that the books of this test never had.
    assert [finding.check for finding in check_books().findings] == ["no provider holds less than nothing"]


@pytest.mark.parametrize("late", ["paystack"], indirect=True)
def test_a_refund_that_the_provider_has_is_not_returned_by_staff(
    late: Checkout, gateway: Gateway, payer: ApiClient, run_jobs: RunJobs
) -> None:
    gateway.fault("refund_needs_attention")
    ask(payer, late)
    run_jobs()
    settle(gateway, late, run_jobs)
    refund = Refund.objects.get()

    with pytest.raises(InvalidState):
        return_refund(refund_id=refund.pk, message="Not at the provider.")

    assert Refund.objects.get().status == RefundStatus.PROCESSING
    assert balance_of(IN_FLIGHT) == refund.amount_kobo


def refund_in_dashboard(checkout: Checkout, amount_kobo: int) -> None:
    attempt = PaymentAttempt.objects.get(reference=checkout.attempt_reference)
    provider_named(attempt.provider).refund(
        reference=attempt.reference, charge_id=attempt.provider_id, amount_kobo=amount_kobo, note="By hand"
    )


def test_a_refund_made_in_the_providers_dashboard_leaves_the_wallet_once(
    late: Checkout, gateway: Gateway, job: Job, run_jobs: RunJobs
) -> None:
    refund_in_dashboard(late, 5_000)

    for _ in range(2):
        settle(gateway, late, run_jobs)

    refund = Refund.objects.get()
    assert (refund.status, refund.amount_kobo) == (RefundStatus.PROCESSED, 5_000)
    assert balance_of(wallet_account(job.client_id)) == job.price_kobo - 5_000
    assert alerts() == ["card_refund_made_at_the_provider"]
    assert check_books().findings == []


def test_a_refund_in_the_dashboard_that_the_wallet_does_not_cover_is_told_to_staff_once(
    till: Till, gateway: Gateway, payer: ApiClient, job: Job, run_jobs: RunJobs
) -> None:
    checkout = till.start(payer, job)
    till.pay(checkout)
    payer.post(f"/payments/{checkout.reference}/verify")
    refund_in_dashboard(checkout, 1_000)

    for _ in range(2):
        settle(gateway, checkout, run_jobs)

    assert not Refund.objects.exists()
    assert alerts() == ["card_refund_not_in_the_books"]


@pytest.mark.parametrize("late", ["paystack"], indirect=True)
def test_h1_the_refund_of_another_payment_is_never_taken_for_ours(
    late: Checkout, gateway: Gateway, till: Till, payer: ApiClient, run_jobs: RunJobs
) -> None:
    other_job = JobFactory(client=payer.user, status=JobStatus.PENDING)
    other = till.start(payer, other_job)
    till.pay(other)
    payer.post(f"/payments/{other.reference}/verify")
    gateway.fault("error_5xx_before", operation="refund")
    ask(payer, late, 1_000)
    run_jobs(allow_failures=True)
    refund_in_dashboard(other, 1_000)
    while gateway.state(other.attempt_reference)["refunds"][0]["status"] != "processed":
        gateway.settle_refund(other.attempt_reference)

    with time_machine.travel(clock.now() + timedelta(minutes=70)):
        sweep_refunds()

    refund = Refund.objects.get(attempt__reference=late.attempt_reference)
    assert (refund.status, refund.message, refund.provider_id) == (RefundStatus.PROCESSING, FOR_STAFF, "")
    assert gateway.state(late.attempt_reference)["refunds"] == []


@pytest.mark.parametrize("late", ["flutterwave"], indirect=True)
def test_h7_a_flutterwave_refund_that_is_completed_is_not_at_the_card_yet(
    late: Checkout, gateway: Gateway, payer: ApiClient, run_jobs: RunJobs
) -> None:
    ask(payer, late)
    run_jobs()
    begun = Refund.objects.get().status
    while gateway.state(late.attempt_reference)["refunds"][0]["status"] != "processed":
        gateway.settle_refund(late.attempt_reference)

    # The flat webhook names the payment by the provider's number only.
    gateway.post_webhooks(Client(), reference=late.attempt_reference)
    run_jobs()

    assert (begun, Refund.objects.get().status) == (RefundStatus.PROCESSING, RefundStatus.PROCESSED)
    assert balance_of(IN_FLIGHT) == 0


def test_a_refund_that_takes_days_is_told_to_staff_once(late: Checkout, payer: ApiClient, run_jobs: RunJobs) -> None:
    ask(payer, late)
    run_jobs()

    for days in (4, 5, 6):
        with time_machine.travel(clock.now() + timedelta(days=days)):
            sweep_refunds()

    assert Refund.objects.get().status == RefundStatus.PROCESSING
    assert alerts() == ["card_refund_is_slow"]


# What the answer stands for, where nothing was done: the payment (the money goes to the wallet), later (it is made
# again), our account or its balance (that too, and staff are told), or unknown (looked up, and then staff decide).
PAYMENT, LATER, OURS, SHORT, UNKNOWN = "failed", "processed", "processed, ours", "processed, short", "processing"
TOLD = {OURS: ["provider_refuses_our_account"], SHORT: ["provider_balance_too_low"]}
REFUNDS = [
    ("paystack", '400 {"status": false, "message": "Transaction has been fully reversed"}', PAYMENT),
    ("paystack", '400 {"status": false, "message": "Sorry", "code": "transaction_reversed"}', PAYMENT),
    ("paystack", '400 {"status": false, "message": "Sorry", "code": "insufficient_balance"}', SHORT),
    ("paystack", '400 {"status": false, "message": "Your balance is not enough to fulfil this request"}', SHORT),
    ("paystack", '429 {"status": false, "message": "Too many requests", "code": "rate_limited"}', LATER),
    ("paystack", '401 {"status": false, "message": "Invalid key"}', OURS),
    ("paystack", '400 {"status": false, "message": "Sorry", "code": "invalid_params"}', OURS),
    ("paystack", '400 {"status": false, "message": "Sorry", "code": "duplicate_reference"}', UNKNOWN),
    ("paystack", '400 {"status": false, "message": "Please provide a unique reference"}', UNKNOWN),
    ("paystack", '409 {"status": false, "message": "Conflict"}', UNKNOWN),
    ("paystack", "400 <html>Bad Request</html>", UNKNOWN),
    ("flutterwave", '400 {"status": "error", "message": "Transaction has been fully reversed", "data": null}', PAYMENT),
    ("flutterwave", '400 {"status": "error", "message": "Insufficient balance", "data": null}', SHORT),
    ("flutterwave", '429 {"status": "error", "message": "Too many requests", "data": null}', LATER),
    ("flutterwave", '403 {"status": "error", "message": "Forbidden", "data": null}', OURS),
    ("flutterwave", '400 {"status": "error", "message": "Duplicate refund", "data": null}', UNKNOWN),
    ("flutterwave", '409 {"status": "error", "message": "Conflict", "data": null}', UNKNOWN),
    ("flutterwave", "403 <html>Request blocked</html>", UNKNOWN),
]


@pytest.mark.parametrize(("late", "answer", "ends"), REFUNDS, indirect=["late"])
def test_an_answer_after_the_refund_was_made_never_gives_the_money_to_the_wallet_too(
    answer: str, ends: str, late: Checkout, gateway: Gateway, payer: ApiClient, job: Job, run_jobs: RunJobs
) -> None:
    gateway.fault("answer_after_effect", provider=provider_of(late), operation="refund", value=answer)
    ask(payer, late)
    run_jobs(allow_failures=True)
    with time_machine.travel(clock.now() + timedelta(minutes=3)):
        sweep_refunds()
    settle(gateway, late, run_jobs)

    assert Refund.objects.get().status == RefundStatus.PROCESSED
    assert balance_of(wallet_account(job.client_id)) == 0
    assert len(gateway.state(late.attempt_reference)["refunds"]) == 1


@pytest.mark.parametrize(("late", "answer", "ends"), REFUNDS, indirect=["late"])
def test_an_answer_instead_of_the_refund_ends_as_it_says(
    answer: str, ends: str, late: Checkout, gateway: Gateway, payer: ApiClient, job: Job, run_jobs: RunJobs
) -> None:
    gateway.fault("answer_before", provider=provider_of(late), operation="refund", value=answer)
    ask(payer, late)
    run_jobs(allow_failures=True)
    assert Refund.objects.get().status == RefundStatus.PROCESSING
    with time_machine.travel(clock.now() + timedelta(minutes=6)):
        sweep_refunds()
    if ends in (LATER, OURS, SHORT):
        settle(gateway, late, run_jobs)

    assert Refund.objects.get().status == ends.partition(",")[0]
    assert balance_of(wallet_account(job.client_id)) == (job.price_kobo if ends == PAYMENT else 0)
    assert alerts() == TOLD.get(ends, [])


def provider_of(checkout: Checkout) -> str:
    return PaymentAttempt.objects.get(reference=checkout.attempt_reference).provider


def test_a_stranger_cannot_refund_a_payment(late: Checkout, emeka: CustomUser) -> None:
    answer = ask(ApiClient(emeka), late)

    assert answer.status_code == 404
    assert not Refund.objects.exists()


def test_a_payment_from_the_wallet_has_no_card(payer: ApiClient, job: Job) -> None:
    fund_wallet(job.client_id, 2 * job.price_kobo)
    paid = payer.post("/payments", {"job_id": job.pk, "provider": "wallet"}, Idempotency_Key=new_key())
    reference = paid.json()["reference"]

    answer = payer.post(f"/payments/{reference}/refund-to-card", {}, Idempotency_Key=new_key())

    assert (answer.status_code, answer.json()["code"]) == (409, "not_refundable")
