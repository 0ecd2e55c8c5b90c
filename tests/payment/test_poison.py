"""A row, a text or a list that no code can take stops no other, whichever provider told it; staff are told once."""

import importlib
import json
import pkgutil
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Annotated, Any, get_args

import httpx
import pytest
import time_machine
from django.db import transaction
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob
from pydantic import TypeAdapter, ValidationError

from accounts.models import BankAccount, CustomUser
from core import clock
from jobs.models import Job, JobStatus
from payment import providers
from payment.models import PaymentAttempt, Refund, Wallet, WebhookEvent
from payment.providers import lists
from payment.providers.base import Provider, ProviderUnreachable
from payment.providers.parsing import Wire
from payment.providers.registry import provider_named
from payment.providers.reports import Told
from payment.services import sweeping
from payment.services.chargeback_sweep import sweep_chargebacks
from payment.services.deposit_sweep import sweep_deposits
from payment.services.foreign_refund_sweep import sweep_foreign_refunds
from payment.services.provider_comparison import compare_all
from payment.services.reconciliation import sweep_payments, sweep_refunds, sweep_webhooks, sweep_withdrawals
from payment.services.settlements import import_settlements
from payment.services.wallet_holds import hold_withdrawals
from payment.services.withdrawals import withdraw
from tests.factories.accounts import PASSWORD, BankAccountFactory, UserFactory
from tests.factories.jobs import JobFactory
from tests.factories.payment import (
    RefundFactory,
    VirtualAccountFactory,
    WebhookEventFactory,
    fund_wallet,
)
from tests.payment.conftest import Till, alerts, new_key
from tests.support.api_client import ApiClient
from tests.support.gateway import FLUTTERWAVE_KEY, PAYSTACK_KEY, Gateway
from tests.support.jobs import RunJobs

pytestmark = pytest.mark.django_db(transaction=True)

PROVIDERS = ("paystack", "flutterwave")
POISON: tuple[object, ...] = (None, {}, {"id": [], "amount": "much"}, "row")
NASTY = "\x00\ud800\u202e" + "x" * 100_000
# An address may be as long as this, and signed ones are.
LONGEST = 4_000


def shapes(of: type[Wire] = Wire) -> Iterator[type[Wire]]:
    """Everything that is read of a provider's JSON."""
    for module in pkgutil.iter_modules(providers.__path__):
        importlib.import_module(f"{providers.__name__}.{module.name}")
    for shape in of.__subclasses__():
        yield shape
        yield from shapes(shape)


def texts() -> list[Any]:
    return [
        pytest.param(Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation, id=name)
        for shape in dict.fromkeys(shapes())
        for field, name in ((field, f"{shape.__module__}.{shape.__name__}.{at}") for at, field in fields(shape))
    ]


def fields(shape: type[Wire]) -> Iterator[tuple[str, Any]]:
    for name, field in shape.model_fields.items():
        if str in (field.annotation, *get_args(field.annotation)):
            yield name, field


@pytest.mark.parametrize("kind", texts())
def test_every_text_that_is_read_of_a_provider_can_be_stored_or_is_refused(kind: Any) -> None:
    try:
        read = TypeAdapter(kind).validate_python(NASTY)
    except ValidationError:
        return

    assert read.isprintable()
    assert len(read) <= LONGEST
    read.encode()


def test_control_a_text_that_is_not_looked_at_is_none_of_these() -> None:
    class Careless(Wire):
        name: str

    assert dict(fields(Careless))["name"].metadata == []
    assert TypeAdapter(str).validate_python(NASTY) == NASTY


# Every list of a provider's, by the operation that the gateway knows it by, and a row of it that can be read.
def refund_row(provider: str) -> dict[str, object]:
    row: dict[str, object] = {"id": 7, "status": "failed", "created_at": clock.now().isoformat()}
    if provider == "paystack":
        return row | {"amount": 100, "transaction": 5, "transaction_reference": "pay-a"}
    return row | {"amount_refunded": 1, "tx_id": 5}


