"""The machine that the containers are on: its network, their names, and their volumes."""

import os
import shutil
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from core.dev.compose.containers import BRIDGE, RUN, Container, carry_out, ip
from core.dev.compose.file import Mount
from core.dev.compose.images import Image
from core.dev.errors import DevelopmentError
from core.dev.paths import BASE_DIR

# All that is proven by then is proven: who does not end when asked is killed.
STOP_SECONDS = 3.0


@dataclass(slots=True)
class Machine:
    """Containers by name, each known to the others by it; volumes are directories. Use it as a context."""

    # Names that are the machine's own address, and volumes in memory by their options.
    own_names: Sequence[str]
    in_memory: Mapping[str, str]
    containers: dict[str, Container] = field(default_factory=dict)
    addresses: dict[str, int] = field(default_factory=dict)

    def __enter__(self) -> Self:
        shutil.rmtree(RUN, ignore_errors=True)
        (RUN / "volumes").mkdir(parents=True)
        os.unshare(os.CLONE_NEWNS | os.CLONE_NEWNET)
        # What is mounted from here on is seen by nobody else.
        carry_out("mount", "--make-rprivate", "/")
        ip("link", "set", "lo", "up")
        ip("link", "add", "bridge0", "type", "bridge")
        ip("addr", "add", f"{BRIDGE}/24", "dev", "bridge0")
        ip("link", "set", "bridge0", "up")
        return self

    def __exit__(self, *error: object) -> None:
        for container in reversed(self.containers.values()):
            container.stop(seconds=0 if error[0] else STOP_SECONDS)
        self.forget_what_is_in_memory()
        # After a failure the logs are what is to be read.
        for path in RUN.iterdir() if error[0] else [RUN]:
            if path.is_dir():
                shutil.rmtree(path)

    def forget_what_is_in_memory(self) -> None:
        for name in self.in_memory:
            path = RUN / "volumes" / name
            subprocess.run(["umount", str(path)], capture_output=True, check=False)  # noqa: S603, S607
            shutil.rmtree(path, ignore_errors=True)

    def know(self, names: Sequence[str]) -> None:
        """Give each name an address, before anybody starts."""
        for name in names:
            self.addresses.setdefault(name, len(self.addresses) + 2)
        lines = ["127.0.0.1 localhost", *(f"{BRIDGE} {name}" for name in self.own_names)]
        lines += [f"10.209.0.{number} {name}" for name, number in self.addresses.items() if name not in self.own_names]
        (RUN / "hosts").write_text("\n".join(lines) + "\n")

    def volume(self, name: str, image: Image, target: str) -> Path:
        """Its directory. While it is empty, it belongs to whom the image's directory at `target` does."""
        path = RUN / "volumes" / name
        if name in self.in_memory:
            if not path.exists():
                path.mkdir()
                carry_out("mount", "-t", "tmpfs", "-o", self.in_memory[name], "tmpfs", str(path))
            return path
        path.mkdir(exist_ok=True)
        there = [layer / target.lstrip("/") for layer in image.layers]
        if owned := [each.stat() for each in there if each.is_dir() and not any(path.iterdir())]:
            os.chown(path, owned[0].st_uid, owned[0].st_gid)
        return path

    def start(self, container: Container) -> None:
        container.number = self.addresses[container.name]
        self.containers[container.name] = container
        container.start()

    def remove(self, name: str, *, seconds: float) -> None:
        self.containers.pop(name).stop(seconds=seconds)
        # Its end of the wire goes with its namespace, a moment later than its last process.
        deadline = time.monotonic() + 5
        while is_there(f"veth{self.addresses[name]}") and time.monotonic() < deadline:
            time.sleep(0.05)

    def check_alive(self) -> None:
        """Raises `DevelopmentError` for the first service that has ended by itself."""
        for container in self.containers.values():
            if container.has_ended():
                raise DevelopmentError(f"{container.name} ended by itself: {container.last_words()}")


def source_of(mount: Mount) -> Path | None:
    """The path of this machine; None for a volume."""
    return (BASE_DIR / mount.source).resolve() if mount.source.startswith(".") else None


def is_there(link: str) -> bool:
    return not subprocess.run(["ip", "link", "show", link], capture_output=True, check=False).returncode  # noqa: S603, S607
