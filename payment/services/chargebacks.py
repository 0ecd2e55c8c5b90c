"""Chargebacks lost: a payer's bank took money back from the provider, and the provider took it from our balance."""

from django.db import transaction

from core.errors import InvalidState
from jobs.services.locks import lock_job
from payment.exceptions import RefundExceedsCapture
from payment.models import (
    AccountKind,
    CreditedTo,
    LedgerAccount,
    LedgerTransaction,
    PaymentAttempt,
    PaymentStatus,
    TransactionKind,
)
from payment.services.accounts import escrow_account, lock_accounts, provider_balance, system_account, wallet_account
from payment.services.locks import lock_attempt, lock_payment
from payment.services.payments import funding_reference
from payment.services.posting import Move, post
from payment.services.references import staff_memo


@transaction.atomic
def book_chargeback(*, staff_id: int, attempt_id: int, amount_kobo: int, reason: str) -> LedgerTransaction:
    """Book what was taken: from the job's escrow, then the payer's wallet, as far as there is money; the rest is ours.

    Once per attempt. Staff cancel a job that has lost its escrow. Locks job, payment, attempt, ledger accounts. Raises
    `InvalidState` (no money came, or it is in suspense), `RefundExceedsCapture` and `AlreadyPosted`.
    """
    payment_id, job_id = PaymentAttempt.objects.values_list("payment_id", "payment__job_id").get(pk=attempt_id)
    job, payment, attempt = lock_job(job_id), lock_payment(payment_id), lock_attempt(attempt_id)
    if attempt.status != PaymentStatus.SUCCEEDED or attempt.credited_to == CreditedTo.SUSPENSE:
        raise InvalidState("Only money that went to an escrow or a wallet is charged back; suspense is resolved.")
    left_kobo = attempt.captured_kobo - attempt.refunded_kobo
    if not 0 < amount_kobo <= left_kobo:
        raise RefundExceedsCapture(f"{left_kobo} kobo of this payment were not refunded.")
    sources = [escrow_account(job.pk), wallet_account(payment.payer_id), system_account(AccountKind.PLATFORM_FEES)]
    target = provider_balance(attempt.provider)
    ids = lock_accounts([*sources, target])
    balances = dict(LedgerAccount.objects.filter(pk__in=ids.values()).values_list("pk", "balance_kobo"))
    moves, missing_kobo = [], amount_kobo
    for source in sources:
        ours = source.kind is AccountKind.PLATFORM_FEES
        if taken_kobo := missing_kobo if ours else min(missing_kobo, balances[ids[source]]):
            moves.append(Move(source, target, taken_kobo))
            missing_kobo -= taken_kobo
    return post(
        kind=TransactionKind.CHARGEBACK,
        reference=funding_reference(attempt.provider, attempt.reference),
        moves=moves,
        job_id=job.pk,
        memo=staff_memo(staff_id, reason),
    )


def was_charged_back(attempt: PaymentAttempt) -> bool:
    reference = funding_reference(attempt.provider, attempt.reference)
    return LedgerTransaction.objects.filter(kind=TransactionKind.CHARGEBACK, reference=reference).exists()