def settlement_row(provider: str) -> dict[str, object]:
    day = clock.now().date().isoformat()
    if provider == "paystack":
        sums = {"total_processed": 500, "total_fees": 0, "effective_amount": 500}
        return {"id": 7, "status": "success", "currency": "NGN", "settlement_date": day, **sums}
    return {"id": 7, "status": "completed", "currency": "NGN", "due_date": day, "gross_amount": 5, "net_amount": 5}


def chargeback_row(provider: str) -> dict[str, object]:
    if provider == "paystack":
        row = {"refund_amount": 500, "currency": "NGN", "transaction": {"reference": "pay-a"}}
        return {"id": 7, "status": "awaiting-merchant-feedback", **row}
    return {"id": 7, "status": "initiated", "amount": 5, "tx_ref": "pay-a"}


def deposit_row(provider: str) -> dict[str, object]:
    if provider == "paystack":
        return {"reference": "dep-a", "channel": "dedicated_nuban"}
    return {"id": 7, "tx_ref": f"acc-{'0' * 20}"}


type Ask = Callable[[Provider], Told[object]]
LISTS: dict[str, tuple[str, Ask, Callable[[str], dict[str, object]]]] = {
    "refunds_since": ("read_refund", lambda at: at.refunds_since(since=clock.now() - timedelta(days=9)), refund_row),
    "settlements": ("settlements", lambda at: at.settlements(since=clock.now() - timedelta(days=9)), settlement_row),
    "open_chargebacks": ("dispute", lambda at: at.open_chargebacks(), chargeback_row),
    "paid_into_accounts": (
        "list",
        lambda at: at.paid_into_accounts(since=clock.now() - timedelta(days=9)),
        deposit_row,
    ),
}


def test_every_list_of_the_protocol_is_here() -> None:
    told = {name for name, method in vars(Provider).items() if "Told[" in str(getattr(method, "__annotations__", ""))}

    assert told == set(LISTS)


def answers(gateway: Gateway, provider: str, operation: str, *pages: Sequence[object]) -> None:
    """The provider's next answers to this call, one page after the other."""
    for page in pages:
        body = {"status": True if provider == "paystack" else "success", "message": "ok", "data": page}
        gateway.fault("answer_before", provider=provider, operation=operation, value=f"200 {json.dumps(body)}")


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("name", LISTS)
def test_row_that_cannot_be_read_keeps_no_other_of_its_list_from_us(name: str, provider: str, gateway: Gateway) -> None:
    operation, ask, row = LISTS[name]
    answers(gateway, provider, operation, [*POISON, row(provider)], [])

    told = ask(provider_named(provider))

    # A text or a null is none of a chargeback's at Flutterwave, whose list is asked for one status after the other.
    assert len(told.rows) == 1
    assert 2 <= len(told.unreadable) <= len(POISON)


# At Paystack the newest hundred are all that is asked for.
PAGED = [
    (name, provider) for name in LISTS for provider in PROVIDERS if (name, provider) != ("open_chargebacks", "paystack")
]


@pytest.mark.parametrize(("name", "provider"), PAGED)
def test_list_is_read_to_its_end_also_where_its_pages_are_shorter_than_was_asked(
    name: str, provider: str, gateway: Gateway
) -> None:
    operation, ask, row = LISTS[name]
    second = row(provider) | {"id": 8, "reference": "dep-b"}
    answers(gateway, provider, operation, [row(provider)], [second], [])

    assert len(ask(provider_named(provider)).rows) == 2


@pytest.mark.parametrize(("name", "provider"), PAGED)
def test_list_whose_pages_are_one_page_again_and_again_is_read_once(name: str, provider: str, gateway: Gateway) -> None:
    operation, ask, row = LISTS[name]
    answers(gateway, provider, operation, *[[row(provider)]] * 3)

    assert len(ask(provider_named(provider)).rows) == 1


