"""M6 from the outside: a client pays at the gateway's checkout, and the money ends where it belongs, once."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.test import Client

from accounts.models import CustomUser, Notification
from core import clock
from jobs.models import Job, JobStatus
from payment.models import (
    AccountKind,
    CreditedTo,
    LedgerTransaction,
    Payment,
    PaymentAttempt,
    PaymentStatus,
    TransactionKind,
)
from payment.providers.base import Charge, ChargeStatus
from payment.services.accounts import escrow_account, provider_balance, system_account, wallet_account
from payment.services.payments import apply_verified_payment, check_attempt
from payment.services.reconciliation import sweep_payments
from payment.services.staff_moves import approve_move, propose_suspense
from tests.factories.accounts import UserFactory
from tests.factories.payment import balance_of, fund_wallet
from tests.payment.conftest import Till, alerts, new_key
from tests.support.api_client import ApiClient
from tests.support.gateway import Gateway
from tests.support.jobs import RunJobs
from tests.support.races import race

pytestmark = pytest.mark.django_db(transaction=True)

SUSPENSE = system_account(AccountKind.SUSPENSE)


@pytest.fixture
def payer(chidi: CustomUser) -> ApiClient:
    return ApiClient(chidi)


@pytest.mark.parametrize("provider", ["paystack", "flutterwave"])
def test_a_payment_that_is_paid_and_verified_funds_the_job(
    provider: str, till: Till, payer: ApiClient, job: Job
) -> None:
    checkout = till.start(payer, job, provider)
    till.pay(checkout)

    answer = payer.post(f"/payments/{checkout.reference}/verify")

    assert answer.status_code == 200, answer.content
    assert (answer.json()["status"], answer.json()["amount_kobo"]) == ("succeeded", job.price_kobo)
    job.refresh_from_db()
    assert job.status == JobStatus.UPCOMING
    attempt = PaymentAttempt.objects.get()
    fee_kobo = attempt.provider_fee_kobo or 0
    assert fee_kobo > 0
    assert (attempt.captured_kobo, attempt.credited_to) == (job.price_kobo, CreditedTo.ESCROW)
    assert balance_of(escrow_account(job.pk)) == job.price_kobo
    assert balance_of(provider_balance(provider)) == -(job.price_kobo - fee_kobo)


def test_the_answer_to_a_new_payment_says_where_to_pay_what_the_escrow_lacks(
    gateway: Gateway, payer: ApiClient, job: Job
) -> None:
    answer = payer.post("/payments", {"job_id": job.pk, "provider": "paystack"}, Idempotency_Key=new_key())

    body = answer.json()
    payment = Payment.objects.get()
    attempt = PaymentAttempt.objects.get()
    assert answer.status_code == 201
    assert body == {
        "reference": payment.reference,
        "status": "pending",
        "provider": "paystack",
        "amount_kobo": job.price_kobo,
        "currency": "NGN",
        "authorization_url": attempt.authorization_url,
        "free_card_refunds_left": body["free_card_refunds_left"],
        "card_refund_fee_kobo": body["card_refund_fee_kobo"],
    }
    assert (body["free_card_refunds_left"], body["card_refund_fee_kobo"]) == (3, 39_600)
    assert gateway.charge(attempt.reference)["requested_kobo"] == job.price_kobo


def test_a_second_start_leads_to_the_same_checkout(till: Till, payer: ApiClient, job: Job) -> None:
    first = till.start(payer, job)

    second = till.start(payer, job)

    assert second == first
    assert PaymentAttempt.objects.count() == 1


def test_the_price_is_not_the_callers_to_say(gateway: Gateway, payer: ApiClient, job: Job) -> None:
    body = {"job_id": job.pk, "provider": "paystack", "amount_kobo": 1}

    answer = payer.post("/payments", body, Idempotency_Key=new_key())

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")
    assert not Payment.objects.exists()


def test_a_stranger_finds_no_job_to_pay(gateway: Gateway, emeka: CustomUser, job: Job) -> None:
    answer = ApiClient(emeka).post("/payments", {"job_id": job.pk, "provider": "paystack"}, Idempotency_Key=new_key())

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert not Payment.objects.exists()


def test_a_worker_may_not_pay(gateway: Gateway, wale: CustomUser, job: Job) -> None:
    answer = ApiClient(wale).post("/payments", {"job_id": job.pk, "provider": "paystack"}, Idempotency_Key=new_key())

    assert (answer.status_code, answer.json()["code"]) == (403, "wrong_role")


def test_money_is_paid_twice_the_second_goes_to_the_wallet(till: Till, payer: ApiClient, job: Job) -> None:
    first, second = till.start(payer, job, "paystack"), till.start(payer, job, "flutterwave")
    till.pay(first)
    till.pay(second)

    payer.post(f"/payments/{first.reference}/verify")

    assert first.reference == second.reference
    assert balance_of(escrow_account(job.pk)) == job.price_kobo
    assert balance_of(wallet_account(job.client_id)) == job.price_kobo
    assert sorted(PaymentAttempt.objects.values_list("credited_to", flat=True)) == ["escrow", "wallet"]


def test_verifying_again_and_again_credits_once(till: Till, payer: ApiClient, job: Job) -> None:
    checkout = till.start(payer, job)
    till.pay(checkout)

    for _ in range(3):
        payer.post(f"/payments/{checkout.reference}/verify")

    assert balance_of(escrow_account(job.pk)) == job.price_kobo
    assert LedgerTransaction.objects.filter(kind=TransactionKind.FUNDING).count() == 1


def test_m6_sixteen_verifications_at_once_credit_once(till: Till, payer: ApiClient, job: Job) -> None:
    checkout = till.start(payer, job)
    till.pay(checkout)

    outcomes = race(*[lambda: payer.post(f"/payments/{checkout.reference}/verify").status_code] * 16)

    assert outcomes == [200] * 16
    assert balance_of(escrow_account(job.pk)) == job.price_kobo
    assert balance_of(wallet_account(job.client_id)) == 0


@pytest.mark.parametrize(("fault", "value"), [("wrong_amount", "100"), ("wrong_currency", "USD"), ("wrong_domain", "")])
def test_m6_money_that_is_not_what_was_asked_goes_to_suspense(
    fault: str, value: str, gateway: Gateway, till: Till, payer: ApiClient, job: Job
) -> None:
    checkout = till.start(payer, job)
    gateway.fault(fault, value=value)
    till.pay(checkout)

    answer = payer.post(f"/payments/{checkout.reference}/verify")

    captured = gateway.charge(checkout.attempt_reference)["amount_kobo"]
    attempt = PaymentAttempt.objects.get()
    job.refresh_from_db()
    assert answer.json()["status"] == "pending"
    assert job.status == JobStatus.PENDING
    assert (attempt.credited_to, attempt.captured_kobo) == (CreditedTo.SUSPENSE, captured)
    assert attempt.message.startswith("Paid ")
    assert balance_of(SUSPENSE) == captured
    assert balance_of(escrow_account(job.pk)) == 0


def test_money_in_suspense_is_told_to_the_payer_and_no_second_payment_is_taken(
    gateway: Gateway, till: Till, payer: ApiClient, job: Job, run_jobs: RunJobs
) -> None:
    checkout = till.start(payer, job)
    gateway.fault("wrong_amount", value="100")
    till.pay(checkout)

    verified = payer.post(f"/payments/{checkout.reference}/verify").json()

    fund_wallet(job.client_id, job.price_kobo)
    again = [
        payer.post("/payments", {"job_id": job.pk, "provider": provider}, Idempotency_Key=new_key()).json()["code"]
        for provider in ("paystack", "flutterwave", "wallet")
    ]
    assert (verified["status"], verified["in_review"], verified["authorization_url"]) == ("pending", True, None)
    assert payer.get(f"/users/{job.client_id}/payments").json()["items"][0]["in_review"]
    assert payer.get(f"/client/jobs/{job.pk}").json()["escrow"]["in_review"]
    assert again == ["payment_in_review"] * 3
    assert PaymentAttempt.objects.count() == 1
    run_jobs()
    notice = Notification.objects.get(user_id=job.client_id, kind="payment_received")
    assert notice.title == "We look at your payment"
    assert "Please do not pay again" in notice.body


def place(user_id: int, staff: CustomUser) -> None:
    """Two of staff give what is in suspense to somebody's wallet."""
    came = LedgerTransaction.objects.get(kind=TransactionKind.FUNDING, memo__startswith="Paid ")
    move = propose_suspense(staff_id=staff.pk, transaction_id=came.pk, user_id=user_id, reason="It is theirs")
    approve_move(staff_id=UserFactory.create(role="admin", is_superuser=True).pk, move_id=move.pk)


