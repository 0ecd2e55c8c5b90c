"""Disputes: the money of one assignment is frozen, then divided as staff decide, and nothing is made or lost by it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from pytest_django import Settings

from accounts.exceptions import SecondPersonNeeded
from accounts.models import CustomUser, Notification
from core import clock
from core.actor import Role
from core.errors import InvalidState
from jobs.models import Application, ApplicationStatus, AssignmentStatus, Job, JobStatus, ShiftAssignment
from jobs.ports import ESCROW
from payment.exceptions import DivisionDoesNotFit
from payment.models import AccountKind, Dispute, DisputeStatus, Payment, PaymentKind, Resolution
from payment.services.accounts import escrow_account, system_account, wallet_account
from payment.services.disputes import resolve_dispute, review_dispute
from tests.factories.accounts import UserFactory
from tests.factories.jobs import ApplicationFactory, JobFactory, ShiftAssignmentFactory
from tests.factories.payment import balance_of, fund_escrow
from tests.payment.conftest import alerts
from tests.support.api_client import ApiClient, ApiResponse
from tests.support.jobs import RunJobs
from tests.support.races import errors_of, race

pytestmark = pytest.mark.django_db(transaction=True)

REASON = "I worked the whole shift."


@pytest.fixture
def assignment(chidi: CustomUser, wale: CustomUser) -> ShiftAssignment:
    """Wale worked Chidi's job for one, checked out, and nobody approved yet. The shift ended an hour ago."""
    job = JobFactory(client=chidi, applicants_needed=1, status=JobStatus.UPCOMING)
    fund_escrow(job)
    application: Application = ApplicationFactory(job=job, applicant=wale, status=ApplicationStatus.ACCEPTED)
    worked: ShiftAssignment = ShiftAssignmentFactory(application=application, checked_out=True)
    Job.objects.filter(pk=job.pk).update(status=JobStatus.ONGOING)
    return worked


@pytest.fixture
def after_the_shift(assignment: ShiftAssignment) -> Iterator[None]:
    with time_machine.travel(assignment.ends_at + timedelta(hours=1)):
        yield


@pytest.fixture
def dispute(assignment: ShiftAssignment, wale: CustomUser, after_the_shift: None) -> Dispute:
    """Opened by Wale."""
    answer = complain(ApiClient(wale), assignment)
    assert answer.status_code == 201, answer.content
    return Dispute.objects.get()


def complain(party: ApiClient, assignment: ShiftAssignment) -> ApiResponse:
    return party.post("/disputes", {"assignment_id": assignment.pk, "reason": REASON})


def resolve(dispute: Dispute, bisi: CustomUser, resolution: Resolution, to_worker_kobo: int | None = None) -> Dispute:
    review_dispute(dispute_id=dispute.pk)
    return resolve_dispute(
        staff_id=bisi.pk,
        dispute_id=dispute.pk,
        resolution=resolution,
        note="The gate book shows eight hours.",
        to_worker_kobo=to_worker_kobo,
    )


@pytest.mark.parametrize("who", ["chidi", "wale"])
def test_either_party_may_open_a_dispute(
    who: str, request: pytest.FixtureRequest, assignment: ShiftAssignment, after_the_shift: None
) -> None:
    answer = complain(ApiClient(request.getfixturevalue(who)), assignment)

    body = answer.json()
    assert answer.status_code == 201
    assert (body["status"], body["reason"], body["opened_by_me"]) == ("open", REASON, True)
    assert ESCROW.get().has_open_dispute(assignment_id=assignment.pk)


@pytest.mark.parametrize("who", ["sade", "emeka"])
def test_a_stranger_finds_nothing_to_dispute_and_no_dispute(
    who: str, request: pytest.FixtureRequest, dispute: Dispute, assignment: ShiftAssignment
) -> None:
    stranger = ApiClient(request.getfixturevalue(who))
    path = f"/disputes/{dispute.pk}"

    answers = [
        complain(stranger, assignment),
        stranger.get(path),
        stranger.post(f"{path}/statements", {"body": "Me too."}),
        stranger.post(f"{path}/withdraw"),
    ]

    assert [answer.status_code for answer in answers] == [404] * 4
    assert stranger.get("/disputes").json()["items"] == []


def test_a_dispute_is_too_late_48_hours_after_the_shift(assignment: ShiftAssignment, wale: CustomUser) -> None:
    with time_machine.travel(assignment.ends_at + timedelta(hours=48, seconds=1)):
        answer = complain(ApiClient(wale), assignment)

    assert (answer.status_code, answer.json()["code"]) == (409, "dispute_too_late")


