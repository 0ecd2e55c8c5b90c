"""Every constraint of money's tables, broken by rows written around the services (the books: test_ledger)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from accounts.models import CustomUser
from core.state_machine import StateMachine
from payment.machines import (
    ATTEMPT,
    CHARGEBACK,
    DISPUTE,
    PAYMENT,
    REFUND,
    STAFF_MOVE,
    VIRTUAL_ACCOUNT,
    WEBHOOK,
    WITHDRAWAL,
)
from payment.models import (
    AccountKind,
    Chargeback,
    Dispute,
    IdempotencyKey,
    LedgerAccount,
    LedgerTransaction,
    Payment,
    PaymentAttempt,
    Refund,
    StaffAlone,
    StaffMove,
    TransactionKind,
    VirtualAccount,
    WebhookEvent,
    Withdrawal,
)
from payment.services.accounts import provider_balance, receivable_account, system_account, wallet_account
from payment.services.posting import Move, post
from tests.factories.accounts import UserFactory
from tests.factories.jobs import JobFactory
from tests.factories.payment import (
    ChargebackFactory,
    DepositFactory,
    DisputeFactory,
    DisputeStatementFactory,
    IdempotencyKeyFactory,
    LedgerAccountFactory,
    LedgerTransactionFactory,
    PaymentAttemptFactory,
    PaymentFactory,
    RefundFactory,
    SettlementFactory,
    SettlementLineFactory,
    StaffMoveFactory,
    VirtualAccountFactory,
    WalletFactory,
    WebhookEventFactory,
    WithdrawalFactory,
    accepted_assignment,
    fund_wallet,
)
from tests.support.books import at_commit, constraint_name, open_transaction

pytestmark = pytest.mark.django_db

NOW = timezone.now()


def wage(**values: Any) -> Payment:
    payment: Payment = PaymentFactory(released=True, **values)
    return payment


def decided_by_one() -> Dispute:
    dispute: Dispute = DisputeFactory(resolved=True)
    Dispute.objects.filter(pk=dispute.pk).update(proposed_by=dispute.resolved_by, proposed_resolution="worker")
    return dispute


def lost(**values: Any) -> Chargeback:
    row: Chargeback = ChargebackFactory(**{"status": "lost", "closed_at": NOW, "taken_kobo": 5} | values)
    return row


BROKEN: list[tuple[str, Callable[[], object]]] = [
    ("payment_ledgeraccount_kind_known", lambda: LedgerAccountFactory(kind="till", user=None)),
    ("payment_ledgeraccount_subject_fits_kind", lambda: LedgerAccountFactory(kind="wallet", user=None)),
    ("payment_ledgeraccount_subject_fits_kind", lambda: LedgerAccountFactory(kind="provider_balance", user=None)),
    ("payment_ledgeraccount_subject_fits_kind", lambda: LedgerAccountFactory(kind="suspense", job=JobFactory())),
    ("payment_ledgeraccount_currency_form", lambda: LedgerAccountFactory(currency="ngn")),
    ("payment_ledgertransaction_kind_known", lambda: open_transaction(kind="gift")),
    ("payment_ledgertransaction_has_reference", lambda: open_transaction(reference="")),
    ("payment_payment_kind_known", lambda: PaymentFactory(kind="gift")),
    ("payment_payment_status_known", lambda: PaymentFactory(status="lost")),
    ("payment_payment_parties_fit_kind", lambda: PaymentFactory(provider="")),
    ("payment_payment_parties_fit_kind", lambda: wage(recipient=None)),
    ("payment_payment_parties_fit_kind", lambda: wage(status="pending", succeeded_at=None)),
    ("payment_payment_succeeded_has_time", lambda: PaymentFactory(status="succeeded", succeeded_at=None)),
    ("payment_payment_succeeded_has_time", lambda: PaymentFactory(succeeded_at=NOW)),
    ("payment_payment_amount_or_fee", lambda: PaymentFactory(amount_kobo=0)),
    ("payment_payment_vat_of_fee", lambda: PaymentFactory(vat_kobo=1)),
    ("payment_withdrawal_duty_of_transfer", lambda: WithdrawalFactory(duty_kobo=5_000)),
    ("payment_withdrawal_duty_of_transfer", lambda: WithdrawalFactory(status="paid", duty_kobo=-1)),
    ("payment_payment_vat_of_fee", lambda: PaymentFactory(released=True, fee_kobo=100, vat_bps=750, vat_kobo=8)),
    ("payment_payment_vat_of_fee", lambda: PaymentFactory(released=True, fee_kobo=100, vat_kobo=7)),
    ("payment_payment_amount_or_fee", lambda: PaymentFactory(fee_kobo=1)),
    ("payment_payment_amount_or_fee", lambda: PaymentFactory(released=True, amount_kobo=0, fee_kobo=0)),
    ("payment_payment_amount_or_fee", lambda: PaymentFactory(released=True, amount_kobo=-1, fee_kobo=5)),
    ("payment_payment_currency_naira", lambda: PaymentFactory(currency="USD")),
    ("payment_payment_reference_form", lambda: PaymentFactory(reference="UPPER-CASE-REFERENCE")),
    ("payment_attempt_status_known", lambda: PaymentAttemptFactory(status="lost")),
    ("payment_attempt_provider_known", lambda: PaymentAttemptFactory(provider="wallet")),
    ("payment_attempt_amounts_positive", lambda: PaymentAttemptFactory(amount_kobo=0)),
    ("payment_attempt_succeeded_is_credited", lambda: PaymentAttemptFactory(status="succeeded")),
    ("payment_attempt_succeeded_is_credited", lambda: PaymentAttemptFactory(succeeded=True, credited_to="")),
    ("payment_attempt_succeeded_is_credited", lambda: PaymentAttemptFactory(captured_kobo=5)),
    ("payment_attempt_refunded_within_captured", lambda: PaymentAttemptFactory(refunded_kobo=1)),
    ("payment_attempt_reference_form", lambda: PaymentAttemptFactory(reference="short")),
    ("payment_refund_status_known", lambda: RefundFactory(status="lost")),
    ("payment_refund_card_has_attempt", lambda: RefundFactory(to_wallet=True, destination="card")),
    ("payment_refund_card_has_attempt", lambda: RefundFactory(to_wallet=True, status="requested")),
    ("payment_refund_finished_has_time", lambda: RefundFactory(finished_at=NOW)),
    ("payment_refund_finished_has_time", lambda: RefundFactory(status="failed", finished_at=None)),
    ("payment_refund_amount_positive", lambda: RefundFactory(amount_kobo=0)),
    ("payment_refund_fee_of_card", lambda: RefundFactory(to_wallet=True, fee_kobo=1)),
    ("payment_refund_fee_of_card", lambda: RefundFactory(fee_kobo=-1)),
    ("payment_refund_currency_naira", lambda: RefundFactory(currency="USD")),
    ("payment_refund_reference_form", lambda: RefundFactory(reference="rfd_under_scores_0001")),
    ("payment_withdrawal_status_known", lambda: WithdrawalFactory(status="lost")),
    ("payment_withdrawal_finished_has_time", lambda: WithdrawalFactory(finished_at=NOW)),
    ("payment_withdrawal_finished_has_time", lambda: WithdrawalFactory(status="paid", finished_at=None)),
    ("payment_withdrawal_amount_positive", lambda: WithdrawalFactory(amount_kobo=0)),
    ("payment_withdrawal_currency_naira", lambda: WithdrawalFactory(currency="USD")),
    ("payment_withdrawal_account_ten_digits", lambda: WithdrawalFactory(account_number="123456789")),
    ("payment_withdrawal_reference_form", lambda: WithdrawalFactory(reference="w")),
    ("payment_staffalone_not_negative", lambda: StaffAlone.objects.create(staff=UserFactory(), day=NOW, moved_kobo=-1)),
    ("payment_staffmove_kind_known", lambda: StaffMoveFactory(kind="gift")),
    ("payment_staffmove_status_known", lambda: StaffMoveFactory(status="lost")),
    ("payment_staffmove_amount_positive", lambda: StaffMoveFactory(amount_kobo=0)),
    ("payment_staffmove_amount_positive", lambda: StaffMoveFactory(amount_kobo=-1)),
    ("payment_staffmove_has_reason", lambda: StaffMoveFactory(reason="")),
    ("payment_staffmove_decided_by_someone", lambda: StaffMoveFactory(status="approved", decided_by=None)),
    ("payment_staffmove_decided_by_someone", lambda: StaffMoveFactory(decided_at=NOW)),
    ("payment_staffmove_subject_fits_kind", lambda: StaffMoveFactory(user=None)),
    ("payment_staffmove_subject_fits_kind", lambda: StaffMoveFactory(kind="person_let_back", user=None)),
    ("payment_staffmove_subject_fits_kind", lambda: StaffMoveFactory(kind="settlement", user=None)),
    ("payment_staffmove_subject_fits_kind", lambda: StaffMoveFactory(kind="chargeback", user=None)),
    ("payment_staffmove_subject_fits_kind", lambda: StaffMoveFactory(kind="suspense_resolved")),
    ("payment_chargeback_status_known", lambda: ChargebackFactory(status="gone", closed_at=NOW)),
    ("payment_chargeback_has_id", lambda: ChargebackFactory(provider_id="")),
    ("payment_chargeback_currency_naira", lambda: ChargebackFactory(currency="USD")),
    ("payment_chargeback_held_within_amount", lambda: ChargebackFactory(held_kobo=10_001)),
    ("payment_chargeback_held_within_amount", lambda: ChargebackFactory(held_kobo=5, escrow_held_kobo=6)),
    ("payment_chargeback_owed_within_taken", lambda: lost(taken_kobo=10_001)),
    ("payment_chargeback_owed_within_taken", lambda: lost(taken_kobo=5, owed_kobo=6)),
    ("payment_chargeback_owed_within_taken", lambda: lost(taken_kobo=5, owed_kobo=5, written_off_kobo=6)),
    ("payment_chargeback_closed_holds_nothing", lambda: lost(taken_kobo=0)),
    ("payment_chargeback_closed_holds_nothing", lambda: lost(held_kobo=1)),
    ("payment_chargeback_closed_holds_nothing", lambda: ChargebackFactory(taken_kobo=1)),
    ("payment_chargeback_answer_complete", lambda: ChargebackFactory(answer="accept", answer_asked_at=NOW)),
    ("payment_chargeback_answer_complete", lambda: ChargebackFactory(answer="contest", answer_asked_at=NOW)),
    ("payment_chargeback_answer_complete", lambda: ChargebackFactory(answer_sent_at=NOW)),
    ("payment_chargeback_document_named", lambda: ChargebackFactory(document="avatars/0.webp")),
    ("payment_virtualaccount_status_known", lambda: VirtualAccountFactory(status="gone")),
    ("payment_virtualaccount_active_has_number", lambda: VirtualAccountFactory(account_number="")),
    ("payment_virtualaccount_closed_at", lambda: VirtualAccountFactory(closed_at=NOW)),
    ("payment_deposit_amount_positive", lambda: DepositFactory(amount_kobo=0)),
    ("payment_deposit_currency_naira", lambda: DepositFactory(currency="USD")),
    ("payment_deposit_fee_within_amount", lambda: DepositFactory(provider_fee_kobo=10_001)),
    ("payment_settlement_currency_naira", lambda: SettlementFactory(currency="USD")),
    ("payment_settlementline_outcome_fits", lambda: SettlementLineFactory(outcome="lost")),
    ("payment_settlementline_outcome_fits", lambda: SettlementLineFactory(outcome="missing")),
    ("payment_settlementline_outcome_fits", lambda: SettlementLineFactory(books_kobo=None)),
    ("payment_dispute_status_known", lambda: DisputeFactory(status="lost", closed_at=NOW)),
    ("payment_dispute_opened_by_party", lambda: DisputeFactory(opened_by=WalletFactory().user)),
    ("payment_dispute_resolved_has_outcome", lambda: DisputeFactory(resolved=True, resolved_by=None)),
    ("payment_dispute_proposal_is_whole", lambda: DisputeFactory(proposed_resolution="worker")),
    ("payment_dispute_proposal_is_whole", lambda: DisputeFactory(proposed_by=WalletFactory().user)),
    ("payment_dispute_proposal_is_whole", lambda: DisputeFactory(proposed_to_worker_kobo=5)),
    ("payment_dispute_two_people", decided_by_one),
    ("payment_dispute_resolved_has_outcome", lambda: DisputeFactory(resolved=True, to_worker_kobo=-1)),
    ("payment_dispute_resolved_has_outcome", lambda: DisputeFactory(to_client_kobo=1)),
    ("payment_dispute_closed_has_time", lambda: DisputeFactory(status="withdrawn", closed_at=None)),
    ("payment_dispute_closed_has_time", lambda: DisputeFactory(closed_at=NOW)),
    ("payment_disputestatement_not_empty", lambda: DisputeStatementFactory(body="")),
    ("payment_webhookevent_status_known", lambda: WebhookEventFactory(status="lost", processed_at=NOW)),
    ("payment_webhookevent_processed_has_time", lambda: WebhookEventFactory(status="processed")),
    ("payment_webhookevent_processed_has_time", lambda: WebhookEventFactory(processed_at=NOW)),
    ("payment_idempotencykey_answer_is_whole", lambda: IdempotencyKeyFactory(response_status=201)),
]


@pytest.mark.parametrize(
    ("name", "write"), BROKEN, ids=[f"{position}-{name}" for position, (name, _) in enumerate(BROKEN)]
)
def test_row_that_breaks_a_rule_is_refused_by_its_constraint(name: str, write: Callable[[], object]) -> None:
    with pytest.raises(IntegrityError) as refused:
        write()

    assert constraint_name(refused) == name


def twice[T](write: Callable[..., T], **values: Any) -> None:
    """The second of two such rows is refused by `pytest.raises` around this."""
    write(**values)
    write(**values)


def test_user_has_one_wallet_account(wale: CustomUser) -> None:
    with pytest.raises(IntegrityError) as refused:
        twice(LedgerAccountFactory, user=wale)

    assert constraint_name(refused) == "payment_ledgeraccount_one_wallet"


def test_user_has_one_account_of_debts(wale: CustomUser) -> None:
    with pytest.raises(IntegrityError) as refused:
        twice(LedgerAccountFactory, kind="receivable", user=wale)

    assert constraint_name(refused) == "payment_ledgeraccount_one_receivable"


def test_nobody_is_owed_by_an_account_of_debts(wale: CustomUser) -> None:
    move = Move(provider_balance("paystack"), receivable_account(wale.pk), 5)

    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        post(kind=TransactionKind.DEBT_REPAID, reference="x", moves=[move])

    assert constraint_name(refused) == "payment_ledgeraccount_owed_or_nothing"


def test_m3_what_is_held_for_chargebacks_is_not_overdrawn(wale: CustomUser) -> None:
    held = system_account(AccountKind.CHARGEBACKS_HELD)

    post(kind=TransactionKind.CHARGEBACK, reference="x", moves=[Move(held, wallet_account(wale.pk), 5)])

    with pytest.raises(IntegrityError) as refused:
        at_commit()

    assert constraint_name(refused) == "payment_ledgeraccount_not_negative"


@pytest.mark.parametrize(
    ("once", "factory", "same"),
    [
        ("payment_virtualaccount_number_once", VirtualAccountFactory, {"account_number": "9800000001"}),
        ("payment_virtualaccount_reference_once", VirtualAccountFactory, {"reference": "acc-1"}),
        ("payment_deposit_reference_once", DepositFactory, {"reference": "1"}),
    ],
)
def test_m6_number_stands_for_one_wallet_and_money_comes_once(once: str, factory: Any, same: dict[str, str]) -> None:
    with pytest.raises(IntegrityError) as refused:
        twice(factory, **same)

    assert constraint_name(refused) == once


def test_person_has_one_living_number(wale: CustomUser) -> None:
    VirtualAccountFactory(user=wale, status="closed")
    VirtualAccountFactory(user=wale)

    with pytest.raises(IntegrityError) as refused:
        VirtualAccountFactory(user=wale, asked=True)

    assert constraint_name(refused) == "payment_virtualaccount_one_each"


def test_providers_chargeback_is_one_row() -> None:
    with pytest.raises(IntegrityError) as refused:
        twice(ChargebackFactory, provider_id="77")

    assert constraint_name(refused) == "payment_chargeback_once"


def test_chargeback_of_staff_is_known_by_one_number() -> None:
    with pytest.raises(IntegrityError) as refused:
        twice(ChargebackFactory, told_as="77")
    assert constraint_name(refused) == "payment_chargeback_told_once"


def test_providers_settlement_is_one_row() -> None:
    with pytest.raises(IntegrityError) as refused:
        twice(SettlementFactory, provider_id="77")
    assert constraint_name(refused) == "payment_settlement_once"


def test_payment_in_a_settlement_is_one_row() -> None:
    with pytest.raises(IntegrityError) as refused:
        twice(SettlementLineFactory, settlement=SettlementFactory(), provider_id="77")
    assert constraint_name(refused) == "payment_settlementline_once"


def test_job_has_one_escrow() -> None:
    with pytest.raises(IntegrityError) as refused:
        twice(LedgerAccountFactory, kind="escrow", user=None, job=JobFactory())

    assert constraint_name(refused) == "payment_ledgeraccount_one_escrow"


def test_system_account_is_one_of_its_kind() -> None:
    with pytest.raises(IntegrityError) as refused:
        twice(LedgerAccountFactory, kind="suspense", user=None)

    assert constraint_name(refused) == "payment_ledgeraccount_one_of_kind"


def test_user_has_one_wallet(wale: CustomUser) -> None:
    account = LedgerAccountFactory(user=wale)

    with pytest.raises(IntegrityError) as refused:
        twice(WalletFactory, user=wale, account=account)

    assert constraint_name(refused).startswith("payment_wallet_")


def test_m6_provider_reference_is_one_attempt() -> None:
    with pytest.raises(IntegrityError) as refused:
        twice(PaymentAttemptFactory, reference="pay-0000000000000001", status="failed")

    assert constraint_name(refused) == "payment_attempt_reference_unique"


def test_m6_provider_reference_is_booked_once() -> None:
    with pytest.raises(IntegrityError) as refused:
        twice(open_transaction, kind="funding", reference="paystack:pay-1")

    assert constraint_name(refused) == "payment_ledgertransaction_once"


def test_payment_has_one_live_attempt_per_provider() -> None:
    payment = PaymentFactory()
    PaymentAttemptFactory(payment=payment, status="failed")
    PaymentAttemptFactory(payment=payment, provider="flutterwave")

    with pytest.raises(IntegrityError) as refused:
        twice(PaymentAttemptFactory, payment=payment)

    assert constraint_name(refused) == "payment_attempt_one_live"


def test_job_has_one_pending_funding() -> None:
    job = JobFactory()
    PaymentFactory(job=job, status="abandoned")

    with pytest.raises(IntegrityError) as refused:
        twice(PaymentFactory, job=job)

    assert constraint_name(refused) == "payment_payment_one_pending_funding"


@pytest.mark.parametrize(
    ("factory", "name"),
    [
        (PaymentFactory, "payment_payment_reference_unique"),
        (RefundFactory, "payment_refund_reference_unique"),
        (WithdrawalFactory, "payment_withdrawal_reference_unique"),
    ],
)
def test_reference_is_unique(factory: Callable[..., object], name: str) -> None:
    with pytest.raises(IntegrityError) as refused:
        twice(factory, reference="ref-0000000000000001")

    assert constraint_name(refused) == name


@pytest.mark.parametrize("status", ["requested", "sending", "unknown"])
def test_m7_wallet_has_one_withdrawal_in_flight(status: str) -> None:
    wallet = WalletFactory()
    WithdrawalFactory(wallet=wallet, status="paid")
    WithdrawalFactory(wallet=wallet, status=status)

    with pytest.raises(IntegrityError) as refused:
        WithdrawalFactory(wallet=wallet)

    assert constraint_name(refused) == "payment_withdrawal_one_in_flight"


@pytest.mark.parametrize("status", ["open", "under_review"])
def test_assignment_has_one_open_dispute(status: str) -> None:
    assignment = accepted_assignment(JobFactory(), checked_out=True)
    DisputeFactory(assignment=assignment, status="withdrawn")
    DisputeFactory(assignment=assignment, status=status)

    with pytest.raises(IntegrityError) as refused:
        DisputeFactory(assignment=assignment)

    assert constraint_name(refused) == "payment_dispute_one_open"


def test_m8_webhook_is_stored_once() -> None:
    with pytest.raises(IntegrityError) as refused:
        twice(WebhookEventFactory, reference="pay-0000000000000001")

    assert constraint_name(refused) == "payment_webhookevent_once"


def test_m9_key_is_one_per_user_and_operation(wale: CustomUser, ada: CustomUser) -> None:
    IdempotencyKeyFactory(user=ada, key="k")
    IdempotencyKeyFactory(user=wale, key="k", operation="withdraw")

    with pytest.raises(IntegrityError) as refused:
        twice(IdempotencyKeyFactory, user=wale, key="k")

    assert constraint_name(refused) == "payment_idempotencykey_once"


class TestRefundedSum:
    """Never more than was captured: the sum is the database's."""

    def test_refunds_add_up_on_the_attempt_and_failed_ones_do_not(self) -> None:
        refund = RefundFactory(amount_kobo=600)
        RefundFactory(attempt=refund.attempt, amount_kobo=50)
        Refund.objects.filter(pk=refund.pk).update(status="processing")
        Refund.objects.filter(pk=refund.pk).update(status="failed", finished_at=NOW)

        assert PaymentAttempt.objects.get().refunded_kobo == 50

    def test_refund_to_the_wallet_is_not_counted(self) -> None:
        attempt = PaymentAttemptFactory(succeeded=True)
        RefundFactory(to_wallet=True, job=attempt.payment.job)

        assert PaymentAttempt.objects.get().refunded_kobo == 0

    def test_refunds_beyond_what_was_captured_are_refused(self) -> None:
        attempt = PaymentAttemptFactory(succeeded=True, amount_kobo=1_000)
        RefundFactory(attempt=attempt, amount_kobo=600)

        with pytest.raises(IntegrityError) as refused:
            RefundFactory(attempt=attempt, amount_kobo=401)

        assert constraint_name(refused) == "payment_attempt_refunded_within_captured"

    @pytest.mark.parametrize("column", ["amount_kobo", "attempt_id"])
    def test_refund_stays_what_it_was(self, column: str) -> None:
        refund = RefundFactory()

        with pytest.raises(ProgrammingError, match="permission denied"):
            Refund.objects.filter(pk=refund.pk).update(**{column: refund.amount_kobo})

    def test_sum_cannot_be_written(self) -> None:
        PaymentAttemptFactory(succeeded=True)

        with pytest.raises(ProgrammingError, match="permission denied"):
            PaymentAttempt.objects.update(refunded_kobo=0)


