"""Ports: one that is taken is named with the variable that changes it."""

import re
import socket
from collections.abc import Iterator
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


def test_require_free_names_port_and_variable(taken: int) -> None:
    with pytest.raises(DevelopmentError, match=re.escape(f"Port {taken} is taken")) as refusal:
        ports.require_free("GATEWAY_PORT", taken)

    assert f"GATEWAY_PORT={taken + 10}" in str(refusal.value)


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
