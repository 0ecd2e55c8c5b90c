"""A provider's word that nobody here knows: read as pending, and told to staff once however often it is said, whichever
payments, transfers or refunds it is said of."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from pytest_django import Settings

from accounts.models import BankAccount, CustomUser
from core import clock
from jobs.models import Job, JobStatus
from payment.models import Deposit, LedgerTransaction, PaymentAttempt, Refund, VirtualAccount, Withdrawal
from payment.services.deposit_sweep import sweep_deposits
from payment.services.payments import check_attempt
from payment.services.payouts import check_transfer, send_transfer
from payment.services.reconciliation import sweep_refunds
from payment.services.withdrawals import withdraw
from tests.factories.jobs import JobFactory
from tests.factories.payment import fund_wallet
from tests.payment.conftest import Till, alerts, new_key
from tests.support.api_client import ApiClient
from tests.support.gateway import Gateway
from tests.support.jobs import RunJobs

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.parametrize("provider", ["paystack", "flutterwave"]),
]

WORD = "ruminating"
TIMES = 3


@pytest.fixture
def says(gateway: Gateway, provider: str) -> Callable[..., None]:
    """The provider's answer to the next looks, with a status of its own making. Amounts in kobo."""

    def answer(operation: str, *, listed: bool, amount_kobo: int, amount_is: str = "amount", **told: object) -> None:
        amount: float = amount_kobo
        if provider == "flutterwave":
            amount = amount_kobo / 100
        row = {"status": WORD, "domain": "test", "currency": "NGN", amount_is: amount, **told}
        body = {
            "status": True if provider == "paystack" else "success",
            "message": "ok",
            "data": [row] if listed else row,
            "meta": {"pageCount": 1, "page_info": {"total_pages": 1}},
        }
        gateway.fault(
            "answer_before", provider=provider, operation=operation, value=f"200 {json.dumps(body)}", times=TIMES
        )

    return answer


type Says = Callable[..., None]


def test_of_payments(provider: str, till: Till, chidi: CustomUser, gateway: Gateway, says: Says) -> None:
    for _ in range(2):
        checkout = till.start(ApiClient(chidi), JobFactory(client=chidi, status=JobStatus.PENDING), provider)
        names = {"reference": checkout.attempt_reference, "tx_ref": checkout.attempt_reference}
        says("verify", listed=False, id=77, amount_kobo=checkout.amount_kobo, **names)
        for _ in range(TIMES):
            check_attempt(provider=provider, reference=checkout.attempt_reference)

    assert alerts() == ["payment_status_unknown"]
    assert set(PaymentAttempt.objects.values_list("status", flat=True)) == {"pending"}


def test_of_transfers(
    provider: str, wale: CustomUser, bank_account: BankAccount, gateway: Gateway, settings: Settings, says: Says
) -> None:
    settings.PAYOUT_PROVIDER = provider
    fund_wallet(wale.pk, 800_000)
    withdrawal = withdraw(user_id=wale.pk, amount_kobo=500_000)
    send_transfer(withdrawal_id=withdrawal.pk)
    says(
        "verify_transfer", listed=provider == "flutterwave", id=77, amount_kobo=500_000, reference=withdrawal.reference
    )

    for _ in range(TIMES):
        check_transfer(provider=provider, reference=withdrawal.reference)

    assert alerts() == ["transfer_status_unknown"]
    told = Withdrawal.objects.get()
    assert (told.provider, told.status, told.message) == (provider, "sending", f"Unknown status: {WORD}")


def test_of_refunds(
    provider: str, till: Till, chidi: CustomUser, job: Job, gateway: Gateway, run_jobs: RunJobs, says: Says
) -> None:
    payer = ApiClient(chidi)
    checkout = till.start(payer, job, provider)
    till.pay(checkout)
    Job.objects.filter(pk=job.pk).update(status=JobStatus.CANCELED, canceled_at=clock.now())
    payer.post(f"/payments/{checkout.reference}/verify")
    payer.post(f"/payments/{checkout.reference}/refund-to-card", {}, Idempotency_Key=new_key())
    run_jobs()
    refund = Refund.objects.select_related("attempt").get()
    assert refund.attempt
    says(
        "read_refund",
        listed=True,
        amount_kobo=refund.amount_kobo,
        amount_is="amount" if provider == "paystack" else "amount_refunded",
        id=int(refund.provider_id),
        tx_id=refund.attempt.provider_id,
        transaction_reference=checkout.attempt_reference,
        created_at=(clock.now() - timedelta(days=1)).isoformat(),
    )

    for hours in (1, 3, 9):
        with time_machine.travel(clock.now() + timedelta(hours=hours)):
            sweep_refunds()

    assert alerts() == ["card_refund_status_unknown"]
    told = Refund.objects.get()
    assert (told.status, told.message) == ("processing", f"Unknown status: {WORD}")


def test_of_money_that_is_sent_to_an_account_number(
    provider: str, chidi: CustomUser, gateway: Gateway, run_jobs: RunJobs, settings: Settings, says: Says
) -> None:
    settings.VIRTUAL_ACCOUNT_PROVIDER = provider
    chidi.profile.phone = "+2348031234567"
    with transaction.atomic():
        chidi.profile.save(update_fields=["phone"])
    ApiClient(chidi).post(
        "/wallet/virtual-account", *([{"kind": "bvn", "number": "22212345678"}] if provider == "flutterwave" else [])
    )
    run_jobs()
    account = VirtualAccount.objects.get(status="active")
    reference = gateway.deposit(account.account_number, 7_000)
    number = gateway.charge(reference)["id"]
    if provider == "flutterwave":
        reference = f"{account.reference}.{number}"
    names = {"reference": reference, "tx_ref": account.reference}
    says("verify", listed=False, id=number, amount_kobo=7_000, **names)

    for _ in range(TIMES):
        check_attempt(provider=provider, reference=reference)

    assert alerts() == ["payment_status_unknown"]
    assert not LedgerTransaction.objects.exists()
    assert sweep_deposits() == 1
    assert Deposit.objects.get().amount_kobo == 7_000
