"""M7 whatever a provider answers: an outcome is known or it is unknown, whether the effect was done or not.

The rows are answers that providers, and what stands between, were seen to give. Each is given once with the effect
done and once without; no row pays a withdrawal twice, and none gives money back that left.
"""

import contextlib
from datetime import timedelta

import pytest
import time_machine
from pytest_django import Settings

from accounts.models import BankAccount, CustomUser
from core import clock
from payment.exceptions import WithdrawalsHeld
from payment.models import AccountKind, Withdrawal, WithdrawalStatus
from payment.providers.base import Payout, PayoutStatus, ProviderError
from payment.services.accounts import system_account, wallet_account
from payment.services.ledger_check import check_books
from payment.services.payouts import (
    FOR_STAFF,
    apply_payout,
    check_transfer,
    release_hold,
    send_transfer,
)
from payment.services.reconciliation import sweep_withdrawals
from payment.services.stopping import PAID_AFTER_FAILURE
from payment.services.withdrawals import withdraw
from tests.factories.payment import balance_of, fund_wallet
from tests.payment.conftest import alerts
from tests.support.gateway import Gateway

pytestmark = pytest.mark.django_db(transaction=True)

AMOUNT, FUNDS = 500_000, 800_000
IN_FLIGHT = system_account(AccountKind.PAYOUTS_IN_FLIGHT)

# What the answer stands for, where nothing was done: the payee's account (the money comes back), ours (it is made again
# later, and staff are told), or unknown (it is looked up, and then staff decide).
THEIRS, OURS, UNKNOWN = "theirs", "ours", "unknown"
STARTER = '400 {"status": false, "message": "You cannot initiate third party payouts as a starter business"}'
WHITELIST = '400 {"status": "error", "message": "Please enable IP Whitelisting to access this service"}'
TRANSFERS = [
    ("paystack", '400 {"status": false, "message": "Nope", "code": "invalid_recipient"}', THEIRS),
    ("paystack", '400 {"status": false, "message": "Recipient specified is invalid"}', THEIRS),
    ("paystack", '400 {"status": false, "message": "Sorry", "code": "insufficient_balance"}', OURS),
    ("paystack", '400 {"status": false, "message": "Your balance is not enough to fulfil this request"}', OURS),
    ("paystack", STARTER, OURS),
    ("paystack", '401 {"status": false, "message": "Invalid key"}', OURS),
    ("paystack", '403 {"status": false, "message": "Your IP address is not allowed to make this call"}', OURS),
    ("paystack", '429 {"status": false, "message": "Too many requests", "code": "rate_limited"}', OURS),
    ("paystack", '400 {"status": false, "message": "Sorry", "code": "transfer_unavailable"}', OURS),
    ("paystack", '400 {"status": false, "message": "Sorry", "code": "duplicate_transfer_reference"}', UNKNOWN),
    ("paystack", '400 {"status": false, "message": "Please provide a unique reference"}', UNKNOWN),
    ("paystack", '400 {"status": false, "message": "An error occurred", "type": "api_error"}', UNKNOWN),
    ("paystack", '408 {"status": false, "message": "Recipient specified is invalid"}', UNKNOWN),
    ("paystack", '409 {"status": false, "message": "Conflict"}', UNKNOWN),
    ("paystack", "400 <html>Bad Request</html>", UNKNOWN),
    ("paystack", "429 <html>Slow down</html>", UNKNOWN),
    ("paystack", '200 {"status": true, "message": "ok", "data": null}', UNKNOWN),
    ("flutterwave", '400 {"status": "error", "message": "Sorry, that account number is invalid"}', THEIRS),
    ("flutterwave", '400 {"status": "error", "message": "insufficient funds in your NGN wallet"}', OURS),
    ("flutterwave", WHITELIST, OURS),
    ("flutterwave", '401 {"status": "error", "message": "Invalid authorization key", "data": null}', OURS),
    ("flutterwave", '429 {"status": "error", "message": "Too many requests", "data": null}', OURS),
    ("flutterwave", '400 {"status": "error", "message": "Transfer with that reference already exists"}', UNKNOWN),
    ("flutterwave", '400 {"status": "error", "message": "An error occurred", "data": null}', UNKNOWN),
    ("flutterwave", "403 <html>Request blocked</html>", UNKNOWN),
]


@pytest.fixture
def queued(
    wale: CustomUser, bank_account: BankAccount, settings: Settings, request: pytest.FixtureRequest
) -> Withdrawal:
    """5,000 of Wale's 8,000 naira, by the provider of the row."""
    callspec = getattr(request.node, "callspec", None)
    settings.PAYOUT_PROVIDER = callspec.params.get("provider", "paystack") if callspec else "paystack"
    fund_wallet(wale.pk, FUNDS)
    return withdraw(user_id=wale.pk, amount_kobo=AMOUNT)


def send(withdrawal: Withdrawal) -> None:
    """As the worker, whose next try is left to the sweep."""
    with contextlib.suppress(ProviderError):
        send_transfer(withdrawal_id=withdrawal.pk)


def sweep(**later: int) -> None:
    with time_machine.travel(clock.now() + timedelta(**later)):
        sweep_withdrawals()


def outcome(withdrawal: Withdrawal) -> tuple[str, int]:
    """Its state, and what is in the wallet."""
    withdrawal.refresh_from_db()
    return withdrawal.status, balance_of(wallet_account(withdrawal.wallet.user_id))


