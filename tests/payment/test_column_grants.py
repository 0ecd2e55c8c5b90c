"""The application's role may set the columns of money that services set, and no other."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection

pytestmark = pytest.mark.django_db

# SELECT ... FOR UPDATE needs one column of a table that may be updated; nothing of it is written but by triggers.
FOR_LOCKS = {("payment_ledgeraccount", "created_at")}
HELD = """
SELECT a.attname FROM pg_attribute a
WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped
  AND has_column_privilege(a.attrelid, a.attnum, 'UPDATE')
"""
# Columns that are written by the name of their list.
LISTS = {"CREDIT_FIELDS", "PROPOSAL_FIELDS", "RESOLUTION_FIELDS", "NAMES", "UNSENT", "answer"}
# Calls that name the columns which they write: of Django, and the moves along a machine, which save.
WRITING = {"update", "bulk_update", "bulk_create", "update_or_create", "save", "move", "_move", "_close"}


def test_role_may_set_what_services_set_and_nothing_else() -> None:
    written = set(columns_written())
    models = [model for model in apps.get_app_config("payment").get_models() if model._meta.managed]

    idle = {
        (model._meta.db_table, column)
        for model in models
        for column in may_be_updated(model._meta.db_table)
        if column.removesuffix("_id") not in written and column not in written
    }

    assert idle == FOR_LOCKS


def test_control_a_column_that_no_service_writes_would_be_found() -> None:
    assert {"status", "held_kobo", "until"} <= set(columns_written())
    assert {"created_at", "recipient", "body_hash"}.isdisjoint(columns_written())


def may_be_updated(table: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(HELD, [table])
        return [name for (name,) in cursor.fetchall()]


def columns_written() -> Iterator[str]:
    """By name, wherever in this app a row is written."""
    for path in sorted(Path(settings.BASE_DIR, "payment").rglob("*.py")):
        if {"migrations", "sandbox"} & set(path.parts):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and called(node) in WRITING:
                yield from (keyword.arg for keyword in node.keywords if keyword.arg)
                yield from texts(node)
            elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                if node.targets[0].id in LISTS:
                    yield from texts(node.value)
                for text in texts(node.value):
                    for clause in re.findall(r"\bSET\s+(.+)", text):
                        yield from re.findall(r"(\w+) =", clause)


def called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def texts(node: ast.AST) -> Iterator[str]:
    for each in ast.walk(node):
        if isinstance(each, ast.Constant) and isinstance(each.value, str):
            yield each.value
