"""What the application's role may do, asked of the database. The tables are made and granted by the owner role."""

from collections.abc import Iterator
from contextlib import nullcontext

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, connections, transaction
from pytest_django import Settings

from core import grants
from core.grants import append_only, no_direct_writes
from tests.support.races import race

pytestmark = pytest.mark.django_db(databases=["default", "owner"], transaction=True)

TABLE = "core_grants_probe"
ALL_WRITES = ("INSERT", "UPDATE", "DELETE", "TRUNCATE")


@pytest.fixture(autouse=True)
def _table() -> Iterator[None]:
    rules = dict(grants.RULES)
    as_owner(f"CREATE TABLE {TABLE} (id serial PRIMARY KEY, note text, balance int)")
    yield
    as_owner(f"DROP TABLE {TABLE}")
    grants.RULES.clear()
    grants.RULES.update(rules)


def as_owner(sql: str) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(sql)


def may(privilege: str, table: str = TABLE) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege(current_user, %s, %s)", [table, privilege])
        return cursor.fetchone()[0]


def writes(table: str = TABLE) -> set[str]:
    return {privilege for privilege in ALL_WRITES if may(privilege, table)}


def try_to(sql: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    except ProgrammingError as error:
        if "permission denied" not in str(error):
            raise
        return False
    return True


def test_application_writes_ordinary_tables_and_owns_none() -> None:
    grants.apply(owner="owner")

    assert writes() == {"INSERT", "UPDATE", "DELETE"}
    assert try_to(f"INSERT INTO {TABLE} (note) VALUES ('x')")
    assert not try_to(f"TRUNCATE {TABLE}")
    with pytest.raises(ProgrammingError, match="must be owner"), connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {TABLE} DISABLE TRIGGER ALL")


def test_default_privileges_make_a_new_table_usable_at_once() -> None:
    assert writes() == {"INSERT", "UPDATE", "DELETE"}


def test_m2_append_only_table_takes_new_rows_and_nothing_else() -> None:
    append_only(TABLE)

    grants.apply(owner="owner")

    assert writes() == {"INSERT"}
    assert try_to(f"INSERT INTO {TABLE} (note) VALUES ('x')")
    assert not try_to(f"UPDATE {TABLE} SET note = 'y'")
    assert not try_to(f"DELETE FROM {TABLE}")
    assert not try_to(f"TRUNCATE {TABLE}")


def test_m4_frozen_column_is_written_by_no_update() -> None:
    no_direct_writes(TABLE, columns=["balance"])

    grants.apply(owner="owner")

    assert try_to(f"INSERT INTO {TABLE} (note, balance) VALUES ('x', 0)")
    assert try_to(f"UPDATE {TABLE} SET note = 'y'")
    assert try_to(f"SELECT * FROM {TABLE} FOR NO KEY UPDATE")
    assert not try_to(f"UPDATE {TABLE} SET balance = 1")
    assert not try_to(f"DELETE FROM {TABLE}")


def test_table_without_direct_writes_is_only_read() -> None:
    no_direct_writes(TABLE)

    grants.apply(owner="owner")

    assert writes() == set()
    assert try_to(f"SELECT * FROM {TABLE}")


def test_rules_are_taken_back_when_they_are_no_longer_declared() -> None:
    append_only(TABLE)
    grants.apply(owner="owner")
    del grants.RULES[TABLE]

    grants.apply(owner="owner")

    assert writes() == {"INSERT", "UPDATE", "DELETE"}


def test_rule_for_a_table_that_is_not_there_yet_is_skipped() -> None:
    append_only("core_not_there")

    grants.apply(owner="owner")


def test_one_role_for_both_needs_no_grants() -> None:
    as_owner(f"REVOKE INSERT ON {TABLE} FROM {connection.settings_dict['USER']}")

    grants.apply(owner="default")

    assert not may("INSERT")


def test_migrations_table_is_read_only_and_the_queue_is_usable() -> None:
    assert writes("django_migrations") == set()
    assert writes("procrastinate_jobs") == {"INSERT", "UPDATE", "DELETE"}
    assert try_to("SELECT procrastinate_register_worker_v1()")


def test_migrate_runs_as_the_owner_and_ends_with_the_grants() -> None:
    as_owner(f"REVOKE ALL ON {TABLE} FROM {connection.settings_dict['USER']}")

    call_command("migrate", "core", verbosity=0, interactive=False)

    assert writes() == {"INSERT", "UPDATE", "DELETE"}


@pytest.mark.parametrize("debug", [False, True])
def test_migrate_refuses_one_role_for_both_outside_of_development(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, debug: bool
) -> None:
    """Of such a role nothing that this file tests would hold."""
    monkeypatch.setattr(grants, "APPLICATION", "owner")
    settings.DEBUG = debug

    with nullcontext() if debug else pytest.raises(CommandError, match="name one role"):
        call_command("migrate", verbosity=0)


@pytest.mark.parametrize("option", ["plan", "check_unapplied"])
def test_migrate_that_only_looks_grants_nothing(option: str) -> None:
    as_owner(f"REVOKE ALL ON {TABLE} FROM {connection.settings_dict['USER']}")

    call_command("migrate", verbosity=0, interactive=False, **{option: True})

    assert writes() == set()


def test_migrations_that_start_together_run_one_after_the_other() -> None:
    outcomes = race(*[lambda: call_command("migrate", verbosity=0) for _ in range(4)])

    assert outcomes == [None] * 4


def test_control_grants_without_the_lock_collide() -> None:
    def apply() -> None:
        for _ in range(5):
            grants.apply(owner="owner")

    outcomes = race(*[apply] * 4)

    assert any("concurrently updated" in str(outcome) for outcome in outcomes)
