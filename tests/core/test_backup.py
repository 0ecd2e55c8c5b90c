"""A backup, the log that follows it, and a server made from both that stands at a chosen moment."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree
from typing import Any

import psycopg
import pytest
from django.conf import settings as configuration
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.db import connection
from django_redis import get_redis_connection
from pytest_django import Settings

from accounts.models import CustomUser
from core.backups import SCRIPTS, search_path, server_variables
from core.cache import lineage
from core.dev import ports, processes
from core.dev.postgres_server import SETTINGS, SUPERUSER, Cluster, cluster
from tests.factories.payment import pay_in
from tests.support.books import owner

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE_SECONDS = 120


@pytest.fixture
def place() -> Iterator[Path]:
    """Beside the suite's server, where its user may go: the programs refuse to run as root."""
    place = cluster().home / f"backup-of-a-test-{os.getpid()}"
    (place / "backups").mkdir(parents=True)
    (place / "media").mkdir()
    yield place
    rmtree(place)


FETCHED = "SELECT restart_lsn >= %s FROM pg_replication_slots WHERE slot_name='wal_archive'"


@contextmanager
def keeper(wal: Path, **variables: str) -> Iterator[None]:
    """wal.sh, at the suite's server or another."""
    environment = {**os.environ, "PATH": search_path(), **server_variables(), **variables}
    process = subprocess.Popen(["/bin/sh", str(SCRIPTS / "wal.sh"), str(wal)], env=environment)
    try:
        until(lambda: process.poll() is not None or (wal.exists() and any(wal.iterdir())))
        assert process.poll() is None
        yield
    finally:
        process.terminate()
        process.wait()


@contextmanager
def archiving(wal: Path) -> Iterator[None]:
    """wal.sh, until all that was written within is in the archive."""
    try:
        with keeper(wal):
            yield
            position = ask("SELECT pg_current_wal_lsn()")
            until(lambda: ask(FETCHED, position))
    finally:
        until(lambda: not slot("active"))
        with owner() as own:
            own.execute("SELECT pg_drop_replication_slot('wal_archive')")


def restore(place: Path, data: Path, **options: Any) -> None:
    """From the one backup and the archive."""
    (backup,) = (place / "backups").iterdir()
    user = cluster().user
    # Who keeps the archive keeps it private; the server's user may be another one.
    (place / "wal").chmod(0o700)
    call_command("restore", str(backup), data=data, wal=place / "wal", owner=user and user.pw_name, **options)


def fill_a_segment(server: Cluster, port: object) -> None:
    with connected(server.url(SUPERUSER, int(str(port)), "postgres")) as superuser:
        superuser.execute("SELECT pg_logical_emit_message(false, 'filling', repeat('x', 1000))")
        superuser.execute("SELECT pg_switch_wal()")


def newest(wal: Path) -> str:
    """The last whole segment."""
    return max(file.name for file in wal.iterdir() if len(file.name) == 24)


def groups_in(server: psycopg.Connection[Any]) -> list[str]:
    """Those of staff, which `migrate` makes, begin with a capital."""
    rows = server.execute("SELECT name FROM auth_group WHERE name ~ '^[a-z]' ORDER BY id").fetchall()
    return [name for (name,) in rows]


def slot(what: str, *params: Any) -> Any:
    return ask(f"SELECT {what} FROM pg_replication_slots WHERE slot_name = 'wal_archive'", *params)


