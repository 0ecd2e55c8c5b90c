"""Prepared statements outlive a refusal, and none outlives what it was made for."""

import contextlib
from collections.abc import Iterator

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction

from conftest import owner_connection
from core.errors import InvalidState
from core.listings import prepared

pytestmark = pytest.mark.django_db(transaction=True)

READ = "SELECT thing FROM plans_of_test WHERE id = %s"
WRITE = "INSERT INTO plans_of_test VALUES (%s, 7)"
KEPT = "SELECT name, statement FROM pg_prepared_statements WHERE statement LIKE '%plans_of_test%' ORDER BY 1"


@pytest.fixture(autouse=True)
def table(django_db_setup: None) -> Iterator[psycopg.Connection]:
    """Of the owner's, whose connection this is: its DDL is another session's."""
    with owner_connection(connection.settings_dict["NAME"]) as owner:
        owner.execute("CREATE TABLE plans_of_test (id int PRIMARY KEY, thing int)")
        owner.execute(f"GRANT ALL ON plans_of_test TO {connection.settings_dict['USER']}")
        owner.execute("INSERT INTO plans_of_test VALUES (1, 5)")
        connection.close()
        yield owner
        connection.close()
        owner.execute("DROP TABLE plans_of_test")


def ask(sql: str, *values: int) -> list[tuple[object, ...]]:
    with prepared() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall() if cursor.description else []


def kept() -> list[tuple[str, str]]:
    """By name, so that one that was prepared anew is another."""
    with connection.cursor() as cursor:
        cursor.execute(KEPT)
        return list(cursor.fetchall())


def refused(*asked: tuple[str, int]) -> list[tuple[str, str]]:
    """Ask in a transaction, or to a savepoint of one, that is refused; what was prepared when it was."""
    before: list[tuple[str, str]] = []
    with contextlib.suppress(InvalidState), transaction.atomic():
        for sql, value in asked:
            ask(sql, value)
        before = kept()
        raise InvalidState
    return before


def test_what_was_prepared_outlives_the_rollback_of_a_refusal() -> None:
    before = refused((READ, 1))

    assert kept() == before
    assert ask(READ, 1) == [(5,)]
    assert kept() == before != []


def test_what_was_prepared_outlives_the_rollback_to_a_savepoint() -> None:
    with transaction.atomic():
        ask(READ, 1)
        before = kept()
        inside = [refused((WRITE, 2)) for _ in range(3)]

        assert ask(READ, 2) == []

    assert inside == [kept()] * 3
    assert len(kept()) == 2
    assert set(before) < set(kept())


def test_after_an_error_of_the_database_all_is_prepared_anew() -> None:
    ask(READ, 1)
    before = kept()

    with pytest.raises(IntegrityError), transaction.atomic():
        ask(WRITE, 1)

    assert before
    assert kept() == []
    assert ask(READ, 1) == [(5,)]


def test_an_answer_of_another_type_is_asked_for_anew_outside_a_transaction(table: psycopg.Connection) -> None:
    ask(READ, 1)
    before = kept()

    table.execute("ALTER TABLE plans_of_test ALTER thing TYPE text")

    assert ask(READ, 1) == [("5",)]
    assert ask(READ, 1) == [("5",)]
    assert len(kept()) == 1
    assert kept() != before


def test_an_answer_of_another_type_is_refused_inside_one_and_answered_in_the_next(table: psycopg.Connection) -> None:
    ask(READ, 1)
    table.execute("ALTER TABLE plans_of_test ALTER thing TYPE text")

    with pytest.raises(Exception, match="cached plan must not change result type"), transaction.atomic():
        ask(READ, 1)

    with transaction.atomic():
        assert ask(READ, 1) == [("5",)]


def test_what_a_refused_transaction_wrote_goes_with_it() -> None:
    refused((WRITE, 2))

    assert ask(READ, 2) == []
