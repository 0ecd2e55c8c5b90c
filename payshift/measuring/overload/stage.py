"""The processes that are attacked: proxy, web, worker and sandbox gateway as they ship, and a mail server."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.core.management.base import CommandError

from core.dev import processes
from core.dev.ports import HOST
from payshift.measuring.overload.mail_sink import MailSink, mail_sink
from payshift.measuring.servers import (
    LOGS,
    SERVING,
    STOP_TIMEOUT_SECONDS,
    WORKER,
    free_port,
    started,
    wait_until,
    web_server,
)

CADDYFILE = settings.BASE_DIR / "deploy" / "caddy" / "Caddyfile"
# On loopback and without TLS, which would end here; the application is told that it was there. Nothing else differs.
DIFFERENCES = {
    "\tservers {": "\tadmin off\n\tdefault_bind 127.0.0.1\n\tservers {",
    "\t\theader_up Clientaddress {remote_host}": (
        "\t\theader_up Clientaddress {remote_host}\n\t\theader_up X-Forwarded-Proto https"
    ),
}
# As in the Dockerfile.
WORKERS, THREADS = 2, 32


@dataclass(frozen=True, slots=True)
class Stage:
    """`port` is the proxy's; `web` and `worker` are groups of processes."""

    port: int
    gateway_port: int
    mails: MailSink
    web: int
    worker: int
    environment: Mapping[str, str]


@contextmanager
def stage() -> Iterator[Stage]:
    """In the database and with the Redis at hand. Raises `CommandError` without a Caddy that knows the shipped file."""
    with ExitStack() as stack:
        mails = stack.enter_context(mail_sink())
        gateway_port = _gateway(stack)
        gateway = f"http://{HOST}:{gateway_port}"
        environment = {
            **os.environ,
            **SERVING,
            "EMAIL_URL": mails.url,
            "PAYSTACK_BASE_URL": f"{gateway}/paystack",
            "PREMBLY_BASE_URL": f"{gateway}/prembly",
            "FLUTTERWAVE_BASE_URL": f"{gateway}/flutterwave/v3",
            "NUM_PROXIES": "1",
            "CLIENT_ADDRESS_HEADER": "Clientaddress",
        }
        web = stack.enter_context(
            web_server("overload-web", "payshift.wsgi:application", environment, workers=WORKERS, threads=THREADS)
        )
        worker = stack.enter_context(started("overload-worker", WORKER, environment))
        port = stack.enter_context(proxy(web.port))
        yield Stage(port, gateway_port, mails, web.group, worker.group, environment)


def _gateway(stack: ExitStack) -> int:
    # Of development only, as its settings demand. Each call that it delays holds a thread and a connection.
    environment = {**os.environ, "DEBUG": "1", "DATABASE_POOL_SIZE": str(THREADS * WORKERS)}
    server = web_server(
        "overload-gateway", "payment.sandbox.wsgi:application", environment, workers=1, threads=THREADS * WORKERS
    )
    return stack.enter_context(server).port


@contextmanager
def proxy(web_port: int) -> Iterator[int]:
    """Caddy with the shipped file in front of the web server. Its port."""
    program, port, log = find_caddy(), free_port(), LOGS / "overload-proxy.log"
    LOGS.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as home, log.open("wb") as output:
        file = Path(home, "Caddyfile")
        file.write_text(on_loopback(CADDYFILE.read_text()))
        process = processes.detach(
            [program, "run", "--adapter", "caddyfile", "--config", file],
            output,
            directory=file.parent,
            environment={"SITE": f"http://localhost:{port}", "WEB": f"{HOST}:{web_port}", "HOME": home},
        )
        try:
            wait_until(port, lambda: process.poll() is None, log=log)
            yield port
        finally:
            processes.end_group(process.pid, seconds=STOP_TIMEOUT_SECONDS)
            process.wait()


def on_loopback(shipped: str) -> str:
    """Raises `ValueError` when the shipped file is no longer what the differences were written for."""
    for line, instead in DIFFERENCES.items():
        if shipped.count(line) != 1:
            raise ValueError(f"{CADDYFILE.name} has no line {line.strip()!r}, or several.")
        shipped = shipped.replace(line, instead)
    return shipped


def find_caddy() -> str:
    """That of CADDY, of the pinned packages, or of PATH. Raises `CommandError` where none reads the shipped file."""
    ours = Path(sys.executable).with_name("caddy")
    program = os.environ.get("CADDY") or (str(ours) if ours.exists() else shutil.which("caddy"))
    if not program:
        raise CommandError("Caddy is not on this machine: install 2.7 or newer, or say where it is in CADDY.")
    told = ["adapt", "--adapter", "caddyfile", "--config", str(CADDYFILE)]
    read = subprocess.run([program, *told], capture_output=True, text=True, check=False)  # noqa: S603
    if read.returncode:
        raise CommandError(f"{program} does not read the shipped Caddyfile (2.7 or newer does): {read.stderr[-300:]}")
    return program
