"""Lies that the owner of the tables could tell with the triggers off: each is named by check, row and amount.

The postings stay balanced and the balances stay the sums of their entries, as whoever lies on purpose would see to.
"""

from collections.abc import Callable

import psycopg
import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from accounts.models import CustomUser
from payment.models import AccountKind, CreditedTo, PaymentAttempt, TransactionKind, Withdrawal
from payment.services.accounts import provider_balance, system_account, wallet_account
from payment.services.ledger_guards import TRIGGERS
from payment.services.posting import Move, post
from tests.support.books import constraint_name, execute, owner, without_constraint
from tests.support.damage import (
    booked_kinds,
    checks_that_name,
    clock_fixed,
    forge,
    found,
    rewrite,
    rewrite_delete,
    rewrite_where,
    strike_out,
    turn,
    unseen_forgeries,
    unseen_turns,
)
from tests.support.work_books import Books, books_of_work

pytestmark = pytest.mark.django_db(transaction=True)

PAYSTACK = provider_balance("paystack")
FEES, PROVIDER_FEES = system_account(AccountKind.PLATFORM_FEES), system_account(AccountKind.PROVIDER_FEES)

# What the lies below are told of by: `tests.payment.test_every_check` has the other checks.
NAMED = {
    "withdrawals are booked",
    "withdrawals go where they were asked to",
    "payments are booked",
    "payments are to who worked",
    "money that came in is explained",
    "captured attempts are booked",
    "fees of providers are booked",
    "refunds are booked",
    "fees kept of refunds are booked",
}
KINDS = {
    *(TransactionKind.FUNDING, TransactionKind.WALLET_FUNDING, TransactionKind.PROVIDER_FEE),
    *(TransactionKind.WAGE, TransactionKind.COMPENSATION, TransactionKind.AWARD, TransactionKind.REFUND),
    *(TransactionKind.CARD_REFUND, TransactionKind.CARD_REFUND_PROCESSED, TransactionKind.CARD_REFUND_RETURNED),
    *(TransactionKind.CARD_REFUND_FEE, TransactionKind.TRANSFER_FEE),
    *(TransactionKind.WITHDRAWAL, TransactionKind.WITHDRAWAL_PAID, TransactionKind.WITHDRAWAL_RETURNED),
}


@pytest.fixture
def books(chidi: CustomUser, wale: CustomUser, ada: CustomUser) -> Books:
    return books_of_work(client=chidi, worker=wale, other=ada)


def test_books_with_one_of_everything_are_right(books: Books) -> None:
    assert found() == []
    assert booked_kinds() == KINDS


def delete_withdrawal(row: Withdrawal) -> None:
    """Its receipt stands in the way."""
    with owner() as own:
        own.execute(f"DELETE FROM payment_receipt WHERE withdrawal_id = {row.pk}")
    rewrite_delete("payment_withdrawal", row.pk)


