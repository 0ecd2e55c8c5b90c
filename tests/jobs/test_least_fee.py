"""What was worked costs its fee, and what was not worked or hardly paid earns no reputation."""

from datetime import timedelta

import pytest
from pytest_django import Settings

from accounts.models import CustomUser, Profile
from jobs.models import Job, JobStatus, ShiftAssignment
from jobs.services.counters import compare_counters
from jobs.services.disputes import conclude_dispute
from payment.models import AccountKind, Payment, Resolution
from payment.services.accounts import escrow_account, system_account, wallet_account
from payment.services.disputes import resolve_dispute, review_dispute
from payment.services.ledger_check import check_books
from tests.factories.jobs import ApplicationFactory, JobFactory, ShiftAssignmentFactory
from tests.factories.payment import balance_of, pay_in_escrow
from tests.jobs.conftest import ENDS_AT, STARTS_AT, Api, Move
from tests.support.api_client import ApiClient

pytestmark = pytest.mark.django_db

# 8 hours at 1,500 naira, and the fee of 10 %.
WAGE, FEE = 1_200_000, 120_000
CASH = "Paid in cash."


@pytest.fixture
def job(chidi: CustomUser) -> Job:
    job: Job = JobFactory.create(client=chidi, applicants_needed=1, status=JobStatus.ONGOING)
    pay_in_escrow(job)
    return job


@pytest.fixture
def worked(job: Job, wale: CustomUser, clock_at: Move) -> ShiftAssignment:
    """Wale worked the whole shift, which has just ended."""
    application = ApplicationFactory.create(job=job, applicant=wale, status="accepted")
    clock_at(ENDS_AT)
    return ShiftAssignmentFactory.create(application=application, checked_out=True, check_in_method="position")


def paid(assignment: ShiftAssignment) -> tuple[int, int]:
    """Wage and fee, on the assignment and in the books alike."""
    assignment.refresh_from_db()
    fees = balance_of(system_account(AccountKind.PLATFORM_FEES))
    wage = balance_of(wallet_account(assignment.worker_id))
    assert (wage, fees) == (assignment.paid_wage_kobo, assignment.paid_fee_kobo)
    assert check_books().findings == []
    return wage, fees


def approve(client: ApiClient, assignment: ShiftAssignment, minutes: int) -> int:
    answer = client.post(f"/assignments/{assignment.pk}/approve", {"minutes": minutes, "reason": CASH})
    return int(answer.status_code)


@pytest.mark.parametrize(
    ("minutes", "wage", "fee"),
    [(0, 0, FEE), (239, 597_500, FEE), (240, 600_000, 60_000), (480, WAGE, FEE)],
)
def test_fee_of_a_day_that_was_worked_is_due_whatever_is_approved(
    minutes: int, wage: int, fee: int, api: Api, chidi: CustomUser, worked: ShiftAssignment, job: Job
) -> None:
    shown = api(chidi).get(f"/assignments/{worked.pk}").json()
    assert (shown["least_fee_minutes"], shown["least_fee_kobo"]) == (240, FEE)

    assert approve(api(chidi), worked, minutes) == 200

    assert paid(worked) == (wage, fee)
    assert balance_of(escrow_account(job.pk)) == worked.withheld_kobo == WAGE + FEE - wage - fee


def test_an_early_check_out_does_not_lower_the_fee_and_a_late_check_in_does(
    api: Api, chidi: CustomUser, worked: ShiftAssignment
) -> None:
    """The two could agree on a check-out after a minute; who is not there before noon works half a day."""
    noon = STARTS_AT + timedelta(hours=4)
    ShiftAssignment.objects.update(checked_in_at=noon, checked_out_at=noon + timedelta(minutes=1), worked_minutes=1)

    api(chidi).post(f"/assignments/{worked.pk}/approve", {})

    assert paid(worked) == (2_500, FEE // 2)


def test_fee_of_minutes_that_only_the_client_says_is_theirs(
    api: Api, chidi: CustomUser, wale: CustomUser, job: Job, clock_at: Move
) -> None:
    application = ApplicationFactory.create(job=job, applicant=wale, status="accepted")
    assignment = ShiftAssignmentFactory.create(application=application)
    clock_at(ENDS_AT)
    assert api(chidi).get(f"/assignments/{assignment.pk}").json()["least_fee_kobo"] is None

    assert approve(api(chidi), assignment, 60) == 200

    assert paid(assignment) == (150_000, 15_000)


def test_worker_is_not_told_of_the_clients_fee(api: Api, wale: CustomUser, worked: ShiftAssignment) -> None:
    shown = api(wale).get(f"/assignments/{worked.pk}").json()

    assert (shown["least_fee_minutes"], shown["least_fee_kobo"]) == (None, None)


def test_without_the_rule_the_fee_follows_the_minutes(
    api: Api, chidi: CustomUser, worked: ShiftAssignment, settings: Settings
) -> None:
    settings.FEE_FLOOR_BPS = 0

    approve(api(chidi), worked, 0)

    assert paid(worked) == (0, 0)
    assert Payment.objects.filter(kind="wage").count() == 0


def counts(worker: CustomUser, client: CustomUser) -> tuple[int, int]:
    approved = Profile.objects.values_list("approved_count", flat=True).get(user=worker)
    return approved, Profile.objects.values_list("given_count", flat=True).get(user=client)


# 20 minutes are paid 50,000 kobo, whatever the day was to bring.
@pytest.mark.parametrize(
    ("minutes", "least_wage", "earned"),
    [(0, 0, 0), (480, WAGE + 1, 0), (480, WAGE, 1), (1, 50_000, 0), (19, 50_000, 0), (20, 50_000, 1)],
)
def test_shift_of_no_minutes_or_hardly_any_pay_earns_no_reputation(
    minutes: int,
    least_wage: int,
    earned: int,
    api: Api,
    chidi: CustomUser,
    wale: CustomUser,
    worked: ShiftAssignment,
    job: Job,
    settings: Settings,
) -> None:
    settings.MINIMUM_COUNTED_WAGE_KOBO = least_wage

    approve(api(chidi), worked, minutes)

    review = {"job_id": job.pk, "reviewed_id": wale.pk, "rating": 5, "comment": ""}
    answer = api(chidi).post("/reviews", review)
    assert counts(wale, chidi) == (earned, earned)
    assert compare_counters() == []
    assert answer.status_code == (201 if earned else 409)
    to_write = api(wale).get("/reviews/to-write").json()["items"]
    assert len(to_write) == earned


@pytest.mark.parametrize("minutes", [0, 1])
@pytest.mark.parametrize(("resolution", "counted"), [(Resolution.WORKER, 1), (Resolution.CLIENT, 0)])
def test_day_that_was_lowered_to_nothing_counts_once_staff_awarded_its_pay(
    resolution: Resolution,
    counted: int,
    minutes: int,
    api: Api,
    chidi: CustomUser,
    wale: CustomUser,
    worked: ShiftAssignment,
    bisi: CustomUser,
) -> None:
    approve(api(chidi), worked, minutes)
    assert counts(wale, chidi) == (0, 0)
    dispute = api(wale).post("/disputes", {"assignment_id": worked.pk, "reason": "I was there all day."}).json()

    review_dispute(dispute_id=dispute["id"])
    resolve_dispute(staff_id=bisi.pk, dispute_id=dispute["id"], resolution=resolution, note="The gate book.")
    conclude_dispute(assignment_id=worked.pk, awarded_kobo=WAGE if counted else 0)

    assert counts(wale, chidi) == (counted, counted)
    assert compare_counters() == []
