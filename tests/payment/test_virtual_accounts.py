"""Account numbers of clients: given once whatever becomes of a call, and each deposit in the wallet once."""

import json

import pytest
from django.db import transaction
from django.test import Client
from pytest_django import Settings

from accounts.models import CustomUser, Notification, NotificationKind
from core.actor import Actor, Role
from payment.models import (
    AccountKind,
    Deposit,
    LedgerTransaction,
    VirtualAccount,
    VirtualAccountStatus,
    WebhookEvent,
    WebhookStatus,
)
from payment.providers.base import Charge, OutcomeUnknown
from payment.providers.registry import provider_named
from payment.services.accounts import provider_balance, system_account, wallet_account
from payment.services.deposit_sweep import sweep_deposits
from payment.services.deposits import apply_deposit
from payment.services.ledger_check import check_books
from payment.services.payments import check_attempt
from payment.services.virtual_accounts import ask_for_account, close_accounts, hear_of_account, open_account
from payment.services.webhooks import process_event
from tests.factories.payment import VirtualAccountFactory, balance_of
from tests.payment.conftest import alerts
from tests.support.api_client import ApiClient
from tests.support.books import owner
from tests.support.gateway import Gateway
from tests.support.jobs import RunJobs
from tests.support.races import race

pytestmark = pytest.mark.django_db(transaction=True)

SUSPENSE = system_account(AccountKind.SUSPENSE)
PATH = "/wallet/virtual-account"


@pytest.fixture
def client(chidi: CustomUser) -> ApiClient:
    chidi.profile.phone = "+2348031234567"
    with transaction.atomic():
        chidi.profile.save(update_fields=["phone"])
    return ApiClient(chidi)


@pytest.fixture
def number(client: ApiClient, gateway: Gateway, run_jobs: RunJobs) -> str:
    """Chidi's account number."""
    assert client.post(PATH).json()["status"] == "requested"
    run_jobs()
    return str(client.get(PATH).json()["account_number"])


def hear(gateway: Gateway, run_jobs: RunJobs) -> None:
    gateway.post_webhooks(Client())
    run_jobs()


def books() -> list[str]:
    return [str(finding) for finding in check_books().findings]


def asked(user: CustomUser) -> VirtualAccount:
    return ask_for_account(actor=Actor(user_id=user.pk, role=Role.CLIENT))


def test_client_asks_for_a_number_and_shows_it(client: ApiClient, number: str, chidi: CustomUser) -> None:
    again = client.post(PATH)

    assert again.json() == {
        "status": "active",
        "offered": True,
        "bank_name": "Test Bank",
        "account_number": number,
        "account_name": f"PAYSHIFT/{chidi.first_name} {chidi.last_name}".upper(),
        "needs_identity": False,
    }
    assert client.get(PATH).json() == again.json()
    assert VirtualAccount.objects.count() == 1


def test_number_is_not_offered_where_it_is_switched_off(client: ApiClient, settings: Settings) -> None:
    settings.VIRTUAL_ACCOUNTS = False

    refused = client.post(PATH)

    assert (refused.status_code, refused.json()["code"]) == (409, "no_virtual_accounts")
    assert client.get(PATH).json()["offered"] is False
    assert not VirtualAccount.objects.exists()


def test_asked_for_at_once_it_is_one_number(client: ApiClient, chidi: CustomUser, gateway: Gateway) -> None:
    first, second = race(lambda: asked(chidi).pk, lambda: asked(chidi).pk)
    assert isinstance(first, int)
    race(*[lambda: open_account(account_id=first)] * 2)

    assert first == second
    assert VirtualAccount.objects.get().status == VirtualAccountStatus.ACTIVE


@pytest.mark.parametrize("fault", ["drop_answer", "error_5xx_after_effect", "error_5xx_before"])
def test_lost_answer_is_looked_up_and_the_number_is_one(
    fault: str, client: ApiClient, chidi: CustomUser, gateway: Gateway
) -> None:
    account = asked(chidi)
    gateway.fault(fault, operation="dedicated_account")

    with pytest.raises(OutcomeUnknown):
        open_account(account_id=account.pk)
    open_account(account_id=account.pk)

    account.refresh_from_db()
    assert account.status == VirtualAccountStatus.ACTIVE
    gateway.deposit(account.account_number, 5_000)