SWEEPS: dict[str, tuple[str, Callable[[], object], Callable[[str], dict[str, object]]]] = {
    "refunds": ("read_refund", sweep_foreign_refunds, refund_row),
    "settlements": ("settlements", import_settlements, settlement_row),
    "chargebacks": ("dispute", sweep_chargebacks, chargeback_row),
    "deposits": ("list", sweep_deposits, deposit_row),
}


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("name", SWEEPS)
def test_staff_are_told_once_of_what_a_list_says_and_nobody_can_read(
    name: str, provider: str, gateway: Gateway
) -> None:
    operation, sweep, _ = SWEEPS[name]
    VirtualAccountFactory(provider=provider)
    for _ in range(2):
        answers(gateway, provider, operation, [{"channel": "dedicated_nuban"}] * 2, [])
        sweep()

    assert alerts() == ["row_not_reconciled"]


@pytest.mark.parametrize("name", [*SWEEPS, "comparison"])
def test_provider_that_refuses_us_is_told_once_and_a_silent_one_is_not(name: str, gateway: Gateway) -> None:
    operation, sweep, _ = {**SWEEPS, "comparison": ("balance", compare_all, refund_row)}[name]
    VirtualAccountFactory(provider="paystack")
    gateway.fault("error_5xx_before", operation=operation, times=3)
    sweep()
    gateway.clear_faults()
    told = alerts()

    for _ in range(2):
        gateway.fault("answer_before", operation=operation, value='401 {"status": false, "message": "Invalid key"}')
        sweep()

    assert (told, alerts()) == ([], ["provider_refuses_our_account"])


def test_provider_without_a_key_is_not_asked_and_nobody_is_told(gateway: Gateway, settings: Any) -> None:
    settings.FLUTTERWAVE_SECRET_KEY = ""
    VirtualAccountFactory(provider="flutterwave")

    for _, sweep, _ in SWEEPS.values():
        sweep()

    assert alerts() == []


def test_list_that_is_slow_with_each_page_is_left_for_the_next_time(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "LIST_SECONDS", 0.0)
    answers(gateway, "flutterwave", "read_refund", [refund_row("flutterwave")])

    with pytest.raises(ProviderUnreachable, match="too long"):
        provider_named("flutterwave").refunds_since(since=clock.now() - timedelta(days=9))


@pytest.fixture(params=PROVIDERS)
def returned(
    request: pytest.FixtureRequest, till: Till, chidi: CustomUser, job: Job, gateway: Gateway, run_jobs: RunJobs
) -> Refund:
    """A refund to Chidi's card that was sent, and whose answer was lost."""
    gateway.set_balance(100_000_000, provider=request.param)
    payer = ApiClient(chidi)
    checkout = till.start(payer, job, request.param)
    till.pay(checkout)
    Job.objects.filter(pk=job.pk).update(status=JobStatus.CANCELED, canceled_at=clock.now())
    payer.post(f"/payments/{checkout.reference}/verify")
    gateway.fault("drop_answer", operation="refund", provider=request.param)
    payer.post(f"/payments/{checkout.reference}/refund-to-card", {}, Idempotency_Key=new_key())
    run_jobs(allow_failures=True)
    return Refund.objects.select_related("attempt").get()


def listed(gateway: Gateway, refund: Refund) -> list[object]:
    """The provider's own list of refunds."""
    assert refund.attempt
    url = {"paystack": f"{gateway.paystack_url}/refund", "flutterwave": f"{gateway.flutterwave_url}/refunds"}
    key = {"paystack": PAYSTACK_KEY, "flutterwave": FLUTTERWAVE_KEY}
    provider = refund.attempt.provider
    answer = httpx.get(url[provider], headers={"Authorization": f"Bearer {key[provider]}"}, trust_env=False)
    return list(answer.json()["data"])


