"""Receipts to print say what the JSON says, to those who may read it."""

import pytest

from accounts.models import CustomUser
from jobs.models import Job
from payment.models import Payment, PaymentStatus, Withdrawal, WithdrawalStatus
from payment.services.accounts import wallet_of
from tests.factories.jobs import ApplicationFactory, JobFactory, ShiftAssignmentFactory
from tests.factories.payment import PaymentFactory, WithdrawalFactory
from tests.support.api_client import ApiClient

pytestmark = pytest.mark.django_db


@pytest.fixture
def job(chidi: CustomUser) -> Job:
    return JobFactory(client=chidi, title="Waiter <b>wanted</b> & paid")


@pytest.fixture
def wage(job: Job, wale: CustomUser) -> Payment:
    application = ApplicationFactory(job=job, applicant=wale, status="completed")
    assignment = ShiftAssignmentFactory(application=application, approved=True)
    payment: Payment = PaymentFactory(released=True, assignment=assignment, amount_kobo=1_200_050, fee_kobo=120_005)
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
    for text in (f"PS-{wage.pk:08d}", wage.reference, "Chidi Okafor", "Wale Adeyemi", "NGN 12,000.50"):
        assert text in paid
        assert text in got
    # The fee is the client's: the worker's total is what reached the wallet.
    for amount in ("NGN 1,200.05", "NGN 13,200.55"):
        assert amount in paid
        assert amount not in got
    assert got.count("NGN 12,000.50") == 2


def test_what_people_wrote_is_escaped(wage: Payment, chidi: CustomUser) -> None:
    page = ApiClient(chidi).get(page_of(wage)).content.decode()

    assert "Waiter &lt;b&gt;wanted&lt;/b&gt; &amp; paid" in page
    assert "<b>" not in page


def test_the_number_is_that_of_the_json(wage: Payment, chidi: CustomUser, job: Job) -> None:
    (line,) = ApiClient(chidi).get(f"/jobs/{job.pk}/receipt").json()["receipts"]

    assert line["number"] in ApiClient(chidi).get(page_of(wage)).content.decode()


def test_strangers_get_no_receipt(wage: Payment, emeka: CustomUser, sade: CustomUser, bisi: CustomUser) -> None:
    assert [ApiClient(person).get(page_of(wage)).status_code for person in (emeka, sade, bisi)] == [404] * 3
    assert ApiClient().get(page_of(wage)).status_code == 401


@pytest.mark.parametrize("status", [PaymentStatus.PENDING, PaymentStatus.FAILED, PaymentStatus.ABANDONED])
def test_a_payment_without_money_has_no_receipt(status: PaymentStatus, job: Job, chidi: CustomUser) -> None:
    payment = PaymentFactory(job=job, status=status)

    assert ApiClient(chidi).get(page_of(payment)).status_code == 404


def test_a_payout_is_shown_to_its_owner_with_a_masked_account(wale: CustomUser, sade: CustomUser) -> None:
    withdrawal: Withdrawal = WithdrawalFactory(
        wallet=wallet_of(wale.pk), status=WithdrawalStatus.PAID, amount_kobo=500_001
    )
    path = f"/wallet/withdrawals/{withdrawal.pk}/receipt.html"

    answer = ApiClient(wale).get(path)

    page = answer.content.decode()
    assert answer.status_code == 200
    for text in (f"PO-{withdrawal.pk:08d}", "Wale Adeyemi", "******6789", "NGN 5,000.01"):
        assert text in page
    assert withdrawal.account_number not in page
    assert ApiClient(sade).get(path).status_code == 404


@pytest.mark.parametrize("status", ["requested", "sending", "unknown", "failed", "reversed"])
def test_a_payout_that_did_not_arrive_has_no_receipt(status: str, wale: CustomUser) -> None:
    withdrawal = WithdrawalFactory(wallet=wallet_of(wale.pk), status=status)

    assert ApiClient(wale).get(f"/wallet/withdrawals/{withdrawal.pk}/receipt.html").status_code == 404