@pytest.mark.parametrize("missing", ["first_name", "last_name", "phone"])
def test_bank_gets_nobody_without_names_and_phone(missing: str, client: ApiClient, chidi: CustomUser) -> None:
    with transaction.atomic():
        if missing == "phone":
            chidi.profile.phone = ""
            chidi.profile.save(update_fields=["phone"])
        else:
            CustomUser.objects.filter(pk=chidi.pk).update(**{missing: ""})

    answer = client.post(PATH)

    assert (answer.status_code, answer.json()["code"]) == (409, "details_missing")
    assert not VirtualAccount.objects.exists()


def test_webhook_brings_the_number_that_the_lost_answer_had(
    client: ApiClient, chidi: CustomUser, gateway: Gateway, run_jobs: RunJobs
) -> None:
    account = asked(chidi)
    gateway.fault("drop_answer", operation="dedicated_account")
    with pytest.raises(OutcomeUnknown):
        open_account(account_id=account.pk)

    event = gateway.deliveries(event="dedicatedaccount.assign.success")[0]
    for _ in range(2):
        gateway.post_webhook(Client(), event)
    process_event(event_id=WebhookEvent.objects.get().pk)

    account.refresh_from_db()
    told = json.loads(event.body)["data"]["dedicated_account"]
    assert (account.status, account.account_number) == (VirtualAccountStatus.ACTIVE, told["account_number"])
    assert WebhookEvent.objects.get().status == WebhookStatus.PROCESSED


def test_webhook_of_a_refusal_is_told_once_and_asks_for_nothing(
    client: ApiClient, chidi: CustomUser, gateway: Gateway
) -> None:
    account = asked(chidi)
    gateway.fault("error_5xx_before", operation="dedicated_account")
    with pytest.raises(OutcomeUnknown):
        open_account(account_id=account.pk)

    gateway.refuse_account(chidi.email)
    gateway.post_webhooks(Client())
    for _ in range(2):
        process_event(event_id=WebhookEvent.objects.get().pk)

    account.refresh_from_db()
    assert (account.status, bool(account.message)) == (VirtualAccountStatus.REQUESTED, True)
    assert alerts() == ["virtual_account_refused"]
    assert gateway.deliveries(event="dedicatedaccount.assign.success") == []


@pytest.mark.parametrize("event", ["success", "failed"])
def test_forged_or_late_word_about_a_number_changes_nothing(
    event: str, number: str, chidi: CustomUser, gateway: Gateway
) -> None:
    for email in (chidi.email, "nobody@example.com"):
        assert not hear_of_account(provider="paystack", email=email, is_refusal=event == "failed")

    account = VirtualAccount.objects.get()
    assert (account.status, account.account_number) == (VirtualAccountStatus.ACTIVE, number)
    assert alerts() == []


def test_refusal_is_told_to_staff_once_and_the_number_comes_when_it_is_mended(
    chidi: CustomUser, gateway: Gateway, client: ApiClient
) -> None:
    account = asked(chidi)
    refusal = '{"status": false, "message": "Dedicated NUBAN is not available for your business"}'
    gateway.fault("answer_before", operation="account", times=2, value=f"400 {refusal}")

    for _ in range(2):
        open_account(account_id=account.pk)
    account.refresh_from_db()
    assert (account.status, account.message) == ("requested", "Dedicated NUBAN is not available for your business")
    assert alerts() == ["virtual_account_refused"]
    open_account(account_id=account.pk)

    account.refresh_from_db()
    assert (account.status, account.message) == ("active", "")


def test_deposit_is_in_the_wallet_once_with_its_fee_whatever_is_replayed(
    number: str, chidi: CustomUser, gateway: Gateway, run_jobs: RunJobs
) -> None:
    reference = gateway.deposit(number, 1_234_567)
    hear(gateway, run_jobs)
    for _ in range(2):
        check_attempt(provider="paystack", reference=reference)
    sweep_deposits()

    deposit = Deposit.objects.get()
    notice = Notification.objects.get(user=chidi, kind=NotificationKind.DEPOSIT_RECEIVED)
    assert "₦12,345.67 was sent to your account number" in notice.body
    assert (deposit.reference, deposit.amount_kobo, deposit.account.user_id) == (reference, 1_234_567, chidi.pk)
    assert balance_of(wallet_account(chidi.pk)) == 1_234_567
    assert deposit.provider_fee_kobo
    assert -balance_of(provider_balance("paystack")) == 1_234_567 - deposit.provider_fee_kobo
    assert -balance_of(provider_balance("paystack")) == gateway.balance_kobo()
    assert (alerts(), books()) == ([], [])


def told(number: str, reference: str = "000000000000001", amount_kobo: int = 7_000) -> Charge:
    charge = provider_named("paystack").verify(reference=reference)
    assert charge.paid_into == number
    return charge


