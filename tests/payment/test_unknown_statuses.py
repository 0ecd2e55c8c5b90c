"""A provider's word that nobody here knows: read as pending, and told to staff once however often it is said."""

import json

import pytest

from accounts.models import BankAccount, CustomUser
from jobs.models import Job
from payment.models import PaymentAttempt, Withdrawal
from payment.services.payments import check_attempt
from payment.services.payouts import check_transfer, send_transfer
from payment.services.withdrawals import withdraw
from tests.factories.payment import fund_wallet
from tests.payment.conftest import Till, alerts
from tests.support.api_client import ApiClient
from tests.support.gateway import Gateway

pytestmark = pytest.mark.django_db(transaction=True)


def says(gateway: Gateway, operation: str, **data: object) -> None:
    """The provider's answer to the next looks, with a status of its own making."""
    told = {"id": 77, "status": "ruminating", "domain": "test", "currency": "NGN", **data}
    body = json.dumps({"status": True, "message": "retrieved", "data": told})
    gateway.fault("answer_before", operation=operation, value=f"200 {body}", times=3)


def test_of_a_payment(till: Till, chidi: CustomUser, job: Job, gateway: Gateway) -> None:
    checkout = till.start(ApiClient(chidi), job)
    says(gateway, "verify", reference=checkout.attempt_reference, amount=checkout.amount_kobo)

    for _ in range(3):
        check_attempt(provider="paystack", reference=checkout.attempt_reference)

    assert alerts() == ["payment_status_unknown"]
    assert PaymentAttempt.objects.get().status == "pending"


def test_of_a_transfer(wale: CustomUser, bank_account: BankAccount, gateway: Gateway) -> None:
    fund_wallet(wale.pk, 800_000)
    withdrawal = withdraw(user_id=wale.pk, amount_kobo=500_000)
    send_transfer(withdrawal_id=withdrawal.pk)
    says(gateway, "verify_transfer", reference=withdrawal.reference, amount=500_000)

    for _ in range(3):
        check_transfer(provider="paystack", reference=withdrawal.reference)

    assert alerts() == ["transfer_status_unknown"]
    assert Withdrawal.objects.get().status == "sending"