def test_refund_is_found_beside_another_payments_that_cannot_be_read(returned: Refund, gateway: Gateway) -> None:
    assert returned.attempt
    provider = returned.attempt.provider
    others = {"id": None, "transaction": 1, "tx_id": 1, "transaction_reference": "pay-of-others"}
    answers(gateway, provider, "read_refund", [others, *listed(gateway, returned)], [])

    with time_machine.travel(clock.now() + timedelta(minutes=5)):
        sweep_refunds()

    returned.refresh_from_db()
    assert (returned.status, bool(returned.provider_id)) == ("processing", True)
    assert alerts() == []


def test_refund_that_may_be_ours_and_cannot_be_read_is_never_taken_for_absent(
    returned: Refund, gateway: Gateway
) -> None:
    assert returned.attempt
    with transaction.atomic():
        Refund.objects.update(message="refused: Transaction has been fully reversed")
    for _ in range(2):
        answers(gateway, returned.attempt.provider, "read_refund", [{"id": 1}], [])
        with time_machine.travel(clock.now() + timedelta(hours=2)):
            sweep_refunds()
        with transaction.atomic():
            Refund.objects.update(checked_at=None)
        gateway.clear_faults()

    returned.refresh_from_db()
    assert (returned.status, returned.provider_id) == ("processing", "")
    assert alerts() == ["row_not_reconciled"]


def test_what_a_provider_answers_alike_of_many_payments_is_told_once(till: Till, chidi: CustomUser) -> None:
    for _ in range(2):
        till.start(ApiClient(chidi), JobFactory(client=chidi, status=JobStatus.PENDING))
    till.gateway.fault(
        "answer_before", operation="verify", value='200 {"status": true, "message": "ok", "data": {}}', times=2
    )

    with time_machine.travel(clock.now() + timedelta(minutes=3)):
        assert sweep_payments() == 2

    assert alerts() == ["row_not_reconciled"]


def test_payments_of_a_provider_that_refuses_us_wait_and_staff_are_told(till: Till, chidi: CustomUser) -> None:
    for _ in range(4):
        till.start(ApiClient(chidi), JobFactory(client=chidi, status=JobStatus.PENDING))
    till.gateway.fault(
        "answer_before", operation="verify", value='401 {"status": false, "message": "Invalid key"}', times=9
    )

    with time_machine.travel(clock.now() + timedelta(minutes=3)):
        assert sweep_payments() == 3

    assert alerts() == ["provider_refuses_our_account"]
    assert set(PaymentAttempt.objects.values_list("status", flat=True)) == {"pending"}


@pytest.fixture
def two_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "MOST_PER_SWEEP", 2)


def deferred(task: str, name: str) -> list[int]:
    jobs = ProcrastinateJob.objects.filter(task_name=f"payment.tasks.{task}").order_by("id")
    return [job.args[name] for job in jobs]


@pytest.mark.usefixtures("two_at_a_time", "gateway")
def test_withdrawals_that_stay_in_the_queue_keep_no_other_in_it(wale: CustomUser, bank_account: BankAccount) -> None:
    longer_ago = clock.now() - timedelta(days=2)
    rows = []
    for number in range(3):
        user = UserFactory()
        BankAccountFactory(user=user, verified_at=longer_ago, changed_at=longer_ago)
        fund_wallet(user.pk, 100_000)
        rows.append(withdraw(user_id=user.pk, amount_kobo=10_000))
        if number < 2:
            hold_withdrawals(user_id=user.pk, reason="Asked by the police")
    ProcrastinateJob.objects.all().delete()

    for minutes in (3, 5):
        with time_machine.travel(clock.now() + timedelta(minutes=minutes)):
            sweep_withdrawals()

    assert deferred("send_withdrawal", "withdrawal_id") == [row.pk for row in (rows[0], rows[1], rows[2], rows[0])]
    assert Wallet.objects.filter(held_at__isnull=False).count() == 2


@pytest.mark.usefixtures("two_at_a_time")
def test_refunds_that_stay_in_the_queue_keep_no_other_in_it() -> None:
    longer_ago = clock.now() - timedelta(hours=1)
    rows = [RefundFactory(created_at=longer_ago) for _ in range(3)]

    for _ in range(2):
        sweep_refunds()

    assert set(deferred("send_card_refund", "refund_id")) == {row.pk for row in rows}


