"""What stops money that waits to leave a wallet, for a bank or for a card, and was not sent.

Each queue asks under the lock of its row, right before its call is allowed: what was sent before is the provider's.
What is stopped stays queued, with its money set aside, and goes by itself once nothing stops it any more.

Of what goes back to a card staff let a single refund go, with its owner still kept out: the card that paid is where
that card's own bank would send the money. It is sent as any other, once, by the state of its row; a chargeback that
calls it back, staff who return it and whoever lets it go wait for each other by the row's lock.
"""

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from core import clock
from core.errors import InvalidState
from core.listings import Prepared
from payment.models import (
    REFUNDS_IN_FLIGHT,
    Refund,
    RefundDestination,
    RefundStatus,
    Wallet,
    Withdrawal,
    WithdrawalStatus,
)
from payment.services.locks import lock_refund

STOPPED = "Waits: its owner is banned, or staff hold the wallet."
PAID_AFTER_FAILURE = "The money is back in the wallet, and the provider paid it after all: staff decide."
BANNED_OR_HELD = Q(held_at__isnull=False) | Q(user__is_active=False)


def stopped_wallets() -> QuerySet[Wallet]:
    """Those whose owner was banned, that staff hold, or that were given back money which had left after all."""
    twice = Withdrawal.objects.filter(
        wallet_id=OuterRef("pk"), status=WithdrawalStatus.FAILED, message=PAID_AFTER_FAILURE
    )
    return Wallet.objects.filter(BANNED_OR_HELD | Q(Exists(twice)))


STOPPED_OF = Prepared(lambda given: stopped_wallets().filter(user_id=given["user_id"])[:1], ("pk",), given=("user_id",))


def has_stopped_wallet(user_id: int) -> bool:
    return bool(STOPPED_OF.rows(user_id=user_id))


def is_stopped(wallet_id: int) -> bool:
    return stopped_wallets().filter(pk=wallet_id).exists()


def is_refund_stopped(refund: Refund) -> bool:
    """One query, and none for one that staff let go."""
    return refund.let_go_at is None and has_stopped_wallet(refund.recipient_id)


def waits_for_staff(refund: Refund) -> bool:
    """Whether it is on its way to a card and stopped."""
    is_under_way = refund.destination == RefundDestination.CARD and refund.status in REFUNDS_IN_FLIGHT
    return is_under_way and is_refund_stopped(refund)


@transaction.atomic
def let_refund_go(*, refund_id: int) -> Refund:
    """Staff send it to its card although its owner is stopped; what else is stopped stays. Locks the refund.

    Raises `InvalidState` for one that is not under way, or that nothing stops.
    """
    from payment.tasks import send_card_refund

    refund = lock_refund(refund_id)
    if not waits_for_staff(refund):
        raise InvalidState("Nothing stops this refund.")
    refund.let_go_at = clock.now()
    if refund.status == RefundStatus.REQUESTED:
        refund.message = ""
    refund.save(update_fields=["let_go_at", "message"])
    send_card_refund.defer(refund_id=refund_id)
    return refund
