"""`make run` leaves `migrate` out where it would find nothing to do, and only there."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.conf import settings

from core.dev import schema

LAST = "DELETE FROM django_migrations WHERE id = (SELECT max(id) FROM django_migrations) RETURNING app, name, applied"


@pytest.fixture
def database_url(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, db: None) -> str:
    """The test database, with a stamp and code of its own."""
    monkeypatch.setattr(schema, "STAMP", tmp_path / "local" / "migrated")
    monkeypatch.setattr(schema, "BASE_DIR", tmp_path)
    (tmp_path / "requirements.txt").write_text("Django==6.1\n")
    (tmp_path / "jobs").mkdir()
    (tmp_path / "jobs" / "models.py").write_text("# one\n")
    return url_of(settings.DATABASES["owner"]["NAME"])


def url_of(name: str) -> str:
    owner = settings.DATABASES["owner"]
    return f"postgresql://{owner['USER']}:{owner['PASSWORD']}@{owner['HOST']}:{owner['PORT']}/{name}"


@pytest.fixture
def rolled_back(database_url: str) -> Iterator[None]:
    """As after `migrate APP 00NN`: the last migration is not applied any more."""
    with psycopg.connect(database_url, autocommit=True) as owner:
        row = owner.execute(LAST).fetchone()
        yield
        owner.execute("INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, %s)", row)


def test_database_is_migrated_until_that_was_remembered(database_url: str) -> None:
    assert not schema.is_current(database_url)

    schema.remember(database_url)

    assert schema.is_current(database_url)


@pytest.mark.parametrize("changed", ["requirements.txt", "jobs/models.py", "jobs/migrations/0002_new.py"])
def test_changed_code_is_migrated(database_url: str, tmp_path: Path, changed: str) -> None:
    schema.remember(database_url)

    (tmp_path / changed).parent.mkdir(exist_ok=True)
    (tmp_path / changed).write_text("# two\n")

    assert not schema.is_current(database_url)


def test_tables_of_silk_are_migrated(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    schema.remember(database_url)

    monkeypatch.setenv("SILK", "1")

    assert not schema.is_current(database_url)


def test_database_that_was_rolled_back_is_migrated(database_url: str, request: pytest.FixtureRequest) -> None:
    schema.remember(database_url)

    request.getfixturevalue("rolled_back")

    assert not schema.is_current(database_url)


def test_another_database_is_migrated(database_url: str) -> None:
    schema.remember(database_url)

    # Without tables, like one that was dropped and made again.
    assert not schema.is_current(url_of("postgres"))