def test_a_shift_that_has_not_begun_cannot_be_disputed(assignment: ShiftAssignment, wale: CustomUser) -> None:
    answer = complain(ApiClient(wale), assignment)

    assert (answer.status_code, answer.json()["code"]) == (409, "invalid_state")


def test_an_assignment_has_one_open_dispute_also_in_parallel(
    assignment: ShiftAssignment, chidi: CustomUser, wale: CustomUser, after_the_shift: None
) -> None:
    client, worker = ApiClient(chidi), ApiClient(wale)

    answers = race(*[lambda: complain(client, assignment), lambda: complain(worker, assignment)] * 4)

    statuses = sorted(answer.status_code for answer in answers)  # type: ignore[union-attr]
    assert statuses == [201] + [409] * 7
    assert Dispute.objects.count() == 1


def test_the_client_cannot_approve_while_the_money_is_frozen(
    dispute: Dispute, assignment: ShiftAssignment, chidi: CustomUser
) -> None:
    answer = ApiClient(chidi).post(f"/assignments/{assignment.pk}/approve", {})

    assert answer.status_code == 409
    assert not Payment.objects.filter(kind=PaymentKind.WAGE).exists()


def test_statements_are_heard_by_both_sides_and_end_with_the_dispute(
    dispute: Dispute, chidi: CustomUser, wale: CustomUser
) -> None:
    client, worker = ApiClient(chidi), ApiClient(wale)
    client.post(f"/disputes/{dispute.pk}/statements", {"body": "He left at noon."})
    worker.post(f"/disputes/{dispute.pk}/statements", {"body": "I did not."})

    heard = client.get(f"/disputes/{dispute.pk}").json()
    worker.post(f"/disputes/{dispute.pk}/withdraw")
    after = client.post(f"/disputes/{dispute.pk}/statements", {"body": "Ha."})

    assert [(said["author_name"], said["body"]) for said in heard["statements"]] == [
        ("Chidi Okafor", "He left at noon."),
        ("Wale Adeyemi", "I did not."),
    ]
    assert (after.status_code, after.json()["code"]) == (409, "invalid_state")


def test_only_who_opened_it_may_withdraw_it(dispute: Dispute, chidi: CustomUser, wale: CustomUser) -> None:
    others = ApiClient(chidi).post(f"/disputes/{dispute.pk}/withdraw")
    own = ApiClient(wale).post(f"/disputes/{dispute.pk}/withdraw")

    dispute.refresh_from_db()
    assert (others.status_code, own.status_code) == (404, 200)
    assert dispute.status == DisputeStatus.WITHDRAWN


@pytest.mark.parametrize(
    ("resolution", "to_worker_kobo", "share"),
    [(Resolution.WORKER, None, 1.0), (Resolution.CLIENT, None, 0.0), (Resolution.SPLIT, 300_000, 0.25)],
)
def test_staff_divide_what_was_frozen_and_the_job_ends(
    resolution: Resolution,
    to_worker_kobo: int | None,
    share: float,
    dispute: Dispute,
    assignment: ShiftAssignment,
    bisi: CustomUser,
) -> None:
    price_kobo, award_kobo = assignment.price_kobo, int(assignment.wage_kobo * share)

    resolved = resolve(dispute, bisi, resolution, to_worker_kobo)

    assignment.refresh_from_db()
    job = Job.objects.get()
    assert (resolved.to_worker_kobo, resolved.to_client_kobo) == (award_kobo, price_kobo - award_kobo)
    assert assignment.status == AssignmentStatus.APPROVED
    assert job.status == JobStatus.COMPLETED
    assert balance_of(wallet_account(assignment.worker_id)) == award_kobo
    assert balance_of(wallet_account(job.client_id)) == price_kobo - award_kobo
    assert balance_of(escrow_account(job.pk)) == 0
    assert balance_of(system_account(AccountKind.PLATFORM_FEES)) == 0


@pytest.mark.parametrize("to_worker_kobo", [None, 0, -1, 1_200_000, 10**12])
def test_a_split_must_leave_something_to_both(
    to_worker_kobo: int | None, dispute: Dispute, assignment: ShiftAssignment, bisi: CustomUser
) -> None:
    with pytest.raises(DivisionDoesNotFit):
        resolve(dispute, bisi, Resolution.SPLIT, to_worker_kobo)

    dispute.refresh_from_db()
    assert dispute.status == DisputeStatus.UNDER_REVIEW
    assert balance_of(wallet_account(assignment.worker_id)) == 0


