"""Processes of ours: known by more than a pid, which the system gives to somebody else after a reboot."""

import contextlib
import os
import pwd
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from core.dev.errors import DevelopmentError

PROC = Path("/proc")

# Python warns of a child that runs on when its handle is dropped: they are held while this process lives.
_detached: list[subprocess.Popen[bytes]] = []


def detach(
    command: Sequence[str | Path],
    output: IO[bytes],
    *,
    directory: Path,
    user: pwd.struct_passwd | None = None,
    environment: Mapping[str, str] | None = None,
) -> subprocess.Popen[bytes]:
    """Start a server that may outlive this process.

    In a session of its own: Ctrl-C is for the command that uses the server, which then stops it in order.
    """
    process = subprocess.Popen(  # noqa: S603
        [*command],
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        cwd=directory,
        env=environment,
        start_new_session=True,
        user=user and user.pw_uid,
        group=user and user.pw_gid,
        extra_groups=[] if user else None,
    )
    _detached.append(process)
    return process


def command_line(pid: int) -> str:
    """The arguments of a live process, joined by spaces; empty when there is none (a zombie counts as none)."""
    if (PROC / "self").exists():
        try:
            arguments = (PROC / str(pid) / "cmdline").read_bytes()
        except OSError:
            return ""
        return arguments.rstrip(b"\0").replace(b"\0", b" ").decode(errors="replace")
    answer = subprocess.run(  # noqa: S603
        ["/bin/ps", "-ww", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return answer.stdout.strip()


def pid_in(file: Path, *, marked_by: str) -> int | None:
    """The pid on a file's first line, if that process lives and its arguments hold `marked_by`; else it is stale."""
    try:
        pid = int(file.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return None
    return pid if marked_by in command_line(pid) else None


def stop(pid: int, *, signals: tuple[signal.Signals, ...], seconds_each: float) -> None:
    """Send the signals one after another, each with its time to work, until the process is gone."""
    for number in signals:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
        deadline = time.monotonic() + seconds_each
        while time.monotonic() < deadline:
            if not command_line(pid):
                _detached[:] = [process for process in _detached if process.poll() is None]
                return
            time.sleep(0.02)
    raise DevelopmentError(f"Process {pid} does not end. Look at it with: ps -fp {pid}")


def members(group: int) -> list[int]:
    """The live processes of a group. One that has ended and waits to be collected is not live, whoever forgot it."""
    if not (PROC / "self").exists():
        return [group] if command_line(group) else []
    found = []
    for entry in PROC.glob("[0-9]*"):
        with contextlib.suppress(OSError):
            # Fields after the command's closing bracket: state, parent, group (proc_pid_stat(5)).
            state, _, owner = (entry / "stat").read_text().rpartition(")")[2].split()[:3]
            if int(owner) == group and state != "Z":
                found.append(int(entry.name))
    return found


def children(parent: int) -> list[int]:
    """The live processes that another one started."""
    if not (PROC / "self").exists():
        told = subprocess.run(["/bin/ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True)
        pairs = [line.split() for line in told.stdout.splitlines()]
        return [int(pid) for pid, owner in pairs if int(owner) == parent]
    found = []
    for entry in PROC.glob("[0-9]*"):
        with contextlib.suppress(OSError):
            state, owner = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
            if int(owner) == parent and state != "Z":
                found.append(int(entry.name))
    return found


def group_of_ours(group: int, *, working_directory: Path) -> bool:
    """Whether a live group works in the directory: by its number alone it may be somebody else's by now."""
    for pid in members(group):
        if str(working_directory) in command_line(pid):
            return True
        with contextlib.suppress(OSError):
            if (PROC / str(pid) / "cwd").readlink() == working_directory:
                return True
    return False


def end_group(group: int, *, seconds: float) -> None:
    """Ask a process group to end, and kill what is left of it after the time given."""
    signal_group(group, signal.SIGTERM)
    deadline = time.monotonic() + seconds
    while members(group) and time.monotonic() < deadline:
        time.sleep(0.05)
    # Also after the first process of the group has ended: its own children may not have.
    signal_group(group, signal.SIGKILL)


def signal_group(group: int, number: signal.Signals) -> None:
    # Permission is refused for a group of which only uncollected processes are left (macOS).
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)
