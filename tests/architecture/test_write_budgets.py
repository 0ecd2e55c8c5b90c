"""Every write runs a constant number of statements, whatever the number of rows that it changes or tells of.

Each is called in a world that grows from two of everything to thirty; and what is about many by what it does (a job
with so many people), in a scenario of its own, with 1, 30 and 300 of them. A new write is in the world or fails here.
"""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import transaction
from django_redis import get_redis_connection
from pytest_django import Settings

from accounts.models import CustomUser, Notification
from core import clock
from core.actor import Role
from core.queries import count_queries
from jobs.models import Application, ApplicationStatus, Job, JobStatus
from payment.models import Payment
from payment.services.ledger_check import check_books
from tests.architecture.access_matrix import MATRIX
from tests.architecture.routes import routes
from tests.architecture.test_access import answer_to
from tests.architecture.test_query_budgets import grow
from tests.architecture.world import around, assignment, build_world, funded_job, hashed_password
from tests.factories.accounts import PASSWORD, UserFactory
from tests.factories.jobs import ApplicationFactory
from tests.factories.payment import pay_in_escrow
from tests.support.api_client import ApiClient
from tests.support.books import committed

pytestmark = pytest.mark.django_db

ROWS = (1, 30, 300)
# Of one there is nobody else whom it concerns, which costs less.
WORLDS = (2, 30)
WRITES = {route.name: route for route in routes() if route.method != "GET"}
# Asked of a provider, which no open transaction may be: about one account of one person.
ONLINE = {name for name, row in MATRIX.items() if row.network}
# Each of the shifts has a transaction and locks of its own: one that is refused keeps no other from its pay.
ONE_BY_ONE = {"approve_assignments"}
# The world has nothing for them to do: only their refusal is counted. Each is about one row; what `release_place`
# does for many it shares with `withdraw_application`.
ONLY_REFUSED = {
    *("accept_extra_time", "ask_for_virtual_account", "change_role", "confirm_email_change", "confirm_password_reset"),
    *("confirm_place", "confirm_second_factor", "decline_extra_time", "flutterwave_webhook", "paystack_webhook"),
    *("refresh_tokens", "release_place", "renew_recovery_codes", "stop_second_factor", "take_back_check_out"),
    *("take_back_contest", "take_back_no_show", "verify_email", "withdraw_everything", "withdraw_extra_time"),
}

type Call = tuple[CustomUser, str, str, dict[str, Any]]


def soon() -> dict[str, Any]:
    """A job that is called off late, at any hour of the day: its workers are compensated."""
    times = around(clock.now() + timedelta(hours=14))
    return {name: times[name] for name in ("date", "start_time", "end_time")}


def job_of(rows: int, **fields: Any) -> Job:
    job: Job = funded_job(UserFactory.create(role=Role.CLIENT), applicants_needed=rows, **fields)
    return job


def accepted(job: Job, rows: int) -> list[Application]:
    return [assignment(job, UserFactory.create(role=Role.APPLICANT)).application for _ in range(rows)]


def waiting(job: Job, rows: int, status: str = ApplicationStatus.APPLIED) -> list[Application]:
    return [ApplicationFactory.create(job=job, status=status) for _ in range(rows)]


def last_place(rows: int) -> Call:
    job = job_of(1)
    first, *_ = waiting(job, 1 + rows)
    return job.client, "post", f"/applications/{first.pk}/accept", {}


def many_come_and_many_wait(rows: int) -> Call:
    job = job_of(rows + 1, **soon())
    accepted(job, rows)
    waiting(job, rows)
    return job.client, "post", f"/jobs/{job.pk}/cancel", {}


def many_come_to_a_shift(rows: int) -> Call:
    job = job_of(rows, days=2, **soon())
    accepted(job, rows)
    return job.client, "post", f"/jobs/{job.pk}/shifts/{job.shifts.earliest('starts_at').pk}/cancel", {}


def many_applied(rows: int) -> Call:
    job = job_of(1)
    waiting(job, rows)
    return job.client, "patch", f"/jobs/{job.pk}", {"location": "Ikeja, Lagos"}


def one_leaves_many_stand_by(rows: int) -> Call:
    job = job_of(1)
    (place,) = accepted(job, 1)
    waiting(job, rows, ApplicationStatus.STANDING_BY)
    return place.applicant, "post", f"/applications/{place.pk}/withdraw", {}


def one_gives_back_many_stand_by(rows: int) -> Call:
    job = job_of(1)
    (place,) = accepted(job, 1)
    waiting(job, rows, ApplicationStatus.STANDING_BY)
    return place.applicant, "post", f"/assignments/{place.assignments.get().pk}/give-back", {}


def last_shift_many_wait(rows: int) -> Call:
    job = job_of(2, status=JobStatus.ONGOING, date=(clock.now() - timedelta(days=1)).date())
    shift = assignment(job, UserFactory.create(role=Role.APPLICANT), checked_out=True)
    waiting(job, rows)
    return job.client, "post", f"/assignments/{shift.pk}/approve", {}


