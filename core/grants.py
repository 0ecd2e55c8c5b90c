"""What the application's database role may do. The tables belong to the owner role, which migrates.

Apps declare their exceptions in `ready()`: `append_only(table)` (M2) and `no_direct_writes(table, ...)` (M4). `migrate`
applies all of it once, at its end. Where one role serves for both (a simple development set-up) there is nothing to do.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import connections, transaction
from psycopg import sql

# The connection of the role that all of this is about.
APPLICATION = "default"


@dataclass(frozen=True, slots=True)
class TableRule:
    insert: bool
    delete: bool
    # Columns that may not be updated; None: no column may.
    frozen_columns: frozenset[str] | None


RULES: dict[str, TableRule] = {}
EVERYTHING = TableRule(insert=True, delete=True, frozen_columns=frozenset())


def append_only(table: str) -> None:
    """The application may read and insert, never update, delete or truncate."""
    RULES[table] = TableRule(insert=True, delete=False, frozen_columns=None)


def never_rewritten(table: str) -> None:
    """The application may read, insert and delete, never update."""
    RULES[table] = TableRule(insert=True, delete=True, frozen_columns=None)


def no_direct_writes(table: str, *, columns: Sequence[str] = (), may_delete: bool = False) -> None:
    """Without `columns`: the application may only read. With: it may insert rows, and update all columns but these.

    It deletes none of its rows unless `may_delete`. A SELECT ... FOR UPDATE needs one column that may be updated.
    """
    frozen = frozenset(columns) if columns else None
    RULES[table] = TableRule(insert=bool(columns), delete=may_delete, frozen_columns=frozen)


def apply(*, owner: str, application: str = APPLICATION) -> None:
    """Grant the role of `application` its rights, connected as `owner`."""
    role = connections[application].settings_dict["USER"]
    if role == connections[owner].settings_dict["USER"]:
        return
    connection = connections[owner]
    # In one transaction: between the general grant and its exceptions nobody may update the ledger.
    with transaction.atomic(using=owner), connection.cursor() as cursor:
        for statement in GRANTS:
            cursor.execute(sql.SQL(statement).format(role=sql.Identifier(role)))
        tables = connection.introspection.table_names(cursor)
        for table, rule in RULES.items():
            if table in tables:
                columns = [column.name for column in connection.introspection.get_table_description(cursor, table)]
                for rule_statement in _statements(table, rule, columns, role):
                    cursor.execute(rule_statement)


def owns_the_tables() -> bool:
    """Whether the application runs as the owner of its tables: then no rule of this file holds. One query."""
    with connections[APPLICATION].cursor() as cursor:
        cursor.execute(
            "SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = to_regclass('public.django_migrations')"
        )
        row = cursor.fetchone()
    return bool(row and row[0])


def differences() -> Iterator[str]:
    """How the rights of the application's role, whose connection this is, differ from what `apply` gives. One query."""
    with connections[APPLICATION].cursor() as cursor:
        cursor.execute(HELD)
        for table, columns, updates, *others in cursor.fetchall():
            rule = RULES.get(table, EVERYTHING)
            wanted = dict(zip(OTHERS, (rule.insert, rule.delete, False), strict=True))
            for privilege, held in zip(OTHERS, others, strict=True):
                if held != wanted[privilege]:
                    yield f"the application's role may {'' if held else 'not '}{privilege} {table}"
            for column in columns:
                held = column in updates
                if held != (rule.frozen_columns is not None and column not in rule.frozen_columns):
                    yield f"the application's role may {'' if held else 'not '}UPDATE {table}.{column}"


OTHERS = ("INSERT", "DELETE", "TRUNCATE")
HELD = """
SELECT c.relname, array_agg(a.attname::text),
       coalesce(array_agg(a.attname::text) FILTER (WHERE has_column_privilege(c.oid, a.attnum, 'UPDATE')), '{}'),
       has_table_privilege(c.oid, 'INSERT'), has_table_privilege(c.oid, 'DELETE'),
       has_table_privilege(c.oid, 'TRUNCATE')
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
GROUP BY c.oid, c.relname ORDER BY c.relname
"""
GRANTS = (
    "GRANT USAGE ON SCHEMA public TO {role}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
    "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
    "GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {role}",
    # A table that appears between two runs of migrate is usable at once; its rules come with the next run.
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {role}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT EXECUTE ON FUNCTIONS TO {role}",
)


def _statements(table: str, rule: TableRule, columns: Sequence[str], role: str) -> list[sql.Composed]:
    names = {"table": sql.Identifier(table), "role": sql.Identifier(role)}
    statements = [sql.SQL("REVOKE ALL ON {table} FROM {role}").format(**names)]
    statements.append(sql.SQL("GRANT SELECT ON {table} TO {role}").format(**names))
    if rule.insert:
        statements.append(sql.SQL("GRANT INSERT ON {table} TO {role}").format(**names))
    if rule.delete:
        statements.append(sql.SQL("GRANT DELETE ON {table} TO {role}").format(**names))
    if rule.frozen_columns is not None:
        free = sql.SQL(", ").join(sql.Identifier(name) for name in columns if name not in rule.frozen_columns)
        statements.append(sql.SQL("GRANT UPDATE ({free}) ON {table} TO {role}").format(free=free, **names))
    return statements


# Only migrate, as the owner, writes it; readiness reads it.
no_direct_writes("django_migrations")