@pytest.mark.parametrize("ended", ["abandoned", "failed"])
def test_money_in_suspense_of_a_payment_that_had_ended_is_told_and_no_second_payment_is_taken(
    ended: str, gateway: Gateway, till: Till, payer: ApiClient, job: Job, bisi: CustomUser
) -> None:
    checkout = till.start(payer, job)
    PaymentAttempt.objects.update(status=ended)
    Payment.objects.update(status=ended)
    gateway.fault("wrong_amount", value="100")
    till.pay(checkout)
    shown = f"/users/{job.client_id}/payments"
    assert not payer.get(shown).json()["items"][0]["in_review"]

    verified = payer.post(f"/payments/{checkout.reference}/verify").json()

    again = [
        payer.post("/payments", {"job_id": job.pk, "provider": provider}, Idempotency_Key=new_key()).json()["code"]
        for provider in ("paystack", "flutterwave")
    ]
    assert (verified["status"], verified["in_review"]) == (ended, True)
    assert payer.get(shown).json()["items"][0]["in_review"]
    assert payer.get(f"/client/jobs/{job.pk}").json()["escrow"]["in_review"]
    assert again == ["payment_in_review"] * 2

    place(job.client_id, bisi)

    assert not payer.get(shown).json()["items"][0]["in_review"]
    assert not payer.get(f"/client/jobs/{job.pk}").json()["escrow"]["in_review"]
    assert till.start(payer, job).amount_kobo == job.price_kobo