type Damage = Callable[[Books], None]
type Told = Callable[[Books], list[str]]
DAMAGES: dict[str, tuple[Damage, Told]] = {
    "paid withdrawal made dearer": (
        lambda b: rewrite("payment_withdrawal", b.paid.pk, "amount_kobo = amount_kobo + 500"),
        lambda b: [
            f"withdrawals are booked: withdrawal {b.paid.reference} on wallet {b.worker.pk} is -700.00, "
            "should be -705.00",
            f"withdrawals are booked: withdrawal_paid {b.paid.reference} on provider_balance paystack is 700.00, "
            "should be 705.00",
        ],
    ),
    "paid withdrawal called failed": (
        lambda b: rewrite("payment_withdrawal", b.paid.pk, "status = 'failed'"),
        lambda b: [
            f"withdrawals are booked: withdrawal_paid {b.paid.reference} on payouts_in_flight is -700.00, "
            "should be 0.00",
            f"withdrawals are booked: withdrawal_returned {b.paid.reference} on wallet {b.worker.pk} is 0.00, "
            "should be 700.00",
        ],
    ),
    "failed withdrawal called paid": (
        lambda b: rewrite("payment_withdrawal", b.failed.pk, "status = 'paid'"),
        lambda b: [
            f"withdrawals are booked: withdrawal_returned {b.failed.reference} on wallet {b.worker.pk} is 600.00, "
            "should be 0.00",
        ],
    ),
    "withdrawal deleted": (
        lambda b: delete_withdrawal(b.paid),
        lambda b: [
            f"withdrawals are booked: withdrawal {b.paid.reference} on wallet {b.worker.pk} is -700.00, should be 0.00",
            f"withdrawals are booked: transfer_fee {b.paid.reference} on provider_fees is -10.00, should be 0.00",
        ],
    ),
    "withdrawal given to another wallet": (
        lambda b: rewrite("payment_withdrawal", b.paid.pk, f"wallet_id = {b.other.wallet.pk}"),
        lambda b: [
            f"withdrawals are booked: withdrawal {b.paid.reference} on wallet {b.other.pk} is 0.00, should be -700.00",
            f"withdrawals are booked: withdrawal {b.paid.reference} on wallet {b.worker.pk} is -700.00, should be 0.00",
        ],
    ),
    "withdrawal turned to another bank account": (
        lambda b: rewrite("payment_withdrawal", b.open.pk, "account_number = '9999999999'"),
        lambda b: [
            f"withdrawals go where they were asked to: withdrawal {b.open.reference} to another bank account than was "
            "asked for is 400.00, should be 0.00",
        ],
    ),
    "return of a reversed withdrawal struck out": (
        lambda b: strike_out("withdrawal_returned", b.reversed.reference),
        lambda b: [
            f"withdrawals are booked: withdrawal_returned {b.reversed.reference} on wallet {b.worker.pk} is 0.00, "
            "should be 500.00",
        ],
    ),
    "transfer fee struck out": (
        lambda b: strike_out("transfer_fee", b.paid.reference),
        lambda b: [
            f"withdrawals are booked: transfer_fee {b.paid.reference} on provider_fees is 0.00, should be -10.00",
        ],
    ),
    "wage turned to another wallet": (
        lambda b: turn("wage", b.wage, wallet_account(b.worker.pk), wallet_account(b.other.pk)),
        lambda b: [
            f"payments are booked: wage {b.wage} on wallet {b.worker.pk} is 0.00, should be 12,000.00",
            f"payments are booked: wage {b.wage} on wallet {b.other.pk} is 12,000.00, should be 0.00",
        ],
    ),
    "wage and its row turned to another person": (
        lambda b: turn_with_its_row(b),
        lambda b: [
            f"payments are to who worked: wage {b.wage} to user {b.other.pk} for the work of user {b.worker.pk} is "
            "12,000.00, should be 0.00",
        ],
    ),
    "wage's recipient changed": (
        lambda b: rewrite_where("payment_payment", f"recipient_id = {b.other.pk}", f"reference = '{b.wage}'"),
        lambda b: [f"payments are booked: wage {b.wage} on wallet {b.other.pk} is 0.00, should be 12,000.00"],
    ),
    "wage's fee lowered": (
        lambda b: rewrite_where("payment_payment", "fee_kobo = fee_kobo - 1", f"reference = '{b.wage}'"),
        lambda b: [f"payments are booked: wage {b.wage} on platform_fees is 1,200.00, should be 1,199.99"],
    ),
    "forged funding of a wallet": (
        lambda b: forge(TransactionKind.FUNDING, "paystack:forged", Move(PAYSTACK, wallet_account(b.other.pk), 900)),
        lambda b: [
            f"money that came in is explained: funding paystack:forged to wallet {b.other.pk} is 9.00, should be 0.00"
        ],
    ),
    "forged wage": (
        lambda b: forge(TransactionKind.WAGE, "wage-forged", Move(FEES, wallet_account(b.other.pk), 900)),
        lambda b: [f"payments are booked: wage wage-forged on wallet {b.other.pk} is 9.00, should be 0.00"],
    ),
    "forged return of a withdrawal": (
        lambda b: forge(
            TransactionKind.WITHDRAWAL_RETURNED, "wdr-forged", Move(PAYSTACK, wallet_account(b.other.pk), 900)
        ),
        lambda b: [
            f"withdrawals are booked: withdrawal_returned wdr-forged on wallet {b.other.pk} is 9.00, should be 0.00"
        ],
    ),
    "forged refund to a wallet": (
        lambda b: forge(TransactionKind.REFUND, "rfd-forged", Move(PAYSTACK, wallet_account(b.other.pk), 900)),
        lambda b: [f"refunds are booked: refund rfd-forged on wallet {b.other.pk} is 9.00, should be 0.00"],
    ),
    "funding credited to another wallet": (
        lambda b: rewrite("payment_paymentattempt", b.attempt.pk, f"credited_to = '{CreditedTo.SUSPENSE}'"),
        lambda b: [
            f"money that came in is explained: funding paystack:{b.attempt.reference} to escrow {b.job.pk} is "
            "26,400.00, should be 0.00"
        ],
    ),
    "funding struck out": (
        lambda b: strike_out("funding", f"paystack:{late(b).reference}"),
        lambda b: [f"captured attempts are booked: paystack {late(b).reference} is 0.00, should be 10.00"],
    ),
    "provider's fee struck out": (
        lambda b: strike_out("provider_fee", f"paystack:{b.attempt.reference}"),
        lambda b: [
            f"fees of providers are booked: provider_fee paystack:{b.attempt.reference} on provider_fees is 0.00, "
            "should be -20.00"
        ],
    ),
    "refund to the card called failed": (
        lambda b: rewrite("payment_refund", b.card.pk, "status = 'failed'"),
        lambda b: [
            f"refunds are booked: card_refund_processed {b.card.reference} on provider_balance paystack is 300.00, "
            "should be 0.00"
        ],
    ),
    "returned refund called processed": (
        lambda b: rewrite("payment_refund", b.card_failed.pk, "status = 'processed'"),
        lambda b: [
            f"refunds are booked: card_refund_returned {b.card_failed.reference} on wallet {b.job.client_id} is "
            "200.00, should be 0.00"
        ],
    ),
    "fee kept of a refund made smaller": (
        lambda b: rewrite("payment_refund", b.card.pk, "fee_kobo = 500"),
        lambda b: [
            f"fees kept of refunds are booked: card_refund_fee {b.card.reference} on wallet {b.job.client_id} is "
            "-7.00, should be -5.00",
            f"fees kept of refunds are booked: card_refund_fee {b.card.reference} on provider_fees is 7.00, "
            "should be 5.00",
        ],
    ),
    "fee kept of a refund turned to a wallet": (
        lambda b: turn("card_refund_fee", b.card.reference, PROVIDER_FEES, wallet_account(b.other.pk)),
        lambda b: [
            f"fees kept of refunds are booked: card_refund_fee {b.card.reference} on wallet {b.other.pk} is 7.00, "
            "should be 0.00",
        ],
    ),
    "fee of a failed refund given to another": (
        lambda b: turn(
            "card_refund_fee",
            f"{b.card_failed.reference}:returned",
            wallet_account(b.job.client_id),
            wallet_account(b.other.pk),
        ),
        lambda b: [
            f"fees kept of refunds are booked: card_refund_fee {b.card_failed.reference}:returned on wallet "
            f"{b.other.pk} is 7.00, should be 0.00",
        ],
    ),
    "forged return of a refund's fee": (
        lambda b: forge(
            TransactionKind.CARD_REFUND_FEE, "rfd-forged:returned", Move(PROVIDER_FEES, wallet_account(b.other.pk), 900)
        ),
        lambda b: [
            f"fees kept of refunds are booked: card_refund_fee rfd-forged:returned on wallet {b.other.pk} is 9.00, "
            "should be 0.00",
        ],
    ),
}


