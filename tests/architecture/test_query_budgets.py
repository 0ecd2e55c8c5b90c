"""R1: every GET runs a constant number of queries, whatever the number of rows: at most three, the token's included.

Each is called by its owner with one, three and thirty rows behind it. A GET without a budget here fails the suite.
"""

from datetime import timedelta

import pytest
from pytest_django import Settings

from accounts.models import CustomUser
from core import clock
from core.actor import Role
from core.api import query_names
from core.queries import BUDGETS as LOGGED_ABOVE
from core.queries import count_queries
from jobs.models import ApplicationStatus, JobStatus
from payment.services.accounts import wallet_of
from tests.architecture.access_matrix import MATRIX
from tests.architecture.routes import routes
from tests.architecture.world import World, assignment, build_world, funded_job
from tests.factories.accounts import DeviceFactory, NotificationFactory, UserFactory
from tests.factories.jobs import (
    ApplicationFactory,
    BlockFactory,
    FavouriteFactory,
    InvitationFactory,
    JobTemplateFactory,
    ReportFactory,
    SavedJobFactory,
    SavedSearchFactory,
    repeated,
)
from tests.factories.payment import DisputeFactory, PaymentFactory, WithdrawalFactory, fund_wallet
from tests.factories.rating import ReviewFactory
from tests.support.api_client import ApiClient
from tests.support.books import committed

pytestmark = pytest.mark.django_db

MOST = 3
# DESIGN.md 3, R1: the owner's view of a job shows applications, assignments, shifts and escrow.
MOST_OF_OWNERS_VIEW = 5
MOST_OF_APPLYING = 6

# Of each: the token's device is one query.
BUDGETS = {
    # accounts
    # user and profile; second factor; bank account; settings; quiet hours; one for each of twenty-eight kinds of rows
    "export_me": 40,
    "count_unread_notifications": 2,  # the number with the newest
    "get_account_details": 2,  # the account
    "get_me": 2,  # user and profile
    "get_notification_settings": 2,  # the preferences
    "get_profile": 2,  # user and profile
    "get_push": 3,  # the device's subscription; the quiet hours
    "get_second_factor": 2,  # the factor with its unused codes
    "list_banks": 1,  # the provider is asked, not the database
    "list_devices": 2,  # the page
    "list_notifications": 3,  # the page; the number of unread ones
    "get_config": 0,  # made of settings (no token)
    "get_home": 4,  # all numbers and shifts in one row; the worker; the matches. For a client: shifts; jobs
    # jobs
    "find_jobs": 2,  # the page with trade and client
    "get_application": 2,  # the application with its job, assignments and history
    "get_assignment": 2,  # the assignment with job and worker
    "get_attendance_history": 2,  # the assignment with its spells and corrections
    "get_calendar": 3,  # whose address it is; the assignments ahead, and the past ones, with jobs and people (no token)
    "get_client_job": 5,  # the job; its shifts; applications with their assignments; escrow
    "get_extra_time_cost": 3,  # the assignment with shift and job; the wallet
    "get_ending_cost": 3,  # the assignment with shift and job; its spells
    "get_job": 3,  # the job with client; its shifts
    "get_job_for_caller": 2,  # the job with the caller's facts
    "list_applications": 3,  # the page with jobs and assignments; how many there are
    "list_assignments": 2,  # the page with jobs and workers
    "list_best_applicants": 3,  # whose job it is; the ranked page
    "list_blocks": 2,  # the page with people
    "list_client_jobs": 3,  # the page with what there is to do; how many there are
    "list_favourites": 2,  # the page with people
    "list_industries": 3,  # industries; subcategories
    "list_invitations": 2,  # the page with jobs
    "list_reports": 2,  # the page with jobs and people
    "list_job_applications": 3,  # whose job it is, with its counts; the page with people and assignments
    "list_workers_of_client": 3,  # the page of their shifts, the people
    "list_saved_jobs": 2,  # the page with jobs
    "list_saved_searches": 2,  # the page
    "list_series": 2,  # the page
    "list_job_templates": 2,  # the page
    "get_series": 3,  # the series; its weeks with their jobs
    "matched_jobs": 3,  # the worker's own facts; the ranked page
    # payment
    "get_dispute": 3,  # the dispute with its job; its statements
    "get_job_receipt": 3,  # the job; its payments
    "get_payment": 2,  # the payment with job and parties
    "get_statement": 2,  # the sums
    "get_wallet": 3,  # balance, what is in flight and owed, what its owner's limits go by; what rests
    "get_wallet_limits": 2,  # since when the account is there, and what was confirmed
    "get_virtual_account": 2,  # the account
    "get_withdrawal": 2,  # the withdrawal
    "list_disputes": 2,  # the page with jobs
    "list_payments": 2,  # the page with jobs and parties
    "list_wallet_transactions": 2,  # the page with jobs
    "list_withdrawals": 2,  # the page
    "print_payment_receipt": 3,  # the payment with job and parties; what of it went to the wallet
    "print_withdrawal_receipt": 2,  # the withdrawal with its owner
    # rating
    "list_reviews_given": 3,  # whether there is such a person; the page with people and jobs
    "list_reviews_to_write": 2,  # the page with jobs and people
    "list_reviews_received": 3,  # the rating; the page with people and jobs
}
READS = {route.name: route for route in routes() if route.method == "GET"}