def test_a_dispute_is_resolved_once(dispute: Dispute, assignment: ShiftAssignment, bisi: CustomUser) -> None:
    resolve(dispute, bisi, Resolution.WORKER)

    with pytest.raises(InvalidState):
        resolve_dispute(staff_id=bisi.pk, dispute_id=dispute.pk, resolution=Resolution.WORKER, note="Again.")

    assert balance_of(wallet_account(assignment.worker_id)) == assignment.wage_kobo


class TestLarge:
    """Of more than one member of staff may decide alone."""

    @pytest.fixture
    def second(self) -> CustomUser:
        user: CustomUser = UserFactory.create(role=Role.ADMIN)
        return user

    @pytest.fixture(autouse=True)
    def _alone(self, settings: Settings, assignment: ShiftAssignment) -> None:
        settings.DISPUTE_ALONE_KOBO = assignment.price_kobo - 1

    def decide(self, dispute: Dispute, staff: CustomUser, resolution: Resolution, share: int | None = None) -> Dispute:
        return resolve_dispute(
            staff_id=staff.pk, dispute_id=dispute.pk, resolution=resolution, note="The gate book.", to_worker_kobo=share
        )

    def test_two_who_decide_alike_end_it_and_one_does_not(
        self, dispute: Dispute, assignment: ShiftAssignment, bisi: CustomUser, second: CustomUser
    ) -> None:
        review_dispute(dispute_id=dispute.pk)
        self.decide(dispute, bisi, Resolution.WORKER)
        with pytest.raises(SecondPersonNeeded):
            self.decide(dispute, bisi, Resolution.WORKER)
        waiting = Dispute.objects.get()
        assert (waiting.status, waiting.proposed_by, waiting.resolution) == (DisputeStatus.UNDER_REVIEW, bisi, "")
        assert (waiting.proposed_resolution, waiting.proposed_to_worker_kobo) == ("worker", assignment.wage_kobo)
        assert balance_of(wallet_account(assignment.worker_id)) == 0
        assert alerts() == ["dispute_opened", "dispute_proposed"]

        self.decide(dispute, second, Resolution.WORKER)

        ended = Dispute.objects.get()
        assert (ended.status, ended.resolved_by, ended.proposed_by) == (DisputeStatus.RESOLVED, second, bisi)
        assert balance_of(wallet_account(assignment.worker_id)) == assignment.wage_kobo

    def test_another_decision_takes_the_place_of_the_first(
        self, dispute: Dispute, assignment: ShiftAssignment, bisi: CustomUser, second: CustomUser
    ) -> None:
        review_dispute(dispute_id=dispute.pk)
        self.decide(dispute, bisi, Resolution.WORKER)
        self.decide(dispute, second, Resolution.SPLIT, 100_000)
        # Of another sum, and of who is the same as the one before.
        self.decide(dispute, bisi, Resolution.SPLIT, 100_001)

        assert Dispute.objects.get().proposed_by == bisi
        assert balance_of(wallet_account(assignment.worker_id)) == 0
        self.decide(dispute, second, Resolution.SPLIT, 100_001)
        assert balance_of(wallet_account(assignment.worker_id)) == 100_001

    def test_two_at_once_are_two_and_one_twice_at_once_is_one(
        self, dispute: Dispute, assignment: ShiftAssignment, bisi: CustomUser, second: CustomUser
    ) -> None:
        review_dispute(dispute_id=dispute.pk)

        twice = race(*[lambda: self.decide(dispute, bisi, Resolution.CLIENT)] * 3)
        assert errors_of(twice) == [SecondPersonNeeded] * 2
        assert Dispute.objects.get().status == DisputeStatus.UNDER_REVIEW

        both = race(*[lambda: self.decide(dispute, second, Resolution.CLIENT)] * 3)
        assert errors_of(both) == [InvalidState] * 2
        assert Dispute.objects.get().status == DisputeStatus.RESOLVED

    def test_who_left_proposed_nothing(self, dispute: Dispute, bisi: CustomUser, second: CustomUser) -> None:
        review_dispute(dispute_id=dispute.pk)
        self.decide(dispute, bisi, Resolution.WORKER)
        CustomUser.objects.filter(pk=bisi.pk).update(is_active=False)

        with pytest.raises(InvalidState):
            self.decide(dispute, second, Resolution.WORKER)

    def test_what_became_small_is_decided_by_one(
        self, dispute: Dispute, assignment: ShiftAssignment, bisi: CustomUser, settings: Settings
    ) -> None:
        review_dispute(dispute_id=dispute.pk)
        self.decide(dispute, bisi, Resolution.WORKER)
        settings.DISPUTE_ALONE_KOBO = assignment.price_kobo

        self.decide(dispute, bisi, Resolution.WORKER)

        assert Dispute.objects.get().status == DisputeStatus.RESOLVED