MACHINES: list[tuple[Any, StateMachine, Any]] = [
    (Payment, PAYMENT, PaymentFactory),
    (PaymentAttempt, ATTEMPT, PaymentAttemptFactory),
    (Refund, REFUND, RefundFactory),
    (Withdrawal, WITHDRAWAL, WithdrawalFactory),
    (Dispute, DISPUTE, DisputeFactory),
    (Chargeback, CHARGEBACK, ChargebackFactory),
    (StaffMove, STAFF_MOVE, StaffMoveFactory),
    (WebhookEvent, WEBHOOK, WebhookEventFactory),
    (VirtualAccount, VIRTUAL_ACCOUNT, VirtualAccountFactory),
]
SKIPS = [
    (model, factory, source, target)
    for model, machine, factory in MACHINES
    for source in machine.transitions
    for target in machine.transitions
    if source != target and not machine.allows(source, target)
]


@pytest.mark.parametrize(
    ("model", "factory", "source", "target"),
    SKIPS,
    ids=[f"{model.__name__}-{source}-{target}" for model, _, source, target in SKIPS],
)
def test_w3_no_status_leaves_its_machine(model: Any, factory: Any, source: str, target: str) -> None:
    row = factory(status=source, **row_in(model, source))

    with pytest.raises(IntegrityError) as refused:
        model.objects.filter(pk=row.pk).update(status=target)

    assert constraint_name(refused) == f"{model._meta.db_table}_status_transition"


