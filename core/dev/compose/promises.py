"""What docker-compose.yml promises, each asked from outside. The first line of each says it; a broken one raises."""

import gzip
import os
import re
import signal
import ssl
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx

from core.dev import processes
from core.dev.compose.containers import RUN, Container
from core.dev.compose.installation import Installation, code_in
from core.dev.compose.roots import BASE
from core.dev.console import say
from core.dev.errors import DevelopmentError

SITE = "https://localhost"
VOLUMES = RUN / "volumes"
WAIT_SECONDS = 60.0
NGOZI = {"email": "ngozi@proof.payshift.example", "password": "Zobo-and-suya-2026"}
# The largest answer that everybody may read.
DOCUMENT = "/api/openapi.json"
DECOMPRESSED: dict[str, Callable[[bytes], bytes]] = {
    "zstd": lambda body: (
        subprocess.run(  # noqa: S603
            ["chroot", str(BASE), "zstd", "-dc"],  # noqa: S607
            input=body,
            capture_output=True,
            check=True,
        ).stdout
    ),
    "gzip": gzip.decompress,
}


def need(kept: bool, broken: str) -> None:
    if not kept:
        raise DevelopmentError(broken)


def eventually[T](ask: Callable[[], T | None], what: str, *, seconds: float = WAIT_SECONDS) -> T:
    """What is asked for, once it is there. Raises `DevelopmentError` where it is not in time."""
    deadline = time.monotonic() + seconds
    while True:
        if (found := ask()) is not None:
            return found
        need(time.monotonic() < deadline, f"{what}: not within {seconds:.0f} s.")
        time.sleep(0.2)


@dataclass(slots=True)
class Browser:
    """On the machine, in front of the proxy; it trusts the proxy's own authority, and no other."""

    installation: Installation
    client: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        trusted = ssl.create_default_context(cadata=authority().decode())
        self.client = httpx.Client(base_url=SITE, verify=trusted, trust_env=False, timeout=10)

    def get(self, path: str, *, status: int = 200, **options: Any) -> httpx.Response:
        return self.ask("GET", path, status=status, **options)

    def ask(self, method: str, path: str, *, status: int = 200, **options: Any) -> httpx.Response:
        try:
            answer = self.client.request(method, path, **options)
        except httpx.HTTPError as error:
            raise DevelopmentError(f"{method} {SITE}{path} got no answer: {error!r}") from None
        need(
            answer.status_code == status,
            f"{method} {SITE}{path} answers {answer.status_code}, not {status}: {answer.text[:300]}",
        )
        return answer


def authority() -> bytes:
    """The certificate by which Caddy signs those of localhost."""
    path = VOLUMES / "caddy" / "caddy" / "pki" / "authorities" / "local" / "root.crt"
    eventually(lambda: path.exists() or None, "Caddy's own authority in its volume")
    return path.read_bytes()


def is_ready(installation: Installation, browser: Browser) -> None:
    """/health/ready?strict=1 through the proxy: all parts are well, Redis and workers included"""
    deadline = time.monotonic() + WAIT_SECONDS
    while not _answers(browser, "/health/ready?strict=1") and time.monotonic() < deadline:
        installation.check()
        time.sleep(0.5)
    browser.get("/health/ready?strict=1")


def there_is_no_other_way(installation: Installation, browser: Browser) -> None:
    """plain HTTP leads to TLS, and /metrics is not for the world"""
    answer = httpx.get("http://localhost/somewhere", trust_env=False)
    led = (answer.status_code, answer.headers.get("Location"))
    need(led == (308, f"{SITE}/somewhere"), f"http://localhost/somewhere answers {led}.")
    browser.get("/metrics", status=404)


def web_client_is_served(installation: Installation, browser: Browser) -> None:
    """the web client at /, its files to be kept for ever"""
    page = browser.get("/")
    scripts = re.findall(r'<script[^>]* src="([^"]+)"', page.text)
    need(bool(scripts) and "text/html" in page.headers["Content-Type"], f"/ is no page of the app: {page.text[:200]}")
    for path in scripts:
        kept = browser.get(path).headers.get("Cache-Control", "")
        need("immutable" in kept, f"{path} is to be kept only so: {kept!r}")


def answers_are_compressed(installation: Installation, browser: Browser) -> None:
    """answers compressed by zstd and by gzip, and the same when unpacked"""
    plain = browser.get(DOCUMENT, headers={"Accept-Encoding": "identity"}).content
    sizes = {}
    for encoding, decompress in DECOMPRESSED.items():
        with browser.client.stream("GET", DOCUMENT, headers={"Accept-Encoding": encoding}) as answer:
            said, packed = answer.headers.get("Content-Encoding"), b"".join(answer.iter_raw())
        need(said == encoding, f"Who takes {encoding} gets {DOCUMENT} as {said}.")
        need(decompress(packed) == plain, f"{DOCUMENT} by {encoding} is not what it is without.")
        sizes[encoding] = len(packed)
    say(f"            {DOCUMENT}: {len(plain)} bytes, {', '.join(f'{size} by {name}' for name, size in sizes.items())}")


