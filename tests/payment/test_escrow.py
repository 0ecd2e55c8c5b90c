"""Escrow on the ledger: M5 and W4 by the service, and around it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import CustomUser, Notification, NotificationKind
from jobs.models import Job, JobStatus, ShiftAssignment
from jobs.ports import Compensation, EscrowSummary, Price
from payment.exceptions import AlreadyPaid, InsufficientFunds, NothingToPay
from payment.models import AccountKind, LedgerTransaction, Payment, Refund, TransactionKind
from payment.services.accounts import escrow_account, receivable_account, system_account, wallet_account
from payment.services.escrow import LedgerEscrow, fund_from_wallet, pay_award, refund_to_wallet
from payment.services.ledger_check import check_books
from payment.services.posting import Move, post
from tests.factories.jobs import JobFactory
from tests.factories.payment import (
    DisputeFactory,
    PaymentFactory,
    accepted_assignment,
    balance_of,
    fund_escrow,
    fund_wallet,
    pay_in_escrow,
)
from tests.support.books import constraint_name

type QueuedJobs = Callable[[], list[tuple[str, dict[str, Any]]]]

pytestmark = pytest.mark.django_db

ESCROW = LedgerEscrow()
FEES = system_account(AccountKind.PLATFORM_FEES)
# Of one worker on the one shift of the factories' job: 8 hours at 1,500 naira, and 10 %.
PRICE = Price(wage_kobo=1_200_000, fee_kobo=120_000)


@pytest.fixture
def job(chidi: CustomUser) -> Job:
    """Chidi's job for two, paid into escrow."""
    job: Job = JobFactory(client=chidi)
    pay_in_escrow(job)
    return job


@pytest.fixture
def assignment(job: Job) -> ShiftAssignment:
    assignment: ShiftAssignment = accepted_assignment(job, checked_out=True)
    return assignment


def pay(job: Job, assignment: ShiftAssignment, price: Price = PRICE) -> None:
    ESCROW.pay_assignment(
        assignment_id=assignment.pk,
        job_id=job.pk,
        client_id=job.client_id,
        worker_id=assignment.worker_id,
        price=price,
    )


def summary_of(job: Job) -> EscrowSummary:
    return ESCROW.summary(job_id=job.pk, required_kobo=job.price_wage_kobo + job.price_fee_kobo)


def test_summary_of_a_job_without_money_is_all_zero() -> None:
    job = JobFactory()

    assert summary_of(job) == EscrowSummary(2_640_000, 0, 0, 0, 0)
    assert summary_of(job).outstanding_kobo == 2_640_000


def test_m5_summary_adds_up_after_funding_release_and_refund(job: Job, assignment: ShiftAssignment) -> None:
    pay(job, assignment)
    refund_to_wallet(job_id=job.pk, client_id=job.client_id, amount_kobo=20_000)

    summary = summary_of(job)

    assert summary == EscrowSummary(2_640_000, 2_640_000, 1_320_000, 20_000, 1_300_000)
    assert summary.paid_in_kobo == summary.released_kobo + summary.refunded_kobo + summary.held_kobo
    assert check_books().findings == []


def test_pay_assignment_releases_the_wage_and_the_fee(job: Job, assignment: ShiftAssignment) -> None:
    pay(job, assignment)

    assert balance_of(wallet_account(assignment.worker_id)) == 1_200_000
    assert balance_of(FEES) == 120_000
    assert balance_of(escrow_account(job.pk)) == 1_320_000
    payment = Payment.objects.get(kind="wage")
    assert (payment.kind, payment.status, payment.payer_id, payment.recipient_id) == (
        "wage",
        "succeeded",
        job.client_id,
        assignment.worker_id,
    )
    assert (payment.assignment_id, payment.amount_kobo, payment.fee_kobo) == (assignment.pk, 1_200_000, 120_000)
    assert LedgerTransaction.objects.get(kind="wage").reference == payment.reference


def test_worker_is_told_of_the_wage_and_nobody_of_none(job: Job, assignment: ShiftAssignment) -> None:
    pay(job, assignment)
    pay(job, accepted_assignment(job, checked_out=True), Price(wage_kobo=0, fee_kobo=120_000))

    notice = Notification.objects.get(kind=NotificationKind.WAGE_PAID)
    assert notice.user_id == assignment.worker_id
    assert "₦12,000 " in notice.body


def test_pay_assignment_whose_fee_rounds_to_nothing_posts_the_wage_alone(job: Job, assignment: ShiftAssignment) -> None:
    pay(job, assignment, Price(wage_kobo=4, fee_kobo=0))

    assert (balance_of(wallet_account(assignment.worker_id)), balance_of(FEES)) == (4, 0)


def test_w4_wage_is_paid_once_per_assignment(job: Job, assignment: ShiftAssignment) -> None:
    pay(job, assignment)

    with pytest.raises(AlreadyPaid):
        pay(job, assignment, Price(wage_kobo=1, fee_kobo=0))

    assert balance_of(wallet_account(assignment.worker_id)) == 1_200_000
    assert Payment.objects.filter(kind="wage").count() == 1


