"""Where development keeps its files, and the small files themselves: secrets, ports, locks."""

import contextlib
import fcntl
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from core.dev.errors import DevelopmentError

BASE_DIR = Path(__file__).resolve().parents[2]
LOCAL = BASE_DIR / ".local"


@contextlib.contextmanager
def refused_by_the_disk() -> Iterator[None]:
    """Turn an operating system's refusal to write into one line that names the file."""
    try:
        yield
    except OSError as error:
        where = error.filename or LOCAL
        raise DevelopmentError(f"{where}: {error.strerror or error}. Payshift must be able to write there.") from error


def write_private(path: Path, content: str) -> None:
    """Write a file that only its owner reads. The rename makes it whole or absent, whenever the process is killed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(content)
    partial.replace(path)


def kept(path: Path, make: Callable[[], str]) -> str:
    """The content of a file, made on first use. Two first uses at once are kept apart by the caller's lock."""
    with contextlib.suppress(FileNotFoundError):
        if content := path.read_text().strip():
            return content
    content = make()
    write_private(path, content)
    return content


class FileLock:
    """An advisory lock that the kernel drops with its holder, so that a killed process never leaves one behind."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Not O_CLOEXEC by hand: Python's descriptors are not inherited, so a child never keeps the lock.
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)

    def share(self) -> None:
        fcntl.flock(self._descriptor, fcntl.LOCK_SH)

    def wait(self) -> None:
        fcntl.flock(self._descriptor, fcntl.LOCK_EX)

    def try_alone(self) -> bool:
        """Whether nobody else holds the lock, now held alone. On False a share that was held may be lost."""
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def close(self) -> None:
        os.close(self._descriptor)

    def __enter__(self) -> "FileLock":
        self.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
