"""W4 and M3 under parallel calls, with controls."""

import pytest
from django.db import transaction

from jobs.models import Job, ShiftAssignment
from jobs.ports import Price
from payment.exceptions import AlreadyPaid, InsufficientFunds
from payment.models import LedgerTransaction, Payment
from payment.services.accounts import escrow_account, wallet_account
from payment.services.escrow import LedgerEscrow, refund_to_wallet
from payment.services.ledger_check import check_books
from tests.factories.accounts import UserFactory
from tests.factories.jobs import JobFactory
from tests.factories.payment import PaymentFactory, accepted_assignment, balance_of, fund_escrow, pay_in_escrow
from tests.support.books import without_constraint
from tests.support.races import errors_of, race

pytestmark = pytest.mark.django_db(transaction=True)

PRICE = Price(wage_kobo=1_200_000, fee_kobo=120_000)


@pytest.fixture
def assignment() -> ShiftAssignment:
    job = JobFactory()
    fund_escrow(job)
    assignment: ShiftAssignment = accepted_assignment(job, checked_out=True)
    return assignment


@transaction.atomic
def pay(job: Job, assignment: ShiftAssignment) -> None:
    LedgerEscrow().pay_assignment(
        assignment_id=assignment.pk,
        job_id=job.pk,
        client_id=job.client_id,
        worker_id=assignment.worker_id,
        price=PRICE,
    )


def test_w4_assignment_paid_by_8_threads_at_once_is_paid_once(assignment: ShiftAssignment) -> None:
    job = assignment.application.job

    outcomes = race(*[lambda: pay(job, assignment)] * 8)

    assert errors_of(outcomes) == [AlreadyPaid] * 7
    assert balance_of(wallet_account(assignment.worker_id)) == PRICE.wage_kobo
    assert balance_of(escrow_account(job.pk)) == PRICE.total_kobo
    assert Payment.objects.count() == LedgerTransaction.objects.filter(kind="wage").count() == 1


def test_w4_control_without_the_unique_constraint_two_wages_are_written(assignment: ShiftAssignment) -> None:
    with without_constraint("payment_payment", "payment_payment_once_per_assignment"):
        outcomes = race(*[lambda: PaymentFactory(released=True, assignment=assignment)] * 2)

        assert errors_of(outcomes) == []
        assert Payment.objects.filter(assignment=assignment).count() == 2


def test_m3_escrow_refunded_by_8_threads_at_once_gives_what_it_holds(assignment: ShiftAssignment) -> None:
    """The lock of the job is the caller's; without it the CHECK still stands."""
    job = assignment.application.job

    def refund() -> None:
        with transaction.atomic():
            refund_to_wallet(job_id=job.pk, client_id=job.client_id, amount_kobo=1_000_000)

    outcomes = race(*[refund] * 8)

    assert errors_of(outcomes) == [InsufficientFunds] * 6
    assert balance_of(escrow_account(job.pk)) == 640_000
    assert balance_of(wallet_account(job.client_id)) == 2_000_000


def test_jobs_settled_at_once_for_the_same_people_in_both_roles_do_not_deadlock() -> None:
    """Each pays the other a wage and takes a remainder back: four wallets' locks, in the order of their ids."""
    wale, ada = UserFactory.create_batch(2)
    jobs = [JobFactory(client=wale), JobFactory(client=ada)]
    pairs = []
    for job, worker in zip(jobs, (ada, wale), strict=True):
        pay_in_escrow(job)
        pairs.append((job, accepted_assignment(job, worker=worker, checked_out=True)))

    def settle(job: Job, assignment: ShiftAssignment) -> None:
        with transaction.atomic():
            pay(job, assignment)
            LedgerEscrow().refund_remainder(job_id=job.pk, client_id=job.client_id, keep_kobo=0)

    outcomes = race(*(lambda pair=pair: settle(*pair) for pair in pairs))

    assert errors_of(outcomes) == []
    assert balance_of(wallet_account(wale.pk)) == balance_of(wallet_account(ada.pk)) == 2_520_000
    assert check_books().findings == []
