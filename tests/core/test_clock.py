from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.checks import run_checks
from django.db import IntegrityError, transaction
from django.test import Client
from pytest_django import Settings

from core import clock
from core.models import ClockOffset
from core.queries import count_queries
from tests.support.races import errors_of, race

REAL = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _frozen() -> Iterator[None]:
    with time_machine.travel(REAL, tick=False):
        yield


@pytest.fixture
def _production(settings: Settings) -> None:
    settings.DEBUG = False
    settings.TIME_TRAVEL = False


@pytest.mark.django_db
def test_clock_starts_at_the_real_time_in_utc() -> None:
    assert clock.now() == REAL
    assert clock.now().tzinfo is UTC


@pytest.mark.django_db
def test_advance_adds_up_and_reset_returns() -> None:
    assert clock.advance(timedelta(hours=1)) == REAL + timedelta(hours=1)
    assert clock.advance(timedelta(days=2)) == REAL + timedelta(days=2, hours=1)
    assert ClockOffset.objects.get().offset == timedelta(days=2, hours=1)

    clock.reset()

    assert clock.now() == REAL
    assert not ClockOffset.objects.exists()


@pytest.mark.django_db
def test_other_process_sees_the_move_at_its_next_refresh() -> None:
    clock.now()
    ClockOffset.objects.create(offset=timedelta(hours=3))
    assert clock.now() == REAL

    clock.refresh()

    assert clock.now() == REAL + timedelta(hours=3)


@pytest.mark.django_db
def test_command_that_never_refreshed_reads_the_offset_once(monkeypatch: pytest.MonkeyPatch) -> None:
    ClockOffset.objects.create(offset=timedelta(hours=3))
    monkeypatch.setattr(clock, "_offset", None)

    with count_queries() as counted:
        assert clock.now() == REAL + timedelta(hours=3)
        clock.now()

    assert counted.count == 1


@pytest.mark.django_db
@pytest.mark.urls("tests.core.urls")
def test_request_refreshes_the_clock_and_does_not_count_that_query(client: Client) -> None:
    ClockOffset.objects.create(offset=timedelta(hours=3))

    response = client.get("/api/queries/2")

    assert clock.now() == REAL + timedelta(hours=3)
    assert 'desc="2 queries"' in response.headers["Server-Timing"]


@pytest.mark.django_db
def test_pretended_moment_holds_for_the_block_only() -> None:
    with clock.pretend(REAL - timedelta(days=30)):
        assert clock.now() == REAL - timedelta(days=30)

    assert clock.now() == REAL


@pytest.mark.django_db
def test_there_is_one_offset_at_most() -> None:
    with pytest.raises(IntegrityError, match="core_clockoffset_single_row"), transaction.atomic():
        ClockOffset.objects.create(id=2, offset=timedelta())


@pytest.mark.django_db(transaction=True)
def test_parallel_moves_all_count() -> None:
    outcomes = race(*[lambda: clock.advance(timedelta(hours=1))] * 8)

    assert errors_of(outcomes) == []
    assert ClockOffset.objects.get().offset == timedelta(hours=8)


@pytest.mark.usefixtures("_production")
def test_production_reads_no_offset_and_moves_none() -> None:
    # No database in this test: a query would fail it.
    clock._offset = timedelta(days=5)

    assert clock.now() == REAL
    for move in (lambda: clock.advance(timedelta(1)), clock.reset, lambda: clock.pretend(REAL).__enter__()):
        with pytest.raises(RuntimeError, match="TIME_TRAVEL"):
            move()


def test_check_refuses_time_travel_without_debug(settings: Settings) -> None:
    settings.DEBUG, settings.TIME_TRAVEL = False, True
    assert [error.id for error in run_checks(tags=["security"]) if str(error.id).startswith("core.E")] == ["core.E001"]

    settings.TIME_TRAVEL = False
    assert [error.id for error in run_checks(tags=["security"]) if str(error.id).startswith("core.E")] == []
