"""What an assignment says may be done with it is what the services then allow, to each side, at each moment."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import transaction

from accounts.models import CustomUser
from jobs.models import Job, ShiftAssignment
from tests.factories.jobs import LATITUDE, LONGITUDE, ApplicationFactory, JobFactory, ShiftAssignmentFactory
from tests.jobs.conftest import ENDS_AT, STARTS_AT, Api, Move, funded

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
HERE = {"latitude": LATITUDE, "longitude": LONGITUDE}
CODE = {"code": "246810"}
WHY = {"reason": "I was there."}

# Each fact, whose it is, and the step that it foretells. A code is the proof that counts in each of them.
FACTS: tuple[tuple[str, str, str, Callable[[int], object]], ...] = (
    ("may_give_back", "worker", "give-back", lambda _: None),
    ("may_check_in", "worker", "check-in", lambda _: CODE),
    ("may_check_out", "worker", "check-out", lambda _: None),
    ("may_take_back_check_out", "worker", "check-out/take-back", lambda _: None),
    ("may_ask_minutes", "worker", "ask-minutes", lambda most: {"minutes": most, **WHY}),
    ("may_accept_minutes", "worker", "accept-minutes", lambda _: None),
    ("may_contest", "client", "contest", lambda _: WHY),
    ("may_take_back_contest", "client", "contest/take-back", lambda _: None),
    ("may_end_early", "client", "end", lambda _: WHY),
    ("may_approve", "client", "approve", lambda most: {"minutes": most, **WHY}),
    ("may_approve_as_recorded", "client", "approve", lambda _: {}),
    ("may_mark_no_show", "client", "no-show", lambda _: None),
    ("may_take_back_no_show", "client", "no-show/take-back", lambda _: None),
)

# What led to it, step by step: when, who, what. The facts are asked where it ends, and some time later.
type Step = tuple[datetime, str, str, object]
IN = (STARTS_AT, "worker", "check-in", HERE)
OUT = (STARTS_AT + 2 * HOUR, "worker", "check-out", None)
CONTEST = (STARTS_AT + 3 * HOUR, "client", "contest", WHY)
ABSENT = (STARTS_AT + 3 * HOUR, "client", "no-show", None)
STORIES: dict[str, tuple[Step, ...]] = {
    "nobody came": (),
    "is in": (IN,),
    "came with the code": ((STARTS_AT, "worker", "check-in", CODE),),
    "left": (IN, OUT),
    "sent home": (IN, (STARTS_AT + HOUR, "client", "end", WHY)),
    "contested while in": (IN, CONTEST),
    "contested after leaving": (IN, OUT, CONTEST),
    "asked for more": (IN, OUT, (STARTS_AT + 3 * HOUR, "worker", "ask-minutes", {"minutes": 400, **WHY})),
    "disputed": (IN, OUT, (STARTS_AT + 3 * HOUR, "worker", "dispute", None)),
    "no-show": (ABSENT,),
    "no-show of a contested": (IN, CONTEST, (STARTS_AT + 4 * HOUR, "client", "no-show", None)),
    "no-show accepted": (ABSENT, (STARTS_AT + 4 * HOUR, "worker", "accept-minutes", None)),
    "approved as recorded": (IN, OUT, (STARTS_AT + 3 * HOUR, "client", "approve", {})),
    "lowered": (IN, OUT, (STARTS_AT + 3 * HOUR, "client", "approve", {"minutes": 60, **WHY})),
}
LATER = (timedelta(), 10 * MINUTE, 20 * MINUTE, ENDS_AT - STARTS_AT, timedelta(days=4))


@pytest.fixture
def assignment(chidi: CustomUser, wale: CustomUser) -> ShiftAssignment:
    job = funded(JobFactory.create(client=chidi, applicants_needed=1))
    return ShiftAssignmentFactory.create(
        application=ApplicationFactory.create(job=job, applicant=wale, status="accepted")
    )


class Sides:
    def __init__(self, api: Api, assignment: ShiftAssignment) -> None:
        self.path = f"/assignments/{assignment.pk}"
        self.assignment_id = assignment.pk
        self.people = {"worker": api(assignment.worker), "client": api(assignment.client)}

    def does(self, who: str, step: str, body: object) -> bool:
        person = self.people[who]
        if step == "dispute":
            answer = person.post("/disputes", {"assignment_id": self.assignment_id, **WHY})
        else:
            answer = person.post(f"{self.path}/{step}", body)
        assert answer.status_code < 500, (step, answer.content)
        return answer.status_code < 300

    def could(self, who: str, step: str, body: object) -> bool:
        with transaction.atomic():
            done = self.does(who, step, body)
            transaction.set_rollback(True)
        return done

    def facts(self, who: str) -> dict[str, bool]:
        answer: dict[str, bool] = self.people[who].get(self.path).json()
        return answer


@pytest.fixture
def sides(api: Api, assignment: ShiftAssignment) -> Sides:
    return Sides(api, assignment)


@pytest.mark.parametrize("story", STORIES)
def test_facts_foretell_what_the_services_allow(sides: Sides, clock_at: Move, story: str) -> None:
    at = STARTS_AT + 30 * MINUTE
    for at, who, step, body in STORIES[story]:
        clock_at(at)
        assert sides.does(who, step, body), step

    for later in LATER:
        clock_at(at + later)
        for who in ("worker", "client"):
            told = sides.facts(who)
            most = told["most_minutes"]
            allowed = {name: whose == who and sides.could(whose, step, body(most)) for name, whose, step, body in FACTS}
            assert {name: told[name] for name in allowed} == allowed, (who, later)
            assert told["may_dispute"] == sides.could(who, "dispute", None), (who, later)


def test_position_is_enough_until_it_is_contested_or_the_client_asks_for_the_code(
    sides: Sides, clock_at: Move, assignment: ShiftAssignment
) -> None:
    clock_at(STARTS_AT)
    assert sides.facts("worker")["check_in_needs_code"] is False
    sides.does("worker", "check-in", HERE)
    sides.does("client", "contest", WHY)
    assert sides.facts("worker")["check_in_needs_code"] is True
    sides.does("client", "contest/take-back", None)
    assert sides.facts("worker")["check_in_needs_code"] is False
    Job.objects.filter(pk=assignment.application.job_id).update(code_only=True)
    assert sides.facts("worker")["check_in_needs_code"] is True
