"""Whether the database of development is as the code wants it: `migrate` takes seconds even with nothing to do."""

import hashlib
import os

import psycopg

from core.dev.paths import BASE_DIR, LOCAL, write_private

# What database and code were when `migrate` last ended well.
STAMP = LOCAL / "migrated"


def is_current(database_url: str) -> bool:
    """Whether `migrate` ended well on this database with this code, and nobody has gone back since."""
    try:
        return STAMP.read_text() == fingerprint(database_url)
    except (FileNotFoundError, psycopg.errors.UndefinedTable):
        return False


def remember(database_url: str) -> None:
    write_private(STAMP, fingerprint(database_url))


def fingerprint(database_url: str) -> str:
    """All of the code, not its migrations alone: the grants and some signals of `migrate` come from elsewhere in it."""
    digest = hashlib.sha256((BASE_DIR / "requirements.txt").read_bytes())
    for path in sorted(BASE_DIR.glob("[!.]*/**/*.py")):
        digest.update(f"{path.relative_to(BASE_DIR)} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    with psycopg.connect(database_url) as connection:
        # The number changes with a database that is dropped and made again under its name.
        database = connection.execute("SELECT oid FROM pg_database WHERE datname = current_database()").fetchone()
        applied = connection.execute("SELECT app, name FROM django_migrations ORDER BY app, name").fetchall()
    # It brings tables of its own.
    digest.update(os.environ.get("SILK", "").encode())
    digest.update(repr((database, applied)).encode())
    return digest.hexdigest()
