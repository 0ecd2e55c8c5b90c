"""Account numbers at Flutterwave: a BVN or NIN goes through and is not kept; each transfer is in the wallet once."""

import json
from datetime import timedelta

import httpx
import pytest
import time_machine
from django.db import transaction
from django.test import Client
from pytest_django import Settings

from accounts.models import CustomUser, IdentityKind
from core import clock
from core.actor import Actor, Role
from payment.models import AccountKind, Deposit, LedgerTransaction, VirtualAccount, WebhookEvent, WebhookStatus
from payment.providers.base import Charge, OutcomeUnknown
from payment.providers.registry import provider_named
from payment.services import identified_accounts, virtual_accounts
from payment.services.accounts import provider_balance, system_account, wallet_account
from payment.services.deposit_sweep import sweep_deposits
from payment.services.deposits import apply_deposit
from payment.services.identified_accounts import IdentityNumber
from payment.services.ledger_check import check_books
from payment.services.payments import check_attempt
from payment.services.settlements import import_settlements
from payment.services.virtual_accounts import ask_for_account, close_accounts, open_account
from tests.factories.payment import balance_of
from tests.payment.conftest import alerts
from tests.payment.test_identity import kept
from tests.support.api_client import ApiClient
from tests.support.gateway import Gateway
from tests.support.jobs import RunJobs
from tests.support.races import race

pytestmark = pytest.mark.django_db(transaction=True)

PATH = "/wallet/virtual-account"
NUMBER = "22212345678"
BODY = {"kind": "bvn", "number": NUMBER}


@pytest.fixture
def client(chidi: CustomUser, settings: Settings, gateway: Gateway) -> ApiClient:
    settings.VIRTUAL_ACCOUNT_PROVIDER = "flutterwave"
    chidi.profile.phone = "+2348031234567"
    with transaction.atomic():
        chidi.profile.save(update_fields=["phone"])
    return ApiClient(chidi)


@pytest.fixture
def account(client: ApiClient) -> VirtualAccount:
    """Chidi's, with its number."""
    assert client.post(PATH, BODY).json()["status"] == "active"
    return VirtualAccount.objects.get()


def asks(user: CustomUser) -> VirtualAccount:
    actor = Actor(user_id=user.pk, role=Role.CLIENT)
    return ask_for_account(actor=actor, identity=IdentityNumber(IdentityKind.BVN, NUMBER))


def numbers_at_provider(gateway: Gateway) -> list[str]:
    return [str(row["account_number"]) for row in gateway.state()["numbers"]]


def deposited(gateway: Gateway, account: VirtualAccount, amount_kobo: int, currency: str = "NGN") -> str:
    """Somebody sends money to the number. What it is known by here."""
    order = {"account_number": account.account_number, "amount_kobo": amount_kobo, "currency": currency}
    return f"{account.reference}.{gateway.command('deposits', **order)['id']}"


def hear(gateway: Gateway, run_jobs: RunJobs) -> None:
    gateway.post_webhooks(Client())
    run_jobs()


def wallet_of(user: CustomUser) -> int:
    return balance_of(wallet_account(user.pk))


def books() -> list[str]:
    return [str(finding) for finding in check_books().findings]


def test_number_takes_a_bvn_and_asked_again_it_is_the_same(client: ApiClient, chidi: CustomUser) -> None:
    before = client.get(PATH).json()
    given = client.post(PATH, BODY).json()

    assert (before["status"], before["needs_identity"]) == ("none", True)
    assert given == {
        "status": "active",
        "offered": True,
        "bank_name": "Flutterwave MFB",
        "account_number": given["account_number"],
        "account_name": f"{chidi.first_name} {chidi.last_name}",
        "needs_identity": False,
    }
    assert len(given["account_number"]) == 10
    assert client.post(PATH).json() == client.post(PATH, BODY).json() == client.get(PATH).json() == given
    assert VirtualAccount.objects.count() == 1


def test_nin_does_as_well(client: ApiClient) -> None:
    assert client.post(PATH, {"kind": "nin", "number": NUMBER}).json()["status"] == "active"


