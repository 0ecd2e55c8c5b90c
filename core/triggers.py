"""Functions and triggers for migrations: `operations = [function(...), trigger(...)]`, both ways."""

from collections.abc import Sequence
from textwrap import dedent

from django.db.migrations.operations import RunSQL


def function(name: str, body: str, *, security_definer: bool = False) -> RunSQL:
    """A plpgsql trigger function. With `security_definer` it has the rights of its owner, the owner role.

    Its search_path is fixed: otherwise a caller could put a table of its own in front.
    """
    security = " SECURITY DEFINER" if security_definer else ""
    return RunSQL(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql{security} SET search_path = public, pg_temp "
        f"AS $$\n{dedent(body).strip()}\n$$",
        f"DROP FUNCTION {name}()",
    )


def trigger(
    name: str,
    *,
    table: str,
    timing: str,
    function: str,
    level: str = "ROW",
    condition: str = "",
    deferred: bool = False,
    arguments: Sequence[str] = (),
) -> RunSQL:
    """`timing` is e.g. "BEFORE INSERT OR UPDATE"; `deferred` makes it a constraint trigger that runs at COMMIT."""
    kind = "CONSTRAINT TRIGGER" if deferred else "TRIGGER"
    when_checked = " DEFERRABLE INITIALLY DEFERRED" if deferred else ""
    when = f" WHEN ({condition})" if condition else ""
    literals = ", ".join("'" + argument.replace("'", "''") + "'" for argument in arguments)
    return RunSQL(
        f"CREATE {kind} {name} {timing} ON {table}{when_checked} FOR EACH {level}{when} "
        f"EXECUTE FUNCTION {function}({literals})",
        f"DROP TRIGGER {name} ON {table}",
    )