def test_once_staff_placed_the_money_the_job_can_be_paid(
    gateway: Gateway, till: Till, payer: ApiClient, job: Job, bisi: CustomUser
) -> None:
    checkout = till.start(payer, job)
    gateway.fault("wrong_amount", value="100")
    till.pay(checkout)
    payer.post(f"/payments/{checkout.reference}/verify")

    place(job.client_id, bisi)

    shown = payer.get(f"/payments/{checkout.reference}").json()
    again = till.start(payer, job)
    till.pay(again)
    payer.post(f"/payments/{again.reference}/verify")
    assert (shown["status"], shown["in_review"]) == ("abandoned", False)
    assert not payer.get(f"/client/jobs/{job.pk}").json()["escrow"]["in_review"]
    assert again.reference != checkout.reference
    assert balance_of(escrow_account(job.pk)) == job.price_kobo


def test_late_money_is_told_to_be_in_the_wallet(till: Till, payer: ApiClient, job: Job, run_jobs: RunJobs) -> None:
    first, second = till.start(payer, job, "paystack"), till.start(payer, job, "flutterwave")
    till.pay(first)
    till.pay(second)

    payer.post(f"/payments/{first.reference}/verify")

    run_jobs()
    told = Notification.objects.filter(kind="payment_received")
    assert sorted("in your wallet" in notice.body for notice in told) == [False, True]
    assert sorted("in escrow" in notice.body for notice in told) == [False, True]


def test_money_for_a_job_cancelled_meanwhile_goes_to_the_wallet(till: Till, payer: ApiClient, job: Job) -> None:
    checkout = till.start(payer, job)
    till.pay(checkout)
    Job.objects.filter(pk=job.pk).update(status=JobStatus.CANCELED, canceled_at=clock.now())

    payer.post(f"/payments/{checkout.reference}/verify")

    job.refresh_from_db()
    assert job.status == JobStatus.CANCELED
    assert balance_of(wallet_account(job.client_id)) == job.price_kobo
    assert balance_of(escrow_account(job.pk)) == 0


