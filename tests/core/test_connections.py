"""A connection that the server has closed is not lent: the request gets another one."""

import psycopg
import pytest
from django.db import connections
from psycopg_pool import ConnectionPool

from core.connections import is_broken


def connect() -> psycopg.Connection:
    values = connections["default"].get_connection_params()
    names = ("dbname", "user", "password", "host", "port")
    return psycopg.connect(**{name: values[name] for name in names if name in values}, autocommit=True)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[psycopg.Connection]:
    """The connections that were asked for an answer."""
    seen: list[psycopg.Connection] = []
    ask = ConnectionPool.check_connection

    def check(connection: psycopg.Connection) -> None:
        seen.append(connection)
        ask(connection)

    monkeypatch.setattr(ConnectionPool, "check_connection", staticmethod(check))
    return seen


@pytest.mark.django_db
def test_idle_connection_is_lent_without_asking_the_server(asked: list[psycopg.Connection]) -> None:
    with connect() as connection:
        connection.execute("SELECT 1")

        assert not is_broken(connection)

    assert asked == []


@pytest.mark.django_db
def test_connection_that_the_server_closed_is_refused() -> None:
    with connect() as idle, connect() as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [idle.info.backend_pid])

        assert is_broken(idle)
