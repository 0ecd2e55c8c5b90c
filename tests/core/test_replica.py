"""Reads of operations that may lag go to the replica and are counted; nothing else ever does.

The replica is a second connection to the same server that does not see what has not been committed, as a real one does
not see what has not arrived.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import DatabaseError, connections, transaction
from pytest_django import Settings

from accounts.models import CustomUser
from core import replica
from core.cache.reads import CachedRead
from core.queries import count_queries
from core.replica import LAGGING, REPLICA, may_lag
from jobs.models import Job, JobIndustry
from tests.architecture.routes import routes
from tests.factories.jobs import JobFactory
from tests.support.api_client import ApiClient

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", REPLICA])


@pytest.fixture(scope="module", autouse=True)
def _second_connection(django_db_setup: None) -> Iterator[None]:
    primary = connections["default"].settings_dict
    options = {**primary["OPTIONS"], "pool": False, "options": "-c default_transaction_read_only=on"}
    connections.settings[REPLICA] = {**primary, "OPTIONS": options, "TEST": {**primary["TEST"], "MIRROR": "default"}}
    yield
    del connections.settings[REPLICA]


@pytest.fixture(autouse=True)
def statements() -> Iterator[list[str]]:
    """What ran on the replica."""
    seen: list[str] = []

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        seen.append(sql)
        return execute(sql, params, many, context)

    # A process' first connection asks for the types of the database.
    connections[REPLICA].ensure_connection()
    with connections[REPLICA].execute_wrapper(note):
        yield seen
    connections[REPLICA].close()
    del connections[REPLICA]
    replica._away_until = replica._looked_at = float("-inf")


def open_job(client: CustomUser) -> Job:
    return JobFactory.create(client=client, status="upcoming")


def test_declared_operations_read_from_the_replica_and_their_queries_count(
    statements: list[str], chidi: CustomUser, wale: CustomUser, settings: Settings
) -> None:
    settings.TIME_TRAVEL = False
    job, worker = open_job(chidi), ApiClient(wale)

    with count_queries() as counted:
        answer = worker.get("/jobs")

    assert [item["id"] for item in answer.json()["items"]] == [job.pk]
    assert len(statements) == 1
    # The token's device from the primary, the page from the replica.
    assert counted.count == 2


def test_prefetched_rows_come_from_the_replica_too(statements: list[str], wale: CustomUser) -> None:
    answer = ApiClient(wale).get("/industries")

    assert answer.json()[0]["subcategories"]
    assert len(statements) == 2


def test_nothing_else_reads_from_it(statements: list[str], chidi: CustomUser, wale: CustomUser) -> None:
    job = open_job(chidi)
    worker, client = ApiClient(wale), ApiClient(chidi)

    assert worker.post("/apply-jobs/", {"job_id": job.pk}).status_code == 201
    for path in (f"/jobs/{job.pk}", f"/jobs/{job.pk}/me", "/jobs/matched", "/applications", "/wallet", "/me"):
        assert worker.get(path).status_code == 200
    assert client.get(f"/users/{chidi.pk}/payments").status_code == 200

    assert statements == []


def test_declared_operations_are_public_lists_without_cache_and_money() -> None:
    """Whoever declares another one thinks about who may have just changed what it shows."""
    declared = {route.name: route for route in routes() if route.name in LAGGING}

    assert {"find_jobs", "list_industries"} == LAGGING
    assert {route.method for route in declared.values()} == {"GET"}
    assert LAGGING & {read.operation for read in CachedRead.registry} == set()


def test_writes_of_a_lagging_operation_go_to_the_primary(statements: list[str]) -> None:
    @may_lag
    def rename() -> int:
        return JobIndustry.objects.filter(slug="hospitality").update(name="Hotels")

    LAGGING.discard("rename")
    before = JobIndustry.objects.get(slug="hospitality").name
    try:
        assert rename() == 1
        assert JobIndustry.objects.get(slug="hospitality").name == "Hotels"
    finally:
        JobIndustry.objects.filter(slug="hospitality").update(name=before)

    assert statements == []


def test_replica_takes_no_writes(statements: list[str]) -> None:
    with pytest.raises(DatabaseError, match="read-only"), transaction.atomic(using=REPLICA):
        JobIndustry.objects.using(REPLICA).filter(slug="hospitality").update(name="Hotels")


def test_replica_that_is_away_is_left_alone_and_the_primary_answers(
    statements: list[str], chidi: CustomUser, wale: CustomUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = open_job(chidi)
    connections[REPLICA].close()
    monkeypatch.setitem(connections.settings[REPLICA], "HOST", "127.0.0.1")
    monkeypatch.setitem(connections.settings[REPLICA], "PORT", "1")
    worker = ApiClient(wale)

    answers = [worker.get("/jobs") for _ in range(2)]

    assert [[item["id"] for item in answer.json()["items"]] for answer in answers] == [[job.pk]] * 2
    assert statements == []
    assert not replica._answers()


@pytest.mark.parametrize(("lag", "asked"), [("29.5::float8", True), ("30.5::float8", False), ("NULL", True)])
def test_replica_that_is_too_far_behind_is_left_alone(
    statements: list[str], wale: CustomUser, monkeypatch: pytest.MonkeyPatch, lag: str, asked: bool
) -> None:
    seen: list[float] = []
    monkeypatch.setattr(replica, "LAG", f"SELECT {lag}")
    monkeypatch.setattr(replica, "OBSERVERS", [seen.append])
    worker = ApiClient(wale)

    answers = [worker.get("/industries").status_code for _ in range(2)]

    assert answers == [200, 200]
    assert bool(statements) is asked
    assert len(seen) >= 1
    # As long as it is left alone nobody looks either.
    assert asked or len(seen) == 1


def test_how_far_it_is_behind_is_a_question_that_a_server_understands(statements: list[str]) -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute(replica.LAG)
        # This one replays nothing.
        assert cursor.fetchone() == (None,)


def test_without_the_setting_the_primary_is_asked(
    statements: list[str], chidi: CustomUser, wale: CustomUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = open_job(chidi)
    monkeypatch.delitem(connections.settings, REPLICA)

    assert [item["id"] for item in ApiClient(wale).get("/jobs").json()["items"]] == [job.pk]
    assert statements == []


def test_setting_makes_a_connection_that_only_reads() -> None:
    script = "from django.conf import settings; print(settings.DATABASES['replica'])"
    url = {"DATABASE_REPLICA_URL": "postgresql://reader:secret@replica.example:5433/payshift"}

    printed = subprocess.run(
        [sys.executable, "-c", script], env={**os.environ, **url}, capture_output=True, text=True, check=True
    ).stdout

    assert "'HOST': 'replica.example'" in printed
    assert "default_transaction_read_only=on" in printed
    assert "statement_timeout=10000" in printed
