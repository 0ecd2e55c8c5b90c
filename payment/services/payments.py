"""M6: one provider reference credits at most once, and only money that is what was asked for.

The checkout's return, the webhook and the reconciliation all end in `apply_verified_payment`, after the provider was
asked again. It locks job, payment and attempt, so that of any number of calls in any order the first credits and the
others find it done; the ledger transaction `funding` under the provider's reference stands behind it as a constraint.
Money goes to the escrow as far as the job still needs it, the rest (late, second, too much by then) to the client's
wallet; money of another amount, currency or mode than asked, or under a reference that nobody knows, goes to suspense.
"""

from dataclasses import replace
from datetime import timedelta

from django.db import transaction

from accounts.models import NotificationKind
from accounts.services.notifications import notify
from core import clock
from jobs.models import Job
from jobs.services.funding import accepts_money, job_funded
from jobs.services.locks import lock_job
from jobs.services.notices import facts_of
from payment.machines import ATTEMPT, PAYMENT
from payment.models import (
    CURRENCY,
    AccountKind,
    CreditedTo,
    LedgerTransaction,
    Payment,
    PaymentAttempt,
    PaymentProvider,
    PaymentStatus,
    TransactionKind,
)
from payment.providers.base import Charge, ChargeStatus, ReferenceUnknown
from payment.providers.registry import provider_named
from payment.selectors.card_money import NOBODY_ASKED_AND_PUSHED, PUSHED
from payment.selectors.escrow import escrow_summary
from payment.services.accounts import escrow_account, provider_balance, system_account, wallet_account
from payment.services.alerts import alert_if_owner_is_gone, alert_staff, alert_staff_once, tell_unknown_status
from payment.services.deposits import account_paid_into, apply_deposit
from payment.services.locks import lock_attempt, lock_payment
from payment.services.posting import Move, post
from payment.services.references import funding_reference

# An attempt that is not paid by then is given up; it stays creditable.
CHECKOUT_LIFETIME = timedelta(hours=1)
# What a provider may round up when it puts its fee on top of what was asked: that goes to the wallet.
MOST_ROUNDED_KOBO = 100
CREDIT_FIELDS = (
    "status",
    "succeeded_at",
    "checked_at",
    "provider_id",
    "channel",
    "provider_fee_kobo",
    "captured_kobo",
    "credited_to",
    "message",
)


def check_attempt(*, provider: str, reference: str) -> PaymentAttempt | None:
    """Ask the provider how a payment stands and apply the answer. A network call: no transaction may be open.

    Returns the attempt, or None for money under a reference that is not ours. Raises `ProviderError` when the provider
    could not be asked, and `ReferenceUnknown` when neither side knows the reference.
    """
    try:
        charge = provider_named(provider).verify(reference=reference)
    except ReferenceUnknown:
        if attempt := give_up_if_old(provider=provider, reference=reference):
            return attempt
        raise
    return apply_verified_payment(provider=provider, charge=charge)


@transaction.atomic
def apply_verified_payment(*, provider: str, charge: Charge) -> PaymentAttempt | None:
    """Book what the provider said when asked. Safe to call any number of times, in any order.

    Locks job, payment, attempt. Returns the attempt, None for a reference that is not ours.
    """
    charge = _with_believable_fee(provider, charge)
    known = PaymentAttempt.objects.filter(provider=provider, reference=charge.reference)
    row = known.values_list("pk", "payment_id", "payment__job_id").first()
    if charge.unknown_status:
        word, reference = charge.unknown_status, charge.reference
        tell_unknown_status("payment_status_unknown", of=provider, status=word, reference=reference)
    if row is None:
        if charge.status == ChargeStatus.SUCCEEDED:
            _take_in(provider, charge)
        return None
    attempt_id, payment_id, job_id = row
    job, payment, attempt = lock_job(job_id), lock_payment(payment_id), lock_attempt(attempt_id)
    attempt.checked_at = clock.now()
    if attempt.status == PaymentStatus.SUCCEEDED:
        attempt.save(update_fields=["checked_at"])
    elif charge.status == ChargeStatus.SUCCEEDED:
        _credit(job, payment, attempt, charge)
    else:
        _record_no_money(payment, attempt, charge)
    return attempt


