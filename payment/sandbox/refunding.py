"""Money back to the card, step by step. Flutterwave calls a refund `completed` from its beginning."""

from django.db import transaction
from django.db.models import Sum

from core import clock
from payment.sandbox import behaviour, faults, webhooks
from payment.sandbox.balance import move
from payment.sandbox.models import BalanceMove, Charge, Fault, Refund
from payment.sandbox.timing import real_in

Status = Refund.Status
NEXT: dict[str, tuple[Status, ...]] = {
    Status.PENDING: (Status.PROCESSING, Status.FAILED, Status.NEEDS_ATTENTION),
    Status.PROCESSING: (Status.PROCESSED, Status.FAILED, Status.NEEDS_ATTENTION),
    Status.NEEDS_ATTENTION: (Status.PROCESSING,),
}


class CannotRefund(Exception):
    """Not paid, or more than is left of the payment."""


class CannotSettle(Exception):
    """The refund's status does not lead there."""


@transaction.atomic
def refund(
    *, charge: Charge, amount_kobo: int | None, met: faults.Taken, customer_note: str = "", merchant_note: str = ""
) -> Refund:
    """Start a refund of all that is left or of a part. Raises `CannotRefund`. Locks the charge, then the balance."""
    charge = Charge.objects.select_for_update().get(pk=charge.pk)
    if charge.status != Charge.Status.SUCCESS:
        raise CannotRefund("Transaction has not been paid")
    left = charge.amount_kobo - refunded_kobo(charge)
    if left == 0:
        raise CannotRefund("Transaction has been fully reversed")
    amount = left if amount_kobo is None else amount_kobo
    if not 0 < amount <= left:
        raise CannotRefund("Refund amount cannot be more than transaction amount")
    row = Refund.objects.create(
        charge=charge,
        amount_kobo=amount,
        status=Status.PENDING,
        customer_note=customer_note,
        merchant_note=merchant_note,
        created_at=clock.now(),
        due_at=behaviour.next_step_at(),
        planned=_plan(met),
    )
    _move(row, -amount, f"Refund of {charge.reference}")
    webhooks.announce_refund(row)
    return row


@transaction.atomic
def settle(*, refund_id: int, status: str = "") -> Refund:
    """Take the next step, or the one named. Raises `CannotSettle`. Locks the refund, then the balance."""
    row = Refund.objects.select_for_update(of=("self",)).select_related("charge").get(pk=refund_id)
    following = NEXT.get(row.status, ())
    planned = row.planned if row.planned in following else (following[0] if following else "")
    status = status or planned
    if status not in following:
        raise CannotSettle(f"A refund that is {row.status} does not become {status or 'anything else'}.")
    if status == row.planned:
        # Once: what a person put right goes its usual way.
        row.planned = ""
    row.status = status
    row.due_at = behaviour.next_step_at() if status == Status.PROCESSING else None
    row.save(update_fields=["status", "due_at", "planned"])
    if status == Status.FAILED:
        _move(row, row.amount_kobo, f"Refund of {row.charge.reference} failed")
    webhooks.announce_refund(row)
    return row


def settle_due() -> int:
    """Take the next step of every refund that is due by the real clock. Returns how many."""
    settled = 0
    while True:
        with transaction.atomic():
            due = Refund.objects.select_for_update(skip_locked=True).filter(due_at__lte=real_in(0)).order_by("due_at")
            row = due.first()
            if row is None:
                return settled
            settle(refund_id=row.pk)
            settled += 1


def refunded_kobo(charge: Charge) -> int:
    """What was given back or is on its way."""
    return charge.refunds.exclude(status=Status.FAILED).aggregate(total=Sum("amount_kobo"))["total"] or 0


def _plan(met: faults.Taken) -> str:
    if Fault.Kind.REFUND_FAILS in met:
        return Status.FAILED
    return Status.NEEDS_ATTENTION if Fault.Kind.REFUND_NEEDS_ATTENTION in met else ""


def _move(row: Refund, difference_kobo: int, reason: str) -> None:
    move(
        provider=row.charge.provider,
        difference_kobo=difference_kobo,
        cause=BalanceMove.Cause.REFUND,
        cause_id=row.public_id,
        reason=reason,
    )