def test_without_the_number_nothing_is_asked(client: ApiClient) -> None:
    answer = client.post(PATH)

    assert (answer.status_code, answer.json()["code"]) == (409, "identity_required")
    assert not VirtualAccount.objects.exists()


@pytest.mark.parametrize(
    "body", [{"kind": "bvn", "number": "1"}, {"kind": "pin", "number": NUMBER}, {"number": NUMBER}]
)
def test_what_is_no_such_number_is_refused_before_anybody_is_asked(body: dict[str, str], client: ApiClient) -> None:
    assert client.post(PATH, body).status_code == 422
    assert not VirtualAccount.objects.exists()


def test_number_of_nobody_is_refused_and_a_right_one_gets_the_account(client: ApiClient) -> None:
    refused = client.post(PATH, {"kind": "bvn", "number": "00012345678"})

    assert (refused.status_code, refused.json()["code"]) == (422, "identity_number_refused")
    assert client.get(PATH).json()["needs_identity"] is True
    assert client.post(PATH, BODY).json()["status"] == "active"
    assert alerts() == []


def test_tries_are_few(client: ApiClient) -> None:
    tries = [client.post(PATH, {"kind": "bvn", "number": "00012345678"}).status_code for _ in range(6)]

    assert tries == [422] * 5 + [429]


@pytest.mark.parametrize(
    "fault", ["drop_request", "drop_answer", "error_5xx_before", "error_5xx_after_effect", "rate_limited"]
)
def test_lost_answer_is_asked_again_and_what_comes_to_either_number_is_the_owners(
    fault: str, client: ApiClient, chidi: CustomUser, gateway: Gateway, run_jobs: RunJobs
) -> None:
    gateway.fault(fault, provider="flutterwave", operation="dedicated_account")

    lost = client.post(PATH, BODY)
    waiting = client.get(PATH).json()
    sweep_deposits()
    run_jobs()
    given = client.post(PATH, BODY).json()

    assert (lost.status_code, lost.json()["code"]) == (503, "provider_unavailable")
    assert (waiting["status"], waiting["needs_identity"]) == ("requested", True)
    assert given["status"] == "active"
    there = numbers_at_provider(gateway)
    assert len(there) == (2 if fault in ("drop_answer", "error_5xx_after_effect") else 1)
    for number in there:
        gateway.deposit(number, 5_000)
    hear(gateway, run_jobs)
    assert wallet_of(chidi) == 5_000 * len(there)


def test_money_to_a_number_whose_answer_was_lost_is_found_without_a_webhook(
    client: ApiClient, chidi: CustomUser, gateway: Gateway
) -> None:
    gateway.fault("drop_answer", provider="flutterwave", operation="dedicated_account")
    client.post(PATH, BODY)
    gateway.fault("drop_webhook", provider="flutterwave", operation="webhook")
    gateway.deposit(numbers_at_provider(gateway)[0], 7_000)

    assert [sweep_deposits(), sweep_deposits()] == [1, 0]
    assert (wallet_of(chidi), VirtualAccount.objects.get().status) == (7_000, "requested")
    assert books() == []


def test_reference_that_the_provider_knows_gets_another_number_for_the_same_wallet(
    client: ApiClient, chidi: CustomUser, gateway: Gateway, run_jobs: RunJobs
) -> None:
    used = '400 {"status": "error", "message": "Duplicate tx_ref", "data": null}'
    gateway.fault("answer_after_effect", provider="flutterwave", operation="dedicated_account", value=used)

    assert client.post(PATH, BODY).json()["status"] == "active"

    for number in numbers_at_provider(gateway):
        gateway.deposit(number, 6_000)
    hear(gateway, run_jobs)
    assert wallet_of(chidi) == 12_000
    assert Deposit.objects.values("account_id").distinct().count() == 1


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ('400 {"status": "error", "message": "Virtual accounts are not enabled for this merchant"}', True),
        ('401 {"status": "error", "message": "Invalid authorization key"}', True),
        ('400 {"status": "error", "message": "BVN checks are not enabled for this merchant"}', True),
        ('400 {"status": "error", "message": "We could not check the BVN at the moment"}', False),
        ('400 {"status": "error", "message": "We could not process this"}', False),
        ('409 {"status": "error", "message": "Invalid BVN"}', False),
        ('200 {"status": "success", "message": "ok", "data": null}', False),
        ("200 <html>", False),
    ],
)
def test_answer_about_us_is_told_to_staff_once_and_no_other_answer_is_a_number(
    answer: str, told: bool, client: ApiClient, gateway: Gateway
) -> None:
    gateway.fault("answer_before", provider="flutterwave", operation="dedicated_account", times=2, value=answer)

    tries = [client.post(PATH, BODY) for _ in range(2)]

    assert [each.json()["code"] for each in tries] == ["provider_unavailable"] * 2
    assert alerts() == ["virtual_account_refused"] * told
    assert client.post(PATH, BODY).json()["status"] == "active"