def first_comes_many_wait(rows: int) -> Call:
    job = job_of(2, **around(clock.now()))
    shift = assignment(job, UserFactory.create(role=Role.APPLICANT))
    waiting(job, rows)
    return (
        shift.worker,
        "post",
        f"/assignments/{shift.pk}/check-in",
        {"latitude": job.latitude, "longitude": job.longitude},
    )


def one_leaves_whose_applications_wait(rows: int) -> Call:
    person = UserFactory.create(role=Role.APPLICANT)
    person.password = hashed_password()
    person.save(update_fields=["password"])
    for _ in range(rows):
        ApplicationFactory.create(applicant=person)
    return person, "delete", "/me", {"password": PASSWORD}


SCENARIOS: dict[str, Callable[[int], Call]] = {
    "accept_application": last_place,
    "approve_assignment": last_shift_many_wait,
    "cancel_job": many_come_and_many_wait,
    "cancel_shift": many_come_to_a_shift,
    "delete_me": one_leaves_whose_applications_wait,
    "check_in": first_comes_many_wait,
    "edit_job": many_applied,
    "give_back_shift": one_gives_back_many_stand_by,
    "withdraw_application": one_leaves_many_stand_by,
}
# Of the world's writes, the most statements that one needs. What is over it has grown: look, before you write more.
MOST = 41


def test_every_write_is_counted_when_it_succeeds_or_named() -> None:
    refused = {name for name in in_the_world() if MATRIX[name].owner_gets >= 400}

    assert refused - SCENARIOS.keys() == ONLY_REFUSED


def in_the_world() -> list[str]:
    return sorted(set(WRITES) - ONLINE - ONE_BY_ONE)


@pytest.mark.parametrize("name", SCENARIOS)
def test_write_about_many_costs_what_it_costs_about_one(name: str, settings: Settings) -> None:
    settings.TIME_TRAVEL = False
    spent: dict[int, list[str]] = {}
    for rows in ROWS:
        before = transaction.savepoint_create()
        person, method, path, body = SCENARIOS[name](rows)
        client = ApiClient(person)

        with count_queries(statements=True) as counted:
            answer = getattr(client, method)(path, body)

        assert answer.status_code in {200, 204}, answer.content
        spent[rows] = counted.statements
        # What a COMMIT checks of each posting is planned for tables that nobody has analysed here.
        transaction.savepoint_rollback(before)

    assert {rows: len(statements) for rows, statements in spent.items()} == dict.fromkeys(ROWS, len(spent[1])), spent[
        30
    ]


def test_writes_in_a_growing_world_keep_their_cost(
    chidi: CustomUser, wale: CustomUser, ada: CustomUser, settings: Settings
) -> None:
    people = {"chidi": chidi, "wale": wale, "ada": ada}
    world, grown = build_world(**people), 1
    settings.TIME_TRAVEL = False
    for limit in dir(django_settings):
        if re.search(r"_PER_(\w+_)?(DAY|HOUR)$|_AT_MOST$", limit) and isinstance(getattr(settings, limit), int):
            setattr(settings, limit, 10**12)
    spent: dict[str, list[int]] = {name: [] for name in in_the_world()}
    refused: dict[str, bytes] = {}

    for rows in WORLDS:
        for _ in range(rows - grown):
            grow(world)
        # Checked while there are few rows: each posting's check is planned for tables that nobody has analysed here.
        committed()
        grown = rows
        for name, counts in spent.items():
            row = MATRIX[name]
            # Throttles forget nothing that is rolled back.
            get_redis_connection("default").flushdb()
            with count_queries() as counted:
                answer = answer_to(WRITES[name], row, world, people[row.owner])
            counts.append(counted.count)
            if answer.status_code != row.owner_gets:
                refused[name] = answer.content

    assert refused == {}
    assert {name: counts for name, counts in spent.items() if len(set(counts)) > 1} == {}
    assert {name: counts[0] for name, counts in spent.items() if counts[0] > MOST} == {}


def test_cancelling_pays_and_tells_each_of_many() -> None:
    """What is counted above is whole."""
    job = job_of(31, **soon())
    pay_in_escrow(job)
    people = [each.applicant_id for each in accepted(job, 30)]

    answer = ApiClient(job.client).post(f"/jobs/{job.pk}/cancel", {})

    assert answer.status_code == 200
    paid = Payment.objects.filter(job=job, kind="compensation")
    assert sorted(paid.values_list("recipient_id", flat=True)) == sorted(people)
    told = Notification.objects.filter(kind="job_canceled", user_id__in=people)
    assert sorted(told.values_list("user_id", flat=True)) == sorted(people)
    assert set(job.applications.values_list("status", flat=True)) == {ApplicationStatus.CANCELED}
    assert [finding for finding in check_books().findings if "escrow" in finding.check] == []