def test_every_read_has_a_budget_and_every_budget_a_read() -> None:
    assert set(READS) - set(BUDGETS) == set()
    assert set(BUDGETS) - set(READS) == set()


def test_no_budget_is_above_what_is_logged_as_too_much() -> None:
    assert {name for name, queries in BUDGETS.items() if queries > LOGGED_ABOVE.get(name, MOST)} == set()


def test_no_budget_is_above_the_bound() -> None:
    assert {name for name, queries in BUDGETS.items() if queries > MOST} <= {"get_client_job", "get_home", "export_me"}
    assert BUDGETS["get_client_job"] <= MOST_OF_OWNERS_VIEW
    # Instead of seven operations.
    assert BUDGETS["get_home"] <= MOST + 1


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_reads_keep_their_budgets(
    rows: int, chidi: CustomUser, wale: CustomUser, ada: CustomUser, settings: Settings
) -> None:
    people = {"chidi": chidi, "wale": wale, "ada": ada}
    world = build_world(**people)
    for _ in range(rows - 1):
        grow(world)
    committed()
    # Reading the development clock's offset is none of production's queries.
    settings.TIME_TRAVEL = False
    spent: dict[str, int] = {}
    shown: dict[str, int] = {}

    for name in sorted(READS.keys() - {"list_banks"}):
        row = MATRIX[name]
        client, path = ApiClient(people[row.owner]), row.path.format(**world.ids)
        whole_page = {"limit": 100} if "limit" in query_names(READS[name].operation)[0] else {}
        with count_queries() as counted:
            answer = client.get(path, whole_page)
        assert answer.status_code == 200, answer.content
        spent[name] = counted.count
        if whole_page:
            # A receipt lists receipts.
            shown[name] = next(len(value) for value in answer.json().values() if isinstance(value, list))

    assert spent == {name: queries for name, queries in BUDGETS.items() if name != "list_banks"}
    assert {name: number for name, number in shown.items() if number < rows} == {}


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_applying_keeps_its_budget(
    rows: int, chidi: CustomUser, wale: CustomUser, ada: CustomUser, settings: Settings
) -> None:
    world = build_world(chidi=chidi, wale=wale, ada=ada)
    for _ in range(rows - 1):
        ApplicationFactory.create(job=world.untouched_job)
    settings.TIME_TRAVEL = False
    client = ApiClient(wale)

    with count_queries(statements=True) as counted:
        answer = client.post("/apply-jobs/", {"job_id": world.untouched_job.pk})

    assert answer.status_code == 201
    # What is a transaction in production is a savepoint in a test.
    real = [statement for statement in counted.statements if not statement.startswith(("SAVEPOINT", "RELEASE"))]
    assert len(real) <= MOST_OF_APPLYING, real


def grow(world: World) -> None:
    """One more of everything that a list shows."""
    chidi, wale, ada = world.chidi, world.wale, world.ada
    ApplicationFactory.create(job=world.open_job)
    job = funded_job(chidi, status=JobStatus.COMPLETED, date=world.done_job.date, applicants_needed=3)
    for worker in (wale, ada):
        finished = assignment(job, worker, approved=True)
        PaymentFactory.create(released=True, assignment=finished)
        DisputeFactory.create(assignment=finished, status="withdrawn")
    # Chidi has reviewed Wale, and neither Ada nor somebody new.
    ReviewFactory.create(job=job, reviewed=wale)
    assignment(job, UserFactory.create(), approved=True)
    ApplicationFactory.create(job=job, status=ApplicationStatus.CLOSED)
    # At a time when Wale is free: it is offered to him.
    elsewhere = funded_job(UserFactory.create(role=Role.CLIENT), date=(clock.now() + timedelta(days=6)).date())
    SavedJobFactory.create(user=wale, job=elsewhere)
    SavedSearchFactory.create(user=wale)
    JobTemplateFactory.create(client=chidi)
    InvitationFactory.create(worker=wale, job=elsewhere)
    FavouriteFactory.create(client=chidi)
    repeated(job)
    BlockFactory.create(blocker=wale)
    ReportFactory.create(reporter=wale, job=job)
    ReportFactory.create(reporter=wale, user=UserFactory.create())
    NotificationFactory.create(user=wale)
    DeviceFactory.create(user=wale)
    PaymentFactory.create(job=world.done_job, status="succeeded")
    fund_wallet(wale.pk, 10_000)
    WithdrawalFactory.create(wallet=wallet_of(wale.pk), status="paid")
