"""Who used the processors: CPU time by group of processes, from /proc. Empty where there is no /proc."""

import contextlib
import os
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from core.dev import processes

PROC = Path("/proc")
TICKS = os.sysconf("SC_CLK_TCK")
CORES = os.cpu_count() or 1
# Of what serves a request.
PARTS = ("web", "PostgreSQL", "Redis", "worker")
# From there on requests wait for a processor; and so much used by others leaves a figure that says little.
BUSY, FOREIGN = 0.85, 0.15

type Pids = Callable[[], Iterable[int]]


@dataclass(frozen=True, slots=True)
class Usage:
    """Shares of all cores, 0 to 1."""

    groups: dict[str, float]
    whole_machine: float

    @property
    def busy_serving(self) -> float:
        """All that was busy but the people themselves: what others used counts, nobody knows for whom."""
        return self.whole_machine - self.groups.get("generator", 0.0)

    @property
    def limit(self) -> str:
        """What kept more people away, as far as the processors tell."""
        groups = ", ".join(f"{name} {share:.0%}" for name, share in self.groups.items())
        others = max(0.0, self.whole_machine - sum(self.groups.values()))
        parts = f"{groups}, others {others:.0%}"
        if others >= FOREIGN:
            return f"not Payshift alone: something else used {others:.0%} of the {CORES} cores ({parts})"
        if self.whole_machine >= BUSY:
            name = max(self.groups, key=lambda name: self.groups[name])
            return f"the {CORES} cores: {self.whole_machine:.0%} busy, most of it {name} ({parts})"
        return f"nothing was reached: the {CORES} cores were {self.whole_machine:.0%} busy ({parts})"


class Watch:
    """Adds up what each process used between two looks: processes that come or go in between count from their first."""

    def __init__(self, groups: dict[str, Pids]) -> None:
        self.groups = groups
        self.used = dict.fromkeys(groups, 0.0)
        self.taken = dict(self.used)
        self.last: dict[int, float] = {}
        self.begun = monotonic()
        self.busy_at_first = busy_seconds()
        self.look()

    def look(self) -> None:
        now: dict[int, float] = {}
        for name, pids in self.groups.items():
            for pid in pids():
                seconds = cpu_seconds(pid)
                self.used[name] += seconds - self.last.get(pid, seconds)
                now[pid] = seconds
        self.last = now

    def take(self) -> dict[str, float]:
        """Seconds of a core by group since this was asked last."""
        self.look()
        since = {name: used - self.taken[name] for name, used in self.used.items()}
        self.taken = dict(self.used)
        return since

    def usage(self) -> Usage:
        self.look()
        available = (monotonic() - self.begun) * CORES
        groups = {name: used / available for name, used in self.used.items()}
        return Usage(groups, (busy_seconds() - self.busy_at_first) / available)


def group_members(group: int) -> Pids:
    return lambda: processes.members(group)


def children_of(pid: int) -> Pids:
    """A PostgreSQL server: its first process and what that one started."""

    def pids() -> Iterable[int]:
        yield pid
        with contextlib.suppress(OSError):
            yield from map(int, (PROC / f"{pid}/task/{pid}/children").read_text().split())

    return pids


def backends_of(postmaster: int, databases: Collection[str]) -> Pids:
    """A PostgreSQL server's processes that serve one of these databases, which they say in their titles."""
    return lambda: [pid for pid in children_of(postmaster)() if _database(pid, databases)]


def others_of(postmaster: int, databases: Collection[str]) -> Pids:
    """The server's processes that serve none of them: the checkpointer, the writers."""
    return lambda: [pid for pid in children_of(postmaster)() if not _database(pid, databases)]


def _database(pid: int, databases: Collection[str]) -> bool:
    return any(word in databases for word in processes.command_line(pid).split())


def parent_of(pid: int) -> int:
    with contextlib.suppress(OSError):
        return int(_fields(pid)[1])
    return 0


def cpu_seconds(pid: int) -> float:
    """User and system time of a process so far; 0 when it is gone or lives on another machine."""
    with contextlib.suppress(OSError):
        user, system = _fields(pid)[11:13]
        return (int(user) + int(system)) / TICKS
    return 0.0


def _fields(pid: int) -> list[str]:
    """What follows the command's closing bracket: state, parent, group, ... (proc_pid_stat(5))."""
    return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()


def busy_seconds() -> float:
    """All that all processors did so far, but idling and waiting for disks (proc_stat(5))."""
    with contextlib.suppress(OSError):
        user, nice, system, _, _, interrupt, softirq, steal = map(
            int, (PROC / "stat").read_text().splitlines()[0].split()[1:9]
        )
        return (user + nice + system + interrupt + softirq + steal) / TICKS
    return 0.0
