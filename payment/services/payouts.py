"""M7: a withdrawal has at most one live transfer, and its money comes back exactly once if it does not arrive.

Three steps: `sending` commits; the provider is called with no transaction open; what it answered commits. Only the move
from `requested` to `sending` allows the first call. A call whose outcome is unknown, or that a killed worker left
behind, is looked up by its reference: a repeated reference is never assumed to be refused, and there is no second
reference. While the provider knows nothing of it, it is looked up again, and then staff decide.

An outcome is known or it is unknown. A refusal that the provider documents for the payee's account is believed only
once a look-up, a minute later, finds nothing either: an error may follow the effect. A call that the provider
conclusively did not act on, and that says nothing about the payee (not reached, balance too low, our account not
ready), stays `sending` with the reason in `message`, and is made again under the same reference, after a look-up.
A transfer that was once found at the provider is never taken for absent.
"""

from datetime import datetime, timedelta

import structlog
from django.db import transaction

from core import clock
from core.errors import InvalidState
from core.money import sum_of
from payment.models import (
    CURRENCY,
    WITHDRAWALS_IN_FLIGHT,
    Withdrawal,
    WithdrawalStatus,
)
from payment.providers.base import (
    AccountNotReady,
    BalanceTooLow,
    OutcomeUnknown,
    Payee,
    Payout,
    PayoutStatus,
    ProviderError,
    ProviderRefused,
    ProviderUnreachable,
    ReferenceUnknown,
    ReferenceUsed,
)
from payment.providers.registry import provider_named
from payment.services.alert_links import StaffEvent
from payment.services.alerts import alert_staff, note_once, tell_unknown_status, why_not_sent
from payment.services.locks import lock_withdrawal
from payment.services.stopping import PAID_AFTER_FAILURE, STOPPED, is_stopped
from payment.services.sweeping import why_not_returned
from payment.services.withdrawal_ends import finish_paid, finish_returned, move, sending_again

logger = structlog.get_logger(__name__)

# From then on a transfer that the provider does not know is a matter for staff.
GIVEN_UP_AFTER = timedelta(hours=1)
# A refusal is believed when a look-up so long after it finds nothing either.
BELIEVED_AFTER = timedelta(minutes=1)
# After these the job runs again, and looks it up.
MENDED_BY_A_LOOK_UP = (ProviderUnreachable, OutcomeUnknown, ReferenceUsed)
# `message` of a call that conclusively did nothing, and of one that was refused for the payee's account.
NOT_SENT = "not sent: "
REFUSED = "refused: "
WAITS_FOR_BALANCE = "Waits until our balance at the provider covers it."
WAITS_FOR_APPROVAL = "Waits for a code or an approval in the provider's dashboard."
FOR_STAFF = "The provider does not know this transfer: staff decide."
SETTLED = "Paid after failure, settled: "


def send_transfer(*, withdrawal_id: int) -> None:
    """Send a requested withdrawal; look one up that was sent before. A network call: no transaction may be open."""
    withdrawal = Withdrawal.objects.filter(pk=withdrawal_id, status__in=WITHDRAWALS_IN_FLIGHT).first()
    if withdrawal is None:
        return
    if withdrawal.status == WithdrawalStatus.REQUESTED and not _covered(withdrawal):
        return
    if begin_sending(withdrawal_id, sent_at=clock.now()):
        _call(withdrawal)
    else:
        check_transfer(provider=withdrawal.provider, reference=withdrawal.reference)


def check_transfer(*, provider: str, reference: str) -> bool:
    """Ask the provider how a transfer stands, and apply the answer. False for a reference that is not ours.

    A network call. Raises `ProviderError` when the provider could not be asked.
    """
    withdrawal = Withdrawal.objects.filter(provider=provider, reference=reference).first()
    if withdrawal is None:
        return False
    if withdrawal.status == WithdrawalStatus.REQUESTED:
        return True
    try:
        payout = provider_named(provider).verify_transfer(reference=reference)
    except ReferenceUnknown:
        if _absent(withdrawal.pk):
            _call(withdrawal)
        return True
    apply_payout(withdrawal_id=withdrawal.pk, payout=payout)
    return True


