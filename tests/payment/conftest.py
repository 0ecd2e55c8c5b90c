"""Money on real roads: the API in this process, the sandbox gateway in its own, the worker run by `run_jobs`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import count

import pytest
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.models import BankAccount, CustomUser
from core import clock
from jobs.models import Job, JobStatus
from payment.models import PaymentAttempt
from tests.factories.accounts import BankAccountFactory, UserFactory
from tests.factories.jobs import JobFactory
from tests.factories.payment import pay_in
from tests.support.api_client import ApiClient, ApiResponse
from tests.support.gateway import Gateway

# Its asserts tell what was there, as those of a test module do.
pytest.register_assert_rewrite("tests.payment.simulation", "tests.payment.workloads")

_keys = count(1)


def alerts() -> list[str]:
    """What staff were told."""
    mails = ProcrastinateJob.objects.filter(task_name="payment.tasks.mail_alert").order_by("id")
    return [mail.args["event"] for mail in mails]


def new_key() -> str:
    """An idempotency key that no other call used."""
    return f"key-{next(_keys)}"


@pytest.fixture
def job(chidi: CustomUser) -> Job:
    """Chidi's job, not yet paid: 2 workers, 8 hours at 1,500 naira, 10 % fee: 26,400 naira."""
    return JobFactory(client=chidi, status=JobStatus.PENDING)


@dataclass(frozen=True)
class Checkout:
    """A payment that Chidi started, with what the provider knows it by."""

    reference: str
    attempt_reference: str
    url: str
    amount_kobo: int


@dataclass(frozen=True)
class Till:
    """Starting, paying and hearing about payments."""

    gateway: Gateway

    def start(self, payer: ApiClient, job: Job, provider: str = "paystack", key: str = "") -> Checkout:
        answer = payer.post("/payments", {"job_id": job.pk, "provider": provider}, Idempotency_Key=key or new_key())
        assert answer.status_code == 201, answer.content
        body = answer.json()
        attempt = PaymentAttempt.objects.filter(authorization_url=body["authorization_url"]).get()
        return Checkout(body["reference"], attempt.reference, body["authorization_url"], body["amount_kobo"])

    def pay(self, checkout: Checkout) -> None:
        self.gateway.pay(checkout.url)

    def webhook(self, checkout: Checkout) -> list[ApiResponse]:
        """The provider posts what it has to say about this payment."""
        return list[ApiResponse](self.gateway.post_webhooks(Client(), reference=checkout.attempt_reference))


@pytest.fixture
def till(gateway: Gateway) -> Till:
    return Till(gateway)


@pytest.fixture
def paid(till: Till, chidi: CustomUser, job: Job, gateway: Gateway) -> Checkout:
    """Chidi paid by card; the money is in the job's escrow."""
    gateway.set_balance(100_000_000)
    payer = ApiClient(chidi)
    checkout = till.start(payer, job)
    till.pay(checkout)
    assert payer.post(f"/payments/{checkout.reference}/verify").json()["status"] == "succeeded"
    gateway.post_webhooks(Client())
    return checkout


@pytest.fixture
def bank_account(wale: CustomUser, gateway: Gateway) -> BankAccount:
    """Wale's, verified and older than the hold."""
    gateway.set_balance(100_000_000)
    gateway.set_balance(100_000_000, provider="flutterwave")
    longer_ago = clock.now() - timedelta(hours=25)
    return BankAccountFactory(user=wale, verified_at=longer_ago, changed_at=longer_ago)


type Run = Callable[[], object]


@pytest.fixture
def stranger_with_money() -> CustomUser:
    """No posting but their own is about them."""
    stranger: CustomUser = UserFactory()
    pay_in(stranger.pk, 100_000_000)
    return stranger
