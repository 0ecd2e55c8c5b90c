"""Whom a real web process takes its caller for, by the bytes that nginx, Caddy and HAProxy sent it (`make proxies`)."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from django.conf import settings

from payshift.measuring.servers import free_port
from tests.support.proxies import CALLER, FORGED, RECORDED

NAMES = ["nginx", "caddy", "haproxy"]
START_SECONDS = 60


@contextmanager
def web_process(header: str, log: Path) -> Iterator[int]:
    port = free_port()
    command = ("-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--no-ws")
    environment = {**os.environ, "NUM_PROXIES": "1", "CLIENT_ADDRESS_HEADER": header}
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, *command, "tests.support.address_app:application"],
            cwd=settings.BASE_DIR,
            env=environment,
            stdout=output,
            stderr=output,
        )
    try:
        wait_for(port, log)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=30)


def wait_for(port: int, log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        try:
            httpx.get(f"http://127.0.0.1:{port}/", trust_env=False)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(log.read_text())


@pytest.fixture(scope="module")
def one_word(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with web_process("Clientaddress", tmp_path_factory.mktemp("proxies") / "log") as port:
        yield port


@pytest.fixture(scope="module")
def hyphens(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with web_process("X-Forwarded-For", tmp_path_factory.mktemp("proxies") / "log") as port:
        yield port


def caller_by(port: int, proxy: str, variant: str) -> str:
    """The address that a web process makes of what this proxy sent."""
    _, _, request = RECORDED.joinpath(f"{proxy}-{variant}.http").read_bytes().partition(b"\n")
    assert request.endswith(b"\r\n\r\n")
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(request.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        answer = b""
        while part := connection.recv(65536):
            answer += part
    return answer.rpartition(b"\r\n\r\n")[2].decode()


@pytest.mark.parametrize("proxy", NAMES)
def test_address_under_a_name_of_one_word_is_the_caller_s(one_word: int, proxy: str) -> None:
    assert caller_by(one_word, proxy, "clientaddress") == CALLER


def test_nginx_drops_the_spellings_that_would_forge_a_name_with_hyphens(hyphens: int) -> None:
    assert caller_by(hyphens, "nginx", "x-forwarded-for") == CALLER


@pytest.mark.parametrize("proxy", ["caddy", "haproxy"])
def test_control_another_proxy_lets_a_name_with_hyphens_be_forged(hyphens: int, proxy: str) -> None:
    """What core.W007 warns of. Where this fails, the server tells the spellings apart, and the warning may go."""
    assert caller_by(hyphens, proxy, "x-forwarded-for") == FORGED


@pytest.mark.parametrize("record", sorted(RECORDED.glob("*.http")), ids=lambda path: path.stem)
def test_record_names_the_version_and_the_date(record: Path) -> None:
    heading = record.read_bytes().partition(b"\n")[0].decode()

    assert heading.startswith("# ")
    assert ", recorded 20" in heading
    assert CALLER.encode() in record.read_bytes()