def test_w3_a_dispute_is_not_resolved_unseen(dispute: Dispute, bisi: CustomUser) -> None:
    with pytest.raises(InvalidState):
        resolve_dispute(staff_id=bisi.pk, dispute_id=dispute.pk, resolution=Resolution.CLIENT, note="At once.")


def test_the_one_running_a_shift_waits_for_its_end(
    assignment: ShiftAssignment, wale: CustomUser, bisi: CustomUser
) -> None:
    with time_machine.travel(assignment.starts_at + timedelta(hours=1)):
        complain(ApiClient(wale), assignment)
        with pytest.raises(InvalidState, match="still runs"):
            resolve(Dispute.objects.get(), bisi, Resolution.CLIENT)

    assert clock.now() < assignment.starts_at


def test_the_other_side_and_staff_hear_of_a_dispute_and_both_sides_of_its_end(
    dispute: Dispute, chidi: CustomUser, wale: CustomUser, bisi: CustomUser, run_jobs: RunJobs
) -> None:
    ApiClient(chidi).post(f"/disputes/{dispute.pk}/statements", {"body": "He left at noon."})
    told_staff = alerts()
    resolve(dispute, bisi, Resolution.WORKER)
    run_jobs()

    assert told_staff == ["dispute_opened"]
    assert heard(chidi) == ["dispute_opened", "dispute_resolved", "dispute_updated"]
    # What the client said, and that staff look at it now.
    assert heard(wale) == ["dispute_resolved", "dispute_updated", "dispute_updated"]


def heard(user: CustomUser) -> list[str]:
    """What a person was told of disputes."""
    told = Notification.objects.filter(user=user, kind__startswith="dispute")
    return sorted(told.values_list("kind", flat=True))


def test_staff_s_statement_is_answered_and_needs_the_right(dispute: Dispute, bisi: CustomUser) -> None:
    clerk = ApiClient(UserFactory.create(email="clerk@example.com", role=Role.ADMIN))
    path = f"/disputes/{dispute.pk}/statements"

    refused = clerk.post(path, {"body": "We look at it."})
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    assert not dispute.statements.exists()

    answer = ApiClient(bisi).post(path, {"body": "We look at it."})
    assert answer.status_code == 201
    assert [said["body"] for said in answer.json()["statements"]] == ["We look at it."]


def test_statements_of_one_person_are_bounded(dispute: Dispute, wale: CustomUser, settings: Any) -> None:
    settings.STATEMENTS_PER_DISPUTE_HOUR = 2
    path = f"/disputes/{dispute.pk}/statements"

    answers = [ApiClient(wale).post(path, {"body": f"And {number}."}).status_code for number in range(4)]

    assert answers == [201] * 2 + [429] * 2


def test_what_one_person_disputes_and_says_in_a_day_is_bounded(
    assignment: ShiftAssignment, wale: CustomUser, chidi: CustomUser, after_the_shift: None, settings: Any
) -> None:
    settings.DISPUTES_PER_DAY, settings.STATEMENTS_PER_DAY = 1, 2
    worker = ApiClient(wale)
    opened = complain(worker, assignment)
    path = f"/disputes/{opened.json()['id']}"

    said = [worker.post(f"{path}/statements", {"body": f"And {number}."}).status_code for number in range(3)]
    worker.post(f"{path}/withdraw")

    assert (said, complain(worker, assignment).status_code) == ([201, 201, 429], 429)
    assert complain(ApiClient(chidi), assignment).status_code == 201


def test_dispute_is_opened_and_withdrawn_three_times_at_most(
    assignment: ShiftAssignment, wale: CustomUser, after_the_shift: None
) -> None:
    worker = ApiClient(wale)
    answers = []
    for _ in range(5):
        answer = complain(worker, assignment)
        answers.append(answer.status_code)
        if answer.status_code == 201:
            worker.post(f"/disputes/{answer.json()['id']}/withdraw")

    assert answers == [201] * 3 + [409] * 2
