"""Starting a payment by the service, where no provider answers: intents, refusals and what a resumed call finds."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from accounts.models import CustomUser
from core import clock
from core.actor import Actor, Role
from core.errors import NotFound, WrongRole
from jobs.models import Job, JobStatus
from payment.exceptions import JobTakesNoMoney, NothingToPay, PaymentInReview
from payment.models import CreditedTo, IdempotencyKey, Payment, PaymentAttempt, PaymentProvider, PaymentStatus
from payment.providers.hurry import gate_of
from payment.services.accounts import escrow_account, wallet_account
from payment.services.funding import StartedPayment, start_payment
from payment.services.idempotency import Claim
from tests.factories.accounts import UserFactory
from tests.factories.payment import PaymentAttemptFactory, balance_of, fund_wallet, pay_in_escrow
from tests.payment.conftest import new_key

pytestmark = pytest.mark.django_db(transaction=True)

PRICE_KOBO = 2_640_000
NOBODY_LISTENS = "http://127.0.0.1:9"


@pytest.fixture(autouse=True)
def _no_provider(settings: Settings) -> Iterator[None]:
    settings.PAYSTACK_BASE_URL = settings.FLUTTERWAVE_BASE_URL = NOBODY_LISTENS
    gate_of.cache_clear()
    yield
    gate_of.cache_clear()


def claim_of(user: CustomUser) -> Claim:
    return Claim(user_id=user.pk, operation="start_payment", key=new_key(), body_hash="0" * 64)


def start(
    user: CustomUser, job: Job, provider: PaymentProvider = PaymentProvider.PAYSTACK, claim: Claim | None = None
) -> StartedPayment:
    actor = Actor(user_id=user.pk, role=Role(user.role))
    return start_payment(actor=actor, job_id=job.pk, provider=provider, claim=claim or claim_of(user))


class TestFromTheWallet:
    def test_pays_what_the_job_lacks_and_opens_it(self, chidi: CustomUser, job: Job) -> None:
        fund_wallet(chidi.pk, 3_000_000)

        started = start(chidi, job, PaymentProvider.WALLET)

        job.refresh_from_db()
        assert (started.payment.status, started.payment.amount_kobo) == (PaymentStatus.SUCCEEDED, PRICE_KOBO)
        assert (started.authorization_url, started.is_opening, started.card_refund_fee_kobo) == (None, False, 0)
        assert job.status == JobStatus.UPCOMING
        assert balance_of(wallet_account(chidi.pk)) == 3_000_000 - PRICE_KOBO
        assert balance_of(escrow_account(job.pk)) == PRICE_KOBO

    def test_m9_resumed_call_finds_its_payment_and_pays_nothing_more(self, chidi: CustomUser, job: Job) -> None:
        fund_wallet(chidi.pk, 2 * PRICE_KOBO)
        claim = claim_of(chidi)
        first = start(chidi, job, PaymentProvider.WALLET, claim)

        again = start(chidi, job, PaymentProvider.WALLET, claim)

        assert IdempotencyKey.objects.get(key=claim.key).resource == first.payment.reference
        assert again.payment == first.payment
        assert balance_of(wallet_account(chidi.pk)) == PRICE_KOBO


class TestByAProviderThatDoesNotAnswer:
    def test_payment_is_there_to_be_polled(self, chidi: CustomUser, job: Job) -> None:
        claim = claim_of(chidi)

        started = start(chidi, job, claim=claim)

        attempt = PaymentAttempt.objects.get()
        assert (started.payment.status, started.authorization_url) == (PaymentStatus.PENDING, None)
        assert started.is_opening
        assert (attempt.payment_id, attempt.amount_kobo) == (started.payment.pk, PRICE_KOBO)
        assert IdempotencyKey.objects.get(key=claim.key).resource == attempt.reference

    def test_m9_resumed_call_finds_its_attempt(self, chidi: CustomUser, job: Job) -> None:
        claim = claim_of(chidi)
        first = start(chidi, job, claim=claim)

        again = start(chidi, job, claim=claim)

        assert again.payment == first.payment
        assert PaymentAttempt.objects.count() == 1

    def test_second_call_uses_the_attempt_that_is_open(self, chidi: CustomUser, job: Job) -> None:
        first = start(chidi, job)

        second = start(chidi, job)

        assert second.payment == first.payment
        assert PaymentAttempt.objects.count() == 1

    def test_another_price_takes_another_attempt_of_the_same_payment(self, chidi: CustomUser, job: Job) -> None:
        first = start(chidi, job)
        pay_in_escrow(job, 640_000)

        second = start(chidi, job)

        old, new = PaymentAttempt.objects.filter(payment=first.payment).order_by("pk")
        assert second.payment == first.payment
        assert (old.amount_kobo, new.amount_kobo, second.payment.amount_kobo) == (PRICE_KOBO, 2_000_000, 2_000_000)

    def test_another_provider_takes_over_the_same_payment(self, chidi: CustomUser, job: Job) -> None:
        first = start(chidi, job)

        second = start(chidi, job, PaymentProvider.FLUTTERWAVE)

        assert second.payment == first.payment
        assert Payment.objects.get().provider == PaymentProvider.FLUTTERWAVE


@pytest.mark.parametrize("provider", [PaymentProvider.WALLET, PaymentProvider.PAYSTACK])
class TestIsRefused:
    def test_for_workers(self, provider: PaymentProvider, wale: CustomUser, job: Job) -> None:
        with pytest.raises(WrongRole):
            start(wale, job, provider)

    def test_for_somebody_elses_job(self, provider: PaymentProvider, job: Job) -> None:
        with pytest.raises(NotFound):
            start(UserFactory(role=Role.CLIENT), job, provider)
        assert not Payment.objects.exists()

    def test_for_a_job_that_is_paid(self, provider: PaymentProvider, chidi: CustomUser, job: Job) -> None:
        pay_in_escrow(job)
        Job.objects.filter(pk=job.pk).update(status=JobStatus.UPCOMING)

        with pytest.raises(NothingToPay):
            start(chidi, job, provider)

    def test_for_a_job_whose_money_came_and_is_not_open_yet(
        self, provider: PaymentProvider, chidi: CustomUser, job: Job
    ) -> None:
        pay_in_escrow(job)

        with pytest.raises(NothingToPay):
            start(chidi, job, provider)

    def test_for_a_job_that_was_called_off(self, provider: PaymentProvider, chidi: CustomUser, job: Job) -> None:
        Job.objects.filter(pk=job.pk).update(status=JobStatus.CANCELED, canceled_at=clock.now())

        with pytest.raises(JobTakesNoMoney):
            start(chidi, job, provider)

    def test_while_a_payment_is_looked_into(self, provider: PaymentProvider, chidi: CustomUser, job: Job) -> None:
        PaymentAttemptFactory(payment__job=job, succeeded=True, credited_to=CreditedTo.SUSPENSE)

        with pytest.raises(PaymentInReview):
            start(chidi, job, provider)
