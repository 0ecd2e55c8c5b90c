"""Card money that a job gives back goes on to the card it came from, and what that costs whoever does it often.

A provider keeps its fee of a payment that is given back. The first of a month whose payer called the job off, took
money back before it began, or had less than half of what they paid for worked, are on the platform; of further ones the
fee is kept from what goes back: a figure that is shown before paying.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet

from core import clock
from core.listings import Given, Prepared
from core.models import PayshiftQuerySet
from jobs.models import Job
from payment.models import (
    AccountKind,
    CreditedTo,
    Payment,
    PaymentAttempt,
    PaymentStatus,
    Refund,
    RefundDestination,
    RefundStatus,
    TransactionKind,
)
from payment.providers.registry import provider_named
from payment.selectors.card_money import PUSHED
from payment.selectors.chargebacks import disputed_kobo, short_kobo
from payment.selectors.wallet import wallet_balance
from payment.services.accounts import lock_accounts, system_account, wallet_account
from payment.services.locks import lock_attempt, lock_payment, lock_wallet
from payment.services.posting import Move, post
from payment.services.pricing import divide_half_up
from payment.services.references import REFUND, new_reference

MONTH = timedelta(days=30)


def goes_back_to_a_card(*, job_id: int) -> bool:
    """Whether this job was paid by card, and card money goes back by itself."""
    return settings.CARD_MONEY_GOES_BACK and _card_attempts(job_id).exists()


@transaction.atomic
def return_to_card(*, refund_id: int) -> int:
    """Send on what a job gave back to the wallet, through the payments of this job. Once. Returns the kobo sent on.

    As much as the wallet still holds: its owner may have paid another job with it meanwhile. What they owe, and what an
    open chargeback of another payment has not found yet, comes first. A rest below the smallest payment stays in the
    wallet. Locks payments, attempts, wallet and its account.
    """
    came = Refund.objects.get(pk=refund_id, destination=RefundDestination.WALLET)
    attempts = list(_lock_attempts(came.job_id))
    lock_wallet(came.recipient_id)
    if Refund.objects.filter(origin=came).exists():
        return 0
    lock_accounts([wallet_account(came.recipient_id)])
    wallet = wallet_balance(user_id=came.recipient_id)
    free_kobo = wallet.balance_kobo - wallet.owed_kobo - short_kobo(user_id=came.recipient_id)
    left_kobo = min(came.amount_kobo, free_kobo)
    sent_kobo = 0
    for attempt in attempts:
        amount_kobo = min(left_kobo - sent_kobo, refundable_kobo(attempt))
        if amount_kobo >= provider_named(attempt.provider).minimum_charge_kobo:
            queue_card_refund(attempt=attempt, user_id=came.recipient_id, amount_kobo=amount_kobo, origin=came)
            sent_kobo += amount_kobo
    return sent_kobo


def _by_their_doing(given: Given) -> QuerySet[Any, Any]:
    most = Q(attempt__captured_kobo__lt=2 * F("attempt__refunded_kobo"))
    refunds = Refund.objects.filter(
        most | Q(job__canceled_at__isnull=False) | Q(created_at__lt=F("job__starts_at")),
        recipient_id=given["user_id"],
        destination=RefundDestination.CARD,
        created_at__gt=given["since"],
    )
    return refunds.exclude(status=RefundStatus.FAILED).order_by().values("attempt_id").distinct()


# The payments of somebody that went back because they called the job off, lowered it before it began, or did not use
# the larger half.
BY_THEIR_DOING = Prepared(_by_their_doing, ("attempt_id",), given=("user_id", "since"))


def free_refunds_left(*, user_id: int) -> int:
    """How many payments still go back to their card by their payer's doing, without a fee, in these thirty days."""
    return max(0, int(settings.FREE_CARD_REFUNDS_PER_MONTH) - len(_counted(user_id)))


def _counted(user_id: int) -> set[int]:
    return {attempt_id for (attempt_id,) in BY_THEIR_DOING.rows(user_id=user_id, since=clock.now() - MONTH)}


