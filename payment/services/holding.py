"""The postings of chargebacks: hold what is left, give it back, or let the provider have it.

All run in the caller's transaction, which holds the locks of `grip`: job, payment, attempt, the refunds and withdrawals
of this money that were not sent, the chargeback, and every ledger account that any of the postings touches.
"""

from dataclasses import dataclass

from core import clock
from core.errors import InvalidState
from jobs.models import Job
from jobs.services.funding import funding_restored, funding_withdrawn, job_funded, keeps_escrow
from jobs.services.locks import lock_job
from payment.machines import CHARGEBACK
from payment.models import (
    REFUNDS_IN_FLIGHT,
    WITHDRAWALS_IN_FLIGHT,
    AccountKind,
    Chargeback,
    ChargebackStatus,
    LedgerAccount,
    LedgerTransaction,
    PaymentAttempt,
    Refund,
    TransactionKind,
    Withdrawal,
)
from payment.selectors.escrow import escrow_summary
from payment.services.accounts import (
    AccountKey,
    escrow_account,
    lock_accounts,
    provider_balance,
    receivable_account,
    system_account,
    wallet_account,
    wallet_of,
)
from payment.services.alerts import alert_staff
from payment.services.locks import lock_attempt, lock_payment, lock_refund, lock_wallet, lock_withdrawal
from payment.services.payouts import recall_withdrawal
from payment.services.posting import Move, post
from payment.services.refunds import recall_refund

HELD = system_account(AccountKind.CHARGEBACKS_HELD)
FEES = system_account(AccountKind.PLATFORM_FEES)
RECALLED = "The bank of a card that you paid with disputes a payment."


@dataclass(frozen=True, slots=True)
class Grip:
    """A disputed payment with everything locked that its money may be in, but for the chargeback and the accounts."""

    job: Job
    attempt: PaymentAttempt
    payer_id: int
    refunds: list[Refund]
    withdrawals: list[Withdrawal]

    @property
    def escrow(self) -> AccountKey:
        return escrow_account(self.job.pk)

    @property
    def wallet(self) -> AccountKey:
        return wallet_account(self.payer_id)

    @property
    def debt(self) -> AccountKey:
        return receivable_account(self.payer_id)

    def lock_books(self) -> None:
        """The last locks, all at once: several postings may follow."""
        in_flight = [system_account(AccountKind.PAYOUTS_IN_FLIGHT), system_account(AccountKind.REFUNDS_IN_FLIGHT)]
        balance = provider_balance(self.attempt.provider)
        lock_accounts([self.escrow, self.wallet, self.debt, HELD, FEES, balance, *in_flight])


def grip(attempt_id: int) -> Grip:
    """Lock in the one order. The wallet's row makes withdrawals that are being asked for wait, or be seen here."""
    payment_id, job_id, payer_id = PaymentAttempt.objects.values_list(
        "payment_id", "payment__job_id", "payment__payer_id"
    ).get(pk=attempt_id)
    job, _, attempt = lock_job(job_id), lock_payment(payment_id), lock_attempt(attempt_id)
    refunds = Refund.objects.filter(attempt=attempt, status__in=REFUNDS_IN_FLIGHT).order_by("pk")
    locked_refunds = [lock_refund(pk) for pk in refunds.values_list("pk", flat=True)]
    wallet_of(payer_id)
    wallet = lock_wallet(payer_id)
    withdrawals = Withdrawal.objects.filter(wallet=wallet, status__in=WITHDRAWALS_IN_FLIGHT).order_by("pk")
    locked_withdrawals = [lock_withdrawal(pk) for pk in withdrawals.values_list("pk", flat=True)]
    return Grip(job, attempt, payer_id, locked_refunds, locked_withdrawals)


def hold_back(chargeback: Chargeback, of: Grip) -> None:
    """Hold what is disputed and not held yet: out of the job's escrow, the payer's wallet, what was not sent from it.

    An upcoming job that nobody was accepted for waits for money again.
    """
    in_escrow, in_wallet = _balance(of.escrow), _balance(of.wallet)
    if in_escrow + in_wallet < chargeback.short_kobo and _recall(of):
        in_wallet = _balance(of.wallet)
    from_escrow = min(chargeback.short_kobo, in_escrow)
    from_wallet = min(chargeback.short_kobo - from_escrow, in_wallet)
    moves = [Move(of.escrow, HELD, from_escrow)] if from_escrow else []
    moves += [Move(of.wallet, HELD, from_wallet)] if from_wallet else []
    if not moves:
        return
    _post(TransactionKind.CHARGEBACK_HELD, chargeback, moves, job_id=of.job.pk)
    chargeback.held_kobo += from_escrow + from_wallet
    chargeback.escrow_held_kobo += from_escrow
    chargeback.save(update_fields=["held_kobo", "escrow_held_kobo", "postings"])
    if from_escrow:
        funding_withdrawn(job_id=of.job.pk)


