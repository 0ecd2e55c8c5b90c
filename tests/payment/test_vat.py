"""VAT within the fee: by the day's rate, to the kobo, on its own account, and paid to the state by two people."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from pydantic import ValidationError

from accounts.models import CustomUser
from core.actor import Role
from core.errors import InvalidState
from jobs.models import Job
from jobs.ports import Price
from payment.models import AccountKind, Payment, StaffMove, StaffMoveKind
from payment.services.accounts import system_account, wallet_account
from payment.services.escrow import LedgerEscrow
from payment.services.ledger_check import check_books
from payment.services.staff_moves import approve_move, propose_move
from payment.services.taxes import split_fee
from payshift.rules import MoneyRules
from tests.factories.accounts import UserFactory
from tests.factories.jobs import ApplicationFactory, JobFactory, ShiftAssignmentFactory
from tests.factories.payment import balance_of, pay_in_escrow
from tests.support.api_client import ApiClient

pytestmark = pytest.mark.django_db

FEES, VAT = system_account(AccountKind.PLATFORM_FEES), system_account(AccountKind.VAT)
BANK = system_account(AccountKind.PLATFORM_BANK)
RATES = "2026-01-01=750 2027-01-01=1000"
WAGE, FEE = 1_200_000, 120_000


@pytest.fixture
def job(chidi: CustomUser) -> Job:
    job: Job = JobFactory.create(client=chidi, applicants_needed=2)
    pay_in_escrow(job)
    return job


def approve(job: Job, worker: CustomUser, fee_kobo: int = FEE) -> Payment:
    application = ApplicationFactory.create(job=job, applicant=worker, status="accepted")
    assignment = ShiftAssignmentFactory.create(application=application, checked_out=True)
    LedgerEscrow().pay_assignment(
        assignment_id=assignment.pk,
        job_id=job.pk,
        client_id=job.client_id,
        worker_id=worker.pk,
        price=Price(wage_kobo=WAGE, fee_kobo=fee_kobo),
    )
    return Payment.objects.get(assignment=assignment)


@pytest.mark.parametrize(
    ("fee_kobo", "day", "vat_kobo"),
    [
        (120_000, date(2025, 12, 31), 0),
        # 120,000 x 7.5 / 107.5 = 8,372.09; 120,000 / 11 = 10,909.09.
        (120_000, date(2026, 1, 1), 8_372),
        (120_000, date(2027, 1, 1), 10_909),
        # 7 x 750 / 10,750 = 0.488; 8: 0.558.
        (7, date(2026, 6, 1), 0),
        (8, date(2026, 6, 1), 1),
        (0, date(2026, 6, 1), 0),
    ],
)
def test_vat_is_within_the_fee_by_the_rate_of_the_day(fee_kobo: int, day: date, vat_kobo: int, settings: Any) -> None:
    settings.VAT_BPS = RATES

    parts = split_fee(fee_kobo, day=day)

    assert (parts.net_kobo, parts.vat_kobo) == (fee_kobo - vat_kobo, vat_kobo)


def test_there_is_none_by_default(job: Job, wale: CustomUser) -> None:
    payment = approve(job, wale)

    assert (payment.vat_kobo, balance_of(FEES), balance_of(VAT)) == (0, FEE, 0)


def test_approval_books_it_apart_and_the_client_pays_the_same(
    job: Job, chidi: CustomUser, wale: CustomUser, settings: Any
) -> None:
    settings.VAT_BPS = RATES

    payment = approve(job, wale)

    assert (payment.fee_kobo, payment.vat_kobo, payment.vat_bps) == (FEE, 8_372, 750)
    assert (balance_of(FEES), balance_of(VAT), balance_of(wallet_account(wale.pk))) == (111_628, 8_372, WAGE)
    assert check_books().findings == []
    of_client, of_worker = (
        ApiClient(person).get(f"/payments/{payment.reference}/receipt.html").content.decode()
        for person in (chidi, wale)
    )
    assert "VAT on the fee, 7.5 %" in of_client
    for amount in ("NGN 12,000.00", "NGN 1,116.28", "NGN 83.72", "NGN 13,200.00"):
        assert amount in of_client
    assert "NGN 83.72" not in of_worker
    lines = ApiClient(chidi).get(f"/jobs/{job.pk}/receipt").json()["receipts"]
    assert [(line["vat_kobo"], line["vat_bps"]) for line in lines if line["kind"] == "wage"] == [(8_372, 750)]


def test_the_day_is_that_of_lagos(job: Job, wale: CustomUser, ada: CustomUser, settings: Any) -> None:
    settings.VAT_BPS = RATES
    with time_machine.travel(datetime(2026, 12, 31, 22, 59, tzinfo=UTC), tick=False):
        before = approve(job, wale)
    with time_machine.travel(datetime(2026, 12, 31, 23, 0, tzinfo=UTC), tick=False):
        after = approve(job, ada)

    assert (before.vat_kobo, after.vat_kobo) == (8_372, 10_909)


QUOTED = {
    "job_type": "multiple_days",
    "date": "2026-12-31",
    "end_date": "2027-01-01",
    "start_time": "09:00",
    "end_time": "17:00",
    "applicants_needed": 2,
    "rate_kobo": 150_000,
}


def test_quote_tells_it_by_the_days_on_which_shifts_end(chidi: CustomUser, settings: Any) -> None:
    client = ApiClient(chidi)
    with time_machine.travel(datetime(2026, 12, 30, tzinfo=UTC), tick=False):
        before = client.post("/jobs/quote", QUOTED).json()
        settings.VAT_BPS = RATES
        quote = client.post("/jobs/quote", QUOTED).json()

    assert (before.pop("vat_kobo"), quote.pop("vat_kobo")) == (0, 2 * (8_372 + 10_909))
    assert quote == before
    assert quote["total"]["fee_kobo"] == 2 * 2 * FEE


def remitted(staff: CustomUser, amount_kobo: int, reference: str = "firs-1") -> StaffMove:
    return propose_move(
        staff_id=staff.pk,
        kind=StaffMoveKind.TAX_REMITTED,
        amount_kobo=amount_kobo,
        reason="November",
        reference=reference,
    )


def test_what_is_due_is_paid_to_the_state_by_two_people_and_no_more(
    job: Job, wale: CustomUser, bisi: CustomUser, settings: Any
) -> None:
    settings.VAT_BPS = RATES
    approve(job, wale)
    checker = UserFactory.create(role=Role.ADMIN, is_superuser=True)

    with pytest.raises(InvalidState, match=r"83\.72"):
        approve_move(staff_id=checker.pk, move_id=remitted(bisi, 8_373).pk)
    approve_move(staff_id=checker.pk, move_id=remitted(bisi, 8_372, "firs-2").pk)

    assert (balance_of(VAT), balance_of(BANK)) == (0, 8_372)
    assert check_books().findings == []


@pytest.mark.parametrize("rates", ["750", "2026-01-01=5001", "2026-01-01=7.5"])
def test_rates_that_are_none_are_refused_at_the_start(rates: str) -> None:
    with pytest.raises(ValidationError):
        MoneyRules(VAT_BPS=rates)
