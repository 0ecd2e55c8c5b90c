"""Lies about money that staff moved, suspense, chargebacks and debts: each is named by check, row and amount."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from accounts.models import CustomUser
from core.actor import Role
from jobs.models import Job
from payment.models import (
    AccountKind,
    Chargeback,
    CreditedTo,
    LedgerTransaction,
    PaymentAttempt,
    StaffMove,
    StaffMoveKind,
    TransactionKind,
)
from payment.models.staff_move import AT_A_PROVIDER
from payment.providers.base import ChargebackOutcome, DisputedCharge
from payment.services.accounts import AccountKey, escrow_account, provider_balance, system_account, wallet_account
from payment.services.chargebacks import apply_chargeback
from payment.services.debts import repay
from payment.services.posting import Move
from payment.services.staff_moves import approve_move, propose_move, propose_suspense, propose_write_off
from tests.factories.accounts import UserFactory
from tests.factories.jobs import JobFactory
from tests.factories.payment import PaymentAttemptFactory, pay_in, pay_in_escrow
from tests.support.damage import (
    book,
    booked_kinds,
    booked_withdrawal,
    checks_that_name,
    forge,
    found,
    rewrite,
    rewrite_delete,
    strike_out,
    turn,
    unseen_turns,
    without_triggers,
)

pytestmark = pytest.mark.django_db(transaction=True)

PAYSTACK = provider_balance("paystack")
SUSPENSE, FEES = system_account(AccountKind.SUSPENSE), system_account(AccountKind.PLATFORM_FEES)


OTHERS = (
    *(StaffMoveKind.SETTLEMENT, StaffMoveKind.BANK_CHARGE),
    *(StaffMoveKind.PROVIDER_ADJUSTMENT, StaffMoveKind.CHARGEBACK_FEE),
)
# What the lies below are told of by, beside the checks of `tests.payment.test_damage`.
NAMED = {
    "money that staff moved is booked",
    "suspense is what came and was not resolved",
    "held for chargebacks is what they hold",
    "chargebacks hold what was booked",
    "chargebacks took what was booked",
    "chargebacks left owing what was booked",
    "chargebacks move the payer's money",
    "debts written off are booked",
    "postings of chargebacks have their row",
    "debts are repaid by the debtor",
}
KINDS = {
    *(TransactionKind.STAFF_PAYMENT, TransactionKind.SUSPENSE_RESOLVED, TransactionKind.SETTLEMENT),
    *(TransactionKind.PROVIDER_TOPUP, TransactionKind.BANK_CHARGE, TransactionKind.PROVIDER_ADJUSTMENT),
    *(TransactionKind.CHARGEBACK_FEE, TransactionKind.CHARGEBACK_HELD, TransactionKind.CHARGEBACK_RELEASED),
    *(TransactionKind.CHARGEBACK, TransactionKind.CHARGEBACK_WON, TransactionKind.DEBT_REPAID),
    TransactionKind.DEBT_WRITTEN_OFF,
}


@dataclass(frozen=True)
class Books:
    maker: CustomUser
    checker: CustomUser
    payee: CustomUser
    other: CustomUser
    paid: StaffMove
    topped_up: StaffMove
    placed: StaffMove
    left: str
    open: Chargeback
    owed: Chargeback
    given_up: Chargeback
    repaid: str
    twice: CustomUser
    job: Job


@pytest.fixture
def books(bisi: CustomUser, chidi: CustomUser, wale: CustomUser, ada: CustomUser, emeka: CustomUser) -> Books:
    """A payment and a top-up by staff; 7,000 kobo placed from suspense and 900 left in it; three chargebacks."""
    checker: CustomUser = UserFactory(role=Role.ADMIN, is_superuser=True)
    job: Job = JobFactory(client=chidi)
    pay_in_escrow(job)
    paid = propose_move(
        staff_id=bisi.pk,
        kind=StaffMoveKind.STAFF_PAYMENT,
        amount_kobo=30_000,
        reason="Goodwill",
        reference="stf-1",
        user_id=wale.pk,
    )
    topped_up = propose_move(
        staff_id=bisi.pk,
        kind=StaffMoveKind.PROVIDER_TOPUP,
        amount_kobo=8_000_000,
        reason="May",
        reference="top-1",
        provider="paystack",
    )
    came, left = in_suspense(job, 7_000), in_suspense(job, 900)
    placed = propose_suspense(staff_id=bisi.pk, transaction_id=came.pk, user_id=wale.pk, reason="It is his")
    others = [
        propose_move(
            staff_id=bisi.pk,
            kind=kind,
            amount_kobo=1_000,
            reason="May",
            reference=f"{kind}-1",
            provider="paystack" if kind in AT_A_PROVIDER else "",
        )
        for kind in OTHERS
    ]
    for move in (topped_up, paid, placed, *others):
        approve_move(staff_id=checker.pk, move_id=move.pk)
    open_one = told(PaymentAttempt.objects.get(payment__job=job, credited_to=CreditedTo.ESCROW), "77", 100_000)
    owed, given_up = lost_with_nothing_left(ada, "88"), lost_with_nothing_left(emeka, "99")
    approve_move(
        staff_id=checker.pk,
        move_id=propose_write_off(staff_id=bisi.pk, chargeback_id=given_up.pk, reason="Gone").pk,
    )
    twice: CustomUser = UserFactory()
    won_twice(twice)
    pay_in(twice.pk, 1_000_000)
    pay_in(ada.pk, 20_000)
    repaid = repay(user_id=ada.pk)
    assert repaid is not None
    return Books(
        maker=bisi,
        checker=checker,
        payee=wale,
        other=ada,
        paid=paid,
        topped_up=topped_up,
        placed=placed,
        left=left.reference.removeprefix("paystack:"),
        open=open_one,
        owed=owed,
        given_up=given_up,
        repaid=repaid.reference,
        twice=twice,
        job=job,
    )


def in_suspense(job: Job, amount_kobo: int) -> LedgerTransaction:
    """A payment of another amount than was asked for."""
    attempt: PaymentAttempt = PaymentAttemptFactory(
        payment__job=job,
        payment__status="abandoned",
        amount_kobo=amount_kobo,
        succeeded=True,
        credited_to=CreditedTo.SUSPENSE,
    )
    reference = f"paystack:{attempt.reference}"
    book(TransactionKind.FUNDING, reference, Move(PAYSTACK, SUSPENSE, amount_kobo), memo="Paid too little. (NGN)")
    return LedgerTransaction.objects.get(reference=reference)


def told(
    attempt: PaymentAttempt,
    provider_id: str,
    amount_kobo: int,
    outcome: ChargebackOutcome = ChargebackOutcome.OPEN,
) -> Chargeback:
    chargeback = apply_chargeback(
        provider="paystack",
        told=DisputedCharge(
            provider_id=provider_id,
            charge_reference=attempt.reference,
            outcome=outcome,
            amount_kobo=amount_kobo,
            currency="NGN",
        ),
    )
    assert chargeback is not None
    return chargeback


def lost_with_nothing_left(user: CustomUser, provider_id: str) -> Chargeback:
    """500 naira that went to the bank before their card's bank took them back."""
    pay_in(user.pk, 50_000)
    booked_withdrawal(user, "paid", 50_000)
    return told(PaymentAttempt.objects.get(payment__payer=user), provider_id, 50_000, ChargebackOutcome.LOST)


