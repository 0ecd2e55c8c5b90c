"""The control API, for tests, the demo and the index page: everything that a provider decides and a test must.

`POST /control/<command>` with a JSON object (or a form, which leads back to the index page). A refusal is 400 with
`{"error": …}`. The commands are the functions below.
"""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Literal

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core import clock
from payment.sandbox import (
    balance,
    banks,
    behaviour,
    charging,
    courier,
    faults,
    payouts,
    push_service,
    refunding,
    reports,
    settling,
    webhooks,
)
from payment.sandbox.models import (
    Account,
    Balance,
    BalanceMove,
    Behaviour,
    Browser,
    Charge,
    Chargeback,
    Customer,
    DedicatedAccount,
    Delivery,
    Fault,
    Identity,
    Push,
    Recipient,
    Refund,
    Settlement,
    Transfer,
    VirtualNumber,
)
from payment.sandbox.models.charges import PUBLIC_ID_OFFSET
from payment.sandbox.paystack import dedicated

ProviderName = Literal["paystack", "flutterwave"]


class Order(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Empty(Order):
    pass


class AccountOrder(Order):
    bank_code: str
    account_number: str = Field(pattern=r"^\d{10}$")
    account_name: str = Field(min_length=1, max_length=200)


class BalanceOrder(Order):
    provider: ProviderName = "paystack"
    balance_kobo: int


class FaultOrder(Order):
    provider: ProviderName | Literal["prembly"] = "paystack"
    kind: str
    operation: str = ""
    times: int = Field(default=1, ge=1)
    value: str = ""


class IdentityOrder(Order):
    kind: Literal["bvn", "nin"]
    number: str = Field(pattern=r"^[0-9]{11}$")
    first_name: str
    last_name: str
    blocked: bool = False


class PlanOrder(Order):
    seed: int
    rate: float = Field(ge=0, le=1)
    kinds: list[str] = []


class ModeOrder(Order):
    webhooks: Literal["auto", "manual"] | None = None
    settling: Literal["auto", "manual"] | None = None
    settle_seconds: float | None = Field(default=None, ge=0)
    webhook_base_url: str | None = None


class ClockOrder(Order):
    advance_seconds: int


class TransferOrder(Order):
    """Without a reference: the next step of every transfer that has one."""

    reference: str = ""
    status: str = ""
    message: str = ""


class RefundOrder(Order):
    """The payment's reference; without it, the next step of every refund that has one."""

    reference: str = ""
    status: str = ""


class ChargebackOrder(Order):
    reference: str
    amount_kobo: int | None = None
    category: str = "chargeback"


class DepositOrder(Order):
    account_number: str
    amount_kobo: int
    currency: str = "NGN"


class SettlementOrder(Order):
    provider: ProviderName = "paystack"
    kept_kobo: int = 0
    again: bool = False


class SettlementNumber(Order):
    id: int


class NoAccountOrder(Order):
    """Whoever asked for an account number gets none."""

    email: str


class VerdictOrder(Order):
    """By the chargeback's number. Without an amount, all of it."""

    id: int
    resolution: str = "auto-accepted"
    refund_kobo: int | None = None


class DeliverOrder(Order):
    """In the order given; without ids, all that wait. `times` sends each more than once."""

    ids: list[int] | None = None
    times: int = Field(default=1, ge=1, le=100)
    tamper: bool = False


class RecordOrder(Order):
    """A test posted the webhook itself: what it was answered."""

    id: int
    status: int


class PushAnswerOrder(Order):
    browser: str
    status: int = Field(ge=200, le=599)


def set_account(order: AccountOrder) -> None:
    banks.register_account(**order.model_dump())


def set_balance(order: BalanceOrder) -> None:
    balance.set_balance(**order.model_dump())


def register_identity(order: IdentityOrder) -> None:
    named = {"first_name": order.first_name, "last_name": order.last_name, "blocked": order.blocked}
    Identity.objects.update_or_create(kind=order.kind, number=order.number, defaults=named)


def order_fault(order: FaultOrder) -> None:
    faults.order(**order.model_dump())


def clear_faults(order: Empty) -> None:
    faults.clear()


def set_plan(order: PlanOrder) -> None:
    faults.plan(**order.model_dump())


def set_mode(order: ModeOrder) -> None:
    behaviour.change(**order.model_dump(exclude_none=True))


@transaction.atomic
def reset(order: Empty) -> None:
    """A new gateway: no transaction, no fault, no plan, the modes of the environment."""
    for model in (
        Push,
        Browser,
        Delivery,
        Chargeback,
        Refund,
        Transfer,
        Recipient,
        Charge,
        Settlement,
        DedicatedAccount,
        VirtualNumber,
        Customer,
        Identity,
        BalanceMove,
        Balance,
        Account,
    ):
        model._default_manager.all().delete()
    Fault.objects.all().delete()
    Behaviour.objects.all().delete()


def advance_clock(order: ClockOrder) -> dict[str, str]:
    return {"now": clock.advance(timedelta(seconds=order.advance_seconds)).isoformat()}


def reset_clock(order: Empty) -> dict[str, str]:
    clock.reset()
    return {"now": clock.now().isoformat()}


def settle_transfers(order: TransferOrder) -> dict[str, Any]:
    if order.reference:
        rows = [Transfer.objects.get(reference=order.reference)]
    else:
        late = Transfer.objects.filter(status=Transfer.Status.SUCCESS, due_status=Transfer.Status.REVERSED)
        rows = list((Transfer.objects.filter(status=Transfer.Status.PENDING) | late).order_by("id"))
    settled = [payouts.settle(transfer_id=row.pk, status=order.status, message=order.message) for row in rows]
    return {"transfers": [reports.transfer(row) for row in settled]}


def settle_refunds(order: RefundOrder) -> dict[str, Any]:
    refunds = Refund.objects.filter(status__in=(Refund.Status.PENDING, Refund.Status.PROCESSING)).order_by("id")
    if order.reference:
        refunds = Refund.objects.filter(charge__reference=order.reference, status__in=Refund.OPEN).order_by("id")
    settled = [refunding.settle(refund_id=row.pk, status=order.status) for row in refunds]
    return {"refunds": [reports.refund(row) for row in settled]}


def charge_back(order: ChargebackOrder) -> dict[str, int]:
    charge = Charge.objects.get(reference=order.reference)
    row = charging.charge_back(charge=charge, amount_kobo=order.amount_kobo, category=order.category)
    return {"id": row.public_id}


def decide_chargeback(order: VerdictOrder) -> dict[str, Any]:
    row = Chargeback.objects.get(pk=order.id - PUBLIC_ID_OFFSET)
    refund_kobo = row.amount_kobo if order.refund_kobo is None else order.refund_kobo
    row = charging.resolve_chargeback(chargeback=row, resolution=order.resolution, refund_kobo=refund_kobo)
    return {"id": row.public_id, "status": row.status, "evidence": row.evidence, "documents": row.documents}


def take_deposit(order: DepositOrder) -> dict[str, Any]:
    charge = charging.take_deposit(
        account_number=order.account_number,
        amount_kobo=order.amount_kobo,
        currency=order.currency,
        domain=webhooks.domain(),
    )
    return {"reference": charge.reference, "id": charge.public_id, "fee_kobo": charge.fee_kobo}


def refuse_account(order: NoAccountOrder) -> None:
    dedicated.announce(Customer.objects.get(email=order.email.lower()), None)


def settle_charges(order: SettlementOrder) -> dict[str, int]:
    row = settling.settle(provider=order.provider, kept_kobo=order.kept_kobo, again=order.again)
    return {"id": row.public_id}


def correct_settlement(order: SettlementNumber) -> None:
    """What was in an earlier one is in this no more."""
    Settlement.objects.filter(pk=order.id - PUBLIC_ID_OFFSET).update(repeated=[])


def deliver(order: DeliverOrder) -> dict[str, Any]:
    ids = order.ids
    if ids is None:
        ids = list(
            Delivery.objects.filter(state=Delivery.State.WAITING).order_by("due_at", "id").values_list("id", flat=True)
        )
    sent = [courier.deliver(delivery_id=pk, tamper=order.tamper) for pk in ids for _ in range(order.times)]
    return {"deliveries": [reports.delivery(row) for row in sent]}


def record_delivery(order: RecordOrder) -> dict[str, Any]:
    return reports.delivery(courier.record(delivery_id=order.id, status=order.status))


def step(order: Empty) -> None:
    """What the courier's thread does next, now."""
    courier.step()


def answer_pushes(order: PushAnswerOrder) -> None:
    push_service.change_answer(browser=order.browser, status=order.status)


type Command = tuple[type[Order], Callable[[Any], dict[str, Any] | None]]
COMMANDS: dict[str, Command] = {
    "accounts": (AccountOrder, set_account),
    "balance": (BalanceOrder, set_balance),
    "faults": (FaultOrder, order_fault),
    "faults/clear": (Empty, clear_faults),
    "plan": (PlanOrder, set_plan),
    "mode": (ModeOrder, set_mode),
    "reset": (Empty, reset),
    "clock": (ClockOrder, advance_clock),
    "clock/reset": (Empty, reset_clock),
    "transfers/settle": (TransferOrder, settle_transfers),
    "refunds/settle": (RefundOrder, settle_refunds),
    "chargebacks": (ChargebackOrder, charge_back),
    "chargebacks/resolve": (VerdictOrder, decide_chargeback),
    "identities": (IdentityOrder, register_identity),
    "deposits": (DepositOrder, take_deposit),
    "settlements": (SettlementOrder, settle_charges),
    "settlements/correct": (SettlementNumber, correct_settlement),
    "accounts/refuse": (NoAccountOrder, refuse_account),
    "deliveries/deliver": (DeliverOrder, deliver),
    "deliveries/record": (RecordOrder, record_delivery),
    "pushes/answer": (PushAnswerOrder, answer_pushes),
    "step": (Empty, step),
}
REFUSALS = (
    ValidationError,
    ObjectDoesNotExist,
    faults.UnknownFault,
    payouts.CannotSettle,
    refunding.CannotSettle,
    RuntimeError,
)


@csrf_exempt
def run(request: HttpRequest, command: str) -> HttpResponse:
    """GET /control/state and GET /control/pushes read; every other command is a POST."""
    if request.method == "GET" and command == "state":
        return JsonResponse(reports.state(reference=request.GET.get("reference", "")))
    if request.method == "GET" and command == "pushes":
        return JsonResponse({"pushes": push_service.received()})
    if request.method != "POST" or command not in COMMANDS:
        return JsonResponse({"error": f"No command {request.method} {command}"}, status=404)
    model, perform = COMMANDS[command]
    form = request.content_type == "application/x-www-form-urlencoded"
    try:
        given = request.POST.dict() if form else json.loads(request.body or b"{}")
        result = perform(model.model_validate(given)) or {}
    except (*REFUSALS, json.JSONDecodeError) as error:
        return JsonResponse({"error": str(error)}, status=400)
    return HttpResponseRedirect("/") if form else JsonResponse(result)