def test_asked_for_at_once_it_is_one_number(client: ApiClient, chidi: CustomUser, gateway: Gateway) -> None:
    gateway.fault("delay", provider="flutterwave", operation="dedicated_account", times=2, value="0.5")

    outcomes = race(*[lambda: asks(chidi).pk] * 4)

    assert len(set(outcomes)) == 1
    assert len(numbers_at_provider(gateway)) == 1
    assert VirtualAccount.objects.get().status == "active"


def test_control_without_the_claim_there_are_two_numbers(
    client: ApiClient, chidi: CustomUser, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(virtual_accounts, "claim", lambda account: None)
    gateway.fault("delay", provider="flutterwave", operation="dedicated_account", times=2, value="0.5")

    race(*[lambda: asks(chidi).pk] * 2)

    assert len(numbers_at_provider(gateway)) == 2
    assert VirtualAccount.objects.count() == 1


def test_claim_of_a_request_that_was_killed_ends_by_itself(
    client: ApiClient, chidi: CustomUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(identified_accounts, "_ask", killed)
        patch.setattr(identified_accounts, "_let_go", lambda account_id: None)
        with pytest.raises(SystemExit):
            asks(chidi)

    assert client.get(PATH).json()["needs_identity"] is False
    assert client.post(PATH, BODY).json()["status"] == "requested"
    with time_machine.travel(clock.now() + timedelta(minutes=1), tick=False):
        assert client.get(PATH).json()["needs_identity"] is True
        assert client.post(PATH, BODY).json()["status"] == "active"


def test_no_job_asks_for_such_an_account(client: ApiClient, gateway: Gateway, run_jobs: RunJobs) -> None:
    gateway.fault("drop_request", provider="flutterwave", operation="dedicated_account")
    client.post(PATH, BODY)

    open_account(account_id=VirtualAccount.objects.get().pk)
    with time_machine.travel(clock.now() + timedelta(days=2), tick=False):
        sweep_deposits()
        run_jobs()

    assert numbers_at_provider(gateway) == []
    assert alerts() == []


def test_deposits_are_in_the_wallet_once_each_with_their_fees_whatever_is_replayed_and_reordered(
    account: VirtualAccount, chidi: CustomUser, gateway: Gateway, run_jobs: RunJobs
) -> None:
    gateway.fault("duplicate_webhook", provider="flutterwave", operation="webhook")
    gateway.fault("reorder_webhooks", provider="flutterwave", operation="webhook")
    sums = (1_234_567, 5_000, 5_000)
    references = [deposited(gateway, account, amount) for amount in sums]
    hear(gateway, run_jobs)
    for reference in [*reversed(references), *references]:
        check_attempt(provider="flutterwave", reference=reference)
    sweep_deposits()

    rows = list(Deposit.objects.order_by("reference"))
    assert [(row.reference, row.amount_kobo) for row in rows] == list(zip(references, sums, strict=True))
    assert [row.provider_id for row in rows] == [reference.partition(".")[2] for reference in references]
    assert all(row.paid_at and row.account_id == account.pk for row in rows)
    assert wallet_of(chidi) == sum(sums)
    fees = sum(row.provider_fee_kobo or 0 for row in rows)
    assert fees
    assert -balance_of(provider_balance("flutterwave")) == sum(sums) - fees == gateway.balance_kobo("flutterwave")
    assert (alerts(), books()) == ([], [])


def test_payment_asked_by_the_accounts_reference_alone_is_the_same_payment(
    account: VirtualAccount, chidi: CustomUser, gateway: Gateway
) -> None:
    reference = deposited(gateway, account, 7_000)

    for asked in (account.reference, reference, account.reference):
        check_attempt(provider="flutterwave", reference=asked)

    assert (Deposit.objects.get().reference, wallet_of(chidi)) == (reference, 7_000)


def told(account: VirtualAccount, reference: str) -> Charge:
    return provider_named("flutterwave").verify(reference=reference)


def test_deposit_told_by_many_threads_is_one(account: VirtualAccount, chidi: CustomUser, gateway: Gateway) -> None:
    charge = told(account, deposited(gateway, account, 7_000))

    outcomes = race(*[lambda: apply_deposit(account_id=account.pk, charge=charge)] * 64)

    assert {outcome.pk for outcome in outcomes if isinstance(outcome, Deposit)} == {Deposit.objects.get().pk}
    assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []
    assert wallet_of(chidi) == 7_000


def test_control_without_the_accounts_lock_the_second_meets_the_constraint(
    account: VirtualAccount, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    charge = told(account, deposited(gateway, account, 7_000))
    apply_deposit(account_id=account.pk, charge=charge)
    monkeypatch.setattr(Deposit.objects, "filter", lambda **_: Deposit.objects.none())
    monkeypatch.setattr(LedgerTransaction.objects, "filter", lambda **_: LedgerTransaction.objects.none())

    with pytest.raises(Exception, match="payment_deposit_reference_once"):
        apply_deposit(account_id=account.pk, charge=charge)


@pytest.mark.parametrize("kind", ["reference", "currency"])
def test_what_fits_no_wallet_is_in_suspense_each_once_and_staff_are_told(
    kind: str, account: VirtualAccount, chidi: CustomUser, gateway: Gateway, run_jobs: RunJobs
) -> None:
    references = [deposited(gateway, account, 40_000, "USD" if kind == "currency" else "NGN") for _ in range(2)]
    if kind == "reference":
        VirtualAccount.objects.update(reference=f"acc-{'0' * 20}")
    hear(gateway, run_jobs)
    VirtualAccount.objects.update(reference=account.reference)
    for reference in references:
        check_attempt(provider="flutterwave", reference=reference)

    suspense = system_account(AccountKind.SUSPENSE)
    assert (balance_of(suspense), wallet_of(chidi)) == (80_000, 0)
    assert not Deposit.objects.exists()
    assert alerts() == ["money_in_suspense"] * 2
    assert books() == []


@pytest.mark.parametrize("forged", ["another", "none", "odd"])
def test_webhook_that_names_no_payment_to_this_number_moves_nothing(
    forged: str, account: VirtualAccount, chidi: CustomUser, gateway: Gateway, run_jobs: RunJobs
) -> None:
    deposited(gateway, account, 5_000)
    event = gateway.deliveries()[-1]
    body = json.loads(event.body)
    if forged == "another":
        body["data"]["tx_ref"] = f"acc-{'1' * 20}"
    else:
        body["data"]["id"] = {"none": None, "odd": "../../refunds"}[forged]
    Client().post(
        "/api/webhooks/flutterwave",
        json.dumps(body),
        content_type="application/json",
        headers={"verif-hash": event.headers["verif-hash"]},
    )
    run_jobs()

    assert WebhookEvent.objects.get().status == WebhookStatus.IGNORED
    assert wallet_of(chidi) == 0
    assert sweep_deposits() == 1
    assert wallet_of(chidi) == 5_000


def test_webhook_that_lies_about_the_sum_credits_what_the_provider_says(
    account: VirtualAccount, chidi: CustomUser, gateway: Gateway, run_jobs: RunJobs
) -> None:
    gateway.fault("tamper_webhook", provider="flutterwave", operation="webhook")
    deposited(gateway, account, 5_000)
    hear(gateway, run_jobs)

    assert wallet_of(chidi) == 5_000


def test_page_of_the_gateway_sends_money_to_a_number(
    account: VirtualAccount, chidi: CustomUser, gateway: Gateway, run_jobs: RunJobs
) -> None:
    form = {"account_number": account.account_number, "amount_kobo": "25000"}
    page = httpx.get(f"{gateway.url}/").text
    answer = httpx.post(f"{gateway.url}/control/deposits", data=form)
    hear(gateway, run_jobs)

    assert 'action="/control/deposits"' in page
    assert (answer.status_code, wallet_of(chidi)) == (302, 25_000)


def test_settlement_has_each_deposit_under_its_own_name(
    account: VirtualAccount, gateway: Gateway, run_jobs: RunJobs
) -> None:
    for _ in range(2):
        deposited(gateway, account, 50_000)
    hear(gateway, run_jobs)
    gateway.settle_charges(provider="flutterwave")

    import_settlements()

    assert alerts() == []


def test_whoever_leaves_gives_the_number_back_and_late_money_is_told(
    account: VirtualAccount, chidi: CustomUser, gateway: Gateway, run_jobs: RunJobs
) -> None:
    gateway.fault("error_5xx_before", provider="flutterwave", operation="account")
    with transaction.atomic():
        close_accounts(user_id=chidi.pk)
        CustomUser.objects.filter(pk=chidi.pk).update(is_active=False)
    with pytest.raises(OutcomeUnknown):
        run_jobs()
    virtual_accounts.give_back(account_id=account.pk)
    deposited(gateway, account, 9_000)
    hear(gateway, run_jobs)

    account.refresh_from_db()
    assert (account.status, account.account_name) == ("closed", "")
    assert [row["active"] for row in gateway.state()["numbers"]] == [False]
    assert wallet_of(chidi) == 9_000
    assert alerts() == ["money_for_a_closed_account"]


def test_number_that_comes_to_whoever_left_meanwhile_goes_back(
    client: ApiClient, chidi: CustomUser, gateway: Gateway, run_jobs: RunJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = identified_accounts._ask

    def left_meanwhile(account: VirtualAccount, identity: IdentityNumber) -> object:
        given = ask(account, identity)
        with transaction.atomic():
            close_accounts(user_id=chidi.pk)
        return given

    monkeypatch.setattr(identified_accounts, "_ask", left_meanwhile)
    asks(chidi)
    run_jobs()

    account = VirtualAccount.objects.get()
    assert (account.status, account.account_name) == ("closed", "")
    assert [row["active"] for row in gateway.state()["numbers"]] == [False]


def test_identity_number_is_in_no_row_no_log_no_job_and_no_export(
    client: ApiClient,
    gateway: Gateway,
    run_jobs: RunJobs,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    numbers = (NUMBER, "00012345678", "22200000009", "22200000008")
    about_us = f'400 {{"status": "error", "message": "Merchant may not use {numbers[2]}", "data": null}}'
    odd = f'400 {{"status": "error", "message": "Odd {numbers[3]}", "data": null}}'
    refused = client.post(PATH, {"kind": "nin", "number": numbers[1]})
    for number, answer in ((numbers[2], about_us), (numbers[3], odd)):
        gateway.fault("answer_before", provider="flutterwave", operation="dedicated_account", value=answer)
        assert client.post(PATH, {"kind": "bvn", "number": number}).status_code == 503
    gateway.fault("error_5xx_after_effect", provider="flutterwave", operation="dedicated_account")
    lost = client.post(PATH, BODY)
    given = client.post(PATH, BODY)
    run_jobs()

    exported = client.get("/me/export").content.decode()
    logged = "".join([*capfd.readouterr(), caplog.text])
    answered = "".join(each.content.decode() for each in (refused, lost, given))
    assert (refused.status_code, lost.status_code, given.status_code) == (422, 503, 200)
    for number in numbers:
        assert number not in exported + logged + answered
        assert kept(number) == []
    assert given.json()["account_number"] in exported
