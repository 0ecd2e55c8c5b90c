"""What of a wallet is card money that nobody earned, by each way it takes: jobs, refunds, suspense, chargebacks."""

from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from pytest_django import Settings

from accounts.models import CustomUser
from core import clock
from core.actor import Role
from jobs.models import Job
from payment.models import AccountKind, LedgerTransaction, PaymentAttempt, Refund, TransactionKind
from payment.providers.base import Charge, ChargebackOutcome, ChargeStatus, DisputedCharge
from payment.selectors.card_money import PUSHED, resting_kobo
from payment.services.accounts import provider_balance, system_account, wallet_account
from payment.services.card_returns import return_to_card
from payment.services.chargebacks import apply_chargeback
from payment.services.escrow import fund_from_wallet
from payment.services.payments import apply_verified_payment
from payment.services.posting import Move, post
from payment.services.references import funding_reference
from payment.services.refunds import recall_refund
from payment.services.staff_moves import approve_move, propose_suspense
from tests.factories.accounts import UserFactory
from tests.factories.jobs import JobFactory
from tests.factories.payment import PaymentAttemptFactory, balance_of, fund_wallet
from tests.payment.called_off import PRICE, called_off, give_back

pytestmark = pytest.mark.django_db(transaction=True)


def resting(user: CustomUser) -> int:
    return resting_kobo(user_id=user.pk)


@transaction.atomic
def through_a_job(user: CustomUser) -> None:
    """Into a job out of the wallet, and back."""
    job = JobFactory.create(client=user, status="pending")
    fund_from_wallet(job=job)
    give_back(job)


def placed(user: CustomUser, *, channel: str, to: CustomUser | None = None) -> PaymentAttempt:
    """Money that fitted nothing, which two of staff placed in a wallet: its payer's."""
    attempt: PaymentAttempt = PaymentAttemptFactory.create(
        payment__job=JobFactory.create(client=user), succeeded=True, credited_to="suspense", channel=channel
    )
    with transaction.atomic():
        came: LedgerTransaction = post(
            kind=TransactionKind.FUNDING,
            reference=funding_reference("paystack", attempt.reference),
            moves=[Move(provider_balance("paystack"), system_account(AccountKind.SUSPENSE), attempt.captured_kobo)],
            memo="Paid 7000 kobo, asked 8000 kobo. (NGN)",
        )
    place(came, to or user)
    return attempt


def place(came: LedgerTransaction, to: CustomUser) -> None:
    maker, checker = (UserFactory.create(role=Role.ADMIN) for _ in range(2))
    move = propose_suspense(staff_id=maker.pk, transaction_id=came.pk, user_id=to.pk, reason="It is theirs")
    approve_move(staff_id=checker.pk, move_id=move.pk)


def told(attempt: PaymentAttempt, outcome: ChargebackOutcome) -> None:
    chargeback = apply_chargeback(
        provider=attempt.provider,
        told=DisputedCharge(
            provider_id="77",
            charge_reference=attempt.reference,
            outcome=outcome,
            amount_kobo=attempt.captured_kobo,
            currency="NGN",
        ),
    )
    assert chargeback is not None


def test_earned_money_that_comes_back_from_a_job_does_not_rest(chidi: CustomUser) -> None:
    fund_wallet(chidi.pk, PRICE)

    through_a_job(chidi)

    assert (resting(chidi), balance_of(wallet_account(chidi.pk))) == (0, PRICE)


def test_of_mixed_money_as_much_rests_as_went_in(chidi: CustomUser) -> None:
    """Resting money goes first, and is what comes back first."""
    give_back(called_off(chidi))
    fund_wallet(chidi.pk, PRICE)

    for _ in range(3):
        through_a_job(chidi)

    assert (resting(chidi), balance_of(wallet_account(chidi.pk))) == (PRICE, 2 * PRICE)


def test_job_paid_half_by_card_gives_half_back_to_rest(chidi: CustomUser) -> None:
    job = called_off(chidi)
    fund_wallet(chidi.pk, PRICE)
    with transaction.atomic():
        Job.objects.filter(pk=job.pk).update(price_wage_kobo=PRICE * 2, price_fee_kobo=0)
        fund_from_wallet(job=Job.objects.get(pk=job.pk))

    give_back(job)

    assert (resting(chidi), balance_of(wallet_account(chidi.pk))) == (PRICE, 2 * PRICE)


def test_money_that_has_rested_is_free_after_a_refund_that_failed(chidi: CustomUser, settings: Settings) -> None:
    came = give_back(called_off(chidi))
    with time_machine.travel(clock.now() + timedelta(days=31)):
        assert resting(chidi) == 0
        return_to_card(refund_id=came.pk)
        with transaction.atomic():
            recall_refund(Refund.objects.select_related("attempt").get(destination="card"), message="No")

        assert (resting(chidi), balance_of(wallet_account(chidi.pk))) == (0, PRICE)


def test_money_that_rests_does_so_after_a_refund_that_failed(chidi: CustomUser, settings: Settings) -> None:
    settings.FREE_CARD_REFUNDS_PER_MONTH = 0
    return_to_card(refund_id=give_back(called_off(chidi)).pk)
    assert resting(chidi) == 0
    with transaction.atomic():
        recall_refund(Refund.objects.select_related("attempt").get(destination="card"), message="No")

    # With the fee that was kept of it.
    assert (resting(chidi), balance_of(wallet_account(chidi.pk))) == (PRICE, PRICE)


@pytest.mark.parametrize(("channel", "rests"), [("card", True), ("", True), ("bank_transfer", False)])
def test_what_staff_place_out_of_suspense_rests_unless_it_was_pushed(
    channel: str, rests: bool, chidi: CustomUser
) -> None:
    attempt = placed(chidi, channel=channel)

    assert balance_of(wallet_account(chidi.pk)) == attempt.captured_kobo
    assert resting(chidi) == (attempt.captured_kobo if rests else 0)


@pytest.mark.parametrize("provider", ["paystack", "flutterwave"])
@pytest.mark.parametrize("channel", ["card", "", "qr", *PUSHED])
def test_money_of_nobody_that_staff_place_rests_unless_it_was_pushed(
    channel: str, provider: str, chidi: CustomUser
) -> None:
    """What was sent to an account number that nobody had here at the time is no card money."""
    charge = Charge(
        reference="for-nobody-1",
        provider_id="9",
        status=ChargeStatus.SUCCEEDED,
        amount_kobo=PRICE,
        currency="NGN",
        live=False,
        fee_kobo=None,
        paid_into="9999999999",
        channel=channel,
    )
    assert apply_verified_payment(provider=provider, charge=charge) is None
    came = LedgerTransaction.objects.get(kind="funding")

    place(came, chidi)

    assert balance_of(wallet_account(chidi.pk)) == PRICE
    assert resting(chidi) == (0 if channel in PUSHED else PRICE)


@pytest.mark.parametrize("outcomes", [["OPEN", "WON"], ["OPEN", "LOST", "WON"]])
def test_what_a_bank_gave_up_rests(outcomes: list[str], chidi: CustomUser) -> None:
    give_back(called_off(chidi))
    attempt = PaymentAttempt.objects.get()

    for outcome in outcomes:
        told(attempt, ChargebackOutcome[outcome])

    assert (resting(chidi), balance_of(wallet_account(chidi.pk))) == (PRICE, PRICE)
