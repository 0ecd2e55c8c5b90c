"""The alert rules before Prometheus' own tool: `python -m core.dev.alerts`, a part of `make check`.

deploy/prometheus/tests holds a test of every alert: it is silent at its bound however long that lasts, silent a step
before its `for` is over, and then fires with the words that its reader gets.

No package of Python or npm has promtool. Debian and Ubuntu ship it in their package `prometheus`, which is taken from
the distribution's signed archive and unpacked under .local: nothing is installed, and no right is needed. Elsewhere it
is the one of PROMTOOL or of PATH.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from core.dev.console import say
from core.dev.errors import DevelopmentError
from core.dev.paths import BASE_DIR, LOCAL, FileLock

RULES = BASE_DIR / "deploy" / "prometheus" / "alerts.yml"
TESTS = RULES.parent / "tests"
PROGRAM = LOCAL / "promtool"


def promtool() -> str:
    """The program's path. Raises `DevelopmentError` with what to do where there is none and none is to be had."""
    with FileLock(LOCAL / "promtool.lock"):
        named = os.environ.get("PROMTOOL") or shutil.which("promtool")
        if not named and not PROGRAM.exists():
            take_from_the_distribution()
    return named or str(PROGRAM)


def take_from_the_distribution() -> None:
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        raise DevelopmentError("promtool is not on this machine: install Prometheus, or say where it is in PROMTOOL.")
    say("Taking promtool from the distribution's package prometheus (the first time takes some seconds)")
    with tempfile.TemporaryDirectory(dir=LOCAL, prefix="promtool-") as directory:
        home = Path(directory)
        if not (downloaded(home) or (look_up(home) and downloaded(home, "-o", f"Dir::State={home / 'state'}"))):
            raise DevelopmentError("apt-get gives no package prometheus: say where promtool is in PROMTOOL.")
        unpacked = quietly("dpkg-deb", "--extract", str(next(home.glob("prometheus_*.deb"))), str(home / "unpacked"))
        if not unpacked:
            raise DevelopmentError(f"The package prometheus could not be unpacked in {home}.")
        # The rename makes it whole or absent.
        (home / "unpacked" / "usr" / "bin" / "promtool").replace(PROGRAM)


def downloaded(home: Path, *options: str) -> bool:
    return quietly("apt-get", "-q", *options, "download", "prometheus", home=home)


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


def main() -> int:
    try:
        program = promtool()
    except DevelopmentError as problem:
        say(str(problem))
        return 1
    tests = [str(path) for path in sorted(TESTS.glob("*.yml"))]
    checks = (["check", "rules", str(RULES)], ["test", "rules", *tests])
    return max(subprocess.run([program, *arguments], check=False).returncode for arguments in checks)  # noqa: S603


if __name__ == "__main__":
    sys.exit(main())
