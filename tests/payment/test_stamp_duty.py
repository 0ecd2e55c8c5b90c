"""Stamp duty that a provider takes beside its fee: the platform bears it, on an account of its own."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from accounts.models import CustomUser
from core import clock
from payment.models import AccountKind, TransactionKind, Withdrawal, WithdrawalStatus
from payment.providers.base import Payout, PayoutStatus
from payment.sandbox import fees as sandbox
from payment.services.accounts import provider_balance, system_account, wallet_account
from payment.services.payouts import apply_payout
from payment.services.posting import Move
from payment.services.taxes import stamp_duty_kobo
from payment.services.withdrawals import withdraw
from payshift.rules import MoneyRules
from tests.factories.accounts import BankAccountFactory
from tests.factories.payment import balance_of, pay_in
from tests.support.damage import forge, found, rewrite, strike_out, turn

pytestmark = pytest.mark.django_db(transaction=True)

DUTY, FEES = system_account(AccountKind.STAMP_DUTY), system_account(AccountKind.PROVIDER_FEES)
PAYSTACK = provider_balance("paystack")
AMOUNT, FEE = 1_000_000, 2_500
SINCE = "2026-01-01=5000 2027-01-01=7500"


@pytest.fixture
def withdrawal(wale: CustomUser, settings: Any) -> Withdrawal:
    """Sent, and not yet paid."""
    settings.STAMP_DUTY_KOBO = SINCE
    BankAccountFactory.create(user=wale, changed_at=clock.now() - timedelta(days=2))
    pay_in(wale.pk, 3_000_000, channel="bank_transfer")
    return sent(wale)


def sent(user: CustomUser) -> Withdrawal:
    row = withdraw(user_id=user.pk, amount_kobo=AMOUNT)
    Withdrawal.objects.filter(pk=row.pk).update(status=WithdrawalStatus.SENDING, sent_at=clock.now())
    return row


def ends(withdrawal: Withdrawal, *statuses: PayoutStatus) -> Withdrawal:
    for status in statuses:
        apply_payout(
            withdrawal_id=withdrawal.pk,
            payout=Payout(
                reference=withdrawal.reference,
                provider_id="TRF_1",
                status=status,
                amount_kobo=AMOUNT,
                currency="NGN",
                fee_kobo=FEE,
            ),
        )
    return Withdrawal.objects.get(pk=withdrawal.pk)


@pytest.mark.parametrize(
    ("amount_kobo", "day", "kobo"),
    [
        (999_999, date(2026, 1, 1), 0),
        (1_000_000, date(2025, 12, 31), 0),
        (1_000_000, date(2026, 1, 1), 5_000),
        (90_000_000, date(2026, 12, 31), 5_000),
        (1_000_000, date(2027, 1, 1), 7_500),
    ],
)
def test_duty_is_of_large_transfers_by_the_day(amount_kobo: int, day: date, kobo: int, settings: Any) -> None:
    settings.STAMP_DUTY_KOBO = SINCE

    assert stamp_duty_kobo(amount_kobo, day=day) == kobo
    # And so plays the sandbox: here by the last moment of the day.
    assert sandbox.stamp_duty_kobo(amount_kobo, sent_at=datetime.combine(day, time(22, 59), UTC)) == kobo


def test_there_is_none_by_default(withdrawal: Withdrawal, settings: Any) -> None:
    settings.STAMP_DUTY_KOBO = ""

    paid = ends(withdrawal, PayoutStatus.SUCCEEDED)

    assert (paid.status, paid.duty_kobo, balance_of(DUTY), balance_of(FEES)) == ("paid", 0, 0, -FEE)
    assert found() == []


def test_the_platform_bears_it_and_the_whole_sum_arrives(withdrawal: Withdrawal, wale: CustomUser) -> None:
    paid = ends(withdrawal, PayoutStatus.SUCCEEDED, PayoutStatus.SUCCEEDED)

    assert (paid.status, paid.amount_kobo, paid.duty_kobo) == ("paid", AMOUNT, 5_000)
    assert (balance_of(DUTY), balance_of(FEES)) == (-5_000, -FEE)
    assert balance_of(wallet_account(wale.pk)) == 2_000_000
    assert balance_of(PAYSTACK) == -(3_000_000 - AMOUNT - FEE - 5_000)
    assert found() == []


def test_it_comes_back_with_the_transfer(withdrawal: Withdrawal, wale: CustomUser) -> None:
    ends(withdrawal, PayoutStatus.SUCCEEDED, PayoutStatus.REVERSED)

    assert (balance_of(DUTY), balance_of(FEES)) == (0, 0)
    assert (balance_of(wallet_account(wale.pk)), balance_of(PAYSTACK)) == (3_000_000, -3_000_000)
    assert found() == []


@pytest.mark.parametrize(
    ("sent_at", "kobo"),
    [(datetime(2025, 12, 31, 22, 59, 59, tzinfo=UTC), 0), (datetime(2025, 12, 31, 23, tzinfo=UTC), 5_000)],
)
def test_the_day_is_that_on_which_it_was_sent_in_lagos(sent_at: datetime, kobo: int, withdrawal: Withdrawal) -> None:
    Withdrawal.objects.filter(pk=withdrawal.pk).update(sent_at=sent_at)

    assert ends(withdrawal, PayoutStatus.SUCCEEDED).duty_kobo == kobo


DAMAGES: dict[str, tuple[Callable[[Withdrawal], None], list[str]]] = {
    "row made dearer": (
        lambda paid: rewrite("payment_withdrawal", paid.pk, "duty_kobo = 5001"),
        [
            "transfer_fee {ref} on stamp_duty is -50.00, should be -50.01",
            "transfer_fee {ref} on provider_balance paystack is 75.00, should be 75.01",
        ],
    ),
    "called a transfer without duty": (
        lambda paid: rewrite("payment_withdrawal", paid.pk, "duty_kobo = 0"),
        ["transfer_fee {ref} on stamp_duty is -50.00, should be 0.00"],
    ),
    "posting struck out": (
        lambda paid: strike_out("transfer_fee", paid.reference),
        ["transfer_fee {ref} on stamp_duty is 0.00, should be -50.00"],
    ),
    "turned to another account": (
        lambda paid: turn("transfer_fee", paid.reference, DUTY, system_account(AccountKind.PLATFORM_BANK)),
        [
            "transfer_fee {ref} on stamp_duty is 0.00, should be -50.00",
            "transfer_fee {ref} on platform_bank is -50.00, should be 0.00",
        ],
    ),
    "forged": (
        lambda paid: forge(TransactionKind.TRANSFER_FEE, "wdr-forged", Move(DUTY, PAYSTACK, 900)),
        ["transfer_fee wdr-forged on stamp_duty is -9.00, should be 0.00"],
    ),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_damage_is_named_by_check_row_and_amount(name: str, withdrawal: Withdrawal) -> None:
    damage, told = DAMAGES[name]
    paid = ends(withdrawal, PayoutStatus.SUCCEEDED)

    damage(paid)

    told_of = found()
    lines = [f"withdrawals are booked: {line.format(ref=paid.reference)}" for line in told]
    assert [line for line in lines if line not in told_of] == []


@pytest.mark.parametrize("sums", ["5000", "2026-01-01=100001", "2026-01-01=50.00"])
def test_sums_that_are_none_are_refused_at_the_start(sums: str) -> None:
    with pytest.raises(ValidationError):
        MoneyRules(STAMP_DUTY_KOBO=sums)