def test_w4_second_wage_is_refused_around_the_service(job: Job, assignment: ShiftAssignment) -> None:
    pay(job, assignment)

    with pytest.raises(IntegrityError) as refused:
        PaymentFactory(released=True, assignment=assignment)

    assert constraint_name(refused) == "payment_payment_once_per_assignment"


def test_pay_assignment_beyond_what_is_held_moves_nothing(job: Job, assignment: ShiftAssignment) -> None:
    with pytest.raises(InsufficientFunds), transaction.atomic():
        pay(job, assignment, Price(wage_kobo=2_640_000, fee_kobo=1))

    assert balance_of(escrow_account(job.pk)) == 2_640_000
    assert Payment.objects.filter(kind="wage").count() == 0


def compensate(job: Job, *assignments: ShiftAssignment, amount_kobo: int = 600_000) -> None:
    owed = [Compensation(each.pk, each.worker_id, amount_kobo) for each in assignments]
    ESCROW.pay_compensations(job_id=job.pk, client_id=job.client_id, owed=owed)


def test_compensations_go_to_the_workers_without_a_fee(job: Job, assignment: ShiftAssignment) -> None:
    other = accepted_assignment(job)

    compensate(job, assignment, other)

    assert balance_of(wallet_account(assignment.worker_id)) == 600_000
    assert balance_of(wallet_account(other.worker_id)) == 600_000
    assert balance_of(FEES) == 0
    assert summary_of(job).released_kobo == 1_200_000
    paid = Payment.objects.filter(kind="compensation").order_by("assignment_id")
    assert list(
        paid.values_list("assignment_id", "recipient_id", "payer_id", "amount_kobo", "fee_kobo", "reference")
    ) == [
        (each.pk, each.worker_id, job.client_id, 600_000, 0, f"compensation-assignment-{each.pk}")
        for each in (assignment, other)
    ]
    told = Notification.objects.filter(kind="wage_paid").values_list("user_id", flat=True)
    assert sorted(told) == sorted([assignment.worker_id, other.worker_id])
    assert check_books().findings == []


