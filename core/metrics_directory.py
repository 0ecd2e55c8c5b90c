"""The directory of metrics that the processes of one machine share, kept small and never trusted to have room.

The library maps its files into memory: on a full file system the first count would end the process by a signal, without
a word. And it keeps the files of processes that are gone for ever. So a process that starts looks at both.
"""

import fcntl
import os
from pathlib import Path

import structlog
from prometheus_client.mmap_dict import MmapedDict

VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
# A process' files take 100 kB or so; there must be room for many.
LEAST_FREE_BYTES = 4 * 1024 * 1024
ALIVE = ".alive"

logger = structlog.get_logger(__name__)

# Held as long as this process lives: the kernel lets go of a lock with its holder.
_alive: list[int] = []


def shared_directory() -> Path | None:
    """Where this process counts together with others; None: it counts alone, because it was not told or has no room.

    Takes the variable out of the environment in the latter case: the library looks there.
    """
    if VARIABLE not in os.environ:
        return None
    directory = Path(os.environ[VARIABLE])
    try:
        directory.mkdir(parents=True, exist_ok=True)
        forget_ended(directory, keep_counts=has_room(directory))
        if not has_room(directory):
            raise OSError(f"less than {LEAST_FREE_BYTES} bytes are free")
    except OSError as error:
        logger.warning("metrics_counted_alone", directory=str(directory), error=str(error))
        del os.environ[VARIABLE]
        return None
    return directory


def say_alive(directory: Path, name: str) -> None:
    """From now on the files of process `name` are kept, until it ends."""
    descriptor = os.open(directory / f"{name}{ALIVE}", os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    _alive.append(descriptor)


def has_room(directory: Path) -> bool:
    room = os.statvfs(directory)
    return room.f_bavail * room.f_frsize >= LEAST_FREE_BYTES


def forget_ended(directory: Path, *, keep_counts: bool) -> None:
    """Delete the files of processes that said they were alive and are not, after adding their counts to one file.

    Deleting alone, which is for a full disk, lets the sums fall: a scraper takes that for a restart. One process at a
    time; killed on its way, it may leave one file that is counted twice.
    """
    with (directory / "merging.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for mark in directory.glob(f"*{ALIVE}"):
            if not _is_held(mark):
                for file in directory.glob(f"*_{mark.name.removesuffix(ALIVE)}.db"):
                    kind = file.name.partition("_")[0]
                    # A gauge tells of what is now: an ended process has no busy threads.
                    if keep_counts and kind != "gauge":
                        _add(file, to=directory / f"{kind}_ended.db")
                    file.unlink()
                mark.unlink()


def _is_held(mark: Path) -> bool:
    with mark.open("r+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


def _add(file: Path, *, to: Path) -> None:
    total = MmapedDict(str(to))  # type: ignore[no-untyped-call]
    for key, value, _, _ in MmapedDict.read_all_values_from_file(str(file)):  # type: ignore[no-untyped-call]
        before, _ = total.read_value(key)  # type: ignore[no-untyped-call]
        total.write_value(key, before + value, 0.0)  # type: ignore[no-untyped-call]
    total.close()  # type: ignore[no-untyped-call]