@transaction.atomic
def give_up_if_old(*, provider: str, reference: str) -> PaymentAttempt | None:
    """The provider knows nothing (yet) of an attempt of ours: nobody opened its checkout. None if it is not ours."""
    row = PaymentAttempt.objects.filter(provider=provider, reference=reference).values_list("pk", "payment_id").first()
    if row is None:
        return None
    payment, attempt = lock_payment(row[1]), lock_attempt(row[0])
    attempt.checked_at = clock.now()
    attempt.save(update_fields=["checked_at"])
    if attempt.status == PaymentStatus.PENDING and is_old(attempt):
        _close(payment, attempt, PaymentStatus.ABANDONED, "never opened")
    return attempt


@transaction.atomic
def close_attempt(*, attempt_id: int, status: PaymentStatus, message: str) -> None:
    """End an open attempt without money. Does nothing to one that has ended. Locks payment and attempt."""
    payment_id = PaymentAttempt.objects.values_list("payment_id", flat=True).get(pk=attempt_id)
    payment, attempt = lock_payment(payment_id), lock_attempt(attempt_id)
    if attempt.status == PaymentStatus.PENDING:
        _close(payment, attempt, status, message)


def end_review(*, funding_reference: str) -> None:
    """Staff place money that was in suspense: the payment that it came for, if any and if open, is given up.

    Not while other money for it is in suspense too. Another attempt that is still open stays creditable. The attempt
    says that it was placed, for who is shown it. Locks payment and attempt, in the caller's transaction.
    """
    provider, _, reference = funding_reference.partition(":")
    attempts = PaymentAttempt.objects.filter(provider=provider, reference=reference, credited_to=CreditedTo.SUSPENSE)
    row = attempts.values_list("pk", "payment_id").first()
    if row is None:
        return
    attempt_id, payment_id = row
    payment, attempt = lock_payment(payment_id), lock_attempt(attempt_id)
    attempt.message = f"{attempt.message} Placed by staff."[:300]
    attempt.save(update_fields=["message"])
    suspended = PaymentAttempt.objects.filter(payment_id=payment_id, credited_to=CreditedTo.SUSPENSE)
    names = {f"{name}:{ref}" for name, ref in suspended.values_list("provider", "reference")} - {funding_reference}
    placed = LedgerTransaction.objects.filter(kind=TransactionKind.SUSPENSE_RESOLVED, reference__in=names).count()
    if payment.status == PaymentStatus.PENDING and placed == len(names):
        PAYMENT.check(payment.status, PaymentStatus.ABANDONED)
        payment.status = PaymentStatus.ABANDONED
        payment.save(update_fields=["status"])


def _record_no_money(payment: Payment, attempt: PaymentAttempt, charge: Charge) -> None:
    attempt.save(update_fields=["checked_at"])
    if attempt.status != PaymentStatus.PENDING:
        return
    if charge.status == ChargeStatus.FAILED:
        _close(payment, attempt, PaymentStatus.FAILED, charge.message)
    elif is_old(attempt):
        # Paystack calls a checkout that is still open "abandoned" too: only time tells the two apart.
        _close(payment, attempt, PaymentStatus.ABANDONED, charge.message)


def is_old(attempt: PaymentAttempt) -> bool:
    return attempt.created_at + CHECKOUT_LIFETIME <= clock.now()


def _close(payment: Payment, attempt: PaymentAttempt, status: PaymentStatus, message: str) -> None:
    """End an attempt without money, and its payment with it when no other attempt is open."""
    ATTEMPT.check(attempt.status, status)
    attempt.status, attempt.message = status, message[:300]
    attempt.save(update_fields=["status", "message"])
    others = PaymentAttempt.objects.filter(payment_id=payment.pk, status=PaymentStatus.PENDING)
    if payment.status == PaymentStatus.PENDING and not others.exists():
        PAYMENT.check(payment.status, status)
        payment.status = status
        payment.save(update_fields=["status"])


