"""The suite's database: migrations run once for each set of them, and later runs begin with a copy of the result."""

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.apps import apps
from django.conf import settings
from psycopg import sql

PREFIX = "migrated_"
# What migrations make: rows of the first are as people may leave them, rows of the others nobody changes.
SEEDED = ("jobs_jobindustry", "jobs_jobsubcategory")
KEPT = ("django_migrations", "django_content_type", "auth_permission")
_seeds: dict[str, bytes] = {}


def create_migrated_database(maintenance: psycopg.Connection, name: str, migrate: Callable[[], None]) -> None:
    """Creates the database `name`. `migrate` is to leave no connection to it open.

    It runs on a copy too: what follows migrations (permissions, roles, settings) comes from code of which the name of
    the copy's source knows nothing.
    """
    drop_database(maintenance, name)
    source = PREFIX + fingerprint()
    with templates_to_itself(maintenance):
        known = templates(maintenance)
        if source not in known:
            copy_database(maintenance, "template1", name)
            migrate()
            for outdated in known:
                drop_database(maintenance, outdated)
            copy_database(maintenance, name, source)
            return
    copy_database(maintenance, source, name)
    migrate()


def fingerprint() -> str:
    """Of all migrations, of what they run from our own code, and of the packages whose migrations are run beside."""
    digest = hashlib.sha256((settings.BASE_DIR / "requirements.txt").read_bytes())
    for app in sorted(apps.get_app_configs(), key=lambda app: app.label):
        for path in sorted(Path(app.path, "migrations").glob("*.py")):
            digest.update(f"{app.label} {path.name}\n".encode() + path.read_bytes())
    digest.update((settings.BASE_DIR / "core" / "state_machine.py").read_bytes())
    return digest.hexdigest()[:16]


@contextmanager
def templates_to_itself(maintenance: psycopg.Connection) -> Iterator[None]:
    """One process of those that share the server makes a template; the others wait, and copy it."""
    maintenance.execute("SELECT pg_advisory_lock(hashtext(%s))", [PREFIX])
    try:
        yield
    finally:
        maintenance.execute("SELECT pg_advisory_unlock(hashtext(%s))", [PREFIX])


def templates(maintenance: psycopg.Connection) -> list[str]:
    rows = maintenance.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX]).fetchall()
    return [row[0] for row in rows]


def copy_database(maintenance: psycopg.Connection, source: str, name: str) -> None:
    """Waits for other copies of the same source: PostgreSQL refuses one while another is being made."""
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(source))
    retry(lambda: maintenance.execute(statement), psycopg.errors.ObjectInUse)


def drop_database(maintenance: psycopg.Connection, name: str) -> None:
    """With whatever is connected to it, except for an autovacuum worker: the owner may not end that, and waits."""
    statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    retry(lambda: maintenance.execute(statement), psycopg.errors.InsufficientPrivilege)


def retry(act: Callable[[], object], *refusals: type[psycopg.Error]) -> None:
    """Raises the refusal that is still given after a minute."""
    deadline = time.monotonic() + 60
    while True:
        try:
            act()
            return
        except refusals:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def remember_seeds(owner: psycopg.Connection) -> None:
    for table in SEEDED:
        with owner.cursor().copy(sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(table))) as rows:
            _seeds[table] = b"".join(bytes(block) for block in rows)


def empty_but_for_seeds(owner: psycopg.Connection) -> None:
    """A test that commits may rename a trade or delete it: the next one finds all as migrations left them."""
    found = owner.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    tables = sql.SQL(", ").join(sql.Identifier(name) for (name,) in found if name not in KEPT)
    with owner.transaction():
        owner.execute(sql.SQL("TRUNCATE {} CASCADE").format(tables))
        for table in SEEDED:
            with owner.cursor().copy(sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(table))) as copy:
                copy.write(_seeds[table])
