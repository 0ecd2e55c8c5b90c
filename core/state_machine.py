"""State machines: no state is skipped (W3), and the database refuses it too.

`StateMachine` answers the services; `EnforceTransitions` in a migration puts the same table of transitions into a
trigger, so that an UPDATE which goes around the services is refused with SQLSTATE 23514 and the constraint name
`<table>_<field>_transition`. Only UPDATE is checked: a row may be inserted in any state.
"""

from collections.abc import Iterable, Mapping

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from core.errors import InvalidState

type Transitions = Mapping[str, Iterable[str]]


class StateMachine:
    """The states of one status column, and where each may go."""

    def __init__(self, transitions: Transitions) -> None:
        self.transitions: dict[str, frozenset[str]] = {
            str(source): frozenset(map(str, targets)) for source, targets in transitions.items()
        }

    def allows(self, source: str, target: str) -> bool:
        return str(target) in self.transitions.get(str(source), frozenset())

    def check(self, source: str, target: str) -> None:
        """Raise `InvalidState` (409) unless the machine leads from `source` to `target`."""
        if not self.allows(source, target):
            raise InvalidState(f"This cannot become {str(target)!r} while it is {str(source)!r}.")


class EnforceTransitions(Operation):
    """Migration operation: `EnforceTransitions("job", "status", {"pending": ["upcoming"], ...})`.

    The transitions are written out in the migration, not imported, so that an old migration keeps its meaning. To
    change a machine, add another operation with `previous=` the old table, which the reverse direction restores.
    Needs core's first migration (`core_refuse_transition()`).
    """

    reversible = True
    reduces_to_sql = True

    def __init__(
        self, model_name: str, field: str, transitions: Transitions, previous: Transitions | None = None
    ) -> None:
        self.model_name = model_name
        self.field = field
        self.machine = StateMachine(transitions)
        self.previous = StateMachine(previous) if previous is not None else None

    def deconstruct(self) -> tuple[str, list[object], dict[str, object]]:
        def plain(machine: StateMachine) -> dict[str, list[str]]:
            return {source: sorted(targets) for source, targets in machine.transitions.items()}

        arguments: list[object] = [self.model_name, self.field, plain(self.machine)]
        return type(self).__name__, arguments, {"previous": plain(self.previous)} if self.previous else {}

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The models do not change."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        if self.allow_migrate_model(
            schema_editor.connection.alias, to_state.apps.get_model(app_label, self.model_name)
        ):
            self._create(app_label, schema_editor, to_state, self.machine)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        if self.previous is not None:
            self._create(app_label, schema_editor, from_state, self.previous)
        else:
            table, column = self._names(app_label, from_state)
            quote = schema_editor.quote_name
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {quote(f'{table}_{column}_transition')} ON {quote(table)}")

    def describe(self) -> str:
        return f"Refuse transitions of {self.model_name}.{self.field} that its state machine does not have"

    @property
    def migration_name_fragment(self) -> str:
        return f"enforce_{self.model_name.lower()}_{self.field}_transitions"

    def _names(self, app_label: str, state: ProjectState) -> tuple[str, str]:
        model = state.apps.get_model(app_label, self.model_name)
        return model._meta.db_table, model._meta.get_field(self.field).column

    def _create(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, state: ProjectState, machine: StateMachine
    ) -> None:
        table, column = self._names(app_label, state)
        quote, literal = schema_editor.quote_name, schema_editor.quote_value
        name = f"{table}_{column}_transition"
        old, new = f"OLD.{quote(column)}", f"NEW.{quote(column)}"
        allowed = [
            f"({literal(source)}, {literal(target)})"
            for source, targets in sorted(machine.transitions.items())
            for target in sorted(targets)
        ]
        # The whole table of transitions is the trigger's condition: an allowed UPDATE never enters plpgsql.
        # IS NOT TRUE: a comparison with NULL is neither, and must be refused too.
        known = f" AND (({old}, {new}) IN ({', '.join(allowed)})) IS NOT TRUE" if allowed else ""
        schema_editor.execute(
            f"CREATE OR REPLACE TRIGGER {quote(name)} BEFORE UPDATE ON {quote(table)} FOR EACH ROW "
            f"WHEN ({old} IS DISTINCT FROM {new}{known}) "
            f"EXECUTE FUNCTION core_refuse_transition({literal(column)})",
            params=None,
        )
