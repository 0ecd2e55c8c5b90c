"""What stops money that waits to leave a wallet, for a bank or for a card, and was not sent.

Each queue asks under the lock of its row, right before its call is allowed: what was sent before is the provider's.
What is stopped stays queued, with its money set aside, and goes by itself once nothing stops it any more.
"""

from django.db.models import Exists, OuterRef, Q, QuerySet

from payment.models import Wallet, Withdrawal, WithdrawalStatus

STOPPED = "Waits: its owner is banned, or staff hold the wallet."
PAID_AFTER_FAILURE = "The money is back in the wallet, and the provider paid it after all: staff decide."
BANNED_OR_HELD = Q(held_at__isnull=False) | Q(user__is_active=False)


def stopped_wallets() -> QuerySet[Wallet]:
    """Those whose owner was banned, that staff hold, or that were given back money which had left after all."""
    twice = Withdrawal.objects.filter(
        wallet_id=OuterRef("pk"), status=WithdrawalStatus.FAILED, message=PAID_AFTER_FAILURE
    )
    return Wallet.objects.filter(BANNED_OR_HELD | Q(Exists(twice)))


def is_stopped(wallet_id: int) -> bool:
    return stopped_wallets().filter(pk=wallet_id).exists()
