"""The least and the most of one payment, and what one client pays in at providers in a day."""

from datetime import timedelta
from functools import partial
from threading import Barrier
from typing import Any

import pytest
import time_machine

from accounts.models import CustomUser
from core import clock
from jobs.models import Job, JobStatus
from payment.models import Payment, PaymentAttempt
from payment.services import funding, payment_rules
from payment.services.accounts import wallet_account
from tests.factories.jobs import JobFactory
from tests.factories.payment import balance_of, fund_wallet
from tests.payment.conftest import Till, new_key
from tests.support.api_client import ApiClient
from tests.support.gateway import Gateway
from tests.support.races import race

pytestmark = pytest.mark.django_db(transaction=True)


def start(client: CustomUser, job: Job, provider: str = "paystack") -> tuple[int, str]:
    body = {"job_id": job.pk, "provider": provider}
    answer = ApiClient(client).post("/payments", body, Idempotency_Key=new_key())
    return answer.status_code, answer.json().get("code", "")


def another(client: CustomUser) -> Job:
    job: Job = JobFactory.create(client=client, status=JobStatus.PENDING)
    return job


def test_payment_above_the_largest_is_refused_and_the_wallet_pays_it(
    gateway: Gateway, chidi: CustomUser, job: Job, settings: Any
) -> None:
    settings.MAX_PAYMENT_KOBO = job.price_kobo - 1

    assert [start(chidi, job, provider) for provider in ("paystack", "flutterwave")] == [(422, "above_maximum")] * 2
    body = {"job_id": job.pk, "provider": "paystack"}
    refusal = ApiClient(chidi).post("/payments", body, Idempotency_Key=new_key()).json()
    assert refusal["detail"] == "The largest payment is ₦26,399.99."
    assert not Payment.objects.exists()

    fund_wallet(chidi.pk, job.price_kobo)
    assert start(chidi, job, "wallet") == (201, "")


@pytest.mark.parametrize("provider", ["paystack", "flutterwave"])
def test_payment_of_just_the_largest_is_taken(
    provider: str, gateway: Gateway, chidi: CustomUser, job: Job, settings: Any
) -> None:
    settings.MAX_PAYMENT_KOBO = settings.MIN_PAYMENT_KOBO = job.price_kobo

    assert start(chidi, job, provider) == (201, "")


def test_less_than_the_least_is_asked_for_as_the_least_and_the_rest_is_the_clients(
    till: Till, chidi: CustomUser, job: Job, settings: Any
) -> None:
    settings.MIN_PAYMENT_KOBO = job.price_kobo + 700

    checkout = till.start(ApiClient(chidi), job)
    till.pay(checkout)
    ApiClient(chidi).post(f"/payments/{checkout.reference}/verify")

    assert checkout.amount_kobo == job.price_kobo + 700
    assert balance_of(wallet_account(chidi.pk)) == 700


@pytest.mark.parametrize(("rule", "bound"), [("PAYMENTS_PER_DAY", 2), ("PAYMENT_KOBO_PER_DAY", 5_280_000)])
def test_what_one_client_pays_in_a_day_is_bounded(
    rule: str, bound: int, gateway: Gateway, chidi: CustomUser, emeka: CustomUser, job: Job, settings: Any
) -> None:
    """Each job is 26,400 naira. An open checkout counts, and is no second payment when it is asked for again."""
    setattr(settings, rule, bound)
    second, third = another(chidi), another(chidi)

    answers = [start(chidi, each) for each in (job, second, second, third)]

    assert answers == [(201, ""), (201, ""), (201, ""), (409, "payment_limit")]
    assert Payment.objects.count() == PaymentAttempt.objects.count() == 2
    assert start(emeka, another(emeka)) == (201, "")
    # What was given up brought nothing; and a day ends.
    Payment.objects.filter(job=second).update(status="abandoned")
    assert start(chidi, third) == (201, "")
    with time_machine.travel(clock.now() + timedelta(hours=25)):
        assert start(chidi, JobFactory.create(client=chidi, status=JobStatus.PENDING)) == (201, "")


def test_payments_at_once_stay_within_the_day(gateway: Gateway, chidi: CustomUser, settings: Any) -> None:
    settings.PAYMENTS_PER_DAY = 2
    jobs = [another(chidi) for _ in range(4)]

    answers = race(*[partial(start, chidi, each) for each in jobs])

    assert sorted(answers, key=str) == [(201, ""), (201, ""), (409, "payment_limit"), (409, "payment_limit")]


def test_control_without_the_lock_they_exceed_it(
    gateway: Gateway, chidi: CustomUser, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PAYMENTS_PER_DAY = 2
    jobs = [another(chidi) for _ in range(4)]
    everybody_has_counted, refuse_payment = Barrier(4), payment_rules.refuse_payment

    def count_together(job: Job, *, amount_kobo: int) -> None:
        refuse_payment(job, amount_kobo=amount_kobo)
        everybody_has_counted.wait(timeout=20)

    monkeypatch.setattr(funding, "lock_user", lambda user_id: None)
    monkeypatch.setattr(funding, "refuse_payment", count_together)

    assert race(*[partial(start, chidi, each) for each in jobs]) == [(201, "")] * 4