def test_deposit_told_in_parallel_is_one(number: str, chidi: CustomUser, gateway: Gateway) -> None:
    charge = told(number, gateway.deposit(number, 7_000))
    account_id = VirtualAccount.objects.get().pk

    outcomes = race(*[lambda: apply_deposit(account_id=account_id, charge=charge)] * 4)

    assert len({outcome.pk for outcome in outcomes if isinstance(outcome, Deposit)}) == 1
    assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []
    assert balance_of(wallet_account(chidi.pk)) == 7_000


def test_control_without_the_accounts_lock_the_second_meets_the_constraint(
    number: str, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    charge = told(number, gateway.deposit(number, 7_000))
    account = VirtualAccount.objects.get()
    apply_deposit(account_id=account.pk, charge=charge)
    monkeypatch.setattr(Deposit.objects, "filter", lambda **_: Deposit.objects.none())
    monkeypatch.setattr(LedgerTransaction.objects, "filter", lambda **_: LedgerTransaction.objects.none())

    with pytest.raises(Exception, match="payment_deposit_reference_once"):
        apply_deposit(account_id=account.pk, charge=charge)


def test_lost_webhook_is_made_up_for_by_the_list(
    number: str, chidi: CustomUser, gateway: Gateway, run_jobs: RunJobs
) -> None:
    gateway.fault("drop_webhook", operation="webhook")
    gateway.deposit(number, 300_000)
    hear(gateway, run_jobs)
    assert balance_of(wallet_account(chidi.pk)) == 0

    asked_about = [sweep_deposits(), sweep_deposits()]

    assert asked_about == [1, 0]
    assert balance_of(wallet_account(chidi.pk)) == 300_000
    assert books() == []


@pytest.mark.parametrize("kind", ["number", "currency"])
def test_what_fits_no_wallet_is_in_suspense_and_staff_are_told(
    kind: str, number: str, chidi: CustomUser, gateway: Gateway, run_jobs: RunJobs
) -> None:
    unknown = "9900000000" if kind == "number" else number
    reference = gateway.deposit(unknown, 40_000, currency="USD" if kind == "currency" else "NGN")
    hear(gateway, run_jobs)
    VirtualAccountFactory(account_number="9900000000")
    check_attempt(provider="paystack", reference=reference)

    assert (balance_of(SUSPENSE), balance_of(wallet_account(chidi.pk))) == (40_000, 0)
    assert not Deposit.objects.exists()
    assert alerts() == ["money_in_suspense"]
    assert books() == []


def test_whoever_leaves_gives_the_number_back_and_late_money_is_told(
    number: str, chidi: CustomUser, gateway: Gateway, run_jobs: RunJobs
) -> None:
    with transaction.atomic():
        close_accounts(user_id=chidi.pk)
        CustomUser.objects.filter(pk=chidi.pk).update(is_active=False)
    run_jobs()

    gateway.deposit(number, 9_000)
    hear(gateway, run_jobs)

    account = VirtualAccount.objects.get()
    assert (account.status, account.account_name) == (VirtualAccountStatus.CLOSED, "")
    assert balance_of(wallet_account(chidi.pk)) == 9_000
    assert alerts() == ["money_for_a_closed_account"]


def test_deposit_is_never_changed(number: str, gateway: Gateway, run_jobs: RunJobs) -> None:
    gateway.deposit(number, 9_000)
    hear(gateway, run_jobs)

    with pytest.raises(Exception, match="permission denied"):
        Deposit.objects.update(amount_kobo=1)


@pytest.mark.parametrize(
    ("damage", "check"),
    [
        ("UPDATE payment_deposit SET amount_kobo = 8_000", "deposits are booked"),
        ("UPDATE payment_deposit SET amount_kobo = 8_000", "money that came in is explained"),
        ("UPDATE payment_deposit SET provider_fee_kobo = 1", "fees of providers are booked"),
        ("UPDATE payment_virtualaccount SET user_id = (SELECT max(id) FROM accounts_customuser)", "money that came in"),
        ("DELETE FROM payment_deposit", "money that came in is explained"),
    ],
)
def test_books_name_a_deposit_that_was_tampered_with(
    damage: str, check: str, number: str, wale: CustomUser, gateway: Gateway, run_jobs: RunJobs
) -> None:
    gateway.deposit(number, 9_000)
    hear(gateway, run_jobs)
    with owner() as own:
        own.execute(damage)

    assert any(finding.startswith(check) for finding in books())
