"""Refunds that the provider made and we did not ask for: in its dashboard, or carried out after we had given them up.

The money has left the provider and is on the payer's card, so it is booked as what it is, a refund to the card out of
the payer's wallet, once per number of the provider's. Where the wallet does not cover it, or more was given back than
came, staff are told instead: only a person knows who bears it.
"""

from collections.abc import Sequence

from django.db import transaction

from core import clock
from payment.exceptions import InsufficientFunds
from payment.models import (
    REFUNDS_IN_FLIGHT,
    AccountKind,
    CreditedTo,
    PaymentAttempt,
    PaymentStatus,
    Refund,
    RefundDestination,
    RefundStatus,
    TransactionKind,
)
from payment.providers.base import CardRefund
from payment.providers.base import RefundStatus as ProviderRefundStatus
from payment.services.accounts import provider_balance, system_account, wallet_account
from payment.services.alerts import alert_staff, alert_staff_once
from payment.services.locks import lock_attempt, lock_payment
from payment.services.posting import Move, post
from payment.services.references import REFUND, new_reference


def book_foreign_refunds(*, attempt_id: int, told: Sequence[CardRefund]) -> None:
    """Book what the provider gave back of this payment and the books do not have. Safe to call any number of times."""
    ours = Refund.objects.filter(attempt_id=attempt_id)
    states = dict(ours.exclude(provider_id="").values_list("provider_id", "status"))
    for answer in told:
        state = states.get(answer.provider_id)
        if answer.status == ProviderRefundStatus.PROCESSED and state in (None, RefundStatus.FAILED):
            _book(attempt_id, answer)
        elif answer.status == ProviderRefundStatus.FAILED and state == RefundStatus.PROCESSED:
            alert_staff_once(
                "card_refund_failed_after_all",
                about=f"{attempt_id}:{answer.provider_id}",
                attempt_id=attempt_id,
                amount_kobo=answer.amount_kobo,
            )


def _book(attempt_id: int, answer: CardRefund) -> None:
    try:
        booked = _book_from_wallet(attempt_id, answer)
    except InsufficientFunds:
        booked = False
    if not booked:
        attempt = PaymentAttempt.objects.get(pk=attempt_id)
        alert_staff_once(
            "card_refund_not_in_the_books",
            about=f"{attempt.provider}:{answer.provider_id}",
            provider=attempt.provider,
            reference=attempt.reference,
            amount_kobo=answer.amount_kobo,
        )


@transaction.atomic
def _book_from_wallet(attempt_id: int, answer: CardRefund) -> bool:
    """False where it cannot be told apart from a refund of ours, or is more than came. Locks payment and attempt."""
    payment = lock_payment(PaymentAttempt.objects.values_list("payment_id", flat=True).get(pk=attempt_id))
    attempt = lock_attempt(attempt_id)
    refunds = Refund.objects.filter(attempt=attempt)
    if refunds.filter(provider_id=answer.provider_id).exclude(status=RefundStatus.FAILED).exists():
        return True
    if refunds.filter(status__in=REFUNDS_IN_FLIGHT, provider_id="").exists():
        # It may be the one that is still looked for: its own look-up says.
        return True
    came = attempt.status == PaymentStatus.SUCCEEDED and attempt.credited_to != CreditedTo.SUSPENSE
    if not came or not 0 < answer.amount_kobo <= attempt.captured_kobo - attempt.refunded_kobo:
        return False
    refund = Refund.objects.create(
        reference=new_reference(REFUND),
        destination=RefundDestination.CARD,
        status=RefundStatus.PROCESSED,
        recipient_id=payment.payer_id,
        job_id=payment.job_id,
        attempt=attempt,
        amount_kobo=answer.amount_kobo,
        provider_id=answer.provider_id,
        message="Made at the provider.",
        created_at=answer.created_at or clock.now(),
        checked_at=clock.now(),
        finished_at=clock.now(),
    )
    in_flight, amount_kobo = system_account(AccountKind.REFUNDS_IN_FLIGHT), answer.amount_kobo
    to_provider = Move(in_flight, provider_balance(attempt.provider), amount_kobo)
    post(
        kind=TransactionKind.CARD_REFUND,
        reference=refund.reference,
        moves=[Move(wallet_account(payment.payer_id), in_flight, amount_kobo)],
        also_lock=[to_provider.credit],
    )
    post(kind=TransactionKind.CARD_REFUND_PROCESSED, reference=refund.reference, moves=[to_provider])
    alert_staff("card_refund_made_at_the_provider", reference=refund.reference, amount_kobo=amount_kobo)
    return True