@pytest.mark.usefixtures("two_at_a_time")
def test_account_numbers_that_do_not_come_keep_no_other_waiting() -> None:
    longer_ago = clock.now() - timedelta(hours=1)
    rows = [VirtualAccountFactory(asked=True, created_at=longer_ago) for _ in range(3)]

    for minutes in (0, 1):
        with time_machine.travel(clock.now() + timedelta(minutes=minutes)):
            sweep_deposits()

    assert set(deferred("open_virtual_account", "account_id")) == {row.pk for row in rows}


@pytest.mark.usefixtures("two_at_a_time")
def test_webhooks_that_fail_for_ever_keep_no_other_waiting_and_are_tried_ever_less_often() -> None:
    received_at = clock.now() - timedelta(days=2)
    rows = [WebhookEventFactory(status="failed", received_at=received_at) for _ in range(3)]

    tried = []
    for minutes in (0, 15, 30, 45, 61):
        with time_machine.travel(clock.now() + timedelta(minutes=minutes), tick=False):
            tried.append(sweep_webhooks())

    assert tried == [2, 1, 0, 0, 2]
    assert set(deferred("process_webhook", "event_id")) == {row.pk for row in rows}


def test_webhook_whose_answer_nobody_can_read_is_told_once(
    till: Till, chidi: CustomUser, job: Job, run_jobs: RunJobs
) -> None:
    checkout = till.start(ApiClient(chidi), job)
    till.pay(checkout)
    till.webhook(checkout)
    till.gateway.fault(
        "answer_before", operation="verify", value='200 {"status": true, "message": "ok", "data": []}', times=2
    )

    for _ in range(2):
        ProcrastinateJob.objects.filter(status="todo").update(scheduled_at=None)
        run_jobs(allow_failures=True)

    assert WebhookEvent.objects.get().tries == 2
    assert alerts() == ["row_not_reconciled"]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_names_that_a_bank_writes_can_be_kept(provider: str, gateway: Gateway, settings: Any) -> None:
    """The list of banks and the name enquiry, with letters that no column takes and far too many of them."""
    settings.PAYOUT_PROVIDER = provider
    ngozi = UserFactory.create(first_name="Ngozi", last_name="Eze", password=PASSWORD)
    far_too_long = "X" * 100_000
    banks = [{"code": "999", "name": f"Ban\x00k {far_too_long}"}, {"code": None, "name": "None"}, {"code": "9" * 11}]
    answers(gateway, provider, "banks", banks)
    told = {"account_name": f"EZE NGOZI\x00 {far_too_long}"}
    body = {"status": True if provider == "paystack" else "success", "data": told}
    gateway.fault("answer_before", provider=provider, operation="resolve", value=f"200 {json.dumps(body)}")
    client = ApiClient(ngozi)

    shown = client.get("/banks").json()["items"]
    details = {"bank_code": "999", "account_number": "0001234567", "password": PASSWORD}
    answer = client.put("/account-details", details)

    assert [(bank["code"], len(bank["name"])) for bank in shown] == [("999", 100)]
    assert answer.status_code == 200, answer.content
    assert BankAccount.objects.get().account_name.startswith("EZE NGOZI")


def test_headers_of_a_webhook_can_be_stored(till: Till, chidi: CustomUser, job: Job) -> None:
    checkout = till.start(ApiClient(chidi), job)
    till.pay(checkout)
    (delivery,) = till.gateway.deliveries(reference=checkout.attempt_reference)
    headers = {name: value for name, value in delivery.headers.items() if name != "content-type"}

    answer = Client(headers={"user-agent": "Pay\x00stack"}).post(
        delivery.path, data=delivery.body, content_type="application/json", headers=headers
    )

    assert answer.status_code == 200
    assert WebhookEvent.objects.get().headers["user-agent"] == "Pay stack"
