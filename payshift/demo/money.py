"""Money of the demo's history. No provider is called: what it would have said is given to the services that book it."""

import json
from hashlib import sha256

from core import clock
from core.actor import Actor
from jobs.models import Job
from payment.models import (
    Payment,
    PaymentAttempt,
    PaymentKind,
    PaymentProvider,
    PaymentStatus,
    WebhookEvent,
    WebhookStatus,
    Withdrawal,
    WithdrawalStatus,
)
from payment.providers.base import Charge, ChargeStatus, Payout, PayoutStatus
from payment.providers.registry import provider_named
from payment.services.payments import apply_verified_payment, close_attempt
from payment.services.payouts import apply_payout
from payment.services.references import PAYMENT, attempt_reference, new_reference
from payment.services.withdrawals import withdraw

# What Paystack takes from a local card: 1.5 % and 100 naira, 2,000 naira at most.
FEE_BPS, FEE_FLAT_KOBO, FEE_CAP_KOBO = 150, 10_000, 200_000
TRANSFER_FEE_KOBO = 5_000


def fund_job(*, client: Actor, job_id: int, by: str) -> None:
    """Pay the job's whole price by a provider, as its webhook reports it."""
    attempt = _start(client=client, job_id=job_id, by=by)
    charge = Charge(
        reference=attempt.reference,
        provider_id=str(4_000_000_000 + attempt.pk),
        status=ChargeStatus.SUCCEEDED,
        amount_kobo=attempt.amount_kobo,
        currency="NGN",
        live=provider_named(by).live,
        fee_kobo=min(attempt.amount_kobo * FEE_BPS // 10_000 + FEE_FLAT_KOBO, FEE_CAP_KOBO),
        channel="card",
        paid_at=clock.now(),
    )
    apply_verified_payment(provider=by, charge=charge)
    _record_webhook(by, charge)


def leave_unpaid(*, client: Actor, job_id: int, outcome: str) -> None:
    """A payment that is still open, was refused by the bank, or was left at the checkout."""
    attempt = _start(client=client, job_id=job_id, by=PaymentProvider.PAYSTACK)
    if outcome != PaymentStatus.PENDING:
        words = {"failed": "Declined: insufficient funds", "abandoned": "The customer left the checkout"}
        close_attempt(attempt_id=attempt.pk, status=PaymentStatus(outcome), message=words[outcome])


def receive_unknown_money(*, amount_kobo: int) -> None:
    """A transfer that nobody asked for: it waits in suspense for staff."""
    provider = PaymentProvider.PAYSTACK
    charge = Charge(
        reference="dashboard-2026-000117",
        provider_id="4000000117",
        status=ChargeStatus.SUCCEEDED,
        amount_kobo=amount_kobo,
        currency="NGN",
        live=provider_named(provider).live,
        channel="bank_transfer",
        paid_at=clock.now(),
    )
    apply_verified_payment(provider=provider, charge=charge)
    _record_webhook(provider, charge)


def pay_out(*, user_id: int, amount_kobo: int, outcomes: tuple[PayoutStatus, ...]) -> None:
    """A withdrawal and what its transfer came to, in order: paid, failed, or paid and then reversed."""
    withdrawal = withdraw(user_id=user_id, amount_kobo=amount_kobo)
    Withdrawal.objects.filter(pk=withdrawal.pk).update(status=WithdrawalStatus.SENDING, sent_at=clock.now())
    for outcome in outcomes:
        apply_payout(
            withdrawal_id=withdrawal.pk,
            payout=Payout(
                reference=withdrawal.reference,
                provider_id=f"TRF_demo{withdrawal.pk:06}",
                status=outcome,
                amount_kobo=amount_kobo,
                currency="NGN",
                fee_kobo=TRANSFER_FEE_KOBO if outcome is PayoutStatus.SUCCEEDED else None,
                message="" if outcome is PayoutStatus.SUCCEEDED else "The bank could not credit the account.",
            ),
        )


def _start(*, client: Actor, job_id: int, by: str) -> PaymentAttempt:
    """The intent, as `payment.services.funding` records it before it opens a checkout."""
    job = Job.objects.get(pk=job_id)
    payment = Payment.objects.create(
        kind=PaymentKind.ESCROW_FUNDING,
        reference=new_reference(PAYMENT),
        payer_id=client.user_id,
        job=job,
        amount_kobo=job.price_kobo,
        provider=by,
        created_at=clock.now(),
    )
    return PaymentAttempt.objects.create(
        payment=payment,
        provider=by,
        reference=attempt_reference(payment.reference, 1),
        amount_kobo=payment.amount_kobo,
        created_at=clock.now(),
    )


def _record_webhook(provider: str, charge: Charge) -> None:
    """The event that brought the news, as staff find it in admin."""
    event = "charge.success" if provider == PaymentProvider.PAYSTACK else "charge.completed"
    body = json.dumps({"event": event, "data": {"id": int(charge.provider_id), "reference": charge.reference}}).encode()
    WebhookEvent.objects.create(
        provider=provider,
        dedupe_hash=sha256(provider.encode() + b"\0" + body).hexdigest(),
        body=body,
        headers={"content-type": "application/json"},
        event=event,
        reference=charge.reference,
        status=WebhookStatus.PROCESSED,
        tries=1,
        received_at=clock.now(),
        processed_at=clock.now(),
    )