@transaction.atomic
def apply_payout(*, withdrawal_id: int, payout: Payout) -> Withdrawal:
    """Book what the provider said of a transfer. Safe to call any number of times, in any order.

    Locks the withdrawal. The ledger transactions `withdrawal_paid` and `withdrawal_returned` under its reference happen
    once each, whatever is said how often.
    """
    withdrawal = lock_withdrawal(withdrawal_id)
    withdrawal.checked_at = clock.now()
    withdrawal.provider_id = payout.provider_id[:64]
    withdrawal.save(update_fields=["checked_at", "provider_id"])
    if payout.amount_kobo != withdrawal.amount_kobo or payout.currency != CURRENCY:
        differs = f"The provider has {sum_of(payout.amount_kobo, payout.currency[:3])}."
        _tell_staff_once(withdrawal, differs, "transfer_differs", amount_kobo=payout.amount_kobo)
        return withdrawal
    in_flight = withdrawal.status in WITHDRAWALS_IN_FLIGHT
    match payout.status:
        case PayoutStatus.SUCCEEDED if in_flight:
            finish_paid(withdrawal, payout)
        case PayoutStatus.FAILED | PayoutStatus.REVERSED if in_flight:
            finish_returned(withdrawal, WithdrawalStatus.FAILED, payout.message)
        case PayoutStatus.FAILED | PayoutStatus.REVERSED if withdrawal.status == WithdrawalStatus.PAID:
            finish_returned(withdrawal, WithdrawalStatus.REVERSED, payout.message)
        case PayoutStatus.SUCCEEDED if withdrawal.status == WithdrawalStatus.FAILED and not _was_settled(withdrawal):
            # The money is back in the wallet and out of the bank: only a person can put that right.
            _tell_staff_once(
                withdrawal,
                PAID_AFTER_FAILURE,
                "transfer_paid_after_failure",
                amount_kobo=withdrawal.amount_kobo,
                user_id=withdrawal.wallet.user_id,
            )
        case PayoutStatus.PENDING if in_flight:
            _found_pending(withdrawal, payout)
    return withdrawal


def _was_settled(withdrawal: Withdrawal) -> bool:
    return withdrawal.message.startswith(SETTLED)


@transaction.atomic
def release_hold(*, withdrawal_id: int, message: str) -> Withdrawal:
    """Staff settled a transfer that was paid after it had failed. Locks the withdrawal. Raises `InvalidState`."""
    withdrawal = lock_withdrawal(withdrawal_id)
    if withdrawal.message != PAID_AFTER_FAILURE:
        raise InvalidState("This withdrawal was not paid after it had failed.")
    withdrawal.message = f"{SETTLED}{message}"[:300]
    withdrawal.save(update_fields=["message"])
    return withdrawal


@transaction.atomic
def return_withdrawal(*, withdrawal_id: int, message: str) -> Withdrawal:
    """Staff saw that no money left: the sum goes back to the wallet. Locks the withdrawal.

    Raises `InvalidState` while the provider has the transfer, or may have it: then its verdict is waited for.
    """
    withdrawal = lock_withdrawal(withdrawal_id)
    if recall_withdrawal(withdrawal, message=message):
        return withdrawal
    if withdrawal.message != FOR_STAFF:
        until = withdrawal.sent_at and withdrawal.sent_at + GIVEN_UP_AFTER
        raise InvalidState(why_not_returned("transfer", None if withdrawal.provider_id else until))
    finish_returned(withdrawal, WithdrawalStatus.FAILED, message)
    return withdrawal


def recall_withdrawal(withdrawal: Withdrawal, *, message: str) -> bool:
    """Back into the wallet, if it conclusively was not sent. The caller holds its lock. Whether it went."""
    if withdrawal.status == WithdrawalStatus.REQUESTED:
        move(withdrawal, WithdrawalStatus.SENDING)
    elif withdrawal.provider_id or not withdrawal.message.startswith(NOT_SENT):
        return False
    finish_returned(withdrawal, WithdrawalStatus.FAILED, message)
    return True


def _covered(withdrawal: Withdrawal) -> bool:
    """Whether our balance at the provider covers it; if not it stays queued, and staff are told."""
    balance_kobo = provider_named(withdrawal.provider).balance_kobo()
    if balance_kobo >= withdrawal.amount_kobo:
        return True
    wait_for_balance(withdrawal.pk, balance_kobo)
    return False


@transaction.atomic
def wait_for_balance(withdrawal_id: int, balance_kobo: int) -> None:
    """Still `requested`; staff are told once while any waits. Locks the withdrawal."""
    withdrawal = lock_withdrawal(withdrawal_id)
    if withdrawal.message == WAITS_FOR_BALANCE:
        return
    withdrawal.message = WAITS_FOR_BALANCE
    withdrawal.save(update_fields=["message"])
    if _others_wait(withdrawal, WAITS_FOR_BALANCE):
        return
    alert_staff(
        "provider_balance_too_low",
        provider=withdrawal.provider,
        balance_kobo=balance_kobo,
        needed_kobo=withdrawal.amount_kobo,
        reference=withdrawal.reference,
    )


