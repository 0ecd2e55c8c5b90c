"""Ctrl+K finds whatever reference of ours somebody reads to support, whole and by its beginning."""

from collections.abc import Callable

import pytest
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from payment.models import TransactionKind
from payment.services import references
from payment.services.references import (
    ACCOUNT,
    BY_HAND,
    DEBT,
    EXTRA_TIME,
    PAYMENT,
    REFUND,
    STAFF,
    WITHDRAWAL,
    funding_reference,
)
from tests.admin.test_finding import ctrl_k
from tests.factories.jobs import ShiftAssignmentFactory
from tests.factories.payment import (
    ChargebackFactory,
    DepositFactory,
    LedgerTransactionFactory,
    PaymentFactory,
    RefundFactory,
    StaffMoveFactory,
    VirtualAccountFactory,
    WithdrawalFactory,
)
from tests.support.books import committed

pytestmark = pytest.mark.django_db

DIGITS = "00aa00bb00cc00dd0001"


def extra_time(reference: str) -> Model:
    return LedgerTransactionFactory.create(
        kind=TransactionKind.WALLET_FUNDING,
        reference=reference,
        job_id=ShiftAssignmentFactory.create(pk=4711).application.job_id,
    )


# By the beginning that `payment.services.references` gives it.
MAKERS: dict[str, Callable[[str], Model]] = {
    PAYMENT: lambda reference: PaymentFactory.create(reference=reference),
    WITHDRAWAL: lambda reference: WithdrawalFactory.create(reference=reference),
    REFUND: lambda reference: RefundFactory.create(reference=reference),
    STAFF: lambda reference: StaffMoveFactory.create(reference=reference),
    BY_HAND: lambda reference: ChargebackFactory.create(provider_id=reference),
    DEBT: lambda reference: LedgerTransactionFactory.create(kind=TransactionKind.DEBT_REPAID, reference=reference),
    ACCOUNT: lambda reference: VirtualAccountFactory.create(provider="flutterwave", reference=reference),
    EXTRA_TIME: extra_time,
}


def reference_of(prefix: str) -> tuple[str, str]:
    """And its beginning."""
    if prefix == EXTRA_TIME:
        return f"{EXTRA_TIME}-4711-30", f"{EXTRA_TIME}-4711"
    return f"{prefix.rstrip('-')}-{DIGITS}", f"{prefix.rstrip('-')}-00aa"


def page_of(row: Model) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def test_every_beginning_of_a_reference_is_tried() -> None:
    given = {value for name, value in vars(references).items() if name.isupper() and isinstance(value, str)}

    assert given == set(MAKERS)


@pytest.mark.parametrize("prefix", MAKERS)
def test_reference_is_found_whole_and_by_its_beginning(prefix: str, staff: Client) -> None:
    reference, beginning = reference_of(prefix)
    row = MAKERS[prefix](reference)

    # Unfold keeps its answer to a term under the term in small letters: what is typed first is what is asked.
    for typed in (reference.upper(), beginning):
        assert page_of(row) in ctrl_k(staff, typed), typed
    assert page_of(row) not in ctrl_k(staff, f"{beginning}-9")


@pytest.mark.parametrize("provider", ["paystack", "flutterwave"])
def test_deposit_is_found_by_the_accounts_reference_its_own_and_as_the_books_have_it(
    provider: str, staff: Client
) -> None:
    account = VirtualAccountFactory.create(provider=provider, reference=f"{ACCOUNT}-{DIGITS}", provider_id="URF_17")
    deposit = DepositFactory.create(account=account, reference=f"{account.reference}.4300000007")
    booked = LedgerTransactionFactory.create(reference=funding_reference(provider, deposit.reference))

    for typed in (account.reference, f"{ACCOUNT}-00aa", deposit.reference):
        assert page_of(deposit) in ctrl_k(staff, typed), typed
        assert page_of(booked) in ctrl_k(staff, typed), typed
    assert page_of(booked) in ctrl_k(staff, booked.reference)
    assert page_of(booked) in ctrl_k(staff, booked.reference[:20])
    assert page_of(account) in ctrl_k(staff, "URF_17")


def test_receipt_is_found_by_its_number_and_its_beginning(staff: Client) -> None:
    payments = [PaymentFactory.create(status="succeeded") for _ in range(3)]
    committed()
    year = payments[0].created_at.year
    second = payments[1].receipt

    assert str(second) == f"PS-{year}-000002"
    for typed in (f"PS-{year}-000002", f"ps-{year}-000002", f"PS-{year}-2"):
        page = ctrl_k(staff, typed)
        assert [page_of(each.receipt) in page for each in payments] == [False, True, False], typed
    page = ctrl_k(staff, f"PS-{year}-00000")
    assert [page_of(each.receipt) in page for each in payments] == [True, True, True]
    for typed in (f"PS-{year}", f"PS-{year + 1}-000002", f"PX-{year}-000002", f"PS-{year}-000009"):
        assert page_of(second) not in ctrl_k(staff, typed), typed
