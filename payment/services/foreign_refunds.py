"""Refunds that the provider made and we did not ask for: in its dashboard, or carried out after we had given them up.

The money has left the provider and is on the payer's card, so it is booked as what it is, a refund to the card out of
the payer's wallet, once per number of the provider's. Where the wallet does not cover it, or more was given back than
came, staff are told instead: only a person knows who bears it. So they are of money that no payment asked for: what was
sent to an account number, and what is in suspense, unless they gave that back themselves.

Webhooks tell of them, and for what a lost one told every refund of late is listed once an hour
(`payment.services.foreign_refund_sweep`).
"""

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction

from core import clock
from payment.exceptions import InsufficientFunds
from payment.models import (
    REFUNDS_IN_FLIGHT,
    AccountKind,
    CreditedTo,
    LedgerTransaction,
    PaymentAttempt,
    PaymentStatus,
    Refund,
    RefundDestination,
    RefundStatus,
    TransactionKind,
)
from payment.providers.base import CardRefund
from payment.providers.base import RefundStatus as ProviderRefundStatus
from payment.providers.registry import provider_named
from payment.services.accounts import provider_balance, system_account, wallet_account
from payment.services.alerts import alert_staff, alert_staff_once
from payment.services.locks import lock_attempt, lock_payment
from payment.services.posting import Move, post
from payment.services.references import REFUND, funding_reference, new_reference

# How far the provider's clock may be behind ours.
CLOCKS_DIFFER = timedelta(minutes=10)


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


def hear_of_unasked(*, provider: str, reference: str) -> bool:
    """A refund of money that no payment asked for: staff are told of each, once. False where there is no such money.

    Network calls. Raises `ProviderError`.
    """
    came = LedgerTransaction.objects.filter(
        kind=TransactionKind.FUNDING, reference=funding_reference(provider, reference)
    ).first()
    if came is None:
        return False
    if was_given_back(provider, reference):
        return True
    adapter = provider_named(provider)
    told = adapter.refunds_of(
        reference=reference,
        charge_id=adapter.verify(reference=reference).provider_id,
        since=came.created_at - CLOCKS_DIFFER,
    )
    for answer in told:
        if answer.status == ProviderRefundStatus.PROCESSED:
            _tell_staff(provider, reference, answer)
    return True


def was_given_back(provider: str, reference: str) -> bool:
    """Whether staff placed this money, which was in suspense, back at the provider: then its refund is in the books."""
    return LedgerTransaction.objects.filter(
        kind=TransactionKind.SUSPENSE_RESOLVED,
        reference=funding_reference(provider, reference),
        entries__account__kind=AccountKind.PROVIDER_BALANCE,
    ).exists()


def _book(attempt_id: int, answer: CardRefund) -> None:
    try:
        booked = _book_from_wallet(attempt_id, answer)
    except InsufficientFunds:
        booked = False
    if not booked:
        attempt = PaymentAttempt.objects.get(pk=attempt_id)
        _tell_staff(attempt.provider, attempt.reference, answer)


def _tell_staff(provider: str, reference: str, answer: CardRefund) -> None:
    alert_staff_once(
        "card_refund_not_in_the_books",
        about=f"{provider}:{answer.provider_id}",
        provider=provider,
        reference=reference,
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
    if attempt.credited_to == CreditedTo.SUSPENSE:
        return was_given_back(attempt.provider, attempt.reference)
    came = attempt.status == PaymentStatus.SUCCEEDED
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