def _credit(job: Job, payment: Payment, attempt: PaymentAttempt, charge: Charge) -> None:
    """Book the money that came under this attempt, once."""
    ATTEMPT.check(attempt.status, PaymentStatus.SUCCEEDED)
    attempt.status = PaymentStatus.SUCCEEDED
    attempt.succeeded_at = clock.now()
    attempt.provider_id, attempt.channel = charge.provider_id[:64], charge.channel[:32]
    attempt.provider_fee_kobo = charge.fee_kobo
    attempt.captured_kobo = charge.amount_kobo
    if mismatch := _mismatch(attempt, charge):
        attempt.credited_to, attempt.message = CreditedTo.SUSPENSE, mismatch
        attempt.save(update_fields=CREDIT_FIELDS)
        _post_to_suspense(attempt.provider, charge, memo=mismatch, job_id=job.pk)
        # In the currency asked for: the amount of another one is nothing to tell as naira.
        amount_kobo = charge.amount_kobo if charge.currency == CURRENCY else attempt.amount_kobo
        tell_payer(job, payment, amount_kobo=amount_kobo, reference=attempt.reference, ended_in=CreditedTo.SUSPENSE)
        return
    to_escrow = _share_for_escrow(job, charge.amount_kobo)
    attempt.credited_to = CreditedTo.ESCROW if to_escrow else CreditedTo.WALLET
    attempt.save(update_fields=CREDIT_FIELDS)
    source = provider_balance(attempt.provider)
    moves = [
        Move(debit=source, credit=target, amount_kobo=amount_kobo)
        for target, amount_kobo in (
            (escrow_account(job.pk), to_escrow),
            (wallet_account(payment.payer_id), charge.amount_kobo - to_escrow),
        )
        if amount_kobo
    ]
    post(
        kind=TransactionKind.FUNDING,
        reference=funding_reference(attempt.provider, attempt.reference),
        moves=moves,
        job_id=job.pk,
        memo=f"Payment {payment.reference}",
        also_lock=[system_account(AccountKind.PROVIDER_FEES)] if charge.fee_kobo else (),
    )
    _post_fee(attempt.provider, charge)
    settle_payment(payment, provider=PaymentProvider(attempt.provider), amount_kobo=charge.amount_kobo)
    if to_escrow:
        open_if_funded(job)
    if to_escrow < charge.amount_kobo:
        left_kobo = charge.amount_kobo - to_escrow
        alert_if_owner_is_gone(user_id=job.client_id, reference=attempt.reference, amount_kobo=left_kobo)
    ended_in = CreditedTo(attempt.credited_to)
    tell_payer(job, payment, amount_kobo=charge.amount_kobo, reference=attempt.reference, ended_in=ended_in)


def _share_for_escrow(job: Job, amount_kobo: int) -> int:
    """What the locked job still needs of this money. A job that takes no money needs none."""
    if not accepts_money(job):
        return 0
    summary = escrow_summary(job_id=job.pk, required_kobo=job.price_kobo)
    return min(amount_kobo, summary.outstanding_kobo)


def settle_payment(payment: Payment, *, provider: PaymentProvider, amount_kobo: int) -> None:
    """Mark a locked payment succeeded by this way and amount. A second success leaves the first as it was."""
    if payment.status == PaymentStatus.SUCCEEDED:
        return
    PAYMENT.check(payment.status, PaymentStatus.SUCCEEDED)
    payment.status = PaymentStatus.SUCCEEDED
    payment.succeeded_at = clock.now()
    payment.provider, payment.amount_kobo = provider, amount_kobo
    payment.save(update_fields=["status", "succeeded_at", "provider", "amount_kobo"])


def open_if_funded(job: Job) -> None:
    summary = escrow_summary(job_id=job.pk, required_kobo=job.price_kobo)
    job_funded(job=job, held_kobo=summary.held_kobo)


