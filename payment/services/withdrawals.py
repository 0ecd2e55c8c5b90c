"""Asking for a withdrawal: wallet -> payouts_in_flight, and the job that sends it, in one transaction."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction

from accounts.models import BankAccount
from accounts.services.reauthentication import confirm_identity
from core import clock
from core.actor import Actor
from core.money import sum_in_words
from jobs.services.locks import lock_user
from payment.exceptions import BankAccountOnHold, BelowMinimum, NoBankAccount, WithdrawalInFlight, WithdrawalsHeld
from payment.models import WITHDRAWALS_IN_FLIGHT, AccountKind, TransactionKind, Wallet, Withdrawal
from payment.providers.registry import payout_provider
from payment.services.accounts import lock_accounts, system_account, wallet_account, wallet_of
from payment.services.destinations import destination_memo
from payment.services.idempotency import Claim
from payment.services.locks import lock_wallet
from payment.services.posting import Move, post
from payment.services.references import WITHDRAWAL, new_reference
from payment.services.stopping import is_stopped
from payment.services.withdrawal_rules import refuse_withdrawal

BANK_ACCOUNT_HOLD = timedelta(hours=24)


def request_withdrawal(
    *,
    actor: Actor,
    amount_kobo: int,
    password: str | None,
    code: str | None,
    claim: Claim,
    second_factor_code: str | None = None,
) -> Withdrawal:
    """Take the money out of the caller's wallet and queue it for the bank; it is asked again who they are.

    Raises what `confirm_identity` and `withdraw` raise, and `BelowMinimum`. Locks user and wallet.
    """
    if claim.resource:
        return Withdrawal.objects.get(reference=claim.resource)
    confirm_identity(user_id=actor.user_id, password=password, code=code, second_factor_code=second_factor_code)
    if amount_kobo < settings.MIN_WITHDRAWAL_KOBO:
        raise BelowMinimum(f"The smallest withdrawal is {sum_in_words(settings.MIN_WITHDRAWAL_KOBO)}.")
    return withdraw(user_id=actor.user_id, amount_kobo=amount_kobo, claim=claim)


@transaction.atomic
def withdraw(*, user_id: int, amount_kobo: int, claim: Claim | None = None) -> Withdrawal:
    """The withdrawal itself, of any sum: closing an account may take less than the minimum.

    Raises `NoBankAccount`, `BankAccountOnHold`, `WithdrawalInFlight`, `WithdrawalsHeld`, what `refuse_withdrawal`
    raises, and `InsufficientFunds`. Locks user and wallet.
    """
    from payment.tasks import send_withdrawal

    lock_user(user_id)
    bank_account = _usable_bank_account(user_id)
    wallet_of(user_id)
    wallet = lock_wallet(user_id)
    if Withdrawal.objects.filter(wallet=wallet, status__in=WITHDRAWALS_IN_FLIGHT).exists():
        raise WithdrawalInFlight
    if is_stopped(wallet.pk):
        raise WithdrawalsHeld
    lock_accounts([wallet_account(user_id), system_account(AccountKind.PAYOUTS_IN_FLIGHT)])
    refuse_withdrawal(wallet, amount_kobo=amount_kobo)
    withdrawal = _create(wallet, bank_account, amount_kobo)
    post(
        kind=TransactionKind.WITHDRAWAL,
        reference=withdrawal.reference,
        moves=[
            Move(
                debit=wallet_account(user_id),
                credit=system_account(AccountKind.PAYOUTS_IN_FLIGHT),
                amount_kobo=amount_kobo,
            )
        ],
        memo=destination_memo(withdrawal),
    )
    if claim is not None:
        claim.commit_with(withdrawal.reference)
    send_withdrawal.defer(withdrawal_id=withdrawal.pk)
    return withdrawal


def _usable_bank_account(user_id: int) -> BankAccount:
    """Where the money goes; under the user's lock, so that it is not changed meanwhile."""
    bank_account = BankAccount.objects.planned().filter(user_id=user_id, verified_at__isnull=False).first()
    if bank_account is None:
        raise NoBankAccount
    if bank_account.changed_at + BANK_ACCOUNT_HOLD > clock.now():
        raise BankAccountOnHold
    return bank_account


def _create(wallet: Wallet, bank_account: BankAccount, amount_kobo: int) -> Withdrawal:
    return Withdrawal.objects.create(
        wallet=wallet,
        reference=new_reference(WITHDRAWAL),
        amount_kobo=amount_kobo,
        provider=payout_provider().name,
        bank_code=bank_account.bank_code,
        bank_name=bank_account.bank_name,
        account_number=bank_account.account_number,
        account_name=bank_account.account_name[:160],
        created_at=clock.now(),
    )