def release(chargeback: Chargeback, of: Grip, *, amount_kobo: int) -> None:
    """Held money is free again: into the escrow as far as it came from there and the job still needs it."""
    if not amount_kobo:
        return
    lacking_kobo = escrow_summary(job_id=of.job.pk, required_kobo=of.job.price_kobo).outstanding_kobo
    wanted_kobo = lacking_kobo if keeps_escrow(of.job) else 0
    to_escrow = min(amount_kobo, chargeback.escrow_held_kobo, wanted_kobo)
    moves = [Move(HELD, of.escrow, to_escrow)] if to_escrow else []
    moves += [Move(HELD, of.wallet, amount_kobo - to_escrow)] if to_escrow < amount_kobo else []
    _post(TransactionKind.CHARGEBACK_RELEASED, chargeback, moves, job_id=of.job.pk)
    chargeback.held_kobo -= amount_kobo
    chargeback.escrow_held_kobo = min(chargeback.escrow_held_kobo - to_escrow, chargeback.held_kobo)
    chargeback.save(update_fields=["held_kobo", "escrow_held_kobo", "postings"])
    if to_escrow:
        job = lock_job(of.job.pk)
        summary = escrow_summary(job_id=job.pk, required_kobo=job.price_kobo)
        job_funded(job=job, held_kobo=summary.held_kobo)
        funding_restored(job, outstanding_kobo=summary.outstanding_kobo)


def book_lost(chargeback: Chargeback, of: Grip, *, taken_kobo: int, memo: str = "") -> LedgerTransaction:
    """The provider took it: from what is held; what is missing there the payer owes. What is held beyond it is free."""
    from_held = min(chargeback.held_kobo, taken_kobo)
    owed_kobo = taken_kobo - from_held
    balance = provider_balance(of.attempt.provider)
    moves = [Move(HELD, balance, from_held)] if from_held else []
    moves += [Move(of.debt, balance, owed_kobo)] if owed_kobo else []
    posted = _post(TransactionKind.CHARGEBACK, chargeback, moves, job_id=of.job.pk, memo=memo)
    chargeback.held_kobo -= from_held
    chargeback.escrow_held_kobo = min(chargeback.escrow_held_kobo, chargeback.held_kobo)
    release(chargeback, of, amount_kobo=chargeback.held_kobo)
    chargeback.taken_kobo, chargeback.owed_kobo = taken_kobo, owed_kobo
    _close(chargeback, ChargebackStatus.LOST, "taken_kobo", "owed_kobo", "held_kobo", "escrow_held_kobo")
    if owed_kobo:
        alert_staff("wallet_owes", user_id=of.payer_id, amount_kobo=owed_kobo, reference=of.attempt.reference)
    return posted


def book_won(chargeback: Chargeback, of: Grip, *, memo: str = "") -> LedgerTransaction | None:
    """The money stays, or comes back: what was held is free; what was taken pays the debt that it left.

    What staff had written off of that debt is the platform's again. Returns the posting of money that came back.
    """
    posted = None
    release(chargeback, of, amount_kobo=chargeback.held_kobo)
    if chargeback.taken_kobo:
        balance = provider_balance(of.attempt.provider)
        to_debt = min(-_balance(of.debt), chargeback.owed_kobo - chargeback.written_off_kobo)
        to_wallet = chargeback.taken_kobo - to_debt - chargeback.written_off_kobo
        shares = ((of.debt, to_debt), (FEES, chargeback.written_off_kobo), (of.wallet, to_wallet))
        moves = [Move(balance, account, kobo) for account, kobo in shares if kobo]
        posted = _post(TransactionKind.CHARGEBACK_WON, chargeback, moves, job_id=of.job.pk, memo=memo)
    _close(chargeback, ChargebackStatus.WON)
    return posted


def book_written_off(chargeback: Chargeback, of: Grip, *, memo: str) -> LedgerTransaction:
    """Staff give up on what this chargeback left its payer owing. Raises `InvalidState` when nothing of it is owed."""
    amount_kobo = min(-_balance(of.debt), chargeback.owed_kobo - chargeback.written_off_kobo)
    if chargeback.status != ChargebackStatus.LOST or amount_kobo <= 0:
        raise InvalidState("Nothing of this chargeback is owed.")
    posted = _post(
        TransactionKind.DEBT_WRITTEN_OFF, chargeback, [Move(FEES, of.debt, amount_kobo)], job_id=of.job.pk, memo=memo
    )
    chargeback.written_off_kobo += amount_kobo
    chargeback.save(update_fields=["written_off_kobo"])
    return posted


def _recall(of: Grip) -> bool:
    """Put money that is on its way, and was not sent, back into the wallet. Whether there was any."""
    refunds = [recall_refund(refund, message=RECALLED) for refund in of.refunds]
    return any([*refunds, *(recall_withdrawal(withdrawal, message=RECALLED) for withdrawal in of.withdrawals)])


def _post(
    kind: TransactionKind, chargeback: Chargeback, moves: list[Move], *, job_id: int, memo: str = ""
) -> LedgerTransaction:
    """Numbered, because a chargeback holds and releases more than once."""
    chargeback.postings += 1
    chargeback.save(update_fields=["postings"])
    reference = f"{chargeback.provider}:{chargeback.provider_id}:{chargeback.postings}"
    return post(kind=kind, reference=reference, moves=moves, job_id=job_id, memo=memo)


def _close(chargeback: Chargeback, status: ChargebackStatus, *also: str) -> None:
    CHARGEBACK.check(chargeback.status, status)
    chargeback.status, chargeback.closed_at = status, clock.now()
    chargeback.save(update_fields=["status", "closed_at", *also])


def _balance(key: AccountKey) -> int:
    """Of an account that the caller has locked."""
    owners = {"user_id": key.user_id, "job_id": key.job_id, "provider": key.provider}
    return LedgerAccount.objects.values_list("balance_kobo", flat=True).get(kind=key.kind, **owners)
