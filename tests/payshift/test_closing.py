"""DELETE /me and POST /me/final-withdrawal: refused while anything is open; then the person goes, the history stays."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.core import mail
from django.db import connection, transaction
from django.test import Client

from accounts.exceptions import IdentityNotConfirmed
from accounts.models import OTP, BankAccount, CustomUser, Notification, OTPPurpose, Profile
from accounts.services.avatars import set_avatar
from accounts.services.banning import ban_user, unban_user
from accounts.services.codes import issue_code
from core import clock
from core.actor import Actor, Role
from core.errors import PayshiftError, Unauthenticated, WrongRole
from jobs.exceptions import WorkerUnavailable
from jobs.models import (
    Application,
    ApplicationStatus,
    Block,
    CalendarLink,
    Favourite,
    Invitation,
    Job,
    JobSeries,
    JobStatus,
    JobTemplate,
    SavedJob,
    SavedSearch,
    SeriesOccurrence,
    ShiftAssignment,
)
from jobs.services.deciding import accept_application
from jobs.services.locks import lock_actor
from payment.models import AccountKind, LedgerEntry, TransactionKind, Withdrawal
from payment.services.accounts import escrow_account, system_account, wallet_account, wallet_of
from payment.services.posting import Move, post
from payshift.services.closing import close_account
from rating.models import Review
from tests.accounts.conftest import Api, QueuedJobs, problem
from tests.accounts.test_avatar import picture
from tests.factories.accounts import (
    PASSWORD,
    BankAccountFactory,
    DeviceFactory,
    NotificationFactory,
    OTPFactory,
    SecondFactorFactory,
    UserFactory,
)
from tests.factories.jobs import (
    ApplicationFactory,
    BlockFactory,
    CalendarLinkFactory,
    FavouriteFactory,
    InvitationFactory,
    JobFactory,
    JobTemplateFactory,
    SavedJobFactory,
    SavedSearchFactory,
    ShiftAssignmentFactory,
    repeated,
)
from tests.factories.payment import (
    DisputeFactory,
    PaymentAttemptFactory,
    PaymentFactory,
    RefundFactory,
    WithdrawalFactory,
    balance_of,
    fund_escrow,
    fund_wallet,
)
from tests.factories.rating import ReviewFactory
from tests.support.api_client import ApiClient
from tests.support.gateway import Gateway
from tests.support.jobs import RunJobs
from tests.support.races import race

pytestmark = pytest.mark.django_db(transaction=True)

PROOF = {"password": PASSWORD}


@pytest.fixture
def ngozi() -> CustomUser:
    """A worker with a name that stands nowhere else."""
    user: CustomUser = UserFactory.create(
        email="ngozi@example.com", username="ngozi", first_name="Ngozi", last_name="Okonjo", password=PASSWORD
    )
    Profile.objects.filter(user=user).update(bio="Ngozi here.", phone="+2348031234567", latitude=6.5, longitude=3.4)
    return user


@pytest.fixture
def emeka() -> CustomUser:
    user: CustomUser = UserFactory.create(email="emeka@example.com", role=Role.CLIENT, password=PASSWORD)
    return user


def worked(worker: CustomUser, **values: Any) -> ShiftAssignment:
    """A shift of this worker on a job that is over."""
    job = JobFactory.create(status=JobStatus.COMPLETED, date=(clock.now() - timedelta(days=9)).date())
    status = ApplicationStatus.ACCEPTED if values.get("checked_out") else ApplicationStatus.COMPLETED
    application = ApplicationFactory.create(job=job, applicant=worker, status=status, note="Call me: 0803 123 4567")
    return ShiftAssignmentFactory.create(application=application, **(values or {"approved": True}))


def codes_of(response: Any) -> list[str]:
    assert problem(response) == (409, "open_obligations")
    return [error["code"] for error in response.json()["errors"]]


# What is refused


OPEN_FOR_A_WORKER: dict[str, tuple[str, Callable[[CustomUser], object]]] = {
    "a shift to come": ("live_shifts", lambda user: worked(user, status="scheduled")),
    "a shift to approve": ("live_shifts", lambda user: worked(user, checked_out=True)),
    "lowered minutes": (
        "live_shifts",
        lambda user: worked(
            user,
            approved=True,
            approved_minutes=60,
            lowered_reason="Left early.",
            paid_wage_kobo=1000,
            paid_fee_kobo=100,
            withheld_kobo=500,
            withheld_until=clock.now() + timedelta(days=1),
        ),
    ),
    "money": ("wallet_balance", lambda user: fund_wallet(user.pk, 1)),
    "a withdrawal": ("withdrawal_in_flight", lambda user: WithdrawalFactory.create(wallet=wallet_of(user.pk))),
    "a withdrawal without a verdict": (
        "withdrawal_in_flight",
        lambda user: WithdrawalFactory.create(wallet=wallet_of(user.pk), status="unknown"),
    ),
    "a dispute": ("open_disputes", lambda user: DisputeFactory.create(assignment=worked(user))),
}


@pytest.mark.parametrize(("code", "begin"), OPEN_FOR_A_WORKER.values(), ids=OPEN_FOR_A_WORKER.keys())
def test_worker_with_something_open_is_told_what(
    code: str, begin: Callable[[CustomUser], object], api: Api, ngozi: CustomUser
) -> None:
    begin(ngozi)
    client = api(ngozi)

    assert codes_of(client.delete("/me", PROOF)) == [code]
    assert client.get("/me").json()["first_name"] == "Ngozi"


def card_refund(user: CustomUser) -> object:
    payment = PaymentFactory.create(
        job=JobFactory.create(client=user, status=JobStatus.EXPIRED), payer=user, status="succeeded"
    )
    attempt = PaymentAttemptFactory.create(payment=payment, succeeded=True)
    return RefundFactory.create(
        recipient=user, job=payment.job, attempt=attempt, destination="card", status="processing", finished_at=None
    )


def job_that_is(status: JobStatus) -> Callable[[CustomUser], object]:
    return lambda user: JobFactory.create(client=user, status=status)


OPEN_FOR_A_CLIENT: dict[str, tuple[str, Callable[[CustomUser], object]]] = {
    "a job to be paid": ("live_jobs", job_that_is(JobStatus.PENDING)),
    "a job to come": ("live_jobs", job_that_is(JobStatus.UPCOMING)),
    "a job that runs": ("live_jobs", job_that_is(JobStatus.ONGOING)),
    "a payment begun": (
        "payment_in_flight",
        lambda user: PaymentFactory.create(job=JobFactory.create(client=user, status=JobStatus.EXPIRED), payer=user),
    ),
    "a refund to the card": ("refund_in_flight", card_refund),
}


@pytest.mark.parametrize(("code", "begin"), OPEN_FOR_A_CLIENT.values(), ids=OPEN_FOR_A_CLIENT.keys())
def test_client_with_something_open_is_told_what(
    code: str, begin: Callable[[CustomUser], object], api: Api, emeka: CustomUser
) -> None:
    begin(emeka)

    assert codes_of(api(emeka).delete("/me", PROOF)) == [code]
    assert CustomUser.objects.get(pk=emeka.pk).is_active


def test_all_that_is_open_is_listed_at_once_with_ids(api: Api, ngozi: CustomUser) -> None:
    shift = worked(ngozi, status="scheduled")
    fund_wallet(ngozi.pk, 5)

    answer = api(ngozi).delete("/me", PROOF)

    assert codes_of(answer) == ["live_shifts", "wallet_balance"]
    assert str(shift.pk) in answer.json()["errors"][0]["message"]


def test_shifts_ahead_are_given_back_first_and_their_places_are_offered(
    api: Api, ngozi: CustomUser, wale: CustomUser
) -> None:
    """Somebody who leaves is replaced: who stood by has an offer before the account is gone."""
    application = taken_on(ngozi)
    standing_by = ApplicationFactory.create(job=application.job, applicant=wale, status=ApplicationStatus.STANDING_BY)
    shift, client = ShiftAssignment.objects.get(), api(ngozi)

    refused = client.delete("/me", PROOF)

    assert codes_of(refused) == ["shifts_ahead"]
    assert refused.json()["errors"][0]["message"].endswith(f"which you can give back: {shift.pk}.")
    assert client.post(f"/applications/{application.pk}/withdraw").status_code == 200
    standing_by.refresh_from_db()
    assert standing_by.offered_until is not None
    assert client.delete("/me", PROOF).status_code == 204
    assert api(wale).post(f"/applications/{standing_by.pk}/take-place").status_code == 200
    assert ShiftAssignment.objects.get(status="scheduled").worker_id == wale.pk


def taken_on(worker: CustomUser) -> Application:
    """For the only place of a job in three days."""
    job: Job = JobFactory.create(date=(clock.now() + timedelta(days=3)).date(), applicants_needed=1)
    fund_escrow(job)
    application: Application = ApplicationFactory.create(job=job, applicant=worker)
    accept_application(actor=Actor(job.client_id, Role.CLIENT), application_id=application.pk)
    return application


def test_what_others_have_open_is_no_obstacle(api: Api, ngozi: CustomUser, wale: CustomUser) -> None:
    worked(wale, status="scheduled")
    fund_wallet(wale.pk, 100)
    JobFactory.create()

    assert api(ngozi).delete("/me", PROOF).status_code == 204


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"password": "wrong horse battery"}, (403, "identity_not_confirmed")),
        ({"code": "000000"}, (422, "invalid_code")),
        ({}, (422, "invalid_input")),
        ({**PROOF, "user_id": 1}, (422, "invalid_input")),
    ],
)
def test_nothing_is_deleted_without_proof(
    body: dict[str, object], expected: tuple[int, str], api: Api, ngozi: CustomUser
) -> None:
    assert problem(api(ngozi).delete("/me", body)) == expected
    assert CustomUser.objects.get(pk=ngozi.pk).first_name == "Ngozi"


def test_second_factor_is_asked_for(api: Api, ngozi: CustomUser) -> None:
    SecondFactorFactory.create(user=ngozi)

    assert problem(api(ngozi).delete("/me", PROOF)) == (403, "second_factor_required")


def test_a_fresh_code_proves_it_too(api: Api, ngozi: CustomUser) -> None:
    issued = issue_code(user=ngozi, purpose=OTPPurpose.CONFIRM_IDENTITY, sent_to=ngozi.email)
    assert issued is not None

    assert api(ngozi).delete("/me", {"code": issued[1]}).status_code == 204


def test_staff_do_not_delete_themselves(api: Api, bisi: CustomUser) -> None:
    assert problem(api(bisi).delete("/me", PROOF)) == (403, "wrong_role")


# What is left


def test_nothing_in_the_database_tells_who_it_was(
    api: Api, ngozi: CustomUser, bisi: CustomUser, settings: Any, tmp_path: Path, run_jobs: RunJobs
) -> None:
    settings.MEDIA_ROOT = tmp_path
    set_avatar(actor=Actor(ngozi.pk, Role.APPLICANT), file=BytesIO(picture()))
    BankAccountFactory.create(user=ngozi, account_number="0987654321")
    NotificationFactory.create(user=ngozi)
    OTPFactory.create(user=ngozi)
    SavedJobFactory.create(user=ngozi)
    SavedSearchFactory.create(user=ngozi, name="Ngozi's weekends", latitude=6.5, longitude=3.4)
    JobTemplateFactory.create(client=ngozi, name="Ngozi's hall")
    BlockFactory.create(blocker=ngozi)
    InvitationFactory.create(worker=ngozi)
    FavouriteFactory.create(worker=ngozi)
    CalendarLinkFactory.create(user=ngozi)
    DeviceFactory.create(user=ngozi, name="Ngozi's phone")
    LogEntry.objects.log_actions(bisi.pk, [ngozi], CHANGE, "Changed e-mail.", single_object=True)
    shift = worked(ngozi)
    ShiftAssignment.objects.filter(pk=shift.pk).update(check_in_latitude=6.5, check_in_longitude=3.4)

    assert api(ngozi).delete("/me", PROOF).status_code == 204
    run_jobs()

    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [name for (name,) in cursor.fetchall() if not name.startswith("procrastinate")]
        traces = []
        for table in tables:
            cursor.execute(f"SELECT row_to_json(t)::text FROM {table} t")
            traces += [
                (table, trace)
                for (row,) in cursor.fetchall()
                for trace in ("ngozi", "okonjo", "2348031234567", "0803 123", "0987654321", "3.4,", "6.5,")
                if trace in row.lower()
            ]
    assert traces == []
    assert list((tmp_path / "avatars").iterdir()) == []
    kept = (SavedJob, SavedSearch, JobTemplate, Block, Favourite, Invitation, CalendarLink)
    for model in (OTP, BankAccount, Notification, *kept):
        assert not model._default_manager.exists()


def test_series_of_who_left_is_gone_and_its_jobs_stay(api: Api) -> None:
    client = UserFactory.create(role="client", password=PASSWORD)
    job = JobFactory.create(client=client, status="completed")
    repeated(job)

    assert api(client).delete("/me", PROOF).status_code == 204

    assert (JobSeries.objects.count(), SeriesOccurrence.objects.count()) == (0, 0)
    assert Job.objects.filter(pk=job.pk).exists()


def test_money_and_work_stay_as_they_were(api: Api, ngozi: CustomUser) -> None:
    shift = worked(ngozi)
    payment = PaymentFactory.create(released=True, assignment=shift)
    fund_wallet(ngozi.pk, 700)
    empty_wallet(ngozi, 700)
    withdrawal = WithdrawalFactory.create(wallet=wallet_of(ngozi.pk), status="paid")

    def history() -> list[object]:
        rows = [payment, shift, shift.application.job, withdrawal]
        return [
            list(LedgerEntry.objects.order_by("pk").values()),
            *(type(row)._default_manager.values().get(pk=row.pk) for row in rows),
        ]

    before = history()
    assert api(ngozi).delete("/me", PROOF).status_code == 204

    assert history() == before


def empty_wallet(user: CustomUser, amount_kobo: int) -> None:
    with transaction.atomic():
        post(
            kind=TransactionKind.WITHDRAWAL,
            reference=f"paid-out-{user.pk}",
            moves=[Move(wallet_account(user.pk), system_account(AccountKind.PAYOUTS_IN_FLIGHT), amount_kobo)],
        )


def test_everything_is_over_at_once_and_the_address_is_free(
    api: Api, ngozi: CustomUser, wale: CustomUser, anonymous_api: ApiClient
) -> None:
    here, there, reader = api(ngozi), api(ngozi), api(wale)
    shown = f"/get-profile/{ngozi.pk}"
    # From the cache, and still not a moment too long.
    for _ in range(2):
        assert reader.get(shown).json()["name"] == "Ngozi Okonjo"
        there.get("/get-account-details")

    assert here.delete("/me", PROOF).status_code == 204

    assert [problem(client.get("/me")) for client in (here, there)] == [(401, "unauthenticated")] * 2
    assert problem(reader.get(shown)) == (404, "not_found")
    log_in = anonymous_api.post("/auth/login", {"email": "ngozi@example.com", "password": PASSWORD})
    assert problem(log_in) == (401, "bad_credentials")
    again = {"email": "ngozi@example.com", "first_name": "N", "last_name": "O", "role": "client"}
    anonymous_api.post("/auth/signup", {**again, "password": "a wholly different phrase"})
    assert CustomUser.objects.with_email("ngozi@example.com").get().pk != ngozi.pk


def test_reviews_stay_under_another_name_at_once(api: Api, ngozi: CustomUser, wale: CustomUser) -> None:
    shift = worked(ngozi)
    client = shift.application.job.client
    review = ReviewFactory.create(job=shift.application.job, reviewer=ngozi, reviewed=client)
    reader = api(wale)
    for _ in range(2):
        reader.get(f"/reviews/{client.pk}")

    api(ngozi).delete("/me", PROOF)

    [item] = reader.get(f"/reviews/{client.pk}").json()["items"]
    assert item["reviewer"] == {"id": ngozi.pk, "name": "Deleted user", "avatar_url": None, "avatar_small_url": None}
    assert Review.objects.get().rating == review.rating


def test_a_last_message_goes_to_the_address_that_was(api: Api, ngozi: CustomUser, run_jobs: RunJobs) -> None:
    api(ngozi).delete("/me", PROOF)
    run_jobs()

    [message] = [message for message in mail.outbox if message.to == ["ngozi@example.com"]]
    assert "was deleted" in message.subject


def test_of_many_deletions_at_once_one_writes_the_last_message(ngozi: CustomUser, queued_jobs: QueuedJobs) -> None:
    actor = Actor(ngozi.pk, Role.APPLICANT)

    outcomes = race(*[lambda: close_account(actor=actor, password=PASSWORD, code=None)] * 4)

    assert outcomes.count(None) == 1
    assert {type(outcome) for outcome in outcomes} <= {type(None), Unauthenticated, IdentityNotConfirmed}
    assert [arguments["to"] for task, arguments in queued_jobs()] == ["ngozi@example.com"]


def test_waiting_applications_are_withdrawn(api: Api, ngozi: CustomUser) -> None:
    application = ApplicationFactory.create(applicant=ngozi, note="Please")

    api(ngozi).delete("/me", PROOF)

    application.refresh_from_db()
    assert (application.status, application.note) == ("withdrawn", "")


def test_deleting_drops_the_cookie_of_a_browser(api: Api, ngozi: CustomUser) -> None:
    cookie = api(ngozi).delete("/me", PROOF).cookies["__Secure-payshift-refresh"]

    assert (cookie.value, cookie["path"]) == ("", "/api/auth/")


# Races


def test_nobody_is_taken_on_while_leaving(ngozi: CustomUser) -> None:
    """Whichever comes first wins, and the other one is refused."""
    applications = [ApplicationFactory.create(applicant=ngozi, job=funded(days_ahead)) for days_ahead in range(2, 8)]

    def take(application: Application) -> str:
        client = application.job.client
        accept_application(actor=Actor(client.pk, Role.CLIENT), application_id=application.pk)
        return "accepted"

    def leave() -> str:
        close_account(actor=Actor(ngozi.pk, Role.APPLICANT), password=PASSWORD, code=None)
        return "left"

    outcomes = race(leave, *[lambda application=each: take(application) for each in applications])

    has_left = outcomes[0] == "left"
    live = ShiftAssignment.objects.filter(worker=ngozi, status="scheduled").count()
    assert has_left != bool(live), outcomes
    assert live == outcomes.count("accepted")
    assert CustomUser.objects.get(pk=ngozi.pk).is_active is not has_left
    assert all(isinstance(outcome, str | PayshiftError) for outcome in outcomes), outcomes


def funded(days_ahead: int) -> Job:
    job: Job = JobFactory.create(date=(clock.now() + timedelta(days=days_ahead)).date())
    fund_escrow(job)
    return job


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": Role.CLIENT}])
def test_worker_who_left_or_switched_is_not_taken_on(change: dict[str, object], ngozi: CustomUser) -> None:
    application = ApplicationFactory.create(applicant=ngozi, job=funded(2))
    with transaction.atomic():
        CustomUser.objects.filter(pk=ngozi.pk).update(**change)

    with pytest.raises(WorkerUnavailable):
        accept_application(actor=Actor(application.job.client_id, Role.CLIENT), application_id=application.pk)


def test_nobody_posts_in_a_role_or_account_that_is_gone(emeka: CustomUser) -> None:
    """The token was read before the account changed."""
    actor = Actor(emeka.pk, Role.CLIENT)
    with transaction.atomic():
        CustomUser.objects.filter(pk=emeka.pk).update(role=Role.APPLICANT)

    with pytest.raises(WrongRole), transaction.atomic():
        lock_actor(actor)


# Switching the role


def test_worker_with_live_shifts_keeps_the_role(api: Api, ngozi: CustomUser) -> None:
    worked(ngozi, status="scheduled")

    assert codes_of(api(ngozi).post("/me/role", {"role": "client"})) == ["live_shifts"]
    assert CustomUser.objects.get(pk=ngozi.pk).role == Role.APPLICANT
    assert api(ngozi).post("/me/role", {"role": "applicant"}).status_code == 200


def test_client_with_live_jobs_keeps_the_role(api: Api, emeka: CustomUser) -> None:
    job = JobFactory.create(client=emeka)

    answer = api(emeka).post("/me/role", {"role": "applicant"})

    assert codes_of(answer) == ["live_jobs"]
    assert str(job.pk) in answer.json()["errors"][0]["message"]
    assert CustomUser.objects.get(pk=emeka.pk).role == Role.CLIENT


def test_worker_with_shifts_ahead_keeps_the_role(api: Api, ngozi: CustomUser) -> None:
    taken_on(ngozi)

    assert codes_of(api(ngozi).post("/me/role", {"role": "client"})) == ["shifts_ahead"]


def test_money_and_what_is_over_do_not_tie_to_a_role(api: Api, ngozi: CustomUser) -> None:
    worked(ngozi)
    fund_wallet(ngozi.pk, 100)

    assert api(ngozi).post("/me/role", {"role": "client"}).status_code == 200


# The last withdrawal


def empty(client: ApiClient, key: str, **body: str) -> Any:
    return client.post("/me/final-withdrawal", body or PROOF, Idempotency_Key=key)


def test_less_than_the_minimum_goes_to_the_bank_and_then_the_account(
    api: Api, ngozi: CustomUser, gateway: Gateway, run_jobs: RunJobs
) -> None:
    gateway.set_balance(1_000_000)
    BankAccountFactory.create(user=ngozi)
    fund_wallet(ngozi.pk, 4_200)
    client = api(ngozi)

    answer = empty(client, "last-one")

    assert (answer.status_code, answer.json()["amount_kobo"]) == (201, 4_200)
    assert empty(client, "last-one").json() == answer.json()
    assert balance_of(wallet_account(ngozi.pk)) == 0
    assert codes_of(client.delete("/me", PROOF)) == ["withdrawal_in_flight"]
    run_jobs()
    gateway.settle_transfer(answer.json()["reference"])
    gateway.post_webhooks(Client())
    run_jobs()
    assert Withdrawal.objects.get().status == "paid"
    assert client.delete("/me", PROOF).status_code == 204


def test_it_is_for_those_who_have_nothing_else_open(api: Api, ngozi: CustomUser) -> None:
    BankAccountFactory.create(user=ngozi)
    fund_wallet(ngozi.pk, 4_200)
    worked(ngozi, status="scheduled")

    assert codes_of(empty(api(ngozi), "early")) == ["live_shifts"]
    assert not Withdrawal.objects.exists()


def test_an_empty_wallet_is_not_withdrawn_from(api: Api, ngozi: CustomUser) -> None:
    BankAccountFactory.create(user=ngozi)

    assert problem(empty(api(ngozi), "nothing")) == (409, "insufficient_funds")


def test_it_needs_proof_and_a_key(api: Api, ngozi: CustomUser) -> None:
    fund_wallet(ngozi.pk, 4_200)
    client = api(ngozi)

    assert problem(empty(client, "guess", password="wrong horse battery")) == (403, "identity_not_confirmed")
    assert client.post("/me/final-withdrawal", PROOF).status_code == 400
    assert balance_of(wallet_account(ngozi.pk)) == 4_200


# A ban


def test_ban_ends_the_work_that_has_not_begun(
    api: Api, ngozi: CustomUser, wale: CustomUser, bisi: CustomUser, run_jobs: RunJobs
) -> None:
    waiting = ApplicationFactory.create(applicant=ngozi, job=funded(2))
    ahead = ApplicationFactory.create(applicant=ngozi, job=funded(3), status=ApplicationStatus.ACCEPTED)
    shift = ShiftAssignmentFactory.create(application=ahead)
    running = worked(ngozi, checked_out=True)

    ban_user(user_id=ngozi.pk, staff_id=bisi.pk)
    run_jobs()

    for row in (waiting, ahead, shift, running):
        row.refresh_from_db()
    assert (waiting.status, ahead.status, shift.status) == ("withdrawn", "withdrawn", "canceled")
    assert running.status == "checked_out"
    ahead.job.refresh_from_db()
    assert ahead.job.accepted_count == 0


def test_ban_of_a_client_cancels_the_jobs_ahead_and_pays_back(
    emeka: CustomUser, bisi: CustomUser, run_jobs: RunJobs
) -> None:
    job = JobFactory.create(client=emeka, date=(clock.now() + timedelta(days=5)).date())
    fund_escrow(job)
    begun = JobFactory.create(client=emeka, status=JobStatus.ONGOING, date=(clock.now() - timedelta(days=1)).date())

    ban_user(user_id=emeka.pk, staff_id=bisi.pk)
    run_jobs()

    job.refresh_from_db()
    begun.refresh_from_db()
    assert (job.status, begun.status) == ("canceled", "ongoing")
    assert balance_of(escrow_account(job.pk)) == 0
    assert balance_of(wallet_account(emeka.pk)) == job.price_kobo


def test_who_was_let_back_in_at_once_keeps_the_work(ngozi: CustomUser, bisi: CustomUser, run_jobs: RunJobs) -> None:
    waiting = ApplicationFactory.create(applicant=ngozi)

    ban_user(user_id=ngozi.pk, staff_id=bisi.pk)
    unban_user(user_id=ngozi.pk)
    run_jobs()

    waiting.refresh_from_db()
    assert waiting.status == "applied"
