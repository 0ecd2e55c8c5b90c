"""The ends of a withdrawal, each with its posting: paid, or back in the wallet. The caller holds its lock."""

from accounts.models import NotificationKind
from accounts.services.notifications import notify
from core import clock
from payment.machines import WITHDRAWAL
from payment.models import AccountKind, TransactionKind, Withdrawal, WithdrawalStatus
from payment.providers.base import Payout
from payment.services.accounts import AccountKey, provider_balance, system_account, wallet_account
from payment.services.alerts import alert_if_owner_is_gone
from payment.services.periods import day_of
from payment.services.posting import Move, post
from payment.services.taxes import stamp_duty_kobo


def sending_again(withdrawal: Withdrawal) -> None:
    """unknown -> sending: the provider has the transfer after all."""
    if withdrawal.status == WithdrawalStatus.UNKNOWN:
        move(withdrawal, WithdrawalStatus.SENDING)


def finish_paid(withdrawal: Withdrawal, payout: Payout) -> None:
    sending_again(withdrawal)
    withdrawal.finished_at, withdrawal.message = clock.now(), ""
    withdrawal.provider_fee_kobo = payout.fee_kobo
    sent_on = day_of(withdrawal.sent_at or withdrawal.finished_at)
    withdrawal.duty_kobo = stamp_duty_kobo(withdrawal.amount_kobo, day=sent_on)
    move(withdrawal, WithdrawalStatus.PAID, "finished_at", "message", "provider_fee_kobo", "duty_kobo")
    balance, costs = provider_balance(withdrawal.provider), _costs(withdrawal)
    post(
        kind=TransactionKind.WITHDRAWAL_PAID,
        reference=withdrawal.reference,
        moves=[
            Move(
                debit=system_account(AccountKind.PAYOUTS_IN_FLIGHT), credit=balance, amount_kobo=withdrawal.amount_kobo
            )
        ],
        also_lock=list(costs),
    )
    if costs:
        post(
            kind=TransactionKind.TRANSFER_FEE,
            reference=withdrawal.reference,
            moves=[Move(debit=account, credit=balance, amount_kobo=kobo) for account, kobo in costs.items()],
        )
    _tell(withdrawal, NotificationKind.WITHDRAWAL_PAID)


def finish_returned(withdrawal: Withdrawal, status: WithdrawalStatus, message: str) -> None:
    """failed or reversed: the exact sum goes back to the wallet, once."""
    after_paid = withdrawal.status == WithdrawalStatus.PAID
    sending_again(withdrawal)
    withdrawal.finished_at, withdrawal.message = clock.now(), message[:300]
    move(withdrawal, status, "finished_at", "message")
    balance, costs = provider_balance(withdrawal.provider), _costs(withdrawal) if after_paid else {}
    source = balance if after_paid else system_account(AccountKind.PAYOUTS_IN_FLIGHT)
    post(
        kind=TransactionKind.WITHDRAWAL_RETURNED,
        reference=withdrawal.reference,
        moves=[
            Move(debit=source, credit=wallet_account(withdrawal.wallet.user_id), amount_kobo=withdrawal.amount_kobo)
        ],
        also_lock=list(costs),
    )
    if costs:
        # A transfer that comes back is charged nothing: it is as if it had never been sent.
        post(
            kind=TransactionKind.TRANSFER_FEE,
            reference=f"{withdrawal.reference}:returned",
            moves=[Move(debit=balance, credit=account, amount_kobo=kobo) for account, kobo in costs.items()],
        )
    alert_if_owner_is_gone(
        user_id=withdrawal.wallet.user_id, reference=withdrawal.reference, amount_kobo=withdrawal.amount_kobo
    )
    _tell(withdrawal, NotificationKind.WITHDRAWAL_REVERSED if after_paid else NotificationKind.WITHDRAWAL_FAILED)


def move(withdrawal: Withdrawal, status: WithdrawalStatus, *also: str) -> None:
    WITHDRAWAL.check(withdrawal.status, status)
    withdrawal.status = status
    withdrawal.save(update_fields=["status", *also])


def _costs(withdrawal: Withdrawal) -> dict[AccountKey, int]:
    """What a transfer that was paid cost the platform: the provider's fee, and the duty that it collects."""
    costs = {
        system_account(AccountKind.PROVIDER_FEES): withdrawal.provider_fee_kobo or 0,
        system_account(AccountKind.STAMP_DUTY): withdrawal.duty_kobo,
    }
    return {account: kobo for account, kobo in costs.items() if kobo}


def _tell(withdrawal: Withdrawal, kind: NotificationKind) -> None:
    account = f"{withdrawal.bank_name} ******{withdrawal.account_number[-4:]}"
    notify(
        user_id=withdrawal.wallet.user_id,
        kind=kind,
        params={"withdrawal_id": withdrawal.pk, "amount_kobo": withdrawal.amount_kobo, "account": account},
        dedupe_key=f"{kind}:{withdrawal.reference}",
    )
