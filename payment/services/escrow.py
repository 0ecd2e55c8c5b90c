"""Escrow: what a client paid for a job, held until it is earned or goes back.

M5: paid in = released + refunded + held, always: all of it is one ledger account per job, whose entries are of the
    kinds of W4 and whose balance the database keeps.
W4: money leaves escrow only as wage and fee, compensation, dispute award, or refund (a trigger on entries); the wage
    of an assignment once (`payment_payment_once_per_assignment`, and the ledger's (kind, reference)).

Everything here runs in the caller's transaction, which holds the lock of the job. Ledger accounts are locked last, and
all that a settlement will touch at once, because a release is often followed by a refund.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Expression, OuterRef, QuerySet
from django.db.models.expressions import Combinable

from accounts.models import NotificationKind
from accounts.services.notifications import Notice, notify, notify_all
from core import clock
from core.instances import insert, instances
from core.listings import Given
from jobs.exceptions import ExtraTimeUnpaid
from jobs.models import Job
from jobs.ports import Compensation, EscrowSummary, Price
from jobs.services.funding import funding_restored, job_funded
from jobs.services.notices import facts_of
from payment.exceptions import AlreadyPaid, AlreadyPosted, InsufficientFunds, NothingToPay, WithdrawalsHeld
from payment.models import (
    CURRENCY,
    AccountKind,
    LedgerAccount,
    Payment,
    PaymentKind,
    PaymentProvider,
    PaymentStatus,
    Refund,
    RefundDestination,
    RefundStatus,
    TransactionKind,
)
from payment.selectors.escrow import (
    escrow_summary,
    frozen_kobo,
    has_open_dispute,
    held_of,
    is_disputed,
    last_dispute_of,
)
from payment.services import pricing
from payment.services.accounts import escrow_account, lock_accounts, system_account, wallet_account
from payment.services.card_returns import goes_back_to_a_card
from payment.services.periods import day_of
from payment.services.posting import Move, post, post_each
from payment.services.references import EXTRA_TIME, PAYMENT, REFUND, new_reference
from payment.services.stopping import has_stopped_wallet
from payment.services.taxes import FeeParts, split_fee


@instances("job_id")
def _told_of(given: Given) -> QuerySet[Job]:
    return Job.objects.planned().defer("description").filter(pk=given["job_id"])


class LedgerEscrow:
    """`jobs.ports.Escrow` on the ledger; `payshift.apps` binds it, where mypy holds it to the protocol."""

    def assignment_price(self, *, rate_kobo: int, minutes: int) -> Price:
        return pricing.assignment_price(rate_kobo=rate_kobo, minutes=minutes)

    def vat_kobo(self, *, fee_kobo: int, due_at: datetime) -> int:
        return split_fee(fee_kobo, day=day_of(due_at)).vat_kobo

    def total_price(self, *, rate_kobo: int, shift_minutes: Sequence[int], workers: int) -> Price:
        return pricing.total_price(rate_kobo=rate_kobo, shift_minutes=shift_minutes, workers=workers)

    def fund_difference(self, *, job_id: int, required_kobo: int, client_id: int) -> EscrowSummary:
        summary = escrow_summary(job_id=job_id, required_kobo=required_kobo)
        excess_kobo = summary.held_kobo + summary.released_kobo - summary.compensated_kobo - required_kobo
        if excess_kobo <= 0:
            return summary
        refund_to_wallet(job_id=job_id, client_id=client_id, amount_kobo=excess_kobo)
        return escrow_summary(job_id=job_id, required_kobo=required_kobo)

    def held_of(self, job: OuterRef) -> Expression:
        return held_of(job)

    def last_dispute_of(self, assignment: OuterRef) -> Combinable:
        return last_dispute_of(assignment)

    def is_disputed(self, assignment: OuterRef) -> Combinable:
        return is_disputed(assignment)

    def pay_assignment(self, *, assignment_id: int, job_id: int, client_id: int, worker_id: int, price: Price) -> None:
        """Raises `AlreadyPaid`, and `InsufficientFunds` when escrow does not hold the price."""
        _release(
            kind=PaymentKind.WAGE,
            assignment_id=assignment_id,
            job_id=job_id,
            client_id=client_id,
            worker_id=worker_id,
            price=price,
        )

    def pay_compensations(self, *, job_id: int, client_id: int, owed: Sequence[Compensation]) -> None:
        """Raises `AlreadyPaid`, and `InsufficientFunds` when escrow does not hold what all of them get; after either
        the caller's transaction can only roll back."""
        _compensate(job_id=job_id, client_id=client_id, owed=owed)

    def pay_from_wallet(self, *, job_id: int) -> None:
        fund_from_wallet(job=Job.objects.planned().get(pk=job_id))

    def wallet_holds(self, *, user_id: int, amount_kobo: int) -> bool:
        wallet = LedgerAccount.objects.filter(kind=AccountKind.WALLET, user_id=user_id, currency=CURRENCY)
        return wallet.filter(balance_kobo__gte=amount_kobo).exists()

    def pay_extra_time(
        self, *, assignment_id: int, job_id: int, client_id: int, minutes: int, amount_kobo: int
    ) -> None:
        try:
            _pay_in_from_wallet(
                reference=f"{EXTRA_TIME}-{assignment_id}-{minutes}",
                job_id=job_id,
                client_id=client_id,
                amount_kobo=amount_kobo,
            )
        except (InsufficientFunds, WithdrawalsHeld) as lacking:
            raise ExtraTimeUnpaid from lacking

    def refund_remainder(self, *, job_id: int, client_id: int, keep_kobo: int) -> int:
        """What disputes freeze belongs to assignments that the caller keeps money for as well: the larger sum stays."""
        lock_accounts([escrow_account(job_id), wallet_account(client_id)])
        held_kobo = escrow_summary(job_id=job_id, required_kobo=0).held_kobo
        amount_kobo = held_kobo - max(keep_kobo, frozen_kobo(job_id=job_id))
        if amount_kobo <= 0:
            return 0
        refund_to_wallet(job_id=job_id, client_id=client_id, amount_kobo=amount_kobo)
        return amount_kobo

    def has_open_dispute(self, *, assignment_id: int) -> bool:
        return has_open_dispute(assignment_id=assignment_id)

    def summary(self, *, job_id: int, required_kobo: int) -> EscrowSummary:
        return escrow_summary(job_id=job_id, required_kobo=required_kobo)


