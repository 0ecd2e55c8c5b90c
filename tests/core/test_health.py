from collections.abc import Iterator

import pytest
import redis as redis_py
from django.db import OperationalError, connection
from django.test import Client
from pytest_django import Settings
from redis.backoff import NoBackoff
from redis.retry import Retry

from core import grants, health

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.urls")]


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    health._migrated = False
    yield
    health._migrated = False


def heartbeat(*, seconds_ago: int = 0) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - make_interval(secs => %s))",
            [seconds_ago],
        )


def test_live_needs_nothing(client: Client) -> None:
    response = client.get("/health/live")

    assert (response.status_code, response.json()) == (200, {"status": "ok"})


def test_ready_with_everything_there(client: Client) -> None:
    heartbeat()

    response = client.get("/health/ready?strict=1")

    assert response.status_code == 200
    assert response.json() == {
        "status": "ok",
        "checks": {"database": "ok", "migrations": "ok", "role": "ok", "timeouts": "ok", "redis": "ok", "worker": "ok"},
    }
    assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.parametrize("seconds_ago", [None, 36])
def test_missing_or_silent_worker_degrades(client: Client, seconds_ago: int | None) -> None:
    if seconds_ago is not None:
        heartbeat(seconds_ago=seconds_ago)

    response = client.get("/health/ready")

    assert response.status_code == 200
    assert response.json()["status"] == "degraded"
    assert response.json()["checks"]["worker"] == "failing"
    assert client.get("/health/ready?strict=1").status_code == 503


def test_r3_missing_redis_degrades(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    heartbeat()
    nobody = redis_py.Redis(host="127.0.0.1", port=1, retry=Retry(NoBackoff(), 0))
    monkeypatch.setattr(health, "get_redis_connection", lambda alias: nobody)

    response = client.get("/health/ready")

    assert response.status_code == 200
    assert response.json()["checks"] == {
        "database": "ok",
        "migrations": "ok",
        "role": "ok",
        "timeouts": "ok",
        "redis": "failing",
        "worker": "ok",
    }


def test_unapplied_migration_is_unavailable_until_it_is_applied(client: Client) -> None:
    heartbeat()
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE django_migrations ON COMMIT DROP AS SELECT * FROM public.django_migrations"
        )
        cursor.execute("DELETE FROM django_migrations WHERE app = 'sessions'")

    response = client.get("/health/ready")

    assert response.status_code == 503
    assert response.json()["status"] == "unavailable"
    assert response.json()["checks"]["migrations"] == "failing"
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE pg_temp.django_migrations")
    assert client.get("/health/ready").status_code == 200


def test_missing_database_is_unavailable(client: Client) -> None:
    def refuse(*args: object) -> None:
        raise OperationalError("connection refused")

    with connection.execute_wrapper(refuse):
        response = client.get("/health/ready")

    assert response.status_code == 503
    assert response.json()["status"] == "unavailable"
    assert response.json()["checks"]["database"] == "failing"
    assert "refused" not in response.content.decode()


@pytest.mark.parametrize("path", ["/health/live", "/health/ready"])
def test_health_is_read_only(client: Client, path: str) -> None:
    assert client.post(path).status_code == 405


@pytest.mark.django_db(databases=["default", "owner"])
def test_owner_of_the_tables_is_not_ready_to_serve(
    client: Client, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    """It may rewrite the books. In development one role may serve for both."""
    monkeypatch.setattr(grants, "APPLICATION", "owner")

    settings.DEBUG = True
    assert client.get("/health/ready").json()["checks"]["role"] == "ok"
    settings.DEBUG = False
    response = client.get("/health/ready")

    assert (response.status_code, response.json()["checks"]["role"]) == (503, "failing")
