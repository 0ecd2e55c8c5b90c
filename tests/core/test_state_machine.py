"""W3: no state is skipped, neither through the services' machine nor around them by SQL."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, models, transaction
from django.db.migrations.state import ModelState, ProjectState
from psycopg.errors import CheckViolation

from core.errors import InvalidState
from core.problems import error_from_database
from core.state_machine import EnforceTransitions, StateMachine

TRANSITIONS = {"open": ["held", "closed"], "held": ["open", "it's odd"], "it's odd": []}


class State(models.TextChoices):
    OPEN = "open"
    HELD = "held"
    CLOSED = "closed"


def test_w3_machine_allows_its_transitions_and_no_other() -> None:
    machine = StateMachine({State.OPEN: {State.HELD}, State.HELD: {State.OPEN, State.CLOSED}})

    machine.check(State.OPEN, "held")
    machine.check("held", State.CLOSED)
    for source, target in (("open", "closed"), ("closed", "open"), ("open", "open"), ("nonsense", "open")):
        with pytest.raises(InvalidState, match=f"'{target}' while it is '{source}'"):
            machine.check(source, target)


@pytest.fixture
def states(db: None) -> ProjectState:
    """A table of the application's own role, which lives as long as the test's transaction."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE core_ticket (id int PRIMARY KEY, state text, note text)")
        cursor.execute("INSERT INTO core_ticket VALUES (1, 'open', '')")
    state = ProjectState()
    fields: dict[str, models.Field[Any, Any]] = {
        "id": models.IntegerField(primary_key=True),
        "state": models.TextField(),
        "note": models.TextField(),
    }
    state.add_model(ModelState("core", "Ticket", fields, {"db_table": "core_ticket"}))
    return state


def forwards(states: ProjectState, operation: EnforceTransitions) -> None:
    with connection.schema_editor(atomic=False) as editor:
        operation.database_forwards("core", editor, states, states)


def backwards(states: ProjectState, operation: EnforceTransitions) -> None:
    with connection.schema_editor(atomic=False) as editor:
        operation.database_backwards("core", editor, states, states)


def update(assignment: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE core_ticket SET {assignment}")


def state_now() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT state FROM core_ticket WHERE id = 1")
        return cursor.fetchone()[0]


def test_w3_database_refuses_a_skipped_state(states: ProjectState) -> None:
    forwards(states, EnforceTransitions("ticket", "state", TRANSITIONS))

    for wrong in ("state = 'it''s odd'", "state = 'nonsense'", "state = NULL", "state = 'it''s odd', note = 'x'"):
        with pytest.raises(IntegrityError) as caught:
            update(wrong)
        cause = caught.value.__cause__
        assert isinstance(cause, CheckViolation)
        assert cause.diag.constraint_name == "core_ticket_state_transition"
        assert isinstance(error_from_database(caught.value), InvalidState)

    assert state_now() == "open"


def test_w3_database_allows_the_machine_and_other_columns(states: ProjectState) -> None:
    forwards(states, EnforceTransitions("ticket", "state", TRANSITIONS))

    update("state = 'held'")
    update("state = 'held', note = 'x'")
    update("state = 'it''s odd'")
    update("note = 'y'")

    assert state_now() == "it's odd"
    with pytest.raises(IntegrityError):
        update("state = 'open'")


def test_row_may_be_inserted_in_any_state(states: ProjectState) -> None:
    forwards(states, EnforceTransitions("ticket", "state", TRANSITIONS))

    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO core_ticket VALUES (2, 'closed', '')")


def test_control_without_the_operation_any_state_goes(states: ProjectState) -> None:
    update("state = 'nonsense'")

    assert state_now() == "nonsense"


def test_final_machine_allows_nothing(states: ProjectState) -> None:
    forwards(states, EnforceTransitions("ticket", "state", {"open": []}))

    with pytest.raises(IntegrityError):
        update("state = 'held'")


def test_backwards_takes_the_trigger_away(states: ProjectState) -> None:
    operation = EnforceTransitions("ticket", "state", TRANSITIONS)
    forwards(states, operation)

    backwards(states, operation)

    update("state = 'nonsense'")
    assert state_now() == "nonsense"


def test_changed_machine_goes_back_to_the_one_before(states: ProjectState) -> None:
    changed = EnforceTransitions("ticket", "state", {"open": ["closed"]}, previous=TRANSITIONS)
    forwards(states, EnforceTransitions("ticket", "state", TRANSITIONS))
    forwards(states, changed)
    with pytest.raises(IntegrityError):
        update("state = 'held'")

    backwards(states, changed)

    update("state = 'held'")
    assert state_now() == "held"


def test_operation_is_written_out_for_migrations() -> None:
    operation = EnforceTransitions("ticket", "state", {State.OPEN: {State.HELD, State.CLOSED}}, previous={"open": []})

    name, arguments, options = operation.deconstruct()

    assert name == "EnforceTransitions"
    assert arguments == ["ticket", "state", {"open": ["closed", "held"]}]
    assert options == {"previous": {"open": []}}
    assert operation.migration_name_fragment == "enforce_ticket_state_transitions"
    assert "ticket.state" in operation.describe()