def fund_from_wallet(*, job: Job, escrow: EscrowSummary | None = None) -> Payment:
    """Pay what is outstanding for a job from its client's wallet, and open the job.

    The caller has locked the job and found that it accepts money. `escrow`: as read since, which only who holds that
    lock changes. Returns the succeeded payment. Raises `NothingToPay` when escrow holds the price already,
    `InsufficientFunds` with nothing moved, and `WithdrawalsHeld`.
    """
    escrow = escrow or escrow_summary(job_id=job.pk, required_kobo=job.price_kobo)
    if escrow.outstanding_kobo == 0:
        raise NothingToPay
    payment = _pay_in_from_wallet(
        reference=new_reference(PAYMENT), job_id=job.pk, client_id=job.client_id, amount_kobo=escrow.outstanding_kobo
    )
    job_funded(job=job, held_kobo=escrow.held_kobo + escrow.outstanding_kobo)
    funding_restored(job, outstanding_kobo=0)
    return payment


def _pay_in_from_wallet(*, reference: str, job_id: int, client_id: int, amount_kobo: int) -> Payment:
    """wallet -> escrow: the posting and its payment, under one reference.

    Raises `InsufficientFunds`, and `WithdrawalsHeld`: a job is one more way out.
    """
    now = clock.now()
    if has_stopped_wallet(client_id):
        raise WithdrawalsHeld
    post(
        kind=TransactionKind.WALLET_FUNDING,
        reference=reference,
        moves=[Move(wallet_account(client_id), escrow_account(job_id), amount_kobo)],
        job_id=job_id,
    )
    payment = Payment(
        kind=PaymentKind.ESCROW_FUNDING,
        status=PaymentStatus.SUCCEEDED,
        reference=reference,
        payer_id=client_id,
        job_id=job_id,
        amount_kobo=amount_kobo,
        provider=PaymentProvider.WALLET,
        created_at=now,
        succeeded_at=now,
    )
    insert(payment)
    return payment


def pay_award(*, assignment_id: int, job_id: int, client_id: int, worker_id: int, amount_kobo: int) -> Payment:
    """What a dispute gives to the worker: escrow -> wallet, without a fee. Once per assignment.

    Raises `AlreadyPaid`, and `InsufficientFunds` when escrow does not hold the amount.
    """
    return _release(
        kind=PaymentKind.AWARD,
        assignment_id=assignment_id,
        job_id=job_id,
        client_id=client_id,
        worker_id=worker_id,
        price=Price(wage_kobo=amount_kobo, fee_kobo=0),
    )


