"""Receipts to print say what the JSON says, to those who may read it."""

from datetime import UTC, datetime

import pytest

from accounts.models import CustomUser
from jobs.models import Job
from payment.documents.receipts import of_withdrawal
from payment.models import Payment, PaymentStatus, Withdrawal, WithdrawalStatus
from payment.selectors.receipts import receipt_of_withdrawal
from payment.services.accounts import wallet_of
from tests.factories.jobs import ApplicationFactory, JobFactory, ShiftAssignmentFactory
from tests.factories.payment import PaymentFactory, WithdrawalFactory, pay_in, pay_in_escrow
from tests.support.api_client import ApiClient
from tests.support.books import at_commit

pytestmark = pytest.mark.django_db


@pytest.fixture
def job(chidi: CustomUser) -> Job:
    return JobFactory(client=chidi, title="Waiter <b>wanted</b> & paid")


@pytest.fixture
def wage(job: Job, wale: CustomUser) -> Payment:
    application = ApplicationFactory(job=job, applicant=wale, status="completed")
    assignment = ShiftAssignmentFactory(application=application, approved=True)
    payment: Payment = PaymentFactory(released=True, assignment=assignment, amount_kobo=1_200_050, fee_kobo=120_005)
    at_commit()
    return payment


def page_of(payment: Payment) -> str:
    return f"/payments/{payment.reference}/receipt.html"


def test_a_wage_is_shown_to_both_sides_with_what_each_paid_or_got(
    wage: Payment, chidi: CustomUser, wale: CustomUser
) -> None:
    answers = [ApiClient(person).get(page_of(wage)) for person in (chidi, wale)]

    paid, got = (answer.content.decode() for answer in answers)
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].headers["Content-Type"].startswith("text/html")
    for text in (f"PS-{wage.created_at.year}-000001", wage.reference, "Chidi Okafor", "Wale Adeyemi", "NGN 12,000.50"):
        assert text in paid
        assert text in got
    # The fee is the client's: the worker's total is what reached the wallet.
    for amount in ("NGN 1,200.05", "NGN 13,200.55"):
        assert amount in paid
        assert amount not in got
    assert got.count("NGN 12,000.50") == 2
    assert "copy of Chidi Okafor" in paid
    assert "copy of Wale Adeyemi" in got


def test_what_people_wrote_is_escaped(wage: Payment, chidi: CustomUser) -> None:
    page = ApiClient(chidi).get(page_of(wage)).content.decode()

    assert "Waiter &lt;b&gt;wanted&lt;/b&gt; &amp; paid" in page
    assert "<b>wanted" not in page


def test_the_number_is_that_of_the_json(wage: Payment, chidi: CustomUser, job: Job) -> None:
    (line,) = ApiClient(chidi).get(f"/jobs/{job.pk}/receipt").json()["receipts"]

    assert line["number"] in ApiClient(chidi).get(page_of(wage)).content.decode()


def test_strangers_get_no_receipt(wage: Payment, emeka: CustomUser, sade: CustomUser, bisi: CustomUser) -> None:
    assert [ApiClient(person).get(page_of(wage)).status_code for person in (emeka, sade, bisi)] == [404] * 3
    assert ApiClient().get(page_of(wage)).status_code == 401


@pytest.mark.parametrize("status", [PaymentStatus.PENDING, PaymentStatus.FAILED, PaymentStatus.ABANDONED])
def test_a_payment_without_money_has_no_receipt(status: PaymentStatus, job: Job, chidi: CustomUser) -> None:
    payment = PaymentFactory(job=job, status=status)
    at_commit()

    assert ApiClient(chidi).get(page_of(payment)).status_code == 404


def test_a_payout_is_shown_to_its_owner_with_a_masked_account(wale: CustomUser, sade: CustomUser) -> None:
    withdrawal: Withdrawal = WithdrawalFactory(
        wallet=wallet_of(wale.pk), status=WithdrawalStatus.PAID, amount_kobo=500_001
    )
    at_commit()
    path = f"/wallet/withdrawals/{withdrawal.pk}/receipt.html"

    answer = ApiClient(wale).get(path)

    page = answer.content.decode()
    assert answer.status_code == 200
    for text in ("-000001", "Wale Adeyemi", "WALE ADEYEMI", "******6789", "NGN 5,000.01"):
        assert text in page
    assert withdrawal.account_number not in page
    assert ApiClient(sade).get(path).status_code == 404


@pytest.mark.parametrize("status", ["requested", "sending", "unknown", "failed"])
def test_a_payout_that_did_not_arrive_has_no_receipt(status: str, wale: CustomUser) -> None:
    withdrawal = WithdrawalFactory(wallet=wallet_of(wale.pk), status=status)
    at_commit()

    assert ApiClient(wale).get(f"/wallet/withdrawals/{withdrawal.pk}/receipt.html").status_code == 404


def test_payout_that_came_back_says_that_it_is_void(wale: CustomUser) -> None:
    withdrawal = WithdrawalFactory(wallet=wallet_of(wale.pk), status=WithdrawalStatus.PAID)
    at_commit()
    before = ApiClient(wale).get(f"/wallet/withdrawals/{withdrawal.pk}/receipt.html").content.decode()
    Withdrawal.objects.update(status="reversed", finished_at=datetime(2026, 12, 1, 8, tzinfo=UTC))

    page = ApiClient(wale).get(f"/wallet/withdrawals/{withdrawal.pk}/receipt.html").content.decode()

    assert "VOID" not in before
    assert "VOID: the bank sent it back. It is in the wallet again since 01 December 2026, 09:00 (Lagos)." in page


def test_payout_tells_what_the_platform_bore(wale: CustomUser) -> None:
    withdrawal = WithdrawalFactory(
        wallet=wallet_of(wale.pk),
        status=WithdrawalStatus.PAID,
        amount_kobo=1_000_000,
        provider_fee_kobo=2_500,
        duty_kobo=5_000,
    )
    at_commit()

    paper = of_withdrawal(receipt_of_withdrawal(user_id=wale.pk, withdrawal_id=withdrawal.pk))

    assert paper.facts[-2:] == [
        ("Transfer fee, not charged to the payee", "NGN 25.00"),
        ("Stamp duty, not charged to the payee", "NGN 50.00"),
    ]
    assert paper.total_kobo == 1_000_000


def test_funding_tells_what_of_it_the_job_did_not_need(job: Job, chidi: CustomUser) -> None:
    pay_in_escrow(job, 500_000)
    pay_in(chidi.pk, 70_000)
    at_commit()
    needed, late = Payment.objects.order_by("pk")

    papers = [ApiClient(chidi).get(page_of(payment)).content.decode() for payment in (needed, late)]

    assert "Into the escrow of the job" in papers[0]
    assert "Into your wallet" not in papers[0]
    assert "Into your wallet, since the job did not need it" in papers[1]
    assert "Into the escrow" not in papers[1]
    assert "NGN 700.00" in papers[1]


def test_worker_is_told_no_fee_as_data_either(wage: Payment, chidi: CustomUser, wale: CustomUser, job: Job) -> None:
    paid, got = (ApiClient(person).get(f"/jobs/{job.pk}/receipt").json()["receipts"][0] for person in (chidi, wale))

    assert (paid["fee_kobo"], paid["total_kobo"]) == (120_005, 1_320_055)
    assert (got["fee_kobo"], got["vat_kobo"], got["vat_bps"], got["total_kobo"]) == (0, 0, 0, 1_200_050)
    assert paid["number"] == got["number"]
