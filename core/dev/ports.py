"""TCP ports of the loopback interface."""

import errno
import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path

from core.dev.errors import DevelopmentError
from core.dev.paths import write_private

HOST = "127.0.0.1"
LETTING_GO_SECONDS = 1.0
# Those before are the system's.
FIRST_FOR_ALL, LAST = 1024, 65535
# What is proposed instead of a port that is taken.
STEP, TRIES = 10, 20


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As servers do: a port whose last connections are in TIME_WAIT counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            if error.errno == errno.EACCES:
                raise DevelopmentError(f"Port {port} is one of the system's: this user may not listen there.") from None
            return False
    return True


def is_free_soon(port: int) -> bool:
    """Whether the port is or becomes free: a server killed just now lets go of it when its last thread has ended."""
    deadline = time.monotonic() + LETTING_GO_SECONDS
    while not is_free(port):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def any_free() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        number: int = probe.getsockname()[1]
    return number


def remembered(path: Path) -> int:
    """The port used last time while it is free, so that a URL noted down keeps working; else a new one."""
    try:
        port = int(path.read_text())
    except (OSError, ValueError):
        port = 0
    if not port or not is_free_soon(port):
        port = any_free()
        write_private(path, str(port))
    return port


def configured(variable: str, default: int) -> int:
    """The port that an environment variable names."""
    value = os.environ.get(variable) or str(default)
    if not value.isascii() or not value.isdigit() or not 1 <= int(value) <= LAST:
        raise DevelopmentError(f"{variable}={value} is not a port: set it to a number from 1 to 65535.")
    return int(value)


def require_free(variable: str, port: int, *, beside: int = 0) -> None:
    """Raises `DevelopmentError`, with a port that is free and is not the one `beside`, which is taken by then."""
    if not is_free(port):
        free = next(number for number in _others(port) if number != beside and is_free(number))
        raise DevelopmentError(f"Port {port} is taken by another program. Choose another one: {variable}={free}.")


def _others(port: int) -> Iterator[int]:
    """Near by, where it is easily remembered; else whatever there is."""
    near = range(port + STEP, min(port + STEP * TRIES, LAST) + 1, STEP)
    yield from (number for number in near if number >= FIRST_FOR_ALL)
    while True:
        yield any_free()