def ask(statement: str, *params: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchone()[0]


def until(holds: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@contextmanager
def serving(server: Cluster, data: Path, **options: str) -> Iterator[int]:
    """A server on this data directory; its port."""
    port = ports.any_free()
    # Recovery insists on at least as many connections as the server before had.
    options = {**SETTINGS, "port": str(port), **options}
    flags = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    with (data.parent / "server.log").open("wb") as log:
        command: tuple[str | Path, ...] = (server.binaries() / "postgres", "-D", data, *flags)
        process = processes.detach(command, log, directory=Path("/"), user=server.user, environment={"LC_ALL": "C"})
    try:
        yield port
    finally:
        process.terminate()
        process.wait()


def assert_refused_until_promoted(server: Cluster, port: int) -> None:
    """It answers while it is still in recovery, and what it says then is not yet the primary's word."""
    attributes = configuration.DATABASES["default"]["OPTIONS"]["target_session_attrs"]
    with connected(server.url(SUPERUSER, port, "postgres")) as superuser:
        until(lambda: superuser.execute("SELECT pg_is_wal_replay_paused()").fetchone() == (True,))
        with pytest.raises(psycopg.OperationalError, match="hot standby"):
            psycopg.connect(address_of(port), target_session_attrs=attributes)
        superuser.execute("SELECT pg_wal_replay_resume()")


def connected(url: str) -> psycopg.Connection[Any]:
    """As soon as the server takes connections."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return psycopg.connect(url, autocommit=True)
        except psycopg.OperationalError:
            assert time.monotonic() < deadline
            time.sleep(0.05)


def address_of(port: object) -> str:
    """Of the test's database on the server at this port, as the application's role."""
    database = connection.settings_dict
    return f"postgresql://{database['USER']}:{database['PASSWORD']}@127.0.0.1:{port}/{database['NAME']}"


def test_server_is_restored_to_a_moment_with_its_books_its_rights_and_an_empty_cache(
    place: Path, settings: Settings, wale: CustomUser
) -> None:
    settings.MEDIA_ROOT = place / "media"
    (place / "media" / "face.png").write_bytes(b"a picture")
    pay_in(wale.pk, 500_00)
    Group.objects.create(name="in the backup")

    with archiving(place / "wal"):
        call_command("backup", str(place / "backups"))
        Group.objects.create(name="in the log")
        moment = ask("SELECT clock_timestamp()")
        Group.objects.create(name="too late")
    server = cluster()
    before_the_backup = place / "wal" / "000000010000000000000000"
    before_the_backup.touch()
    restore(place, place / "data", until=str(moment), media=place / "pictures")
    assert not (place / "data" / "archive" / before_the_backup.name).exists()

    with psycopg.connect(address_of(connection.settings_dict["PORT"])) as source:
        lineage.look_at(source)
    redis = get_redis_connection("default")
    before = redis.get("c:epoch")
    with serving(server, place / "data", recovery_target_action="pause") as port:
        assert_refused_until_promoted(server, port)
        ran = subprocess.run(
            [sys.executable, "manage.py", "restored"],
            cwd=settings.BASE_DIR,
            env={**os.environ, "DATABASE_URL": address_of(port)},
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE_SECONDS,
        )
        assert ran.returncode == 0, ran.stderr
        # By the first connection, before the command does it itself.
        assert "cache_voided_for_another_database" in ran.stderr
        assert "The books are right." in ran.stdout
        with psycopg.connect(address_of(port)) as restored:
            groups = groups_in(restored)
            entries = restored.execute("SELECT count(*) FROM payment_ledgerentry").fetchone()
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                restored.execute("UPDATE payment_ledgerentry SET amount_kobo = 1")

    assert groups == ["in the backup", "in the log"]
    assert entries == (2,)
    assert (place / "pictures" / "face.png").read_bytes() == b"a picture"
    # The server has thrown away what it replayed.
    assert not (place / "data" / "archive").exists()
    assert redis.get("c:epoch") != before


def test_archive_goes_on_behind_a_restore_and_still_leads_to_what_the_restore_left(place: Path) -> None:
    server, wal = cluster(), place / "wal"
    with archiving(wal):
        call_command("backup", str(place / "backups"))
        Group.objects.create(name="before")
        moment = str(ask("SELECT clock_timestamp()"))
        Group.objects.create(name="left")
        later = str(ask("SELECT clock_timestamp()"))
        # A moment after the last commit is one that recovery never reaches.
        Group.objects.create(name="later still")
        # The archive gets whole segments of a future that the restore gives up.
        for _ in range(2):
            fill_a_segment(server, connection.settings_dict["PORT"])
    abandoned = newest(wal)

    restore(place, place / "first", until=moment)
    with serving(server, place / "first") as port, connected(address_of(port)) as restored:
        until(lambda: restored.execute("SELECT pg_is_in_recovery()").fetchone() == (False,))
        assert groups_in(restored) == ["before"]
        with keeper(wal, PGPORT=str(port)):
            until(lambda: any(wal.glob("00000002????????????????*")))
            restored.execute("INSERT INTO auth_group (name) VALUES ('after')")
            fill_a_segment(server, port)
            until(lambda: restored.execute(FETCHED.replace("%s", "pg_current_wal_lsn()")).fetchone() == (True,))
    assert [file.name for file in wal.glob(f"*/{abandoned}")] == [abandoned]

    # The latest timeline, and the one that the first restore left.
    for name, options, groups in (
        ("latest", {}, ["before", "after"]),
        ("left", {"until": later, "timeline": 1}, ["before", "left"]),
    ):
        restore(place, place / name, **options)
        with serving(server, place / name) as port, connected(address_of(port)) as restored:
            until(lambda: restored.execute("SELECT pg_is_in_recovery()").fetchone() == (False,))
            assert groups_in(restored) == groups
        rmtree(place / name)


def test_restore_takes_no_directory_in_use_and_no_moment_without_a_log(place: Path) -> None:
    (place / "in-use").mkdir()
    (place / "in-use" / "PG_VERSION").write_text("18")
    backup = place / "backups" / "a"
    (backup / "base").mkdir(parents=True)
    (backup / "base" / "base.tar.gz").touch()

    with pytest.raises(CommandError, match="in-use is not empty"):
        call_command("restore", str(backup), data=place / "in-use")
    with pytest.raises(CommandError, match="needs the archive"):
        call_command("restore", str(backup), data=place / "new", until="2026-11-27 14:05:00+00")
    with pytest.raises(CommandError, match="is no backup"):
        call_command("restore", str(place), data=place / "new")

    assert not (place / "new").exists()
    assert [file.name for file in (place / "in-use").iterdir()] == ["PG_VERSION"]
