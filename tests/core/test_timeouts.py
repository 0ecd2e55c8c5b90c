"""PostgreSQL's time-outs hold in every session of the application, however it came about."""

from collections.abc import Mapping
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from pytest_django import Settings

from core import timeouts

pytestmark = pytest.mark.django_db


def session(at: Mapping[str, Any]) -> dict[str, int]:
    """The time-outs of a session that asks for none, as one through PgBouncer does."""
    names = {"dbname": "NAME", "host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}
    with psycopg.connect(**{name: at[key] for name, key in names.items()}) as bare:
        rows = bare.execute(
            "SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", [list(settings.DATABASE_TIMEOUTS)]
        ).fetchall()
    return {name: int(setting) for name, setting in rows}


def test_session_that_asks_for_none_has_those_of_its_role() -> None:
    assert session(connection.settings_dict) == settings.DATABASE_TIMEOUTS


def test_session_that_asks_for_nothing_keeps_plans_as_its_role_does() -> None:
    at = connection.settings_dict
    names = {"dbname": "NAME", "host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}
    with psycopg.connect(**{name: at[key] for name, key in names.items()}) as bare:
        assert bare.execute("SHOW plan_cache_mode").fetchone() == ("force_generic_plan",)


def test_owner_may_take_its_time() -> None:
    assert set(session(settings.DATABASES["owner"]).values()) == {0}


@pytest.mark.parametrize("name", list(settings.DATABASE_TIMEOUTS))
def test_process_whose_sessions_begin_without_one_is_not_ready(client: Client, settings: Settings, name: str) -> None:
    assert timeouts.hold()
    settings.DATABASE_TIMEOUTS = {**settings.DATABASE_TIMEOUTS, name: 1}

    answer = client.get("/health/ready")

    assert (answer.status_code, answer.json()["checks"]["timeouts"]) == (503, "failing")
