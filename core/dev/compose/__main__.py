"""`make compose-proof`: start docker-compose.yml without Docker, prove what it promises, and end it.

Prints a line per promise with what it took; exits 1 with one line on the first that is not kept.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from core.dev.compose import demo, lost_disk, promises, roots
from core.dev.compose.containers import RUN
from core.dev.compose.file import SECRETS
from core.dev.compose.installation import Installation, new_secrets, own_machine
from core.dev.console import say
from core.dev.errors import DevelopmentError
from core.dev.paths import FileLock, refused_by_the_disk

PROGRAMS = {"debootstrap": "debootstrap", "unshare": "util-linux", "setpriv": "util-linux", "ip": "iproute2"}
TEST_KEYS = {"PAYSTACK_SECRET_KEY": f"sk_test_{'5' * 40}"}


@contextmanager
def timed(what: str) -> Iterator[None]:
    started = time.monotonic()
    yield
    say(f"  {time.monotonic() - started:6.1f} s  {what}")


def prove() -> None:
    with timed("a clean Debian, and the Dockerfile's steps on it"):
        roots.base()
        image = roots.build()
    with own_machine() as machine:
        installation = Installation(machine, image, new_secrets())
        with timed(f"all services up from {len(SECRETS)} secrets, healthy, migrated without a provider's key"):
            installation.up()
        browser = promises.Browser(installation)
        for promise in (*promises.OF_AN_INSTALLATION, lost_disk.everything_is_brought_back):
            with timed(promise.__doc__ or promise.__name__):
                promise(installation, browser)
        with timed("STAGING takes test keys, which are refused without it"):
            promises.play_keys_are_refused(installation, TEST_KEYS)
            installation = installation.changed({**TEST_KEYS, "STAGING": "true"})
            promises.is_ready(installation, browser)
        with timed("`make demo`, through the proxy with TLS"):
            demo.tell(installation, browser)
        installation.check()


def main() -> int:
    missing = sorted({package for program, package in PROGRAMS.items() if not shutil.which(program)})
    started = time.monotonic()
    try:
        if sys.platform != "linux" or os.geteuid() != 0:
            raise DevelopmentError("it needs Linux, and root for namespaces and mounts.")
        if missing:
            raise DevelopmentError(f"it needs {', '.join(missing)}: apt-get install {' '.join(missing)}")
        roots.HOME.mkdir(parents=True, exist_ok=True)
        with refused_by_the_disk(), FileLock(roots.HOME / "lock"):
            prove()
    except DevelopmentError as error:
        raise SystemExit(f"compose-proof: {error}") from None
    except (httpx.HTTPError, subprocess.SubprocessError) as error:
        raise SystemExit(f"compose-proof: {error!r}; the logs are in {RUN}") from None
    except KeyboardInterrupt:
        return 130
    say(f"docker-compose.yml keeps what it promises ({time.monotonic() - started:.0f} s).")
    return 0


if __name__ == "__main__":
    sys.exit(main())