def somebody_signs_up_and_is_told(installation: Installation, browser: Browser) -> None:
    """a sign-up, its code from a worker, a token, and the event stream through the proxy, at once"""
    email = NGOZI["email"]
    person = {**NGOZI, "first_name": "Ngozi", "last_name": "Eze", "role": "applicant"}
    browser.ask("POST", "/api/auth/signup", status=202, json=person)
    log = installation.machine.containers["worker"].log
    code = eventually(lambda: code_in(log.read_text(errors="replace"), email), "The code of a sign-up in worker's log")
    browser.ask("POST", "/api/auth/verify", json={"email": email, "code": code})
    authorized = logged_in(browser)
    asked = {**authorized, "Accept-Encoding": "zstd, gzip"}

    def heard() -> bytes | None:
        # The process of hints has no database: it knows a token that was used, once a Redis that has just started
        # takes things in.
        browser.get("/api/me", headers=authorized)
        with browser.client.stream("GET", "/api/events", headers=asked, timeout=5) as stream:
            if stream.status_code == httpx.codes.UNAUTHORIZED:
                return None
            said = (stream.status_code, stream.headers.get("Content-Type"), stream.headers.get("Content-Encoding"))
            need(said == (200, "text/event-stream", None), f"/api/events answers {said}.")
            return next(stream.iter_raw(), b"")

    first = eventually(heard, "/api/events takes a token")
    need(first == b":\n\n", f"/api/events begins with {first!r}.")


def logged_in(browser: Browser) -> dict[str, str]:
    """The header of the person who signed up."""
    token = browser.ask("POST", "/api/auth/login", json={**NGOZI, "device_name": "proof"}).json()["access_token"]
    return {"Authorization": f"Bearer {token}"}


def crashed_process_is_replaced(installation: Installation, browser: Browser) -> None:
    """a killed process of web and of events is replaced, and its container lives on"""
    for name, path, status in (("web", "/health/live", 200), ("events", "/api/events", 401)):
        container = installation.machine.containers[name]
        first, before = container.pid, serving(container)
        need(bool(before), f"{name} has no process that serves.")
        os.kill(before[0], signal.SIGKILL)

        def replaced(container: Container = container, before: list[int] = before) -> bool | None:
            now = serving(container)
            return (before[0] not in now and len(now) == len(before)) or None

        eventually(replaced, f"A killed process of {name} is replaced", seconds=20)
        need(container.pid == first, f"{name} as a whole began anew.")
        if len(before) == 1:
            eventually(lambda path=path: _answers(browser, path), f"{name} answers again", seconds=20)  # type: ignore[misc]
        for _ in range(20):
            browser.get(path, status=status)


def _answers(browser: Browser, path: str) -> bool | None:
    try:
        return browser.client.get(path).status_code < 500 or None
    except httpx.HTTPError:
        return None


def serving(container: Container) -> list[int]:
    """The processes that granian's first one has started, without Python's own helper."""
    return [pid for pid in processes.children(container.pid) if "resource_tracker" not in processes.command_line(pid)]


def backup_is_made(installation: Installation, browser: Browser) -> None:
    """the nightly backup, whole and verified, and the log as it is written"""

    def made() -> Path | None:
        return next(iter((VOLUMES / "backups").glob("2*/payshift.dump")), None)

    dump = eventually(made, "A backup", seconds=180)
    for part in ("base/base.tar.gz", "base/pg_wal.tar.gz", "base/backup_manifest", "media.tar"):
        need((dump.parent / part).is_file(), f"The backup has no {part}.")
    listed = installation.machine.containers["backup"].run(
        "pg_restore", "--list", f"/backups/{dump.parent.name}/{dump.name}"
    )
    need("payment_ledgerentry" in listed.stdout, f"The dump holds no ledger: {listed.stderr.strip()}")
    eventually(lambda: next(iter((VOLUMES / "backups" / "wal").glob("*.partial")), None), "The log that wal.sh writes")


def play_keys_are_refused(installation: Installation, keys: Mapping[str, str]) -> None:
    """Without STAGING."""
    refused = replace(installation, variables={**installation.variables, **keys})
    container = refused.once("refused", "python", "manage.py", "check", like="web")
    said = container.log.read_text(errors="replace")
    is_refused = container.wait(seconds=1) != 0 and "payment.E002" in said
    need(is_refused, f"A test key is not refused without STAGING: {said[-300:]}")


OF_AN_INSTALLATION = (
    is_ready,
    there_is_no_other_way,
    web_client_is_served,
    answers_are_compressed,
    somebody_signs_up_and_is_told,
    crashed_process_is_replaced,
    backup_is_made,
)
