"""What goes wrong: the next calls of an operation by order of the control API, or any call by a seeded plan."""

import random
from collections.abc import Mapping

from django.db import transaction

from payment.sandbox import odd_answers
from payment.sandbox.models import Behaviour, Fault

Kind = Fault.Kind
# Taken by every API call, whatever it does.
CALL_KINDS = (
    Kind.DROP_REQUEST,
    Kind.DROP_ANSWER,
    Kind.ERROR_BEFORE,
    Kind.ERROR_AFTER,
    Kind.RATE_LIMITED,
    Kind.DELAY,
    Kind.ANSWER_BEFORE,
    Kind.ANSWER_AFTER,
)
OTHER_ANSWERS = (Kind.ANSWER_BEFORE, Kind.ANSWER_AFTER)
PAY, WEBHOOK, TRANSFER, TRANSFERS, REFUND = "pay", "webhook", "transfer", "bulk_transfer", "refund"
OF_TRANSFERS = (
    Kind.LATE_REVERSAL,
    Kind.TRANSFER_FAILS,
    Kind.TRANSFER_OTP,
    Kind.TRANSFER_BLOCKED,
    Kind.REPLAY_TRANSFER,
)
# Kinds that only one operation knows; it is where they go when the order names no operation.
OWN_KINDS: Mapping[str, tuple[Fault.Kind, ...]] = {
    PAY: (Kind.WRONG_AMOUNT, Kind.WRONG_CURRENCY, Kind.WRONG_DOMAIN),
    WEBHOOK: (Kind.DUPLICATE_WEBHOOK, Kind.REORDER_WEBHOOKS, Kind.TAMPER_WEBHOOK, Kind.DROP_WEBHOOK),
    TRANSFER: OF_TRANSFERS,
    TRANSFERS: OF_TRANSFERS,
    REFUND: (Kind.REFUND_FAILS, Kind.REFUND_NEEDS_ATTENTION),
}
CALL_OPERATIONS = frozenset(
    (
        "initialize",
        "verify",
        "list",
        "banks",
        "resolve",
        "recipient",
        TRANSFER,
        TRANSFERS,
        "verify_transfer",
        "list_transfers",
        "transfer_control",
        REFUND,
        "read_refund",
        "balance",
        "dispute",
        "answer_dispute",
        "account",
        "dedicated_account",
        "settlements",
        "settled",
        "identity",
    )
)
type Taken = dict[str, str]


class UnknownFault(Exception):
    """No such kind, or not one of this operation."""


def kinds_of(operation: str) -> tuple[Fault.Kind, ...]:
    calls = CALL_KINDS if operation in CALL_OPERATIONS else ()
    return calls + OWN_KINDS.get(operation, ())


def order(*, provider: str, kind: str, operation: str = "", times: int = 1, value: str = "") -> Fault:
    """The next `times` calls of the operation meet this fault. Raises `UnknownFault`."""
    operation = operation or next((name for name, kinds in OWN_KINDS.items() if kind in kinds), "")
    if kind not in kinds_of(operation):
        raise UnknownFault(f"No fault {kind!r} of operation {operation!r}.")
    return Fault.objects.create(provider=provider, kind=kind, operation=operation, remaining=times, value=value)


def plan(*, seed: int, rate: float, kinds: list[str]) -> None:
    """Every call meets a fault with probability `rate`; the same seed decides the same, call by call."""
    unknown = set(kinds) - set(Kind.values)
    if unknown:
        raise UnknownFault(f"No fault {', '.join(sorted(unknown))}.")
    Behaviour.objects.update_or_create(
        pk=Behaviour.SINGLE_ID,
        defaults={"plan_seed": seed, "plan_rate": rate, "plan_kinds": kinds, "plan_decisions": 0},
    )


def clear() -> None:
    Fault.objects.all().delete()
    Behaviour.objects.update(plan_seed=None, plan_rate=0, plan_kinds=[], plan_decisions=0)


@transaction.atomic
def take(provider: str, operation: str) -> Taken:
    """The faults that this call meets, each used up by one. Locks the fault rows, then the plan."""
    taken: Taken = {}
    ordered = Fault.objects.select_for_update().filter(provider=provider, operation=operation, remaining__gt=0)
    for fault in ordered.order_by("id"):
        if fault.kind not in taken:
            taken[fault.kind] = fault.value
            fault.remaining -= 1
            fault.save(update_fields=["remaining"])
    if not taken:
        taken = _planned(provider, operation)
    return taken


def _planned(provider: str, operation: str) -> Taken:
    row = Behaviour.objects.select_for_update().filter(plan_seed__isnull=False).first()
    if row is None:
        return {}
    row.plan_decisions += 1
    row.save(update_fields=["plan_decisions"])
    # Not for secrets: the point is that a seed repeats itself.
    draw = random.Random(f"{row.plan_seed}:{row.plan_decisions}")  # noqa: S311
    possible = [kind for kind in kinds_of(operation) if not row.plan_kinds or kind in row.plan_kinds]
    if draw.random() >= row.plan_rate or not possible:
        return {}
    kind = draw.choice(possible)
    if kind not in OTHER_ANSWERS:
        return {kind: ""}
    answer = odd_answers.drawn(draw, provider=provider, operation=operation)
    # Used up as it is drawn: a soak counts them.
    Fault.objects.create(provider=provider, kind=kind, operation=operation, remaining=0, value=answer)
    return {kind: answer}