def late(books: Books) -> PaymentAttempt:
    """What filled the other person's wallet."""
    return PaymentAttempt.objects.get(payment__payer=books.other)


def turn_with_its_row(books: Books) -> None:
    turn("wage", books.wage, wallet_account(books.worker.pk), wallet_account(books.other.pk))
    rewrite_where("payment_payment", f"recipient_id = {books.other.pk}", f"reference = '{books.wage}'")


@pytest.mark.parametrize("name", DAMAGES)
def test_damage_is_named_by_check_row_and_amount(name: str, books: Books) -> None:
    damage, told = DAMAGES[name]

    damage(books)

    told_of = found()
    assert [line for line in told(books) if line not in told_of] == []


def test_checks_that_name_these_lies(books: Books) -> None:
    assert checks_that_name(DAMAGES, books) == NAMED


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_trigger_that_is_left_disabled_is_named(trigger: str) -> None:
    table = trigger_tables()[trigger]
    with owner() as own:
        own.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
        try:
            told = found()
        finally:
            own.execute(f"ALTER TABLE {table} ENABLE TRIGGER {trigger}")

    assert told == [f"triggers are in force: trigger {trigger} of {table} is disabled"]


def test_trigger_that_is_gone_is_named() -> None:
    with owner() as own:
        own.execute("ALTER TRIGGER payment_ledgerentry_apply ON payment_ledgerentry RENAME TO elsewhere")
        try:
            told = found()
        finally:
            own.execute("ALTER TRIGGER elsewhere ON payment_ledgerentry RENAME TO payment_ledgerentry_apply")

    assert told == ["triggers are in force: trigger payment_ledgerentry_apply is missing"]