def test_money_for_an_account_closed_meanwhile_is_told_to_staff(till: Till, payer: ApiClient, job: Job) -> None:
    checkout = till.start(payer, job)
    till.pay(checkout)
    Job.objects.filter(pk=job.pk).update(status=JobStatus.CANCELED, canceled_at=clock.now())
    CustomUser.objects.filter(pk=job.client_id).update(is_active=False)

    check_attempt(provider="paystack", reference=checkout.attempt_reference)

    assert balance_of(wallet_account(job.client_id)) == job.price_kobo
    assert alerts() == ["money_for_a_closed_account"]


def test_money_above_what_is_still_lacking_goes_to_the_wallet(till: Till, payer: ApiClient, job: Job) -> None:
    checkout = till.start(payer, job)
    till.pay(checkout)
    price_kobo = job.price_kobo
    Job.objects.filter(pk=job.pk).update(price_wage_kobo=job.price_wage_kobo - 1_000)

    payer.post(f"/payments/{checkout.reference}/verify")

    job.refresh_from_db()
    assert job.status == JobStatus.UPCOMING
    assert balance_of(escrow_account(job.pk)) == price_kobo - 1_000
    assert balance_of(wallet_account(job.client_id)) == 1_000


def test_a_failed_payment_is_failed_and_can_be_paid_after_all(
    gateway: Gateway, till: Till, payer: ApiClient, job: Job
) -> None:
    checkout = till.start(payer, job)
    gateway.fail(checkout.url)

    failed = payer.post(f"/payments/{checkout.reference}/verify")
    till.pay(checkout)
    paid = payer.post(f"/payments/{checkout.reference}/verify")

    assert (failed.json()["status"], paid.json()["status"]) == ("failed", "succeeded")
    assert balance_of(escrow_account(job.pk)) == job.price_kobo


def test_an_open_checkout_stays_pending_and_is_given_up_after_an_hour(till: Till, payer: ApiClient, job: Job) -> None:
    checkout = till.start(payer, job)

    early = payer.post(f"/payments/{checkout.reference}/verify")
    with time_machine.travel(clock.now() + timedelta(minutes=61)):
        sweep_payments()

    assert early.json()["status"] == "pending"
    assert Payment.objects.get().status == PaymentStatus.ABANDONED


def test_a_webhook_that_never_comes_is_made_up_for_by_reconciliation(till: Till, payer: ApiClient, job: Job) -> None:
    checkout = till.start(payer, job)
    till.pay(checkout)

    with time_machine.travel(clock.now() + timedelta(minutes=3)):
        asked = sweep_payments()

    job.refresh_from_db()
    assert asked == 1
    assert job.status == JobStatus.UPCOMING


def test_late_money_of_an_abandoned_payment_is_found(till: Till, payer: ApiClient, job: Job) -> None:
    checkout = till.start(payer, job)
    with time_machine.travel(clock.now() + timedelta(minutes=61)):
        sweep_payments()
    till.pay(checkout)

    with time_machine.travel(clock.now() + timedelta(hours=3)):
        sweep_payments()

    assert Payment.objects.get().status == PaymentStatus.SUCCEEDED
    assert balance_of(escrow_account(job.pk)) == job.price_kobo


def test_a_job_is_paid_from_the_wallet_at_once(payer: ApiClient, job: Job) -> None:
    fund_wallet(job.client_id, job.price_kobo + 5)

    answer = payer.post("/payments", {"job_id": job.pk, "provider": "wallet"}, Idempotency_Key=new_key())

    body = answer.json()
    job.refresh_from_db()
    assert answer.status_code == 201
    assert (body["status"], body["authorization_url"]) == ("succeeded", None)
    assert job.status == JobStatus.UPCOMING
    assert balance_of(wallet_account(job.client_id)) == 5


