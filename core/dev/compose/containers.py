"""Containers: processes with a root, mounts, pids and an address of their own.

Nothing of them is left on the real machine: mounts and networks live in namespaces, and these in the processes.
"""

import contextlib
import os
import shlex
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.dev import processes
from core.dev.compose.file import Mount
from core.dev.compose.images import Image
from core.dev.compose.roots import BASE, HOME
from core.dev.errors import DevelopmentError

RUN = HOME / "run"
BRIDGE = "10.209.0.1"


@dataclass(slots=True)
class Container:
    """`on_the_machine`: it has no network of its own, and what it listens at is the machine's."""

    name: str
    image: Image
    command: Sequence[str]
    environment: Mapping[str, str]
    binds: Mapping[Path, Mount]
    on_the_machine: bool = False
    number: int = 0
    process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        return RUN / f"{self.name}.log"

    @property
    def pid(self) -> int:
        """Of its first process, as the machine counts. Raises `DevelopmentError` where it has ended."""
        found = processes.children(self.process.pid) if self.process else []
        if not found:
            raise DevelopmentError(f"{self.name} has ended: {self.last_words()}")
        return found[0]

    def last_words(self) -> str:
        lines = [line for line in self.log.read_text(errors="replace").splitlines() if line.strip()]
        return f"{' | '.join(lines[-3:])[-600:]} ({self.log})"

    def has_ended(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def start(self) -> None:
        home = RUN / self.name
        for part in ("upper", "work", "root"):
            (home / part).mkdir(parents=True, exist_ok=True)
        command = [
            "unshare",
            "--mount",
            "--pid",
            "--uts",
            "--ipc",
            "--fork",
            "--kill-child",
            "--propagation",
            "private",
        ]
        if not self.on_the_machine:
            command.append("--net")
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(  # noqa: S603
                ["setpriv", "--pdeathsig", "KILL", *command, "sh", "-c", self._script(home)],  # noqa: S607
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={"HOME": home_of(self.image), "HOSTNAME": self.name, **self.environment},
                start_new_session=True,
            )
        if not self.on_the_machine:
            self._connect()

    def _script(self, home: Path) -> str:
        root, layers = home / "root", ":".join(map(str, [*self.image.layers, BASE]))
        overlay = shlex.quote(f"lowerdir={layers},upperdir={home / 'upper'},workdir={home / 'work'}")
        lines = ["set -e", f"mount -t overlay overlay -o {overlay} {root}", f"cp {RUN}/hosts {root}/etc/hosts"]
        for source, mount in self.binds.items():
            at = f"{root}{mount.target}"
            lines.append(f"mkdir -p {at}" if source.is_dir() else f"mkdir -p {Path(at).parent} && touch {at}")
            lines.append(f"mount --bind {source} {at}")
            if mount.read_only:
                lines.append(f"mount -o remount,bind,ro {at}")
        lines += [f"mount -t proc proc {root}/proc", f"mount --rbind /dev {root}/dev"]
        lines += [f"mount -t tmpfs tmpfs {root}/dev/shm", f"hostname {self.name}"]  # noqa: S108
        if not self.on_the_machine:
            lines += ["ip link set lo up", "until ip link show eth0 >/dev/null 2>&1; do sleep 0.02; done"]
            lines += [f"ip addr add 10.209.0.{self.number}/24 dev eth0", "ip link set eth0 up"]
        user = self.image.user
        begun = f"cd {shlex.quote(self.image.directory)}\n{self.image.entrypoint}"
        words = shlex.join(["sh", "-c", begun, "entrypoint", *self.command])
        return "\n".join([*lines, f"exec chroot --userspec={user} {root} {words}"])

    def _connect(self) -> None:
        deadline = time.monotonic() + 10
        while self.process and not processes.children(self.process.pid) and time.monotonic() < deadline:
            time.sleep(0.02)
        outer = f"veth{self.number}"
        ip("link", "add", outer, "type", "veth", "peer", "name", "eth0", "netns", str(self.pid))
        ip("link", "set", outer, "master", "bridge0", "up")

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """A command in the running container, as its user, with its environment."""
        inside = ["nsenter", f"--target={self.pid}", "--mount", "--pid", "--net", "--ipc", "--uts", "--root"]
        inner = f'cd {shlex.quote(self.image.directory)} && exec "$@"'
        as_user = ["chroot", f"--userspec={self.image.user}", "/", "sh", "-c", inner, "sh", *command]
        return subprocess.run(  # noqa: S603
            [*inside, *as_user],
            env={"HOME": home_of(self.image), **self.environment},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def wait(self, *, seconds: float) -> int:
        """Until a step has ended; its exit code."""
        if self.process is None:
            raise DevelopmentError(f"{self.name} was not started.")
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise DevelopmentError(f"{self.name} has not ended after {seconds:.0f} s: {self.last_words()}") from None

    def kill(self) -> None:
        """Its processes have no time for anything."""
        self._tell(signal.SIGKILL)
        self.wait(seconds=10)

    def stop(self, *, seconds: float) -> None:
        """Ask the first process, as Docker does, and then kill it; what it wrote outside volumes is gone."""
        if self.process and self.process.poll() is None:
            self._tell(signal.SIGTERM)
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                self._tell(signal.SIGKILL)
                self.process.wait(10)
        self.process = None
        shutil.rmtree(RUN / self.name, ignore_errors=True)

    def _tell(self, number: signal.Signals) -> None:
        for pid in processes.children(self.process.pid) if self.process else ():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)


def home_of(image: Image) -> str:
    """Of the image's user, by the topmost list of users that it has."""
    users = next(path for path in (layer / "etc" / "passwd" for layer in (*image.layers, BASE)) if path.exists())
    homes = {line.split(":")[2]: line.split(":")[5] for line in users.read_text().splitlines()}
    return homes.get(image.user, "/")


def ip(*words: str) -> None:
    carry_out("ip", *words)


def carry_out(*words: str) -> None:
    """Raises `DevelopmentError` with what a command of the system said when it failed."""
    done = subprocess.run([*words], capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise DevelopmentError(f"{' '.join(words)}: {done.stderr.strip()}")