def test_every_trigger_of_money_is_looked_for() -> None:
    assert sorted(trigger_tables()) == sorted(TRIGGERS)


def trigger_tables() -> dict[str, str]:
    with owner() as own:
        return dict(
            own.execute(
                "SELECT tgname, tgrelid::regclass::text FROM pg_trigger"
                " WHERE NOT tgisinternal AND starts_with(tgrelid::regclass::text, 'payment_')"
            ).fetchall()
        )


@pytest.mark.parametrize(
    ("table", "name", "told"),
    [
        (
            "payment_ledgeraccount",
            "payment_ledgeraccount_not_negative",
            "constraint payment_ledgeraccount_not_negative",
        ),
        ("payment_withdrawal", "payment_withdrawal_one_in_flight", "constraint payment_withdrawal_one_in_flight"),
    ],
)
def test_constraint_that_is_missing_is_named(table: str, name: str, told: str) -> None:
    with without_constraint(table, name):
        lines = found()

    assert lines == [f"constraints are in force: {told} is missing or not enforced"]


def test_foreign_key_that_is_missing_is_named() -> None:
    with owner() as own:
        name, definition = own.execute(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE contype = 'f' AND conrelid = 'payment_wallet'::regclass AND conname LIKE '%account%'"
        ).fetchone() or ("", "")
        own.execute(f"ALTER TABLE payment_wallet DROP CONSTRAINT {name}")
        try:
            told = found()
        finally:
            own.execute(f"ALTER TABLE payment_wallet ADD CONSTRAINT {name} {definition}")

    assert told == ["constraints are in force: foreign key of payment_wallet.account_id is missing or not enforced"]


@pytest.mark.parametrize(
    ("given", "taken", "told"),
    [
        ("GRANT UPDATE ON payment_ledgerentry TO", "REVOKE UPDATE ON payment_ledgerentry FROM", ".amount_kobo"),
        (
            "GRANT DELETE ON payment_withdrawal TO",
            "REVOKE DELETE ON payment_withdrawal FROM",
            "DELETE payment_withdrawal",
        ),
        (
            "GRANT UPDATE (amount_kobo) ON payment_withdrawal TO",
            "REVOKE UPDATE (amount_kobo) ON payment_withdrawal FROM",
            "UPDATE payment_withdrawal.amount_kobo",
        ),
        ("REVOKE INSERT ON payment_refund FROM", "GRANT INSERT ON payment_refund TO", "not INSERT payment_refund"),
    ],
)
def test_grant_that_differs_is_named(given: str, taken: str, told: str) -> None:
    role = connection.settings_dict["USER"]
    with owner() as own:
        own.execute(f"{given} {role}")
        try:
            lines = found()
        finally:
            own.execute(f"{taken} {role}")

    assert any(told in line and line.startswith("grants are as declared: ") for line in lines)
    assert found() == []


def test_application_changes_nothing_of_what_a_withdrawal_is_about(books: Books) -> None:
    for column, value in (("amount_kobo", "1"), ("wallet_id", "1"), ("account_number", "'0000000000'")):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            execute(f"UPDATE payment_withdrawal SET {column} = {value}")
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        execute("DELETE FROM payment_withdrawal")
    with owner() as own, pytest.raises(psycopg.errors.CheckViolation, match="does not change"):
        own.execute("UPDATE payment_withdrawal SET account_number = '0000000000'")

    assert found() == []


def test_application_dates_no_posting_elsewhere(books: Books) -> None:
    with owner() as own, clock_fixed(own):
        for day in ("2020-01-01", "2099-01-01"):
            with pytest.raises(IntegrityError) as refused, transaction.atomic():
                execute(
                    "INSERT INTO payment_ledgertransaction (kind, reference, memo, created_at, xid)"
                    " VALUES ('funding', 'dated', '', %s, 0)",
                    [day],
                )
            assert constraint_name(refused) == "payment_ledgertransaction_dated_now"
        with transaction.atomic():
            post(
                kind=TransactionKind.FUNDING,
                reference="dated",
                moves=[Move(PAYSTACK, wallet_account(books.other.pk), 5)],
            )


def test_no_leg_is_on_a_strangers_wallet_unseen(books: Books, stranger_with_money: CustomUser) -> None:
    assert unseen_turns(stranger_with_money) == []


def test_no_kind_of_posting_is_forged_unseen(stranger_with_money: CustomUser) -> None:
    assert unseen_forgeries(stranger_with_money) == []