@pytest.mark.parametrize(("provider", "answer", "stands_for"), TRANSFERS)
def test_m7_an_answer_after_the_effect_never_gives_the_money_back(
    provider: str, answer: str, stands_for: str, queued: Withdrawal, gateway: Gateway
) -> None:
    gateway.fault("answer_after_effect", provider=provider, operation="transfer", value=answer)

    send(queued)
    sweep(minutes=3)
    gateway.settle_transfer(queued.reference, "success")
    sweep(minutes=10)

    assert outcome(queued) == ("paid", FUNDS - AMOUNT)
    assert [(row["reference"], row["repeats"]) for row in gateway.transfers()] == [(queued.reference, 0)]


@pytest.mark.parametrize(("provider", "answer", "stands_for"), TRANSFERS)
def test_m7_an_answer_without_the_effect_ends_as_it_says(
    provider: str, answer: str, stands_for: str, queued: Withdrawal, gateway: Gateway
) -> None:
    gateway.fault("answer_before", provider=provider, operation="transfer", value=answer)

    send(queued)
    at_once = outcome(queued)
    sweep(minutes=3)
    soon = outcome(queued)
    sweep(minutes=70)

    assert at_once == ("unknown" if stands_for == UNKNOWN else "sending", FUNDS - AMOUNT)
    if stands_for == THEIRS:
        assert soon == ("failed", FUNDS)
        assert gateway.transfers() == []
    elif stands_for == OURS:
        assert soon == ("sending", FUNDS - AMOUNT)
        assert [row["reference"] for row in gateway.transfers()] == [queued.reference]
    else:
        assert outcome(queued) == ("unknown", FUNDS - AMOUNT)
        assert queued.message == FOR_STAFF
        assert alerts() == ["transfer_without_verdict"]
        assert gateway.transfers() == []


def test_h8_a_refusal_of_our_account_is_told_to_staff_once_and_to_no_worker(
    queued: Withdrawal, gateway: Gateway
) -> None:
    gateway.fault("answer_before", operation="transfer", value=STARTER, times=4)

    send(queued)
    for minutes in (3, 30, 120):
        sweep(minutes=minutes)
    parked = outcome(queued)
    sweep(minutes=300)

    assert parked == ("sending", FUNDS - AMOUNT)
    assert alerts() == ["provider_refuses_our_account"]
    assert len(gateway.transfers()) == 1


def test_a_refusal_is_not_believed_before_a_look_up_a_minute_later(queued: Withdrawal, gateway: Gateway) -> None:
    refusal = '400 {"status": false, "message": "Recipient specified is invalid", "code": "invalid_recipient"}'
    gateway.fault("answer_before", operation="transfer", value=refusal)
    gateway.fault("answer_before", operation="verify_transfer", value="404 <html>Not Found</html>", times=3)

    send(queued)
    check_transfer_quietly(queued)
    sweep(minutes=3)

    # A proxy's 404 is nobody's word on the transfer, and neither is one within the minute.
    assert outcome(queued) == ("failed", FUNDS)
    assert balance_of(IN_FLIGHT) == 0


def check_transfer_quietly(withdrawal: Withdrawal) -> None:
    for _ in range(4):
        with contextlib.suppress(ProviderError):
            check_transfer(provider=withdrawal.provider, reference=withdrawal.reference)
        assert outcome(withdrawal) == ("sending", FUNDS - AMOUNT)


def test_m7_a_transfer_found_once_is_never_taken_for_absent(queued: Withdrawal, gateway: Gateway) -> None:
    send(queued)
    gone = '404 {"status": false, "message": "Transfer not found", "code": "transfer_not_found"}'
    gateway.fault("answer_before", operation="verify_transfer", value=gone, times=2)

    for minutes in (3, 70):
        sweep(minutes=minutes)

    assert outcome(queued) == ("sending", FUNDS - AMOUNT)
    assert alerts() == ["transfer_not_found_any_more"]


def test_m7_a_payment_after_failure_holds_the_wallet_until_staff_settle_it(
    queued: Withdrawal,
    gateway: Gateway,
) -> None:
    send(queued)
    gateway.settle_transfer(queued.reference, "success")
    # As if the provider had first said that it failed.
    Withdrawal.objects.filter(pk=queued.pk).update(status=WithdrawalStatus.SENDING)

    failed = Payout(
        reference=queued.reference, provider_id="1", status=PayoutStatus.FAILED, amount_kobo=AMOUNT, currency="NGN"
    )
    apply_payout(withdrawal_id=queued.pk, payout=failed)
    for _ in range(2):
        check_transfer(provider=queued.provider, reference=queued.reference)

    user_id = queued.wallet.user_id
    with pytest.raises(WithdrawalsHeld):
        withdraw(user_id=user_id, amount_kobo=AMOUNT)
    assert outcome(queued) == ("failed", FUNDS)
    assert queued.message == PAID_AFTER_FAILURE
    assert alerts() == ["transfer_paid_after_failure"]

    release_hold(withdrawal_id=queued.pk, message="repaid in cash")
    check_transfer(provider=queued.provider, reference=queued.reference)

    assert withdraw(user_id=user_id, amount_kobo=AMOUNT).status == WithdrawalStatus.REQUESTED
    assert alerts() == ["transfer_paid_after_failure"]
    # What the factory put into the wallet is explained by nothing; all else is.
    assert [finding.check for finding in check_books().findings] == ["money that came in is explained"]


def test_a_transfer_of_another_sum_is_told_to_staff_once_and_moves_nothing(queued: Withdrawal) -> None:
    send(queued)
    payout = Payout(
        reference=queued.reference,
        provider_id="77",
        status=PayoutStatus.SUCCEEDED,
        amount_kobo=AMOUNT + 100,
        currency="NGN",
    )

    for _ in range(10):
        apply_payout(withdrawal_id=queued.pk, payout=payout)

    assert outcome(queued) == ("sending", FUNDS - AMOUNT)
    assert balance_of(IN_FLIGHT) == AMOUNT
    assert alerts() == ["transfer_differs"]
