"""Monday 2 March 2026, 08:00 in Lagos. Chidi's job is tomorrow from 09:00 to 17:00, for two, and its escrow is paid."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from pytest_django.fixtures import Settings
from time_machine import TimeMachineFixture

from accounts.models import CustomUser
from core.queries import count_queries
from jobs.models import Job
from tests.factories.jobs import JobFactory
from tests.factories.payment import fund_escrow
from tests.support.api_client import ApiClient

type Api = Callable[[CustomUser], ApiClient]
type Move = Callable[[datetime], None]
type Count = Callable[..., int]

MONDAY = datetime(2026, 3, 2, 7, tzinfo=UTC)
# The shift of the fixture's job.
STARTS_AT = datetime(2026, 3, 3, 8, tzinfo=UTC)
ENDS_AT = datetime(2026, 3, 3, 16, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock_at(time_machine: TimeMachineFixture) -> Move:
    """Time stands still at MONDAY until a test moves it."""

    def move(to: datetime) -> None:
        time_machine.move_to(to, tick=False)

    move(MONDAY)
    return move


@pytest.fixture
def job(chidi: CustomUser) -> Job:
    return funded(JobFactory.create(client=chidi, title="Waiters for a wedding"))


def funded(job: Job) -> Job:
    fund_escrow(job)
    return job


@pytest.fixture
def count(settings: Settings) -> Count:
    """The queries of one call, authentication included.

    Reading the development clock is none of production's, and what is a transaction there is a savepoint in a test.
    """

    def count_of(client: ApiClient, path: str, params: dict[str, object] | None = None, json: object = None) -> int:
        settings.TIME_TRAVEL = False
        with count_queries(statements=True) as counted:
            response = client.get(path, params) if json is None else client.post(path, json)
        assert response.status_code < 300, response.content
        return sum(not statement.startswith(("SAVEPOINT", "RELEASE")) for statement in counted.statements)

    return count_of
