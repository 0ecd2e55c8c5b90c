"""The embedded servers: private, crash-proof, and gone when the last user is gone."""

import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from core.dev import paths, ports, postgres_server, processes, redis_server, servers
from core.dev.errors import DevelopmentError
from core.dev.postgres_server import APPLICATION, OWNER, SUPERUSER, Cluster


@pytest.fixture(scope="module")
def made_cluster() -> Iterator[Cluster]:
    # Not pytest's own directory: as root that is private, and PostgreSQL's user must reach its data.
    directory = Path(tempfile.mkdtemp(prefix="payshift-test-", dir="/var/tmp"))
    cluster = Cluster(directory / "home", postgres_server.unprivileged_user())
    cluster.ensure_running()
    yield cluster
    shutil.rmtree(directory)


@pytest.fixture
def cluster(made_cluster: Cluster) -> Iterator[Cluster]:
    """One cluster for all tests here, because initdb takes a second; each finds and leaves it stopped."""
    made_cluster.stop()
    yield made_cluster
    made_cluster.stop()


def test_cluster_has_the_two_roles_of_production_and_keeps_strangers_out(cluster: Cluster) -> None:
    port = cluster.ensure_running()

    with psycopg.connect(cluster.url(OWNER, port), autocommit=True) as owner:
        owner.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
        owner.execute("CREATE DATABASE made_by_owner")
        owner.execute("DROP DATABASE made_by_owner")
    with psycopg.connect(cluster.url(APPLICATION, port), autocommit=True) as application:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            application.execute("CREATE TABLE refused ()")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            application.execute("CREATE DATABASE refused")
    for role in (SUPERUSER, OWNER, APPLICATION):
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(f"postgresql://{role}:guess@{ports.HOST}:{port}/postgres")


def test_cluster_files_are_private_and_nothing_above_them_changes(cluster: Cluster) -> None:
    above = {path: path.stat().st_mode for path in (cluster.home.parent.parent, Path("/"))}

    cluster.ensure_running()

    assert stat.S_IMODE(cluster.data.stat().st_mode) == 0o700
    assert stat.S_IMODE((cluster.home / f"{OWNER}.password").stat().st_mode) == 0o600
    assert {path: path.stat().st_mode for path in above} == above
    assert not (cluster.home / "initdb.password").exists()


def test_second_start_finds_the_running_server(cluster: Cluster) -> None:
    port = cluster.ensure_running()
    pid = cluster.pid()

    assert cluster.ensure_running() == port
    assert cluster.pid() == pid


def test_data_survives_a_kill(cluster: Cluster) -> None:
    port = cluster.ensure_running()
    with psycopg.connect(cluster.url(OWNER, port)) as owner:
        owner.execute("DROP TABLE IF EXISTS kept")
        owner.execute("CREATE TABLE kept AS SELECT 7 AS number")
    pid = cluster.pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)

    port = cluster.ensure_running()

    assert cluster.pid() != pid
    with psycopg.connect(cluster.url(OWNER, port)) as owner:
        assert owner.execute("SELECT number FROM kept").fetchall() == [(7,)]


def test_stale_pid_file_that_names_another_process_is_ignored(cluster: Cluster) -> None:
    cluster.ensure_running()
    content = (cluster.data / "postmaster.pid").read_text().splitlines()
    cluster.stop()
    (cluster.data / "postmaster.pid").write_text("\n".join([str(os.getpid()), *content[1:]]))

    assert cluster.pid() is None
    cluster.ensure_running()

    assert cluster.pid() not in {None, os.getpid()}


def test_taken_port_is_replaced(cluster: Cluster) -> None:
    import socket

    with socket.socket() as other:
        other.bind((ports.HOST, 0))
        other.listen()
        taken = other.getsockname()[1]
        paths.write_private(cluster.home / "port", str(taken))

        assert cluster.ensure_running() != taken


def test_interrupted_initdb_is_begun_again(cluster: Cluster) -> None:
    kept_aside = cluster.home / "data.aside"
    cluster.data.rename(kept_aside)
    half = cluster.home / "data.partial"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")

    port = cluster.ensure_running()

    with psycopg.connect(cluster.url(OWNER, port)) as owner:
        assert owner.execute("SELECT current_user").fetchone() == (OWNER,)
    assert not half.exists()
    shutil.rmtree(kept_aside)


def test_lost_password_is_set_again_for_the_roles(cluster: Cluster) -> None:
    (cluster.home / f"{APPLICATION}.password").unlink()

    port = cluster.ensure_running()

    psycopg.connect(cluster.url(APPLICATION, port)).close()


def test_data_of_another_version_is_refused_in_one_line(cluster: Cluster) -> None:
    version = cluster.data / "PG_VERSION"
    version.write_text("16\n")
    try:
        with pytest.raises(DevelopmentError, match=r"is of PostgreSQL 16; .* `make clean` deletes the data"):
            cluster.ensure_running()
    finally:
        version.write_text("18\n")


