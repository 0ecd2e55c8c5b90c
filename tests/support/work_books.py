"""Books with one of everything that work and its money post: where `tests.payment.test_damage` tells its lies."""

from dataclasses import dataclass

from django.db import transaction

from accounts.models import CustomUser
from jobs.models import Job, JobStatus
from jobs.ports import Compensation, Price
from payment.models import AccountKind, PaymentAttempt, Refund, TransactionKind, Withdrawal
from payment.services.accounts import provider_balance, system_account, wallet_account
from payment.services.escrow import LedgerEscrow, pay_award, refund_to_wallet
from payment.services.posting import Move
from tests.factories.jobs import JobFactory
from tests.factories.payment import RefundFactory, accepted_assignment, pay_in, pay_in_escrow
from tests.support.damage import book, booked_withdrawal

PAYSTACK = provider_balance("paystack")
REFUNDS, PROVIDER_FEES = system_account(AccountKind.REFUNDS_IN_FLIGHT), system_account(AccountKind.PROVIDER_FEES)
KEPT_KOBO = 700


@dataclass(frozen=True)
class Books:
    """One of everything: where the lies are told."""

    job: Job
    worker: CustomUser
    other: CustomUser
    attempt: PaymentAttempt
    wage: str
    paid: Withdrawal
    failed: Withdrawal
    reversed: Withdrawal
    open: Withdrawal
    card: Refund
    card_failed: Refund


def books_of_work(*, client: CustomUser, worker: CustomUser, other: CustomUser) -> Books:
    job: Job = JobFactory(client=client)
    pay_in_escrow(job)
    attempt = PaymentAttempt.objects.get()
    PaymentAttempt.objects.update(provider_fee_kobo=2_000)
    book(TransactionKind.PROVIDER_FEE, f"paystack:{attempt.reference}", Move(PROVIDER_FEES, PAYSTACK, 2_000))
    assignment = accepted_assignment(job, checked_out=True, application__applicant=worker)
    with transaction.atomic():
        LedgerEscrow().pay_assignment(
            assignment_id=assignment.pk,
            job_id=job.pk,
            client_id=client.pk,
            worker_id=assignment.worker_id,
            price=Price(wage_kobo=1_200_000, fee_kobo=120_000),
        )
        refund_to_wallet(job_id=job.pk, client_id=client.pk, amount_kobo=500_000)
    compensated_and_awarded(job)
    paid_from_the_wallet(client)
    worker = assignment.worker
    pay_in(worker.pk, 2_000_000)
    pay_in(other.pk, 1_000)
    return Books(
        job=job,
        worker=worker,
        other=other,
        attempt=attempt,
        wage=f"wage-assignment-{assignment.pk}",
        paid=booked_withdrawal(worker, "paid", 70_000),
        failed=booked_withdrawal(worker, "failed", 60_000),
        reversed=booked_withdrawal(worker, "reversed", 50_000),
        open=booked_withdrawal(worker, "requested", 40_000),
        card=card_refund(attempt, "processed", 30_000),
        card_failed=card_refund(attempt, "failed", 20_000),
    )


def compensated_and_awarded(job: Job) -> None:
    assignment = accepted_assignment(job, checked_out=True)
    worker_id = assignment.worker_id
    with transaction.atomic():
        LedgerEscrow().pay_compensations(
            job_id=job.pk, client_id=job.client_id, owed=[Compensation(assignment.pk, worker_id, 10_000)]
        )
        pay_award(
            assignment_id=assignment.pk,
            job_id=job.pk,
            client_id=job.client_id,
            worker_id=worker_id,
            amount_kobo=15_000,
        )


def paid_from_the_wallet(client: CustomUser) -> None:
    job: Job = JobFactory(client=client, status=JobStatus.PENDING)
    pay_in(client.pk, job.price_kobo)
    with transaction.atomic():
        LedgerEscrow().pay_from_wallet(job_id=job.pk)


def card_refund(attempt: PaymentAttempt, status: str, amount_kobo: int) -> Refund:
    """With a fee, which a failed one gives back."""
    row: Refund = RefundFactory(attempt=attempt, status=status, amount_kobo=amount_kobo, fee_kobo=KEPT_KOBO)
    wallet = wallet_account(row.recipient_id)
    book(TransactionKind.CARD_REFUND, row.reference, Move(wallet, REFUNDS, amount_kobo))
    book(TransactionKind.CARD_REFUND_FEE, row.reference, Move(wallet, PROVIDER_FEES, KEPT_KOBO))
    if status == "processed":
        book(TransactionKind.CARD_REFUND_PROCESSED, row.reference, Move(REFUNDS, PAYSTACK, amount_kobo))
    else:
        book(TransactionKind.CARD_REFUND_RETURNED, row.reference, Move(REFUNDS, wallet, amount_kobo))
        back = Move(PROVIDER_FEES, wallet, KEPT_KOBO)
        book(TransactionKind.CARD_REFUND_FEE, f"{row.reference}:returned", back)
    return row
