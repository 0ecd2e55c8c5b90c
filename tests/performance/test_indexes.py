"""`manage.py index_report` finds what somebody added in vain."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections

from payshift.measuring.indexes import index_report

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


@contextmanager
def index(name: str, definition: str) -> Iterator[None]:
    """An index more, made by the owner of the tables."""
    unique = "UNIQUE" if "unique" in name else ""
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"CREATE {unique} INDEX {name} ON {definition}")
    try:
        yield
    finally:
        with connections["owner"].cursor() as cursor:
            cursor.execute(f"DROP INDEX {name}")


def printed() -> tuple[str, int]:
    """What the command says, and the code it ends with."""
    out = StringIO()
    try:
        call_command("index_report", stdout=out)
    except CommandError as error:
        return out.getvalue(), error.returncode
    return out.getvalue(), 0


def test_nothing_is_redundant_as_it_is() -> None:
    text, code = printed()

    assert "no read needs them): none" in text
    assert code == 0


@pytest.mark.parametrize(
    ("name", "definition", "repeated"),
    [
        ("tests_beginning", "rating_review (reviewed_id, created_at DESC)", "rating_review_weighed"),
        ("tests_unique_again", "payment_payment (reference varchar_pattern_ops)", "payment_payment_reference_unique"),
        ("tests_partial", "jobs_job (rate_kobo DESC) WHERE is_open", "jobs_job_open_rate"),
    ],
)
def test_redundant_index_is_found_and_fails_the_command(name: str, definition: str, repeated: str) -> None:
    with index(name, definition):
        text, code = printed()

    lines = [line.strip() for line in text.splitlines()]
    assert {f"{name} repeats the beginning of {repeated}", f"{repeated} repeats the beginning of {name}"} & set(lines)
    assert code == 1
    assert printed()[1] == 0


@pytest.mark.parametrize(
    "definition",
    ["jobs_job (rate_kobo DESC)", "rating_review (job_id) WHERE rating = 1", "rating_review (created_at, reviewed_id)"],
)
def test_index_that_finds_other_rows_or_another_order_is_not_redundant(definition: str) -> None:
    with index("tests_other", definition):
        redundant = [short.name for short, _ in index_report().redundant]

    assert "tests_other" not in redundant


def test_index_is_unused_until_a_query_uses_it() -> None:
    with index("tests_unused", "accounts_profile (bio)"):
        before = [each.name for each in index_report().unused]
        with connection.cursor() as cursor:
            cursor.execute("SET enable_seqscan = off")
            cursor.execute("SELECT id FROM accounts_profile WHERE bio = 'nobody has this'")
            cursor.execute("RESET enable_seqscan")
            cursor.execute("SELECT pg_stat_force_next_flush()")
        after = [each.name for each in index_report().unused]

    assert "tests_unused" in before
    assert "tests_unused" not in after


def test_foreign_key_without_an_index_is_found() -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT pg_get_indexdef('jobs_invitation_worker_newest'::regclass)")
        (definition,) = cursor.fetchone()
        cursor.execute("DROP INDEX jobs_invitation_worker_newest")
    try:
        missing = index_report().missing
    finally:
        with connections["owner"].cursor() as cursor:
            cursor.execute(definition)

    assert missing == ["jobs_invitation.worker_id"]
