"""POST /assignments/approve: many at once, each for itself."""

import pytest
from django.db import OperationalError

from accounts.models import CustomUser
from core.actor import Actor, Role
from jobs.models import JobStatus, ShiftAssignment
from jobs.services import approving
from jobs.services.approval import approve_assignment
from payment.services.accounts import wallet_account
from tests.factories.jobs import ApplicationFactory, JobFactory, ShiftAssignmentFactory
from tests.factories.payment import DisputeFactory, balance_of
from tests.jobs.conftest import ENDS_AT, Api, Move, funded
from tests.jobs.test_races import run_together

WAGE = 1_200_000


@pytest.fixture
def worked(chidi: CustomUser, clock_at: Move) -> list[ShiftAssignment]:
    """Three people worked the whole shift, which has just ended."""
    job = funded(JobFactory.create(client=chidi, applicants_needed=3, status=JobStatus.ONGOING))
    applications = [ApplicationFactory.create(job=job, status="accepted") for _ in range(3)]
    clock_at(ENDS_AT)
    return [ShiftAssignmentFactory.create(application=application, checked_out=True) for application in applications]


def paid(assignments: list[ShiftAssignment]) -> list[int]:
    return [balance_of(wallet_account(assignment.worker_id)) for assignment in assignments]


@pytest.mark.django_db
def test_each_is_approved_or_refused_for_itself(api: Api, chidi: CustomUser, worked: list[ShiftAssignment]) -> None:
    DisputeFactory.create(assignment=worked[1])
    foreign = ShiftAssignmentFactory.create(checked_out=True, application__job__status=JobStatus.ONGOING)
    ids = [worked[0].pk, worked[1].pk, foreign.pk, worked[2].pk]

    response = api(chidi).post("/assignments/approve", {"assignment_ids": [*ids, worked[0].pk]})

    results = response.json()["results"]
    assert response.status_code == 200
    assert [result["assignment_id"] for result in results] == ids
    assert [(result["refusal"] or {}).get("code") for result in results] == [None, "dispute_open", "not_found", None]
    assert [(result["assignment"] or {}).get("paid_wage_kobo") for result in results] == [WAGE, None, None, WAGE]
    assert paid([*worked, foreign]) == [WAGE, 0, WAGE, 0]
    assert ShiftAssignment.objects.get(pk=foreign.pk).status == "checked_out"


@pytest.mark.django_db
def test_none_or_more_than_a_hundred_are_refused(api: Api, chidi: CustomUser) -> None:
    for ids in ([], list(range(1, 102)), ["1"]):
        assert api(chidi).post("/assignments/approve", {"assignment_ids": ids}).status_code == 422


@pytest.mark.django_db(transaction=True)
def test_w4_two_clicks_at_once_pay_each_once(chidi: CustomUser, worked: list[ShiftAssignment]) -> None:
    client, ids = Actor(chidi.pk, Role.CLIENT), [assignment.pk for assignment in worked]
    answers: list[list[str]] = []

    def click(order: list[int]) -> None:
        decided = approving.approve_assignments(actor=client, assignment_ids=order)
        answers.append([type(each.refusal).__name__ for each in decided])

    assert run_together([lambda: click(ids), lambda: click(ids[::-1])]) == ["ok", "ok"]

    assert sorted(answers[0] + answers[1]) == ["InvalidState"] * 3 + ["NoneType"] * 3
    assert paid(worked) == [WAGE] * 3


@pytest.mark.django_db(transaction=True)
def test_ended_half_way_it_has_paid_the_first_and_pays_the_rest_when_called_again(
    chidi: CustomUser, worked: list[ShiftAssignment], monkeypatch: pytest.MonkeyPatch
) -> None:
    client, ids = Actor(chidi.pk, Role.CLIENT), [assignment.pk for assignment in worked]
    approve = approve_assignment

    def lose_the_database(*, actor: Actor, assignment_id: int) -> ShiftAssignment:
        if assignment_id == ids[1]:
            raise OperationalError
        return approve(actor=actor, assignment_id=assignment_id)

    monkeypatch.setattr(approving, "approve_assignment", lose_the_database)
    with pytest.raises(OperationalError):
        approving.approve_assignments(actor=client, assignment_ids=ids)
    monkeypatch.setattr(approving, "approve_assignment", approve)
    assert paid(worked) == [WAGE, 0, 0]

    decided = approving.approve_assignments(actor=client, assignment_ids=ids)

    assert [type(each.refusal).__name__ for each in decided] == ["InvalidState", "NoneType", "NoneType"]
    assert paid(worked) == [WAGE] * 3
