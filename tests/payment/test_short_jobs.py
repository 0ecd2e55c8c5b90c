"""A job whose money a payer's bank holds goes on with whom it has; nobody else is taken on until the money is back."""

import pytest

from accounts.models import CustomUser
from jobs.models import Application, Job, JobStatus
from jobs.services.ruling import accept_waiting_by_rules
from payment.models import Chargeback
from payment.providers.base import ChargebackOutcome, DisputedCharge
from payment.services.accounts import escrow_account
from payment.services.chargebacks import apply_chargeback
from payment.services.ledger_check import check_books
from tests.factories.accounts import UserFactory
from tests.factories.jobs import ApplicationFactory, JobFactory, ShiftAssignmentFactory
from tests.factories.payment import balance_of, pay_in
from tests.payment.conftest import Checkout, Till
from tests.support.api_client import ApiClient
from tests.support.jobs import RunJobs

pytestmark = pytest.mark.django_db(transaction=True)

NOBODY = (409, "job_not_open")


@pytest.fixture
def half_full(paid: Checkout, job: Job, wale: CustomUser) -> Checkout:
    """Of two places Wale has one."""
    application = ApplicationFactory.create(job=job, applicant=wale, status="accepted")
    ShiftAssignmentFactory.create(application=application)
    return paid


def told(paid: Checkout, outcome: ChargebackOutcome, amount_kobo: int | None = None) -> Chargeback:
    chargeback = apply_chargeback(
        provider="paystack",
        told=DisputedCharge(
            provider_id="77",
            charge_reference=paid.attempt_reference,
            outcome=outcome,
            amount_kobo=amount_kobo or paid.amount_kobo,
            currency="NGN",
            message=str(outcome),
        ),
    )
    assert chargeback is not None
    return chargeback


def send(client: ApiClient, path: str, body: dict[str, int] | None = None) -> tuple[int, str]:
    answer = client.post(path, body)
    return answer.status_code, answer.json().get("code", "")


def finds(job: Job) -> bool:
    listed = ApiClient(UserFactory.create()).get("/jobs", {"limit": 100}).json()["items"]
    return job.pk in [item["id"] for item in listed]


def stands(job: Job) -> tuple[str, bool, bool]:
    job.refresh_from_db()
    return job.status, job.is_open, job.short_since is not None


def test_nobody_is_taken_on_by_any_door_while_a_bank_holds_the_money(
    half_full: Checkout, job: Job, chidi: CustomUser, ada: CustomUser
) -> None:
    Job.objects.filter(pk=job.pk).update(accept_worked_times=None, accept_score_at_least=1)
    waits = ApplicationFactory.create(job=job)
    stands_by = ApplicationFactory.create(job=job, status="standing_by")
    assert (stands(job), finds(job)) == (("upcoming", True, False), True)

    told(half_full, ChargebackOutcome.OPEN)

    assert (stands(job), finds(job)) == (("upcoming", False, True), False)
    assert send(ApiClient(chidi), f"/applications/{waits.pk}/accept") == NOBODY
    assert send(ApiClient(stands_by.applicant), f"/applications/{stands_by.pk}/take-place") == NOBODY
    assert send(ApiClient(ada), "/apply-jobs/", {"job_id": job.pk}) == NOBODY
    assert accept_waiting_by_rules() == 0
    assert Application.objects.filter(job=job, status="accepted").count() == 1


def test_won_it_is_open_again_and_who_stands_by_is_offered_the_place(
    half_full: Checkout, job: Job, chidi: CustomUser
) -> None:
    stands_by = ApplicationFactory.create(job=job, status="standing_by")
    told(half_full, ChargebackOutcome.OPEN)

    told(half_full, ChargebackOutcome.WON)

    assert stands(job) == ("upcoming", True, False)
    stands_by.refresh_from_db()
    assert stands_by.offered_until is not None
    assert send(ApiClient(stands_by.applicant), f"/applications/{stands_by.pk}/take-place") == (200, "")
    assert balance_of(escrow_account(job.pk)) == job.price_kobo
    assert check_books().findings == []