def refund_to_wallet(*, job_id: int, client_id: int, amount_kobo: int) -> Refund:
    """escrow -> wallet of the client, and on to the card by a job of this transaction, if it came by one.

    Raises `InsufficientFunds` when escrow does not hold the amount.
    """
    from payment.tasks import return_to_card

    reference, now = new_reference(REFUND), clock.now()
    post(
        kind=TransactionKind.REFUND,
        reference=reference,
        moves=[Move(escrow_account(job_id), wallet_account(client_id), amount_kobo)],
        job_id=job_id,
    )
    refund = Refund.objects.create(
        reference=reference,
        destination=RefundDestination.WALLET,
        status=RefundStatus.PROCESSED,
        recipient_id=client_id,
        job_id=job_id,
        amount_kobo=amount_kobo,
        created_at=now,
        finished_at=now,
    )
    if goes_back_to_a_card(job_id=job_id):
        return_to_card.defer(refund_id=refund.pk)
    _tell(NotificationKind.REFUND_RECEIVED, user_id=client_id, job_id=job_id, amount_kobo=amount_kobo, key=reference)
    return refund


def _release(
    *,
    kind: PaymentKind,
    assignment_id: int,
    job_id: int,
    client_id: int,
    worker_id: int,
    price: Price,
) -> Payment:
    """escrow -> wallet, the fee to the platform, the VAT in it to its account: the posting and its payment, under one
    reference.
    """
    reference, now = _reference(kind, assignment_id), clock.now()
    escrow = escrow_account(job_id)
    fee = split_fee(price.fee_kobo, day=day_of(now))
    shares = (
        (wallet_account(worker_id), price.wage_kobo),
        # The fee may be due where no wage is.
        (system_account(AccountKind.PLATFORM_FEES), fee.net_kobo),
        (system_account(AccountKind.VAT), fee.vat_kobo),
    )
    moves = [Move(escrow, account, amount_kobo) for account, amount_kobo in shares if amount_kobo]
    try:
        post(
            kind=TransactionKind(kind.value),
            reference=reference,
            moves=moves,
            job_id=job_id,
            also_lock=[wallet_account(client_id)],
        )
    except AlreadyPosted as already:
        raise AlreadyPaid from already
    payment = _payment(
        kind=kind,
        assignment_id=assignment_id,
        job_id=job_id,
        client_id=client_id,
        worker_id=worker_id,
        price=price,
        fee=fee,
        now=now,
    )
    insert(payment)
    if price.wage_kobo:
        _tell(NotificationKind.WAGE_PAID, user_id=worker_id, job_id=job_id, amount_kobo=price.wage_kobo, key=reference)
    return payment


def _compensate(*, job_id: int, client_id: int, owed: Sequence[Compensation]) -> None:
    """`_release` of many, without a fee: one posting each, in as many queries as for one."""
    if not owed:
        return
    kind, now, escrow = PaymentKind.COMPENSATION, clock.now(), escrow_account(job_id)
    references = {each: _reference(kind, each.assignment_id) for each in owed}
    try:
        post_each(
            kind=TransactionKind(kind.value),
            moves={
                reference: [Move(escrow, wallet_account(each.worker_id), each.amount_kobo)]
                for each, reference in references.items()
            },
            job_id=job_id,
            also_lock=[wallet_account(client_id)],
        )
    except AlreadyPosted as already:
        raise AlreadyPaid from already
    no_fee = split_fee(0, day=day_of(now))
    Payment.objects.bulk_create(
        _payment(
            kind=kind,
            assignment_id=each.assignment_id,
            job_id=job_id,
            client_id=client_id,
            worker_id=each.worker_id,
            price=Price(wage_kobo=each.amount_kobo, fee_kobo=0),
            fee=no_fee,
            now=now,
        )
        for each in owed
    )
    told = NotificationKind.WAGE_PAID
    facts = facts_of(_told_of.one(job_id=job_id))
    notify_all(
        Notice(each.worker_id, told, {**facts, "amount_kobo": each.amount_kobo}, f"{told}:{reference}")
        for each, reference in references.items()
    )


def _reference(kind: PaymentKind, assignment_id: int) -> str:
    return f"{kind}-assignment-{assignment_id}"


def _payment(
    *,
    kind: PaymentKind,
    assignment_id: int,
    job_id: int,
    client_id: int,
    worker_id: int,
    price: Price,
    fee: FeeParts,
    now: datetime,
) -> Payment:
    """Of what a worker gets for a shift; not saved."""
    return Payment(
        kind=kind,
        status=PaymentStatus.SUCCEEDED,
        reference=_reference(kind, assignment_id),
        payer_id=client_id,
        recipient_id=worker_id,
        job_id=job_id,
        assignment_id=assignment_id,
        amount_kobo=price.wage_kobo,
        fee_kobo=price.fee_kobo,
        vat_kobo=fee.vat_kobo,
        vat_bps=fee.vat_bps,
        created_at=now,
        succeeded_at=now,
    )


def _tell(kind: NotificationKind, *, user_id: int, job_id: int, amount_kobo: int, key: str) -> None:
    job = _told_of.one(job_id=job_id)
    notify(
        user_id=user_id,
        kind=kind,
        params={**facts_of(job), "amount_kobo": amount_kobo},
        dedupe_key=f"{kind}:{key}",
    )