@transaction.atomic
def begin_sending(withdrawal_id: int, *, sent_at: datetime) -> bool:
    """requested -> sending, for one caller only. False for one that was sent before, or is stopped. Locks it."""
    withdrawal = lock_withdrawal(withdrawal_id)
    if withdrawal.status != WithdrawalStatus.REQUESTED or _stopped(withdrawal):
        return False
    # What it waited in the queue says nothing of when it is looked up.
    withdrawal.sent_at, withdrawal.checked_at, withdrawal.message = sent_at, None, ""
    move(withdrawal, WithdrawalStatus.SENDING, "sent_at", "checked_at", "message")
    return True


def _stopped(withdrawal: Withdrawal) -> bool:
    """One that is stopped stays `requested`, and staff are told once: they let it go, or return it."""
    if not is_stopped(withdrawal.wallet_id):
        return False
    if withdrawal.message != STOPPED:
        withdrawal.message = STOPPED
        withdrawal.save(update_fields=["message"])
        alert_staff("withdrawal_stopped", reference=withdrawal.reference, amount_kobo=withdrawal.amount_kobo)
    return True


def payee_of(withdrawal: Withdrawal) -> Payee:
    return Payee(
        bank_code=withdrawal.bank_code,
        account_number=withdrawal.account_number,
        account_name=withdrawal.account_name,
    )


def _call(withdrawal: Withdrawal) -> None:
    """The one transfer, and what is known after it. Raises what a look-up can mend, so that the job runs again."""
    adapter = provider_named(withdrawal.provider)
    try:
        payout = adapter.transfer(
            reference=withdrawal.reference,
            amount_kobo=withdrawal.amount_kobo,
            payee=payee_of(withdrawal),
            reason="Payshift withdrawal",
        )
    except ProviderError as error:
        record_failed_call(withdrawal, error)
        if isinstance(error, MENDED_BY_A_LOOK_UP):
            raise
    else:
        apply_payout(withdrawal_id=withdrawal.pk, payout=payout)


def record_failed_call(withdrawal: Withdrawal, error: ProviderError, *, with_others: bool = False) -> None:
    """What is known of a withdrawal after a call that told of no transfer; the row is as it was before the call.

    A refusal of a call for several is nobody's: each is made again by itself. Locks the withdrawal.
    """
    match error:
        case BalanceTooLow() | AccountNotReady() | ProviderUnreachable():
            _record_not_sent(withdrawal, error)
        case ProviderRefused() if not isinstance(error, ReferenceUsed):
            _record_refused(withdrawal.pk, error, NOT_SENT if with_others else REFUSED)
        case _:
            record_unknown(withdrawal.pk, error)


@transaction.atomic
def _record_not_sent(called_with: Withdrawal, error: Exception) -> None:
    """It is made again later. What fails alike for all (our balance, our account) is told to staff once while it lasts.

    The row as it was before the call has the last message: one that fails alike at every try tells nobody again.
    """
    withdrawal = lock_withdrawal(called_with.pk)
    message = f"{NOT_SENT}{error}"[:300]
    sending_again(withdrawal)
    if withdrawal.status == WithdrawalStatus.SENDING:
        withdrawal.message = message
        withdrawal.save(update_fields=["message"])
    if isinstance(error, ProviderUnreachable) or called_with.message == message or _others_wait(withdrawal, message):
        return
    reason = str(error)[:200]
    alert_staff(why_not_sent(error), provider=withdrawal.provider, reference=withdrawal.reference, reason=reason)


@transaction.atomic
def _record_refused(withdrawal_id: int, refusal: Exception, means: str) -> None:
    """Not accepted, says the provider of the payee's account, or of one of several. It waits until a look-up, in a
    minute, says so too: then the money goes back, or the call is made again.
    """
    from payment.tasks import send_withdrawal

    withdrawal = lock_withdrawal(withdrawal_id)
    sending_again(withdrawal)
    if withdrawal.status == WithdrawalStatus.SENDING:
        withdrawal.message = f"{means}{refusal}"[:300]
        withdrawal.save(update_fields=["message"])
        in_seconds = int(BELIEVED_AFTER.total_seconds()) + 1
        send_withdrawal.configure(schedule_in={"seconds": in_seconds}).defer(withdrawal_id=withdrawal_id)


