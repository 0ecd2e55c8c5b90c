"""Row locks of money, after those of user, job, application and assignment, and always in this order: payment, attempt,
refund, withdrawal, dispute, chargeback. Ledger accounts come last, by id; posting locks them.
"""

from datetime import date

from django.db.models import QuerySet

from core.errors import NotFound
from core.instances import instances
from core.listings import Given
from payment.models import (
    Chargeback,
    Dispute,
    Payment,
    PaymentAttempt,
    Refund,
    Settlement,
    StaffAlone,
    StaffMove,
    VirtualAccount,
    Wallet,
    WebhookEvent,
    Withdrawal,
)


@instances("payment_id")
def _lock_payment(given: Given) -> QuerySet[Payment]:
    payments = Payment.objects.planned().select_for_update(no_key=True, of=("self",))
    return payments.filter(pk=given["payment_id"])


def lock_payment(payment_id: int) -> Payment:
    return _lock_payment.one(payment_id=payment_id)


@instances("attempt_id")
def _lock_attempt(given: Given) -> QuerySet[PaymentAttempt]:
    attempts = PaymentAttempt.objects.planned().select_for_update(no_key=True, of=("self",))
    return attempts.filter(pk=given["attempt_id"])


def lock_attempt(attempt_id: int) -> PaymentAttempt:
    return _lock_attempt.one(attempt_id=attempt_id)


def lock_refund(refund_id: int) -> Refund:
    refunds = Refund.objects.planned().select_for_update(no_key=True, of=("self",))
    if refund := refunds.select_related("attempt").filter(pk=refund_id).first():
        return refund
    raise NotFound


def lock_withdrawal(withdrawal_id: int) -> Withdrawal:
    withdrawals = Withdrawal.objects.planned().select_for_update(no_key=True, of=("self",))
    if withdrawal := withdrawals.select_related("wallet").filter(pk=withdrawal_id).first():
        return withdrawal
    raise NotFound


def lock_wallet(user_id: int) -> Wallet:
    """Makes one wallet's withdrawals wait for each other. Before `lock_withdrawal`."""
    wallets = Wallet.objects.planned().select_for_update(no_key=True, of=("self",))
    if wallet := wallets.filter(user_id=user_id).first():
        return wallet
    raise NotFound("You have no wallet yet: it comes with the first money.")


def lock_dispute(dispute_id: int) -> Dispute:
    disputes = Dispute.objects.planned().select_for_update(no_key=True, of=("self",))
    if dispute := disputes.filter(pk=dispute_id).first():
        return dispute
    raise NotFound


def lock_chargeback(chargeback_id: int) -> Chargeback:
    chargebacks = Chargeback.objects.planned().select_for_update(no_key=True, of=("self",))
    if chargeback := chargebacks.filter(pk=chargeback_id).first():
        return chargeback
    raise NotFound


def lock_virtual_account(account_id: int) -> VirtualAccount:
    accounts = VirtualAccount.objects.planned().select_for_update(no_key=True, of=("self",))
    if account := accounts.filter(pk=account_id).first():
        return account
    raise NotFound


def lock_settlement(*, provider: str, provider_id: str) -> Settlement:
    settlements = Settlement.objects.planned().select_for_update(no_key=True, of=("self",))
    if settlement := settlements.filter(provider=provider, provider_id=provider_id).first():
        return settlement
    raise NotFound


def lock_staff_move(move_id: int) -> StaffMove:
    """Before anything that its posting locks."""
    moves = StaffMove.objects.planned().select_for_update(no_key=True, of=("self",))
    if move := moves.filter(pk=move_id).first():
        return move
    raise NotFound


def lock_staff_alone(staff_id: int, *, day: date) -> StaffAlone:
    """Makes what one of staff moves alone wait for each other, before anything else is locked. As of that day."""
    StaffAlone.objects.bulk_create([StaffAlone(staff_id=staff_id, day=day)], ignore_conflicts=True)
    moved = StaffAlone.objects.planned().select_for_update(no_key=True, of=("self",)).get(staff_id=staff_id)
    if moved.day != day:
        moved.day, moved.moved_kobo = day, 0
    return moved


def lock_webhook(event_id: int) -> WebhookEvent:
    """By itself: nothing else is locked while a webhook's row is."""
    events = WebhookEvent.objects.planned().select_for_update(no_key=True, of=("self",))
    if event := events.filter(pk=event_id).first():
        return event
    raise NotFound
