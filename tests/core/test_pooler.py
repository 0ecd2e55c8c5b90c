"""Behind PgBouncer in transaction mode: nothing that belongs to a session but on the way past it."""

import contextlib
import os
import re
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection, transaction

from core.connections import alias_of_sessions
from core.errors import InvalidState
from core.listings import prepared
from tests.architecture.source import sources

# What a session keeps after the transaction that asked for it.
OF_A_SESSION = re.compile(
    r"pg_(try_)?advisory_(un)?lock(_shared)?\(|\bLISTEN \w|\bWITH HOLD\b|\bTEMP(ORARY)? TABLE\b|\.iterator\(|"
    r"\bexecute\(\s*f?\"(SET|RESET) (?!LOCAL\b|CONSTRAINTS\b)",
)
DIRECTLY = {
    "core/worker.py": "the worker's own connections, of which the URL may be another",
    "core/management/commands/migrate.py": "the owner's, who goes past every pooler",
    "core/dev/rollout.py": "a table that ends with its transaction",
    "core/dev/postgres_server.py": "development's server, as its superuser",
}
THROUGH = {
    "DATABASE_POOLER": "1",
    "DATABASE_URL": "postgresql://app:secret@pooler.example:6432/payshift",
    "DATABASE_DIRECT_URL": "postgresql://app:secret@db.example/payshift",
}


def started(script: str, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **more}
    return subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False)


def test_nothing_but_what_goes_past_the_pooler_keeps_anything_in_a_session() -> None:
    found = {source.path for source in sources() if OF_A_SESSION.search(source.text)}

    assert found == set(DIRECTLY)


def test_a_session_through_the_pooler_begins_with_nothing_and_prepares_nothing() -> None:
    script = (
        "from django.conf import settings as s; d = s.DATABASES['default'];"
        "print([d['HOST'], d['PORT'], d['OPTIONS'].get('options'), d['OPTIONS']['prepare_threshold'],"
        " d['DISABLE_SERVER_SIDE_CURSORS'], s.DATABASES['direct']['HOST'],"
        " 'statement_timeout=10000' in s.DATABASES['direct']['OPTIONS']['options']])"
    )

    told = started(script, **THROUGH)

    assert told.stdout.strip() == "['pooler.example', '6432', None, None, True, 'db.example', True]", told.stderr


def test_a_pooler_without_a_way_past_it_is_refused_at_start() -> None:
    through = {name: value for name, value in THROUGH.items() if name != "DATABASE_DIRECT_URL"}

    told = started("from django.conf import settings; settings.DEBUG", **through)

    assert told.returncode != 0
    assert "With DATABASE_POOLER set DATABASE_DIRECT_URL" in told.stderr


def test_the_worker_listens_past_the_pooler_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    without = alias_of_sessions()

    monkeypatch.setattr(settings, "DATABASES", {**settings.DATABASES, "direct": settings.DATABASES["default"]})

    assert (without, alias_of_sessions()) == ("default", "direct")


@pytest.mark.django_db(transaction=True)
def test_through_a_pooler_nothing_is_prepared_before_or_after_a_refusal() -> None:
    connection.ensure_connection()
    kept = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'SELECT 15%'"
    before, connection.connection.prepare_threshold = connection.connection.prepare_threshold, None

    for _ in range(2):
        with contextlib.suppress(InvalidState), transaction.atomic():
            with prepared() as cursor:
                cursor.execute("SELECT 15 + %s::int", [1])
                assert cursor.fetchall() == [(16,)]
            raise InvalidState
        with connection.cursor() as cursor:
            cursor.execute(kept)
            assert cursor.fetchone() == (0,)

    connection.connection.prepare_threshold = before