def won_twice(user: CustomUser) -> None:
    """One while it was held, one after it was lost, with debt and all."""
    pay_in(user.pk, 50_000)
    attempt = PaymentAttempt.objects.get(payment__payer=user)
    for outcome in (ChargebackOutcome.OPEN, ChargebackOutcome.WON):
        told(attempt, "55", 20_000, outcome)
    booked_withdrawal(user, "paid", 40_000)
    for outcome in (ChargebackOutcome.LOST, ChargebackOutcome.WON):
        told(attempt, "66", 50_000, outcome)


def test_books_with_one_of_everything_that_staff_move_are_right(books: Books) -> None:
    assert found() == []
    assert booked_kinds() >= KINDS


type Damage = Callable[[Books], None]
type Told = Callable[[Books], list[str]]
BOOKED = "money that staff moved is booked:"
DAMAGES: dict[str, tuple[Damage, Told]] = {
    "staff payment made dearer": (
        lambda b: rewrite("payment_staffmove", b.paid.pk, "amount_kobo = amount_kobo + 100"),
        lambda b: [
            f"{BOOKED} staff_payment stf-1 on platform_fees is -300.00, should be -301.00",
            f"{BOOKED} staff_payment stf-1 on wallet {b.payee.pk} is 300.00, should be 301.00",
        ],
    ),
    "staff payment called declined": (
        lambda b: rewrite("payment_staffmove", b.paid.pk, "status = 'declined'"),
        lambda b: [f"{BOOKED} staff_payment stf-1 on wallet {b.payee.pk} is 300.00, should be 0.00"],
    ),
    "staff payment's approval deleted": (
        lambda b: rewrite_delete("payment_staffmove", b.paid.pk),
        lambda b: [f"{BOOKED} staff_payment stf-1 on wallet {b.payee.pk} is 300.00, should be 0.00"],
    ),
    "staff payment said to be somebody else's": (
        lambda b: rewrite("payment_staffmove", b.paid.pk, f"user_id = {b.other.pk}"),
        lambda b: [
            f"{BOOKED} staff_payment stf-1 on wallet {b.payee.pk} is 300.00, should be 0.00",
            f"{BOOKED} staff_payment stf-1 on wallet {b.other.pk} is 0.00, should be 300.00",
        ],
    ),
    "staff payment struck out": (
        lambda b: strike_out("staff_payment", "stf-1"),
        lambda b: [f"{BOOKED} staff_payment stf-1 on wallet {b.payee.pk} is 0.00, should be 300.00"],
    ),
    "staff payment turned to another wallet": (
        lambda b: turn("staff_payment", "stf-1", wallet_account(b.payee.pk), wallet_account(b.other.pk)),
        lambda b: [f"{BOOKED} staff_payment stf-1 on wallet {b.other.pk} is 300.00, should be 0.00"],
    ),
    "staff payment forged": (
        lambda b: forge_without_approval(wallet_account(b.other.pk)),
        lambda b: [f"{BOOKED} staff_payment stf-forged on wallet {b.other.pk} is 9.00, should be 0.00"],
    ),
    "top-up struck out": (
        lambda b: strike_out("provider_topup", "top-1"),
        lambda b: [f"{BOOKED} provider_topup top-1 on platform_bank is 0.00, should be 80,000.00"],
    ),
    "placing of suspense struck out": (
        lambda b: strike_out("suspense_resolved", b.placed.reference),
        lambda b: [
            f"{BOOKED} suspense_resolved {b.placed.reference} on wallet {b.payee.pk} is 0.00, should be 70.00",
            "suspense is what came and was not resolved: suspense is 79.00, should be 9.00",
        ],
    ),
    "placing of suspense turned to another wallet": (
        lambda b: turn("suspense_resolved", b.placed.reference, wallet_account(b.payee.pk), wallet_account(b.other.pk)),
        lambda b: [f"{BOOKED} suspense_resolved {b.placed.reference} on wallet {b.other.pk} is 70.00, should be 0.00"],
    ),
    "approval of suspense deleted": (
        lambda b: rewrite_delete("payment_staffmove", b.placed.pk),
        lambda b: ["suspense is what came and was not resolved: suspense is 9.00, should be 79.00"],
    ),
    "money in suspense struck out": (
        lambda b: strike_out("funding", f"paystack:{b.left}"),
        lambda b: [f"captured attempts are booked: paystack {b.left} is 0.00, should be 9.00"],
    ),
    "money in suspense turned to a wallet": (
        lambda b: turn("funding", f"paystack:{b.left}", SUSPENSE, wallet_account(b.other.pk)),
        lambda b: [
            f"money that came in is explained: funding paystack:{b.left} to wallet {b.other.pk} is 9.00, should be 0.00"
        ],
    ),
    "chargeback said to hold less": (
        lambda b: rewrite("payment_chargeback", b.open.pk, "held_kobo = held_kobo - 500, escrow_held_kobo = 0"),
        lambda b: [
            "held for chargebacks is what they hold: held for chargebacks is 1,000.00, should be 995.00",
            "chargebacks hold what was booked: paystack 77 held is 1,000.00, should be 995.00",
        ],
    ),
    "holding of a chargeback struck out": (
        lambda b: strike_out("chargeback_held", "paystack:77:1"),
        lambda b: ["chargebacks hold what was booked: paystack 77 held is 0.00, should be 1,000.00"],
    ),
    "chargeback deleted": (
        lambda b: rewrite_delete("payment_chargeback", b.open.pk),
        lambda b: ["postings of chargebacks have their row: chargeback_held paystack:77:1 is 1,000.00, should be 0.00"],
    ),
    "lost chargeback made cheaper": (
        lambda b: rewrite(
            "payment_chargeback", b.owed.pk, "taken_kobo = taken_kobo - 500, owed_kobo = owed_kobo - 500"
        ),
        lambda b: [
            "chargebacks took what was booked: paystack 88 taken is 500.00, should be 495.00",
            "chargebacks left owing what was booked: paystack 88 owed is -500.00, should be -495.00",
        ],
    ),
    "lost chargeback called won": (
        lambda b: rewrite("payment_chargeback", b.owed.pk, "status = 'won'"),
        lambda b: ["chargebacks took what was booked: paystack 88 taken is 500.00, should be 0.00"],
    ),
    "what a chargeback took turned from the provider": (
        lambda b: turn("chargeback", "paystack:88:1", PAYSTACK, FEES),
        lambda b: ["chargebacks took what was booked: paystack 88 taken is 0.00, should be 500.00"],
    ),
    "debt given to another person": (
        lambda b: rewrite("payment_chargeback", b.owed.pk, f"payer_id = {b.payee.pk}"),
        lambda b: ["chargebacks left owing what was booked: paystack 88 owed is 0.00, should be -500.00"],
    ),
    "writing off denied": (
        lambda b: rewrite("payment_chargeback", b.given_up.pk, "written_off_kobo = 0"),
        lambda b: ["debts written off are booked: paystack 99 written off is 500.00, should be 0.00"],
    ),
    "writing off struck out": (
        lambda b: strike_out("debt_written_off", "paystack:99:2"),
        lambda b: ["debts written off are booked: paystack 99 written off is 0.00, should be 500.00"],
    ),
    "money held for a chargeback taken out of another escrow": (
        lambda b: turn("chargeback_held", "paystack:77:1", escrow_account(b.job.pk), wallet_account(b.twice.pk)),
        lambda b: [
            f"chargebacks move the payer's money: chargeback_held paystack:77:1 on wallet {b.twice.pk} is -1,000.00, "
            "should be 0.00"
        ],
    ),
    "money that a won chargeback freed given to another": (
        lambda b: turn("chargeback_released", "paystack:55:2", wallet_account(b.twice.pk), wallet_account(b.other.pk)),
        lambda b: [
            f"chargebacks move the payer's money: chargeback_released paystack:55:2 on wallet {b.other.pk} is 200.00, "
            "should be 0.00"
        ],
    ),
    "debt written off at another's cost": (
        lambda b: turn("debt_written_off", "paystack:99:2", FEES, wallet_account(b.twice.pk)),
        lambda b: [
            f"chargebacks move the payer's money: debt_written_off paystack:99:2 on wallet {b.twice.pk} is -500.00, "
            "should be 0.00"
        ],
    ),
    "debt repaid out of somebody else's wallet": (
        lambda b: turn("debt_repaid", b.repaid, wallet_account(b.other.pk), wallet_account(b.payee.pk)),
        lambda b: [f"debts are repaid by the debtor: debt_repaid {b.repaid} is 200.00, should be 0.00"],
    ),
}


def forge_without_approval(wallet: AccountKey) -> None:
    with without_triggers():
        forge(TransactionKind.STAFF_PAYMENT, "stf-forged", Move(FEES, wallet, 900))


@pytest.mark.parametrize("name", DAMAGES)
def test_damage_to_what_staff_moved_is_named_by_check_row_and_amount(name: str, books: Books) -> None:
    damage, told_of = DAMAGES[name]

    damage(books)

    lines = found()
    assert [line for line in told_of(books) if line not in lines] == []


def test_checks_that_name_these_lies(books: Books) -> None:
    assert checks_that_name(DAMAGES, books) >= NAMED


def test_no_leg_is_on_a_strangers_wallet_unseen(books: Books, stranger_with_money: CustomUser) -> None:
    assert unseen_turns(stranger_with_money) == []
