"""Programs that no package of Python or npm has: from the distribution's signed archive, unpacked under .local.

Nothing is installed, and no right is needed. Where one of the operator's own is named, or on PATH, that is taken.
"""

import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from core.dev.console import say
from core.dev.errors import DevelopmentError
from core.dev.paths import LOCAL, FileLock


@dataclass(frozen=True, slots=True)
class Program:
    """`variable` may say where it is; `path` is where Debian's and Ubuntu's `package` has it."""

    name: str
    package: str
    path: str
    variable: str

    def find(self) -> str:
        """Its path. Raises `DevelopmentError` with what to do where there is none and none is to be had."""
        kept = LOCAL / self.name
        with FileLock(LOCAL / f"{self.name}.lock"):
            # Servers are in directories that not everybody's PATH has.
            path = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/sbin"])
            named = os.environ.get(self.variable) or shutil.which(self.name, path=path)
            if not named and not kept.exists():
                self._take(kept)
        return named or str(kept)

    def _take(self, kept: Path) -> None:
        if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
            raise DevelopmentError(
                f"{self.name} is not on this machine: install {self.package}, or say where it is in {self.variable}."
            )
        say(f"Taking {self.name} from the distribution's package {self.package} (the first time takes some seconds)")
        with tempfile.TemporaryDirectory(dir=LOCAL, prefix=f"{self.name}-") as directory:
            home = Path(directory)
            if not (
                self._downloaded(home)
                or (look_up(home) and self._downloaded(home, "-o", f"Dir::State={home / 'state'}"))
            ):
                raise DevelopmentError(
                    f"apt-get gives no package {self.package}: say where {self.name} is in {self.variable}."
                )
            package = next(home.glob(f"{self.package}_*.deb"))
            if not quietly("dpkg-deb", "--extract", str(package), str(home / "unpacked")):
                raise DevelopmentError(f"The package {self.package} could not be unpacked in {home}.")
            # The rename makes it whole or absent.
            (home / "unpacked" / self.path).replace(kept)

    def _downloaded(self, home: Path, *options: str) -> bool:
        return quietly("apt-get", "-q", *options, "download", self.package, home=home)


def look_up(home: Path) -> bool:
    """Read the archive's lists into a place of our own: a fresh machine has none, and its own are for root to write."""
    (home / "state" / "lists" / "partial").mkdir(parents=True)
    options = ("-o", f"Dir::State={home / 'state'}", "-o", f"Dir::Cache={home / 'cache'}")
    (home / "cache" / "archives" / "partial").mkdir(parents=True)
    return quietly("apt-get", "-q", *options, "update", home=home)


def quietly(*command: str, home: Path | None = None) -> bool:
    """Run it; what it says is shown where it fails."""
    told = subprocess.run(command, cwd=home, capture_output=True, text=True, check=False)  # noqa: S603
    if told.returncode:
        say(told.stderr.strip())
    return not told.returncode
