"""A marketplace as large as asked, made by the release before: what its upgrade holds up, and what its backup and its
restore take.
"""

import json
import os
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

import psycopg
from django.conf import settings
from psycopg import sql

from core.dev.postgres_server import APPLICATION, OWNER, Cluster
from payshift.measuring.databases import PRODUCTION
from payshift.measuring.drills.servers import cluster, end, servers
from payshift.measuring.trees import HERE, Tree, tree_of

RELEASE = settings.BASE_DIR / "core" / "dev" / "release.json"
# What is asked of a smaller table is done before anybody could notice.
LARGE_ROWS = 1_000
ASK_EVERY_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Upgrade:
    """`waited` has each large table with its rows and the longest, in seconds, that a write of it had to wait."""

    revision: str
    migrations: int
    seconds: float
    waited: Sequence[tuple[str, int, float]]

    @property
    def longest(self) -> float:
        return max((seconds for _, _, seconds in self.waited), default=0.0)


@dataclass(frozen=True, slots=True)
class Recovery:
    """Seconds and bytes: of the backup, of its files laid out anew, and of the start until the books are proven."""

    database_bytes: int
    backup_bytes: int
    backup_seconds: float
    restore_seconds: float
    proof_seconds: float


@dataclass(slots=True)
class Writer:
    """Takes the lock that a write of a table takes, and gives it back at once."""

    url: str
    table: str
    longest: float = 0.0
    ended: threading.Event = field(default_factory=threading.Event)

    def write(self) -> None:
        lock = sql.SQL("LOCK TABLE {} IN ROW EXCLUSIVE MODE").format(sql.Identifier(self.table))
        with psycopg.connect(self.url, autocommit=True) as connection:
            while not self.ended.wait(ASK_EVERY_SECONDS):
                begun = monotonic()
                with connection.transaction():
                    connection.execute(lock)
                self.longest = max(self.longest, monotonic() - begun)


def measure(jobs: int, *, say: Callable[[str], object]) -> tuple[Upgrade, Recovery]:
    """On servers of its own, which are gone afterwards. Raises `CommandError` where git does not have the release."""
    revision = json.loads(RELEASE.read_text())["revision"]
    before = tree_of(revision, say=say)
    with servers() as variables:
        url = variables["DATABASE_OWNER_URL"]
        say(f"Making a marketplace of {jobs:,} jobs by {revision}")
        _manage(before, variables, "migrate", "--verbosity=0")
        _manage(before, variables, "populate", f"--jobs={jobs}", "--force")
        _settle(url)
        say("Upgrading it")
        upgrade = _upgraded(revision, variables)
        _settle(url)
        say("Backing it up, and restoring it")
        return upgrade, _recovered(variables)


def _upgraded(revision: str, variables: dict[str, str]) -> Upgrade:
    url = variables["DATABASE_OWNER_URL"]
    rows = dict(_ask(url, "SELECT relname, n_live_tup FROM pg_stat_user_tables WHERE n_live_tup >= %s", LARGE_ROWS))
    migrated = "SELECT count(*) FROM django_migrations"
    ((already,),) = _ask(url, migrated)
    begun = monotonic()
    with _writing(url, sorted(rows)) as writers:
        _manage(HERE, variables, "migrate", "--verbosity=0")
    seconds = monotonic() - begun
    ((now,),) = _ask(url, migrated)
    waited = sorted(((each.table, rows[each.table], each.longest) for each in writers), key=lambda row: -row[2])
    return Upgrade(revision, now - already, seconds, waited)


@contextmanager
def _writing(url: str, tables: Sequence[str]) -> Iterator[list[Writer]]:
    writers = [Writer(url, table) for table in tables]
    threads = [threading.Thread(target=writer.write, name=f"writes {writer.table}") for writer in writers]
    for thread in threads:
        thread.start()
    try:
        yield writers
    finally:
        for writer, thread in zip(writers, threads, strict=True):
            writer.ended.set()
            thread.join()


def _recovered(variables: dict[str, str]) -> Recovery:
    server = cluster()
    restored = Cluster(server.home.with_name(f"{server.home.name}-restored"), server.user)
    backups = server.home / "backups"
    end(restored)
    try:
        ((size,),) = _ask(variables["DATABASE_OWNER_URL"], "SELECT pg_database_size(current_database())")
        backup_seconds = _kept(variables, "backup", str(backups))
        (backup,) = backups.iterdir()
        restored.know_passwords_of(server)
        owner = ["--owner", server.user.pw_name] if server.user else []
        restore_seconds = _kept(variables, "restore", str(backup), "--data", str(restored.data), *owner)
        begun = monotonic()
        port = restored.serve()
        there = {"DATABASE_URL": restored.url(APPLICATION, port), "DATABASE_OWNER_URL": restored.url(OWNER, port)}
        _kept({**variables, **there}, "restored")
        return Recovery(size, _bytes_below(backup), backup_seconds, restore_seconds, monotonic() - begun)
    finally:
        end(restored)


def _manage(tree: Tree, variables: dict[str, str], *arguments: str) -> None:
    _run(tree, variables, tree.command(*arguments))


def _kept(variables: dict[str, str], *arguments: str) -> float:
    """One of the commands that keep the data, which have no checks to skip. Seconds."""
    begun = monotonic()
    _run(HERE, variables, [HERE.python, "manage.py", *arguments])
    return monotonic() - begun


def _run(tree: Tree, variables: dict[str, str], command: Sequence[str]) -> None:
    """Raises `CalledProcessError` when it fails."""
    environment = {**os.environ, **PRODUCTION, **variables, "DJANGO_SETTINGS_MODULE": tree.settings_module}
    subprocess.run(command, env=environment, cwd=tree.directory, check=True)  # noqa: S603


def _settle(url: str) -> None:
    """As after a while: statistics are there, and no vacuum takes locks meanwhile."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


def _ask(url: str, statement: str, *params: object) -> list[Any]:
    with psycopg.connect(url) as connection:
        return connection.execute(statement, params).fetchall()


def _bytes_below(directory: Path) -> int:
    return sum(file.stat().st_size for file in directory.rglob("*") if file.is_file())
