"""Staff stop a person's money: nothing of this wallet is sent to a bank until they let it go."""

from django.db import transaction

from core import clock
from payment.models import Wallet
from payment.services.accounts import wallet_of
from payment.services.locks import lock_wallet


@transaction.atomic
def hold_withdrawals(*, user_id: int, reason: str) -> Wallet:
    """Also what is queued and not sent stays, with its money set aside. Locks the wallet."""
    wallet_of(user_id)
    wallet = lock_wallet(user_id)
    if wallet.held_at is None:
        wallet.held_at, wallet.hold_reason = clock.now(), reason[:200]
        wallet.save(update_fields=["held_at", "hold_reason"])
    return wallet


@transaction.atomic
def let_withdrawals_go(*, user_id: int) -> Wallet:
    """What is queued goes by itself at the next sweep. Locks the wallet."""
    wallet = lock_wallet(user_id)
    wallet.held_at, wallet.hold_reason = None, ""
    wallet.save(update_fields=["held_at", "hold_reason"])
    return wallet
