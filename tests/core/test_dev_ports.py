"""Ports: one that is taken is named with the variable that changes it."""

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.dev import ports
from core.dev.errors import DevelopmentError


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind((ports.HOST, 0))
        listener.listen()
        yield listener.getsockname()[1]


@contextmanager
def listening(port: int) -> Iterator[None]:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((ports.HOST, port))
        listener.listen()
        yield


def proposed(taken: int, *, beside: int = 0) -> int:
    with pytest.raises(DevelopmentError, match=re.escape(f"Port {taken} is taken")) as refusal:
        ports.require_free("GATEWAY_PORT", taken, beside=beside)
    said = re.search(r"GATEWAY_PORT=([0-9]+)\.$", str(refusal.value))
    assert said
    return int(said[1])


@pytest.fixture
def row() -> Iterator[int]:
    """A port that is taken, with free ones every ten after it."""
    for first in range(20_000, 30_000, 100):
        if all(map(ports.is_free, range(first, first + 31, ports.STEP))):
            with listening(first):
                yield first
            return


def test_port_that_is_proposed_is_free_and_near(row: int) -> None:
    assert proposed(row) == row + 10
    with listening(row + 10):
        assert proposed(row) == row + 20
        assert proposed(row, beside=row + 20) == row + 30


@pytest.mark.parametrize("near", [65_530, 1_000])
def test_port_that_is_proposed_is_one_that_this_user_may_have(near: int, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(ports, "is_free", lambda port, really=ports.is_free: port != near and really(port))
        free = proposed(near)

    assert 1024 <= free <= 65_535
    assert ports.is_free(free)


def test_remembered_port_stays_until_it_is_taken(tmp_path: Path, taken: int) -> None:
    file = tmp_path / "port"

    first = ports.remembered(file)

    assert ports.remembered(file) == first
    file.write_text(str(taken))
    assert ports.remembered(file) != taken
    assert int(file.read_text()) != taken


def test_remembered_port_survives_a_damaged_file(tmp_path: Path) -> None:
    file = tmp_path / "port"
    file.write_text("no number")

    assert ports.remembered(file) == int(file.read_text())
