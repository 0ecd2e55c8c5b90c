"""Processes of ours: known by more than a pid, which the system gives to somebody else after a reboot."""

import contextlib
import os
import signal
import subprocess
import time
from pathlib import Path

from core.dev.errors import DevelopmentError

PROC = Path("/proc")


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
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)
            if not command_line(pid):
                return
            time.sleep(0.02)
    raise DevelopmentError(f"Process {pid} does not end. Look at it with: ps -fp {pid}")


def group_of_ours(group: int, *, working_directory: Path) -> bool:
    """Whether a process group lives and works in the directory: a group number alone may be somebody else's by now."""
    for entry in PROC.glob("[0-9]*"):
        try:
            # Fields after the command's closing bracket: state, parent, group (proc_pid_stat(5)).
            state, _, owner = (entry / "stat").read_text().rpartition(")")[2].split()[:3]
            if int(owner) == group and state != "Z" and (entry / "cwd").readlink() == working_directory:
                return True
        except OSError:
            continue
    return str(working_directory) in command_line(group)


def end_group(group: int, *, seconds: float) -> None:
    """Ask a process group to end, and kill what is left of it after the time given."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, signal.SIGTERM)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(group, os.WNOHANG)
            os.killpg(group, 0)
            time.sleep(0.02)
        os.killpg(group, signal.SIGKILL)
