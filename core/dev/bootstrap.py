"""The virtual environment: made once, brought up to date when the pinned requirements change.

Run by the system's Python with `python -m core.dev.bootstrap`, so the standard library is all there is.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterable

from core.dev.console import say
from core.dev.errors import DevelopmentError
from core.dev.paths import BASE_DIR, LOCAL, FileLock, refused_by_the_disk

VENV = BASE_DIR / ".venv"
PYTHON = VENV / "bin" / "python"
REQUIREMENTS = ("requirements.txt", "requirements-otel.txt", "requirements-s3.txt", "requirements-dev.txt")
# What is installed: written last, so that an interrupted installation never looks like a finished one.
STAMP = VENV / "payshift-requirements"
# There while pip works. pip cannot tell a half-unpacked package from a whole one, so such an environment is made anew.
UNFINISHED = VENV / "payshift-unfinished"
# Of all, about 160.
SOME = 20


def wanted() -> str:
    """What the environment should hold, as one line: the Python it is made from, and the pins."""
    digest = hashlib.sha256(b"".join((BASE_DIR / name).read_bytes() for name in REQUIREMENTS))
    return f"{sys.version_info.major}.{sys.version_info.minor} {digest.hexdigest()}"


def works() -> bool:
    """Whether an environment is there, whole, and of the same Python: a removed interpreter leaves a dead link."""
    question = "import pip, sys; print('%d.%d' % sys.version_info[:2])"
    if UNFINISHED.exists() or not PYTHON.exists():
        return False
    answer = subprocess.run([PYTHON, "-c", question], capture_output=True, text=True, check=False)  # noqa: S603
    return answer.stdout.strip() == wanted().split()[0]


def create() -> None:
    say("Making the virtual environment .venv")
    # Of an environment whose Python is gone, `clear` would leave dead links behind.
    shutil.rmtree(VENV, ignore_errors=True)
    VENV.mkdir(parents=True)
    UNFINISHED.touch()
    try:
        venv.create(VENV, with_pip=True)
    except subprocess.CalledProcessError:
        shutil.rmtree(VENV, ignore_errors=True)
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise DevelopmentError(
            f"{sys.executable} cannot make virtual environments. On Debian and Ubuntu: apt install python{version}-venv"
        ) from None


def install() -> None:
    say("Installing the pinned packages (the first time takes a minute or two)")
    UNFINISHED.touch()
    STAMP.unlink(missing_ok=True)
    command = [str(PYTHON), "-m", "pip", "install", "--no-input", "-r", str(BASE_DIR / REQUIREMENTS[-1])]
    quiet = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_ROOT_USER_ACTION": "ignore", "PIP_USER": "0"}
    with subprocess.Popen(command, env={**os.environ, **quiet}, stdout=subprocess.PIPE, text=True) as pip:  # noqa: S603
        _tell_progress(pip.stdout or ())
    failed = pip.returncode
    # pip takes its own failures back; only a killed one leaves half a package, and the mark stays then.
    if failed >= 0:
        UNFINISHED.unlink()
    if failed:
        raise DevelopmentError("The packages could not be installed: see pip's message above.")
    STAMP.write_text(wanted())


def _tell_progress(lines: Iterable[str]) -> None:
    """Of what pip says on its way, so much that nobody thinks it hangs. Its errors it writes elsewhere."""
    found = 0
    for line in lines:
        if line.startswith("Collecting "):
            found += 1
            if found % SOME == 0:
                say(f"  {found} packages fetched")
        elif line.startswith("Installing collected packages"):
            say(f"  Unpacking {found} packages")


def main() -> None:
    try:
        with refused_by_the_disk(), FileLock(LOCAL / "bootstrap.lock"):
            if not works():
                create()
            if not STAMP.exists() or STAMP.read_text() != wanted():
                install()
    except DevelopmentError as error:
        raise SystemExit(f"Payshift: {error}") from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None


if __name__ == "__main__":
    main()