def test_server_that_cannot_start_is_quoted(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(postgres_server.SETTINGS, "max_connections", "none")

    with pytest.raises(DevelopmentError, match=r'PostgreSQL did not start: .*invalid value for parameter "max_conn'):
        cluster.ensure_running()


@pytest.fixture
def redis_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    home = tmp_path / 'a "quoted" home'
    for name in ("CONFIGURATION", "PID_FILE", "PORT_FILE", "LOG"):
        monkeypatch.setattr(redis_server, name, home / getattr(redis_server, name).name)
    monkeypatch.setattr(redis_server, "HOME", home)
    yield home
    redis_server.stop()


def test_redis_asks_for_its_password_and_keeps_nothing_on_disk(redis_home: Path) -> None:
    port = redis_server.ensure_running()

    stranger_url = f"redis://{ports.HOST}:{port}/0"
    with redis_server.connect(stranger_url) as stranger, pytest.raises(redis.AuthenticationError):
        stranger.ping()
    with redis.Redis.from_url(redis_server.url(port)) as client:
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "volatile-lru"}
        assert client.config_get("save") == {"save": ""}
        assert client.config_get("appendonly") == {"appendonly": "no"}
    assert stat.S_IMODE(redis_server.CONFIGURATION.stat().st_mode) == 0o600
    pid = redis_server.pid()
    assert pid is not None
    assert redis_server.password() not in processes.command_line(pid)


def test_redis_starts_again_after_a_kill_at_the_same_port(redis_home: Path) -> None:
    port = redis_server.ensure_running()
    pid = redis_server.pid()
    assert pid is not None
    processes.stop(pid, signals=(signal.SIGKILL,), seconds_each=5)

    assert redis_server.ensure_running() == port
    assert redis_server.pid() != pid


def test_redis_that_cannot_start_is_quoted(redis_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redis_server, "password", lambda: "two words")

    with pytest.raises(DevelopmentError, match="Redis did not start: "):
        redis_server.ensure_running()


@pytest.fixture
def checkout(tmp_path: Path) -> Iterator[Path]:
    """A checkout of its own with nothing but core.dev in it."""
    checkout = tmp_path / "check out"
    shutil.copytree(paths.BASE_DIR / "core" / "dev", checkout / "core" / "dev")
    (checkout / "core" / "__init__.py").touch()
    yield checkout
    command(checkout, "from core.dev.__main__ import clean; clean()").communicate(timeout=60)


# What this test run has set, and a new checkout would not.
GIVEN = {"SECRET_KEY", "DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "PORT", "GATEWAY_PORT"}


def command(checkout: Path, code: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=checkout,
        env={name: value for name, value in os.environ.items() if name not in GIVEN},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


USER = """
import json, os, sys
from core.dev import environment, postgres_server, redis_server
environment.prepare()
print(json.dumps([postgres_server.cluster().pid(), redis_server.pid()]), flush=True)
sys.stdin.readline()
"""


def running(user: subprocess.Popen[str]) -> list[int]:
    """The pids of the servers that a user has started or found."""
    assert user.stdout is not None
    pids: list[int] = json.loads(user.stdout.readline())
    return pids


def test_last_user_to_leave_stops_the_servers(checkout: Path) -> None:
    first, second = command(checkout, USER), command(checkout, USER)
    pids = running(first)

    assert running(second) == pids
    first.communicate("", timeout=30)
    assert all(processes.command_line(pid) for pid in pids)
    second.communicate("", timeout=30)

    assert not any(processes.command_line(pid) for pid in pids)


def test_killed_user_leaves_servers_that_the_next_one_takes_over(checkout: Path) -> None:
    killed = command(checkout, USER)
    pids = running(killed)
    killed.kill()
    killed.communicate()
    time.sleep(0.1)
    assert all(processes.command_line(pid) for pid in pids)

    after = command(checkout, USER)

    assert running(after) == pids
    after.communicate("", timeout=30)
    assert not any(processes.command_line(pid) for pid in pids)


def test_forked_child_does_not_give_the_lease_back(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    stopped: list[bool] = []
    monkeypatch.setattr(servers, "LEASES", tmp_path / "leases")
    monkeypatch.setattr(servers, "stop", lambda: stopped.append(True))
    lease = servers.Lease()
    with monkeypatch.context() as child:
        child.setattr(os, "getpid", lambda: -1)
        lease.give_back()
    assert stopped == []

    lease.give_back()

    assert stopped == [True]


def test_lease_that_is_not_the_last_stops_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    stopped: list[bool] = []
    monkeypatch.setattr(servers, "LEASES", tmp_path / "leases")
    monkeypatch.setattr(servers, "stop", lambda: stopped.append(True))
    first, last = servers.Lease(), servers.Lease()

    first.give_back()
    assert stopped == []
    last.give_back()

    assert stopped == [True]