def test_lost_in_part_or_given_back_in_part_it_stays_closed(half_full: Checkout, job: Job) -> None:
    told(half_full, ChargebackOutcome.OPEN)
    told(half_full, ChargebackOutcome.OPEN, amount_kobo=half_full.amount_kobo // 2)
    assert balance_of(escrow_account(job.pk)) == half_full.amount_kobo // 2
    assert stands(job) == ("upcoming", False, True)

    told(half_full, ChargebackOutcome.LOST, amount_kobo=half_full.amount_kobo // 2)

    assert stands(job) == ("upcoming", False, True)
    assert check_books().findings == []


def test_client_who_pays_what_is_missing_opens_it_again(half_full: Checkout, job: Job, chidi: CustomUser) -> None:
    """Another place is paid for out of the wallet together with what the escrow lacks."""
    told(half_full, ChargebackOutcome.OPEN)
    told(half_full, ChargebackOutcome.LOST)
    more = {"applicants_needed": 3}
    assert ApiClient(chidi).patch(f"/jobs/{job.pk}", more).json()["code"] == "insufficient_funds"
    pay_in(chidi.pk, job.price_kobo * 2)

    assert ApiClient(chidi).patch(f"/jobs/{job.pk}", more).status_code == 200

    assert stands(job) == ("upcoming", True, False)
    assert balance_of(escrow_account(job.pk)) == job.price_kobo
    assert check_books().findings == []


def test_shift_that_is_called_off_may_leave_enough_for_the_others(
    till: Till, chidi: CustomUser, wale: CustomUser, run_jobs: RunJobs
) -> None:
    job = JobFactory.create(client=chidi, status="pending", days=2)
    till.gateway.set_balance(100_000_000)
    checkout = till.start(ApiClient(chidi), job)
    till.pay(checkout)
    ApiClient(chidi).post(f"/payments/{checkout.reference}/verify")
    application = ApplicationFactory.create(job=job, applicant=wale, status="accepted")
    first, second = job.shifts.order_by("starts_at")
    for shift in (first, second):
        ShiftAssignmentFactory.create(application=application, shift=shift)
    told(checkout, ChargebackOutcome.OPEN, amount_kobo=checkout.amount_kobo // 2)
    assert stands(job) == ("upcoming", False, True)

    assert ApiClient(chidi).post(f"/jobs/{job.pk}/shifts/{second.pk}/cancel").status_code == 200

    assert stands(job) == ("upcoming", True, False)
    assert balance_of(escrow_account(job.pk)) == job.price_kobo


def test_ongoing_job_takes_nobody_for_its_other_days_either(
    till: Till, chidi: CustomUser, wale: CustomUser, ada: CustomUser
) -> None:
    job = JobFactory.create(client=chidi, status="pending", days=2)
    till.gateway.set_balance(100_000_000)
    checkout = till.start(ApiClient(chidi), job)
    till.pay(checkout)
    ApiClient(chidi).post(f"/payments/{checkout.reference}/verify")
    ApplicationFactory.create(job=job, applicant=wale, status="accepted")
    Job.objects.filter(pk=job.pk).update(status=JobStatus.ONGOING)
    waits = ApplicationFactory.create(job=job, applicant=ada)
    assert stands(job) == ("ongoing", True, False)

    told(checkout, ChargebackOutcome.OPEN)

    assert stands(job) == ("ongoing", False, True)
    assert send(ApiClient(chidi), f"/applications/{waits.pk}/accept") == NOBODY


def test_job_that_everybody_left_is_paid_again_and_open(
    half_full: Checkout, job: Job, chidi: CustomUser, till: Till
) -> None:
    told(half_full, ChargebackOutcome.OPEN, amount_kobo=half_full.amount_kobo // 2)
    Application.objects.filter(job=job).update(status="withdrawn")
    told(half_full, ChargebackOutcome.OPEN)
    assert stands(job) == ("pending", False, False)

    checkout = till.start(ApiClient(chidi), job)
    till.pay(checkout)
    assert ApiClient(chidi).post(f"/payments/{checkout.reference}/verify").json()["status"] == "succeeded"

    assert stands(job) == ("upcoming", True, False)


def test_job_that_nobody_was_accepted_for_waits_to_be_paid_as_before(paid: Checkout, job: Job) -> None:
    told(paid, ChargebackOutcome.OPEN)

    assert stands(job) == ("pending", False, False)