def test_compensations_of_nobody_touch_nothing(job: Job, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        compensate(job)


def test_compensation_is_paid_once(job: Job, assignment: ShiftAssignment) -> None:
    other = accepted_assignment(job)
    compensate(job, assignment)

    with pytest.raises(AlreadyPaid), transaction.atomic():
        compensate(job, other, assignment)

    assert Payment.objects.filter(kind="compensation").count() == 1
    assert not LedgerTransaction.objects.filter(reference=f"compensation-assignment-{other.pk}").exists()


def test_compensations_beyond_what_is_held_move_nothing(job: Job, assignment: ShiftAssignment) -> None:
    other = accepted_assignment(job)

    with pytest.raises(InsufficientFunds), transaction.atomic():
        compensate(job, assignment, other, amount_kobo=1_320_001)

    assert balance_of(escrow_account(job.pk)) == 2_640_000
    assert Payment.objects.filter(kind="compensation").count() == 0


def test_of_the_compensated_whoever_owes_is_asked_for_it(
    job: Job, assignment: ShiftAssignment, queued_jobs: QueuedJobs
) -> None:
    other, worker_id = accepted_assignment(job), assignment.worker_id
    fund_wallet(worker_id, 5_000)
    owed = [Move(receivable_account(worker_id), wallet_account(worker_id), 100)]
    post(kind=TransactionKind.CHARGEBACK, reference="cb-1", moves=owed)

    compensate(job, assignment, other)

    asked = [arguments for name, arguments in queued_jobs() if name == "payment.tasks.collect_owed"]
    assert asked == [{"user_id": worker_id}]


def test_pay_award_is_one_more_release(job: Job, assignment: ShiftAssignment) -> None:
    pay(job, assignment)

    payment = pay_award(
        assignment_id=assignment.pk,
        job_id=job.pk,
        client_id=job.client_id,
        worker_id=assignment.worker_id,
        amount_kobo=300_000,
    )

    assert payment.kind == "award"
    assert balance_of(wallet_account(assignment.worker_id)) == 1_500_000
    assert check_books().findings == []


def test_refund_remainder_gives_back_what_is_above_the_sum_to_keep(job: Job, chidi: CustomUser) -> None:
    refunded = ESCROW.refund_remainder(job_id=job.pk, client_id=chidi.pk, keep_kobo=1_320_000)

    assert refunded == 1_320_000
    assert balance_of(wallet_account(chidi.pk)) == 1_320_000
    refund = Refund.objects.get()
    assert (refund.destination, refund.status, refund.recipient_id, refund.job_id, refund.amount_kobo) == (
        "wallet",
        "processed",
        chidi.pk,
        job.pk,
        1_320_000,
    )


@pytest.mark.parametrize("goes_back", [True, False])
def test_refund_of_a_job_paid_by_card_is_sent_on_to_the_card_where_that_is_the_rule(
    goes_back: bool, job: Job, chidi: CustomUser, queued_jobs: QueuedJobs, settings: Settings
) -> None:
    settings.CARD_MONEY_GOES_BACK = goes_back

    refund = refund_to_wallet(job_id=job.pk, client_id=chidi.pk, amount_kobo=20_000)

    sent_on = [arguments for name, arguments in queued_jobs() if name == "payment.tasks.return_to_card"]
    assert sent_on == ([{"refund_id": refund.pk}] if goes_back else [])


def test_refund_remainder_a_second_time_gives_nothing(job: Job, chidi: CustomUser) -> None:
    ESCROW.refund_remainder(job_id=job.pk, client_id=chidi.pk, keep_kobo=0)

    assert ESCROW.refund_remainder(job_id=job.pk, client_id=chidi.pk, keep_kobo=0) == 0
    assert Refund.objects.count() == 1


def test_refund_remainder_of_a_job_without_money_is_nothing(chidi: CustomUser) -> None:
    assert ESCROW.refund_remainder(job_id=JobFactory(client=chidi).pk, client_id=chidi.pk, keep_kobo=0) == 0


def test_refund_remainder_leaves_what_an_open_dispute_freezes(job: Job, chidi: CustomUser) -> None:
    DisputeFactory(assignment=accepted_assignment(job, checked_out=True))

    refunded = ESCROW.refund_remainder(job_id=job.pk, client_id=chidi.pk, keep_kobo=0)

    assert refunded == 1_320_000
    assert summary_of(job).held_kobo == PRICE.total_kobo


def test_refund_remainder_leaves_the_withheld_sum_of_a_disputed_no_show(job: Job, chidi: CustomUser) -> None:
    absent = accepted_assignment(
        job, status="no_show", withheld_kobo=PRICE.total_kobo, withheld_until=job.ends_at, no_show_at=job.ends_at
    )
    DisputeFactory(assignment=absent)

    assert ESCROW.refund_remainder(job_id=job.pk, client_id=chidi.pk, keep_kobo=PRICE.total_kobo) == 1_320_000
    assert ESCROW.has_open_dispute(assignment_id=absent.pk)


@pytest.mark.parametrize("closed", [{"status": "withdrawn"}, {"resolved": True}])
def test_closed_dispute_freezes_nothing(
    job: Job, chidi: CustomUser, assignment: ShiftAssignment, closed: dict[str, object]
) -> None:
    DisputeFactory(assignment=assignment, **closed)

    assert not ESCROW.has_open_dispute(assignment_id=assignment.pk)
    assert ESCROW.refund_remainder(job_id=job.pk, client_id=chidi.pk, keep_kobo=0) == 2_640_000


def test_fund_difference_refunds_what_a_cheaper_job_no_longer_needs(job: Job, chidi: CustomUser) -> None:
    summary = ESCROW.fund_difference(job_id=job.pk, required_kobo=2_000_000, client_id=chidi.pk)

    assert summary == EscrowSummary(2_000_000, 2_640_000, 0, 640_000, 2_000_000)
    assert balance_of(wallet_account(chidi.pk)) == 640_000


def test_fund_difference_never_takes_money(job: Job, chidi: CustomUser) -> None:
    fund_wallet(chidi.pk, 10_000_000)

    summary = ESCROW.fund_difference(job_id=job.pk, required_kobo=3_000_000, client_id=chidi.pk)

    assert (summary.held_kobo, summary.outstanding_kobo) == (2_640_000, 360_000)
    assert balance_of(wallet_account(chidi.pk)) == 10_000_000


def test_fund_from_wallet_pays_what_is_outstanding_and_opens_the_job(chidi: CustomUser) -> None:
    job = JobFactory(client=chidi, status=JobStatus.PENDING)
    fund_escrow(job, 2_000_000)
    fund_wallet(chidi.pk, 1_000_000)

    payment = fund_from_wallet(job=job)

    assert (payment.kind, payment.provider, payment.status, payment.amount_kobo) == (
        "escrow_funding",
        "wallet",
        "succeeded",
        640_000,
    )
    assert (balance_of(wallet_account(chidi.pk)), balance_of(escrow_account(job.pk))) == (360_000, 2_640_000)
    assert Job.objects.get(pk=job.pk).status == JobStatus.UPCOMING


def test_fund_from_wallet_without_enough_money_changes_nothing(chidi: CustomUser) -> None:
    job = JobFactory(client=chidi, status=JobStatus.PENDING)
    fund_wallet(chidi.pk, 2_639_999)

    with pytest.raises(InsufficientFunds), transaction.atomic():
        fund_from_wallet(job=job)

    assert balance_of(wallet_account(chidi.pk)) == 2_639_999
    assert Payment.objects.filter(kind="wage").count() == 0
    assert Job.objects.get(pk=job.pk).status == JobStatus.PENDING


def test_fund_from_wallet_of_a_paid_job_is_refused(job: Job) -> None:
    with pytest.raises(NothingToPay):
        fund_from_wallet(job=job)
