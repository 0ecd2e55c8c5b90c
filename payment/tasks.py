"""Background jobs of money. Each calls one service and may run twice."""

from core.background import task
from core.lanes import PRIORITY, Lane
from payment.services import (
    alerts,
    anchors,
    card_returns,
    chargeback_answers,
    chargeback_deadlines,
    chargeback_sweep,
    checkouts,
    debts,
    deposit_sweep,
    directory,
    foreign_refund_sweep,
    ledger_check,
    payout_batches,
    provider_comparison,
    reconciliation,
    refunds,
    settlements,
    virtual_accounts,
    webhooks,
)

# Before all notices, and in their lane: a mail server that hangs must not hold money.
ALERTS = PRIORITY[Lane.NOTICES] + 1


@task(lane=Lane.MONEY)
def process_webhook(*, event_id: int) -> None:
    webhooks.process_event(event_id=event_id)


@task(lane=Lane.MONEY)
def open_checkout(*, attempt_id: int) -> None:
    checkouts.finish_opening(attempt_id=attempt_id)


@task(lane=Lane.MONEY)
def refresh_banks(*, provider: str) -> None:
    directory.fetch_banks(provider=provider)


@task(lane=Lane.MONEY)
def send_withdrawal(*, withdrawal_id: int) -> None:
    payout_batches.send_withdrawal(withdrawal_id=withdrawal_id)


@task(lane=Lane.MONEY)
def send_card_refund(*, refund_id: int) -> None:
    refunds.send_refund(refund_id=refund_id)


@task(lane=Lane.MONEY)
def return_to_card(*, refund_id: int) -> None:
    card_returns.return_to_card(refund_id=refund_id)


@task(lane=Lane.MONEY)
def collect_owed(*, user_id: int) -> None:
    debts.collect_owed(user_id=user_id)


@task(lane=Lane.NOTICES, priority=ALERTS)
def mail_alert(*, event: str, facts: dict[str, str]) -> None:
    alerts.mail_staff(event=event, facts=facts)


@task(cron="*/2 * * * *", lane=Lane.MONEY, queueing_lock="reconcile_payments", lock="reconcile_payments", retry=None)
def reconcile_payments(timestamp: int) -> None:
    reconciliation.sweep_payments()


@task(
    cron="*/2 * * * *", lane=Lane.MONEY, queueing_lock="reconcile_withdrawals", lock="reconcile_withdrawals", retry=None
)
def reconcile_withdrawals(timestamp: int) -> None:
    reconciliation.sweep_withdrawals()


@task(cron="*/5 * * * *", lane=Lane.MONEY, queueing_lock="reconcile_refunds", lock="reconcile_refunds", retry=None)
def reconcile_refunds(timestamp: int) -> None:
    reconciliation.sweep_refunds()


@task(cron="*/15 * * * *", lane=Lane.MONEY, queueing_lock="reconcile_webhooks", lock="reconcile_webhooks", retry=None)
def reconcile_webhooks(timestamp: int) -> None:
    reconciliation.sweep_webhooks()


@task(
    cron="*/15 * * * *",
    lane=Lane.MONEY,
    queueing_lock="reconcile_chargebacks",
    lock="reconcile_chargebacks",
    retry=None,
)
def reconcile_chargebacks(timestamp: int) -> None:
    chargeback_deadlines.remind_of_deadlines()
    chargeback_sweep.sweep_chargebacks()


@task(
    cron="33 * * * *",
    lane=Lane.MONEY,
    queueing_lock="reconcile_foreign_refunds",
    lock="reconcile_foreign_refunds",
    retry=None,
)
def reconcile_foreign_refunds(timestamp: int) -> None:
    foreign_refund_sweep.sweep_foreign_refunds()


@task(lane=Lane.MONEY)
def send_chargeback_answer(*, chargeback_id: int) -> None:
    chargeback_answers.send_answer(chargeback_id=chargeback_id)


@task(lane=Lane.MONEY)
def open_virtual_account(*, account_id: int) -> None:
    virtual_accounts.open_account(account_id=account_id)


@task(lane=Lane.MONEY)
def give_back_virtual_account(*, account_id: int) -> None:
    virtual_accounts.give_back(account_id=account_id)


@task(cron="*/15 * * * *", lane=Lane.MONEY, queueing_lock="reconcile_deposits", lock="reconcile_deposits", retry=None)
def reconcile_deposits(timestamp: int) -> None:
    deposit_sweep.sweep_deposits()


@task(lane=Lane.BULK, cron="20 5 * * *", queueing_lock="compare_providers", lock="compare_providers", retry=None)
def compare_providers(timestamp: int) -> None:
    provider_comparison.compare_all()


@task(lane=Lane.BULK, cron="40 5 * * *", queueing_lock="import_settlements", lock="import_settlements", retry=None)
def import_settlements(timestamp: int) -> None:
    settlements.import_settlements()


@task(lane=Lane.BULK, cron="2 * * * *", queueing_lock="anchor_books", lock="anchor_books", retry=None)
def anchor_books(timestamp: int) -> None:
    anchors.anchor_books()


@task(lane=Lane.BULK, cron="7 * * * *", queueing_lock="check_books", lock="check_books", retry=None)
def check_books(timestamp: int) -> None:
    ledger_check.watch_books()
