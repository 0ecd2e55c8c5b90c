"""A transfer's life: accepted and taken from the balance, then settled; what does not arrive comes back."""

import secrets

from django.db import transaction
from django.db.models import F

from core import clock
from payment.sandbox import behaviour, faults, webhooks
from payment.sandbox.balance import move
from payment.sandbox.fees import stamp_duty_kobo, transfer_fee_kobo, whole_kobo
from payment.sandbox.models import BalanceMove, Fault, Transfer
from payment.sandbox.timing import real_in

Status = Transfer.Status
# What may follow what. A transfer that was sent can still come back: success is not the end.
NEXT: dict[str, frozenset[str]] = {
    Status.PENDING: frozenset((Status.SUCCESS, Status.FAILED, Status.REVERSED, Status.BLOCKED, Status.REJECTED)),
    Status.OTP: frozenset((Status.PENDING, Status.ABANDONED)),
    Status.SUCCESS: frozenset((Status.REVERSED,)),
}


class ReferenceTaken(Exception):
    """A transfer with this reference exists."""

    def __init__(self, transfer: Transfer) -> None:
        super().__init__(transfer.reference)
        self.transfer = transfer


class CannotSettle(Exception):
    """The transfer's status does not lead there."""


def new_code() -> str:
    return f"TRF_{secrets.token_hex(8)}"


@transaction.atomic
def send(*, provider: str, reference: str, amount_kobo: int, met: faults.Taken, **details: object) -> Transfer:
    """Accept a transfer. Raises `ReferenceTaken` and `BalanceTooLow`; then nothing happened. Locks the balance."""
    fee = whole_kobo(transfer_fee_kobo(provider, amount_kobo))
    transfer, created = Transfer.objects.get_or_create(
        provider=provider,
        reference=reference,
        defaults={
            "code": new_code(),
            "amount_kobo": amount_kobo,
            "fee_kobo": fee,
            "created_at": clock.now(),
            "status": Status.OTP if Fault.Kind.TRANSFER_OTP in met else Status.PENDING,
            "due_status": _outcome(met),
            "due_at": None if Fault.Kind.TRANSFER_OTP in met else behaviour.next_step_at(),
            "late_reversal": Fault.Kind.LATE_REVERSAL in met,
            **details,
        },
    )
    if not created:
        raise ReferenceTaken(transfer)
    move(
        provider=provider,
        difference_kobo=-_taken_kobo(transfer),
        cause=BalanceMove.Cause.TRANSFER,
        cause_id=transfer.public_id,
        reason=f"Transfer {reference}",
        needs_cover=True,
    )
    return transfer


def _taken_kobo(transfer: Transfer) -> int:
    """From the balance, for all of it."""
    duty = stamp_duty_kobo(transfer.amount_kobo, sent_at=transfer.created_at)
    return transfer.amount_kobo + transfer.fee_kobo + duty


def note_repeat(transfer: Transfer) -> None:
    """The reference came again: tests read the count to find callers that retry without looking first."""
    Transfer.objects.filter(pk=transfer.pk).update(repeats=F("repeats") + 1)


@transaction.atomic
def settle(*, transfer_id: int, status: str = "", message: str = "") -> Transfer:
    """Take the next step, or the one named. Raises `CannotSettle`. Locks the transfer, then the balance."""
    transfer = Transfer.objects.select_for_update().get(pk=transfer_id)
    status = status or transfer.due_status
    if status not in NEXT.get(transfer.status, frozenset()):
        raise CannotSettle(f"A transfer that is {transfer.status} does not become {status}.")
    transfer.status, transfer.due_at = status, None
    transfer.complete_message = message or transfer.complete_message
    if status == Status.SUCCESS:
        transfer.transferred_at = clock.now()
        if transfer.late_reversal:
            transfer.due_status = Status.REVERSED
            transfer.due_at = behaviour.next_step_at()
    elif status == Status.PENDING:
        transfer.due_at = behaviour.next_step_at()
    transfer.save()
    if status in Transfer.RETURNED:
        move(
            provider=transfer.provider,
            difference_kobo=_taken_kobo(transfer),
            cause=BalanceMove.Cause.TRANSFER,
            cause_id=transfer.public_id,
            reason=f"Transfer {transfer.reference} came back: {status}",
        )
    webhooks.announce_transfer(transfer)
    return transfer


def settle_due() -> int:
    """Settle what is due by the real clock; several processes share the work. Returns how many."""
    settled = 0
    while True:
        with transaction.atomic():
            due = Transfer.objects.select_for_update(skip_locked=True).filter(due_at__lte=real_in(0)).order_by("due_at")
            transfer = due.first()
            if transfer is None:
                return settled
            settle(transfer_id=transfer.pk)
            settled += 1


def _outcome(met: faults.Taken) -> Status:
    if Fault.Kind.TRANSFER_FAILS in met:
        return Status.FAILED
    return Status.BLOCKED if Fault.Kind.TRANSFER_BLOCKED in met else Status.SUCCESS