def row_in(model: Any, status: str) -> dict[str, object]:
    """What a row needs to be inserted in this state."""
    if model is PaymentAttempt and status == "succeeded":
        return {"succeeded": True}
    if model is Dispute and status == "resolved":
        return {"resolved": True}
    if model is Chargeback and status in {"won", "lost"}:
        return {"closed_at": NOW, "taken_kobo": 5}
    if model is WebhookEvent and status in {"processed", "ignored"}:
        return {"processed_at": NOW}
    return {}


@pytest.mark.parametrize(
    "guarded",
    [LedgerTransaction, LedgerAccount, Payment],
    ids=lambda model: model.__name__,
)
def test_rows_about_money_protect_what_they_name(guarded: Any, wale: CustomUser) -> None:
    """No cascade reaches them: whoever they name cannot be deleted."""
    if guarded is Payment:
        with pytest.raises(ProtectedError):
            PaymentFactory(payer=wale).payer.delete()
    else:
        fund_wallet(wale.pk, 5)
        with pytest.raises(ProtectedError):
            wale.delete()

    assert guarded.objects.count() >= 1
    assert CustomUser.objects.filter(pk=wale.pk).exists()


def test_no_foreign_key_about_money_cascades() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE contype = 'f' AND confdeltype <> 'a' "
            "AND conrelid::regclass::text LIKE 'payment\\_%'"
        )
        assert cursor.fetchall() == []


def test_factories_write_rows_of_every_model() -> None:
    LedgerTransactionFactory()
    IdempotencyKeyFactory()
    DisputeStatementFactory()
    WithdrawalFactory()

    assert LedgerTransaction.objects.count() == IdempotencyKey.objects.count() == Withdrawal.objects.count() == 1
