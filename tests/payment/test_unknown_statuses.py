"""A provider's word that nobody here knows: read as pending, and told to staff once however often it is said."""

import json
from datetime import timedelta

import pytest
import time_machine

from accounts.models import BankAccount, CustomUser
from core import clock
from jobs.models import Job, JobStatus
from payment.models import PaymentAttempt, Refund, Withdrawal
from payment.services.payments import check_attempt
from payment.services.payouts import check_transfer, send_transfer
from payment.services.reconciliation import sweep_refunds
from payment.services.withdrawals import withdraw
from tests.factories.payment import fund_wallet
from tests.payment.conftest import Till, alerts, new_key
from tests.support.api_client import ApiClient
from tests.support.gateway import Gateway
from tests.support.jobs import RunJobs

pytestmark = pytest.mark.django_db(transaction=True)


# Refunds are told in a list.
LIST = "read_refund"


def says(gateway: Gateway, operation: str, **data: object) -> None:
    """The provider's answer to the next looks, with a status of its own making."""
    told = {"id": 77, "status": "ruminating", "domain": "test", "currency": "NGN", **data}
    body = json.dumps({"status": True, "message": "retrieved", "data": [told] if operation == LIST else told})
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


def test_of_a_refund(till: Till, chidi: CustomUser, job: Job, gateway: Gateway, run_jobs: RunJobs) -> None:
    payer = ApiClient(chidi)
    checkout = till.start(payer, job)
    till.pay(checkout)
    Job.objects.filter(pk=job.pk).update(status=JobStatus.CANCELED, canceled_at=clock.now())
    payer.post(f"/payments/{checkout.reference}/verify")
    payer.post(f"/payments/{checkout.reference}/refund-to-card", {}, Idempotency_Key=new_key())
    run_jobs()
    refund = Refund.objects.get()
    says(
        gateway,
        LIST,
        id=int(refund.provider_id),
        amount=refund.amount_kobo,
        transaction_reference=checkout.attempt_reference,
    )

    for hours in (1, 3, 9):
        with time_machine.travel(clock.now() + timedelta(hours=hours)):
            sweep_refunds()

    assert alerts() == ["card_refund_status_unknown"]
    assert Refund.objects.get().status == "processing"
