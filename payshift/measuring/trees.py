"""The checkouts that are measured: this one, and what an earlier revision's looked like."""

import io
import subprocess
import sys
import tarfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError

REVISIONS = settings.BASE_DIR / ".local" / "revisions"
REQUIREMENTS = "requirements.txt"
# Older revisions are measured with their settings of production as they are.
MEASURING_SETTINGS = Path("payshift/measuring/settings.py")


@dataclass(frozen=True, slots=True)
class Tree:
    directory: Path
    python: str

    def command(self, *arguments: str) -> Sequence[str]:
        """Without system checks, which refuse development's keys with DEBUG off."""
        return [self.python, str(self.directory / "manage.py"), *arguments, "--skip-checks"]

    @property
    def settings_module(self) -> str:
        found = (self.directory / MEASURING_SETTINGS).exists()
        return "payshift.measuring.settings" if found else "payshift.settings"


HERE = Tree(settings.BASE_DIR, sys.executable)


def tree_of(revision: str, *, say: Callable[[str], object]) -> Tree:
    """The files of a revision, unpacked once under `.local/revisions`; raises `CommandError` when git has none.

    It runs with this checkout's packages where they hold all that it asks for, and else with its own, which are
    installed the first time.
    """
    commit = _git("rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}").decode().strip()
    directory = REVISIONS / commit[:12]
    if not directory.exists():
        say(f"Unpacking {revision}")
        partial = directory.with_suffix(".partial")
        with tarfile.open(fileobj=io.BytesIO(_git("archive", commit))) as files:
            files.extractall(partial, filter="data")
        # Whitenoise warns about a directory that is not there.
        (partial / ".local" / "static").mkdir(parents=True, exist_ok=True)
        partial.rename(directory)
    return Tree(directory, _python_for(directory))


def _python_for(directory: Path) -> str:
    if pins(directory) <= pins(settings.BASE_DIR):
        return sys.executable
    subprocess.run([sys.executable, "-m", "core.dev.bootstrap"], cwd=directory, check=True)
    return str(directory / ".venv" / "bin" / "python")


def pins(directory: Path) -> set[str]:
    """What runs needs, a package a line."""
    lines = map(str.strip, (directory / REQUIREMENTS).read_text().splitlines())
    return {line for line in lines if line and not line.startswith("#")}


def _git(*arguments: str) -> bytes:
    done = subprocess.run(["git", *arguments], cwd=settings.BASE_DIR, capture_output=True, check=False)  # noqa: S603, S607
    if done.returncode:
        raise CommandError(f"git {' '.join(arguments)}: {done.stderr.decode().strip() or 'there is no such revision'}")
    return done.stdout