@transaction.atomic
def record_unknown(withdrawal_id: int, error: Exception) -> None:
    """The provider may have it. Locks the withdrawal."""
    withdrawal = lock_withdrawal(withdrawal_id)
    if withdrawal.status == WithdrawalStatus.SENDING:
        withdrawal.message = str(error)[:300]
        move(withdrawal, WithdrawalStatus.UNKNOWN, "message")


@transaction.atomic
def _absent(withdrawal_id: int) -> bool:
    """The provider does not know the reference. True when the call is to be made again, by this caller.

    A refusal is believed now, if it is old enough; a call that conclusively did nothing is made again (the message is
    taken off under the lock, so that of two callers one sends); everything else waits, and then goes to staff.
    """
    withdrawal = lock_withdrawal(withdrawal_id)
    withdrawal.checked_at = now = clock.now()
    withdrawal.save(update_fields=["checked_at"])
    sent_at = withdrawal.sent_at or withdrawal.created_at
    if withdrawal.status not in WITHDRAWALS_IN_FLIGHT:
        return False
    if withdrawal.provider_id:
        # It was there before: whatever this look-up says, the provider has it.
        if sent_at + GIVEN_UP_AFTER <= now:
            _tell_staff_once(withdrawal, f"Not found any more: {withdrawal.provider_id}", "transfer_not_found_any_more")
        return False
    if withdrawal.message.startswith(REFUSED):
        if sent_at + BELIEVED_AFTER <= now:
            finish_returned(withdrawal, WithdrawalStatus.FAILED, withdrawal.message.removeprefix(REFUSED))
        return False
    if withdrawal.status == WithdrawalStatus.SENDING and withdrawal.message.startswith(NOT_SENT):
        if is_stopped(withdrawal.wallet_id):
            return False
        withdrawal.message, withdrawal.sent_at = "", now
        withdrawal.save(update_fields=["message", "sent_at"])
        return True
    if withdrawal.status == WithdrawalStatus.SENDING:
        move(withdrawal, WithdrawalStatus.UNKNOWN)
    if withdrawal.status == WithdrawalStatus.UNKNOWN and sent_at + GIVEN_UP_AFTER <= now:
        _leave_to_staff(withdrawal)
    return False


def _leave_to_staff(withdrawal: Withdrawal) -> None:
    """Those that were sent together and are gone alike are told as one."""
    if withdrawal.message == FOR_STAFF:
        return
    withdrawal.message = FOR_STAFF
    withdrawal.save(update_fields=["message"])
    if not _others_wait(withdrawal, FOR_STAFF, sent_at=withdrawal.sent_at):
        together = Withdrawal.objects.filter(
            provider=withdrawal.provider, status__in=WITHDRAWALS_IN_FLIGHT, sent_at=withdrawal.sent_at
        )
        alert_staff(
            "transfer_without_verdict",
            reference=withdrawal.reference,
            provider=withdrawal.provider,
            sent_together=together.count(),
        )


def _others_wait(withdrawal: Withdrawal, message: str, **alike: object) -> bool:
    """Whether staff were told by another withdrawal of this provider, which waits with the same message."""
    waiting = Withdrawal.objects.filter(
        provider=withdrawal.provider, status__in=WITHDRAWALS_IN_FLIGHT, message=message, **alike
    )
    return waiting.exclude(pk=withdrawal.pk).exists()


def _found_pending(withdrawal: Withdrawal, payout: Payout) -> None:
    """The provider has it and says nothing final: what was noted of the call is out of date."""
    sending_again(withdrawal)
    if payout.needs_approval:
        # The account is set to ask a person before each transfer: unnoticed, no payout would ever arrive.
        _tell_staff_once(withdrawal, WAITS_FOR_APPROVAL, "transfer_waits_for_approval", provider=withdrawal.provider)
    elif payout.unknown_status:
        word, reference = payout.unknown_status, withdrawal.reference
        note_once(withdrawal, f"Unknown status: {word}")
        tell_unknown_status("transfer_status_unknown", of=withdrawal.provider, status=word, reference=reference)
    else:
        note_once(withdrawal, "")


def _tell_staff_once(withdrawal: Withdrawal, message: str, event: StaffEvent, **facts: str | int) -> None:
    """The message says that staff were told."""
    if note_once(withdrawal, message):
        alert_staff(event, reference=withdrawal.reference, **facts)