def test_a_wallet_with_too_little_pays_nothing(payer: ApiClient, job: Job) -> None:
    fund_wallet(job.client_id, job.price_kobo - 1)

    answer = payer.post("/payments", {"job_id": job.pk, "provider": "wallet"}, Idempotency_Key=new_key())

    job.refresh_from_db()
    assert (answer.status_code, answer.json()["code"]) == (409, "insufficient_funds")
    assert job.status == JobStatus.PENDING
    assert balance_of(wallet_account(job.client_id)) == job.price_kobo - 1
    assert not Payment.objects.exists()


def test_a_funded_job_has_nothing_to_pay(till: Till, payer: ApiClient, job: Job) -> None:
    checkout = till.start(payer, job)
    till.pay(checkout)
    payer.post(f"/payments/{checkout.reference}/verify")

    answer = payer.post("/payments", {"job_id": job.pk, "provider": "paystack"}, Idempotency_Key=new_key())

    assert (answer.status_code, answer.json()["code"]) == (409, "nothing_to_pay")


def test_a_difference_below_the_providers_minimum_is_paid_as_the_minimum(
    till: Till, payer: ApiClient, job: Job
) -> None:
    fund_wallet(job.client_id, job.price_kobo)
    payer.post("/payments", {"job_id": job.pk, "provider": "wallet"}, Idempotency_Key=new_key())
    # An edit raised the price by 10 naira, and the job waits for it.
    Job.objects.filter(pk=job.pk).update(price_wage_kobo=job.price_wage_kobo + 1_000, status=JobStatus.PENDING)

    checkout = till.start(payer, job)
    till.pay(checkout)
    payer.post(f"/payments/{checkout.reference}/verify")

    job.refresh_from_db()
    assert checkout.amount_kobo == 5_000
    assert job.status == JobStatus.UPCOMING
    assert balance_of(escrow_account(job.pk)) == job.price_kobo
    assert balance_of(wallet_account(job.client_id)) == 4_000


def test_only_the_parties_see_a_payment(till: Till, payer: ApiClient, job: Job, emeka: CustomUser) -> None:
    checkout = till.start(payer, job)

    mine = payer.get(f"/payments/{checkout.reference}")
    by_attempt = payer.get(f"/payments/{checkout.attempt_reference}")
    strangers = ApiClient(emeka).get(f"/payments/{checkout.reference}")
    verified = ApiClient(emeka).post(f"/payments/{checkout.reference}/verify")

    assert mine.json()["authorization_url"] == checkout.url
    assert by_attempt.json() == mine.json()
    assert (strangers.status_code, verified.status_code) == (404, 404)


def test_the_checkout_leads_back_to_a_page_that_tells_nothing(
    gateway: Gateway, till: Till, payer: ApiClient, job: Job
) -> None:
    checkout = till.start(payer, job)

    returned = urlsplit(gateway.pay(checkout.url))
    page = Client().get(returned.path, QUERY_STRING=returned.query)

    assert returned.path == f"/payments/{checkout.reference}"
    assert page.status_code == 200
    # A file, once the web client is built.
    assert checkout.reference.encode() not in b"".join(page)
    assert PaymentAttempt.objects.get().status == PaymentStatus.PENDING


def test_a_fee_above_the_payment_is_not_booked_and_told_to_staff_once(till: Till, payer: ApiClient, job: Job) -> None:
    checkout = till.start(payer, job)
    charge = Charge(
        reference=checkout.attempt_reference,
        provider_id="77",
        status=ChargeStatus.SUCCEEDED,
        amount_kobo=checkout.amount_kobo,
        currency="NGN",
        live=False,
        fee_kobo=checkout.amount_kobo + 1,
    )

    for _ in range(2):
        apply_verified_payment(provider="paystack", charge=charge)

    assert balance_of(escrow_account(job.pk)) == checkout.amount_kobo
    assert balance_of(system_account(AccountKind.PROVIDER_FEES)) == 0
    assert alerts() == ["provider_fee_not_believed"]
