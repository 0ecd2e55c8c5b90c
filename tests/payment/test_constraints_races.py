"""Partial unique indexes and the refunded sum under parallel writers, with a control each."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError

from payment.models import Dispute, PaymentAttempt, Refund, Withdrawal
from tests.factories.jobs import JobFactory
from tests.factories.payment import (
    DisputeFactory,
    PaymentAttemptFactory,
    PaymentFactory,
    RefundFactory,
    WalletFactory,
    WithdrawalFactory,
    accepted_assignment,
)
from tests.support.books import without_constraint
from tests.support.races import errors_of, race

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def refund() -> Callable[[], object]:
    """Refunds 400 of an attempt that captured 1,000."""
    attempt = PaymentAttemptFactory(succeeded=True, amount_kobo=1_000)
    return lambda: RefundFactory(attempt=attempt, amount_kobo=400)


@pytest.fixture
def withdraw() -> Callable[[], object]:
    wallet = WalletFactory()
    return lambda: WithdrawalFactory(wallet=wallet)


@pytest.fixture
def dispute() -> Callable[[], object]:
    assignment = accepted_assignment(JobFactory(), checked_out=True)
    return lambda: DisputeFactory(assignment=assignment)


@pytest.fixture
def attempt() -> Callable[[], object]:
    payment = PaymentFactory()
    return lambda: PaymentAttemptFactory(payment=payment)


def test_refunds_by_8_threads_at_once_stay_within_what_was_captured(refund: Callable[[], object]) -> None:
    outcomes = race(*[refund] * 8)

    assert errors_of(outcomes) == [IntegrityError] * 6
    assert PaymentAttempt.objects.get().refunded_kobo == 800
    assert Refund.objects.count() == 2


def test_control_without_the_check_refunds_exceed_what_was_captured(refund: Callable[[], object]) -> None:
    with without_constraint("payment_paymentattempt", "payment_attempt_refunded_within_captured"):
        assert errors_of(race(*[refund] * 8)) == []
        assert PaymentAttempt.objects.get().refunded_kobo == 3_200


def test_m7_of_8_withdrawals_at_once_one_is_in_flight(withdraw: Callable[[], object]) -> None:
    assert errors_of(race(*[withdraw] * 8)) == [IntegrityError] * 7
    assert Withdrawal.objects.count() == 1


def test_m7_control_without_the_index_all_are_in_flight(withdraw: Callable[[], object]) -> None:
    with without_constraint("payment_withdrawal", "payment_withdrawal_one_in_flight"):
        assert errors_of(race(*[withdraw] * 8)) == []
        assert Withdrawal.objects.count() == 8


def test_of_8_disputes_at_once_one_is_open(dispute: Callable[[], object]) -> None:
    assert errors_of(race(*[dispute] * 8)) == [IntegrityError] * 7
    assert Dispute.objects.count() == 1


def test_control_without_the_index_all_disputes_are_open(dispute: Callable[[], object]) -> None:
    with without_constraint("payment_dispute", "payment_dispute_one_open"):
        assert errors_of(race(*[dispute] * 8)) == []
        assert Dispute.objects.count() == 8


def test_of_8_attempts_at_once_one_is_live(attempt: Callable[[], object]) -> None:
    assert errors_of(race(*[attempt] * 8)) == [IntegrityError] * 7
    assert PaymentAttempt.objects.count() == 1


def test_control_without_the_index_all_attempts_are_live(attempt: Callable[[], object]) -> None:
    with without_constraint("payment_paymentattempt", "payment_attempt_one_live"):
        assert errors_of(race(*[attempt] * 8)) == []
        assert PaymentAttempt.objects.count() == 8