def refund_fee_kobo(amount_kobo: int) -> int:
    """What is kept of one that is not free."""
    share_kobo = divide_half_up(amount_kobo * settings.CARD_REFUND_FEE_BPS, 10_000)
    return min(share_kobo, int(settings.MAX_CARD_REFUND_FEE_KOBO))


def fee_for(*, attempt: PaymentAttempt, user_id: int, job_id: int, amount_kobo: int) -> int:
    """Kept of what goes back by its payer's doing, beyond the free ones: the job was called off, has not begun and
    costs less by now, or left most of the payment unused. What follows of a payment that was free is free.

    By the payment and not by the job: whoever raises and lowers one job makes as many rounds. Whoever takes nobody on
    until a job has passed, or one of a hundred, makes a round without calling it off.
    """
    by_their_doing = Job.objects.filter(Q(canceled_at__isnull=False) | Q(starts_at__gt=clock.now()), pk=job_id)
    is_most = 2 * (attempt.refunded_kobo + amount_kobo) > attempt.captured_kobo
    if not is_most and not by_their_doing.exists():
        return 0
    charged = Refund.objects.filter(attempt=attempt, fee_kobo__gt=0).exclude(status=RefundStatus.FAILED)
    counted = _counted(user_id)
    if len(counted) < settings.FREE_CARD_REFUNDS_PER_MONTH or (attempt.pk in counted and not charged.exists()):
        return 0
    return refund_fee_kobo(amount_kobo)


def queue_card_refund(
    *, attempt: PaymentAttempt, user_id: int, amount_kobo: int, origin: Refund | None = None
) -> Refund:
    """Out of the wallet, towards the card: the amount less what is kept of it. The caller holds the attempt's lock.

    Raises `InsufficientFunds`.
    """
    from payment.tasks import send_card_refund

    job_id = Payment.objects.values_list("job_id", flat=True).get(pk=attempt.payment_id)
    fee_kobo = fee_for(attempt=attempt, user_id=user_id, job_id=job_id, amount_kobo=amount_kobo)
    refund = Refund.objects.create(
        reference=new_reference(REFUND),
        destination=RefundDestination.CARD,
        recipient_id=user_id,
        job_id=job_id,
        attempt=attempt,
        amount_kobo=amount_kobo - fee_kobo,
        fee_kobo=fee_kobo,
        origin=origin,
        created_at=clock.now(),
    )
    wallet, fees = wallet_account(user_id), system_account(AccountKind.PROVIDER_FEES)
    post(
        kind=TransactionKind.CARD_REFUND,
        reference=refund.reference,
        moves=[Move(wallet, system_account(AccountKind.REFUNDS_IN_FLIGHT), refund.amount_kobo)],
        also_lock=[fees] if fee_kobo else (),
    )
    if fee_kobo:
        post(kind=TransactionKind.CARD_REFUND_FEE, reference=refund.reference, moves=[Move(wallet, fees, fee_kobo)])
    send_card_refund.defer(refund_id=refund.pk)
    return refund


def refundable_kobo(attempt: PaymentAttempt) -> int:
    """What can still go back to the card: not what went back, nor what its bank wants or took. Negative if both did."""
    return attempt.captured_kobo - attempt.refunded_kobo - disputed_kobo(attempt_id=attempt.pk)


def _card_attempts(job_id: int) -> PayshiftQuerySet[PaymentAttempt]:
    paid = PaymentAttempt.objects.filter(payment__job_id=job_id, status=PaymentStatus.SUCCEEDED)
    return paid.filter(credited_to__in=[CreditedTo.ESCROW, CreditedTo.WALLET]).exclude(channel__in=PUSHED)


def _lock_attempts(job_id: int) -> Iterator[PaymentAttempt]:
    """Newest first is how they are used; locked in the order of their payments."""
    rows = list(_card_attempts(job_id).order_by("payment_id", "pk").values_list("payment_id", "pk"))
    for payment_id in dict.fromkeys(payment_id for payment_id, _ in rows):
        lock_payment(payment_id)
    yield from reversed([lock_attempt(attempt_id) for _, attempt_id in rows])
