"""What the developer reads: our own lines, and the lines of each service under its name."""

import sys
import threading
from typing import IO

_COLOURS = ("36", "35", "33", "32")
_writing = threading.Lock()


def say(text: str = "") -> None:
    # Services write from threads of their own: a line is never cut by another's.
    with _writing:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()


def relay(name: str, stream: IO[bytes], number: int) -> threading.Thread:
    """Print a service's lines as they come, each behind the service's name, until it closes its end."""
    prefix = f"{name:<8}| "
    if sys.stdout.isatty():
        prefix = f"\033[{_COLOURS[number % len(_COLOURS)]}m{prefix}\033[0m"

    def read() -> None:
        with stream:
            for line in stream:
                say(prefix + line.decode(errors="replace").rstrip("\n"))

    thread = threading.Thread(target=read, name=f"relay-{name}", daemon=True)
    thread.start()
    return thread
