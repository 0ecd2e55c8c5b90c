"""Any sum to an account number is in the wallet once, and what no wallet can take is told, at either provider."""

import json
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from accounts.models import CustomUser
from accounts.services.banning import ban_user
from payment.models import Deposit, LedgerTransaction, VirtualAccount
from payment.services.accounts import wallet_account
from payment.services.deposit_sweep import sweep_deposits
from payment.services.ledger_check import check_books
from tests.factories.payment import balance_of
from tests.payment.conftest import alerts
from tests.support.api_client import ApiClient
from tests.support.gateway import Gateway
from tests.support.jobs import RunJobs

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.parametrize("provider", ["paystack", "flutterwave"]),
]

MOST = 10**14


@pytest.fixture
def account(provider: str, chidi: CustomUser, settings: Any, gateway: Gateway, run_jobs: RunJobs) -> VirtualAccount:
    settings.VIRTUAL_ACCOUNT_PROVIDER = provider
    chidi.profile.phone = "+2348031234567"
    with transaction.atomic():
        chidi.profile.save(update_fields=["phone"])
    body = [{"kind": "bvn", "number": "22212345678"}] if provider == "flutterwave" else []
    ApiClient(chidi).post("/wallet/virtual-account", *body)
    run_jobs()
    return VirtualAccount.objects.get(status="active")


def says(gateway: Gateway, account: VirtualAccount, kobo: Decimal) -> None:
    """Somebody sent money to the number, and this is how much the provider says it was."""
    reference = gateway.deposit(account.account_number, 7_000)
    row: dict[str, object] = {
        "id": gateway.charge(reference)["id"],
        "domain": "test",
        "currency": "NGN",
        "status": "success" if account.provider == "paystack" else "successful",
        "reference": reference,
        "tx_ref": account.reference,
        "amount": float(kobo if account.provider == "paystack" else kobo / 100),
        "authorization": {"receiver_bank_account_number": account.account_number},
    }
    body = {"status": True if account.provider == "paystack" else "success", "message": "ok", "data": row}
    gateway.fault(
        "answer_before", provider=account.provider, operation="verify", value=f"200 {json.dumps(body)}", times=2
    )


@pytest.mark.parametrize(
    ("kobo", "credited"),
    [("1", 1), ("1.5", 1), ("7000", 7_000), (str(MOST), MOST), ("0.5", 0), ("0", 0), (str(MOST + 100), 0)],
)
def test_whole_kobo_are_credited_once_and_what_is_no_sum_is_told_once(
    kobo: str, credited: int, account: VirtualAccount, chidi: CustomUser, gateway: Gateway
) -> None:
    says(gateway, account, Decimal(kobo))

    for _ in range(2):
        sweep_deposits()

    assert balance_of(wallet_account(chidi.pk)) == credited
    assert Deposit.objects.count() == bool(credited)
    assert LedgerTransaction.objects.filter(kind="funding").count() == bool(credited)
    assert alerts() == ([] if credited else ["row_not_reconciled"])
    assert check_books().findings == []


def test_deposits_are_each_in_the_wallet_once_in_whatever_order_they_are_told_and_told_again(
    account: VirtualAccount, chidi: CustomUser, gateway: Gateway, run_jobs: RunJobs
) -> None:
    for amount_kobo in (1, 1, 300_000):
        gateway.deposit(account.account_number, amount_kobo)
    told = gateway.deliveries(event="charge.success" if account.provider == "paystack" else "charge.completed")

    for delivery in [*reversed(told), *told]:
        gateway.post_webhook(Client(), delivery)
        run_jobs()

    assert sorted(Deposit.objects.values_list("amount_kobo", flat=True)) == [1, 1, 300_000]
    assert balance_of(wallet_account(chidi.pk)) == 300_002
    assert (alerts(), check_books().findings) == ([], [])


def test_money_for_the_number_of_a_banned_person_is_theirs_and_told_to_staff(
    account: VirtualAccount, chidi: CustomUser, bisi: CustomUser, gateway: Gateway
) -> None:
    ban_user(user_id=chidi.pk, staff_id=bisi.pk)
    told = alerts()
    gateway.deposit(account.account_number, 9_000)

    for _ in range(2):
        sweep_deposits()

    assert balance_of(wallet_account(chidi.pk)) == 9_000
    assert alerts() == [*told, "money_for_a_closed_account"]
