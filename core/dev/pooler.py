"""`make pooler`: the tests whose subject is a race, a lease or the queue, through a real PgBouncer in transaction mode.

Each transaction may have another session then. The suite's own servers and databases; the owner's role and what needs
a session go past the pooler, as docs/operations.md has it. Arguments name other tests.
"""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

from core.dev import environment, ports, postgres_server, testing
from core.dev.console import say
from core.dev.distribution import Program
from core.dev.errors import DevelopmentError

PGBOUNCER = Program("pgbouncer", package="pgbouncer", path="usr/sbin/pgbouncer", variable="PGBOUNCER")
# The way of a job from its posting to the withdrawal, then whatever waits, races, is killed or listens.
TESTS = (
    "tests/test_main_job.py",
    "tests/payment/test_idempotency.py",
    "tests/payment/test_key_leases.py",
    "tests/payment/test_escrow_races.py",
    "tests/payment/test_posting_races.py",
    "tests/core/test_lanes.py",
    "tests/core/test_timeouts.py",
)
# As docs/operations.md says, but that races may have dozens of transactions open at once.
CONFIGURATION = """
[databases]
* = host={host} port={server}
[pgbouncer]
listen_addr = {host}
listen_port = {port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = {home}/users.txt
pool_mode = transaction
default_pool_size = 60
max_client_conn = 500
; The suite copies its database, and nobody may be in it then.
server_idle_timeout = 1
"""
START_SECONDS = 15.0


@contextmanager
def pooler(url: str) -> Iterator[str]:
    """A PgBouncer in front of the server of `url`; yields the URL that leads through it."""
    at = urlsplit(url)
    user = postgres_server.unprivileged_user()
    port = ports.any_free()
    with tempfile.TemporaryDirectory(prefix="payshift-pooler-") as directory:
        home = Path(directory)
        (home / "users.txt").write_text(f'"{unquote(at.username or "")}" "{unquote(at.password or "")}"\n')
        (home / "pgbouncer.ini").write_text(
            CONFIGURATION.format(host=ports.HOST, server=at.port or 5432, port=port, home=home)
        )
        if user is not None:
            # PgBouncer does not run as root.
            for path in (home, *home.iterdir()):
                os.chown(path, user.pw_uid, user.pw_gid)
        command = [PGBOUNCER.find(), "--quiet", str(home / "pgbouncer.ini")]
        who = {} if user is None else {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, **who) as process:  # type: ignore[call-overload]  # noqa: S603
            try:
                wait_for(port, process)
                yield at._replace(netloc=f"{at.netloc.rpartition('@')[0]}@{ports.HOST}:{port}").geturl()
            finally:
                process.kill()


def wait_for(port: int, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            socket.create_connection((ports.HOST, port), timeout=1).close()
            return
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                said = process.stderr.read() if process.poll() is not None and process.stderr else "nothing in time"
                raise DevelopmentError(f"PgBouncer did not start, it said: {said.strip()}") from None
            time.sleep(0.05)


def main() -> int:
    environment.prepare()
    direct = os.environ["DATABASE_URL"]
    try:
        with pooler(direct) as through:
            os.environ |= {"DATABASE_URL": through, "DATABASE_DIRECT_URL": direct, "DATABASE_POOLER": "1"}
            return testing.run(sys.argv[1:] or ("-q", *TESTS))
    except DevelopmentError as problem:
        say(str(problem))
        return 1


if __name__ == "__main__":
    sys.exit(main())