def _mismatch(attempt: PaymentAttempt, charge: Charge) -> str:
    """How the money differs from what was asked for; empty when it does not (M6)."""
    live = provider_named(attempt.provider).live
    if charge.live != live:
        return f"Paid in {'live' if charge.live else 'test'} mode, asked in {'live' if live else 'test'} mode."
    if charge.currency != CURRENCY:
        return f"Paid in {charge.currency[:3]}, asked in {CURRENCY}."
    rounding_kobo = MOST_ROUNDED_KOBO if charge.fee_from_payer else 0
    if not 0 <= charge.amount_kobo - attempt.amount_kobo <= rounding_kobo:
        return f"Paid {charge.amount_kobo} kobo, asked {attempt.amount_kobo} kobo."
    return ""


def _take_in(provider: str, charge: Charge) -> None:
    """Nobody asked for it: sent to somebody's account number, or unknown."""
    account_id = account_paid_into(provider, charge)
    if account_id is not None:
        apply_deposit(account_id=account_id, charge=charge)
    else:
        _post_unknown_money(provider, charge)


def _post_unknown_money(provider: str, charge: Charge) -> None:
    """Money under a reference that nobody asked for: a payment made by hand in the dashboard, or a lost database, or
    sent to an account number that we do not know."""
    reference = funding_reference(provider, charge.reference)
    if not LedgerTransaction.objects.filter(kind=TransactionKind.FUNDING, reference=reference).exists():
        pushed = charge.channel in PUSHED
        memo = NOBODY_ASKED_AND_PUSHED if pushed else "Nobody asked for this payment."
        _post_to_suspense(provider, charge, memo=memo)


def _post_to_suspense(provider: str, charge: Charge, *, memo: str, job_id: int | None = None) -> None:
    """Book it where staff see it, unit for unit when it is another currency: the memo says which.

    The job is named in the alert only: the money is not the job's (M5).
    """
    post(
        kind=TransactionKind.FUNDING,
        reference=funding_reference(provider, charge.reference),
        moves=[
            Move(
                debit=provider_balance(provider),
                credit=system_account(AccountKind.SUSPENSE),
                amount_kobo=charge.amount_kobo,
            )
        ],
        memo=f"{memo} ({charge.currency[:3]})"[:200],
        also_lock=[system_account(AccountKind.PROVIDER_FEES)] if charge.fee_kobo else (),
    )
    _post_fee(provider, charge)
    alert_staff(
        "money_in_suspense",
        provider=provider,
        reference=charge.reference,
        amount_kobo=charge.amount_kobo,
        currency=charge.currency,
        reason=memo,
        job_id=job_id or 0,
    )


def _with_believable_fee(provider: str, charge: Charge) -> Charge:
    """No provider takes more than all of it: such a fee is not booked, and staff ask."""
    if charge.fee_kobo is None or charge.fee_kobo <= charge.amount_kobo:
        return charge
    reference = funding_reference(provider, charge.reference)
    alert_staff_once("provider_fee_not_believed", about=reference, reference=reference, fee_kobo=charge.fee_kobo)
    return replace(charge, fee_kobo=None)


def _post_fee(provider: str, charge: Charge) -> None:
    """The provider kept its fee: what it told, never a computed number."""
    if charge.fee_kobo:
        post(
            kind=TransactionKind.PROVIDER_FEE,
            reference=funding_reference(provider, charge.reference),
            moves=[
                Move(
                    debit=system_account(AccountKind.PROVIDER_FEES),
                    credit=provider_balance(provider),
                    amount_kobo=charge.fee_kobo,
                )
            ],
        )


def tell_payer(
    job: Job, payment: Payment, *, amount_kobo: int, reference: str, ended_in: CreditedTo = CreditedTo.ESCROW
) -> None:
    """That money came, and where it is: late or second money is in the wallet, what fits nothing is looked at."""
    elsewhere = {} if ended_in is CreditedTo.ESCROW else {"ended_in": ended_in.value}
    notify(
        user_id=payment.payer_id,
        kind=NotificationKind.PAYMENT_RECEIVED,
        params={**facts_of(job), "amount_kobo": amount_kobo, **elsewhere},
        dedupe_key=f"payment_received:{reference}",
    )
