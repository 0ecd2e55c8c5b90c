"""`make run`: web server, worker, hints and sandbox gateway as one thing that starts and stops together.

Nothing is restarted silently: when one of them ends, the others are stopped and the exit code is 1. Each runs in a
process group of its own, so that Ctrl-C reaches this process only, which then stops them in order.
"""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from functools import partial
from types import FrameType

from core.dev import demo_data, environment, ports, processes, schema, web_client
from core.dev.console import relay, say
from core.dev.errors import DevelopmentError
from core.dev.paths import BASE_DIR, LOCAL, FileLock, write_private

RUN_LOCK = LOCAL / "run.lock"
# Who runs: read by the next start after this process was killed, and by `make stop`.
RUN_FILE = LOCAL / "run.json"
START_TIMEOUT_SECONDS = 90.0
STOP_TIMEOUT_SECONDS = 15.0
# make passes SIGTERM on to a child that may have received it already: the same request twice is no impatience.
IMPATIENCE_SECONDS = 1.0


class Interrupted(Exception):
    """The developer asked to stop while something was still starting."""


@dataclass
class Supervisor:
    web_url: str
    gateway_url: str
    _groups: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _relays: dict[str, threading.Thread] = field(default_factory=dict)
    # Those that come to an end by themselves while the services run.
    _steps: set[str] = field(default_factory=set)
    _asked_at: float | None = None

    def spawn(self, name: str, *arguments: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(  # noqa: S603
            [sys.executable, *arguments],
            cwd=BASE_DIR,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **({"FORCE_COLOR": "1"} if sys.stdout.isatty() else {})},
            start_new_session=True,
        )
        self._groups[name] = process
        groups = {name: child.pid for name, child in self._groups.items()}
        write_private(RUN_FILE, json.dumps({"supervisor": os.getpid(), "groups": groups}))
        assert process.stdout is not None  # noqa: S101  (PIPE above)
        self._relays[name] = relay(name, process.stdout, len(self._relays))
        return process

    def finish(self, name: str, *arguments: str) -> None:
        """Run a step that has to end well before the services start."""
        self.begin(name, *arguments)
        if failed := self.end(name):
            raise DevelopmentError(f"{name} failed with exit code {failed}: its message is above.")

    def begin(self, name: str, *arguments: str) -> None:
        """Start a step that goes on beside the services; `end` waits for it."""
        self._steps.add(name)
        self.spawn(name, *arguments)

    def end(self, name: str) -> int:
        """Wait for a step. Returns its exit code."""
        process = self._groups[name]
        while process.poll() is None:
            self.check_alive()
            self._pause()
        self._relays[name].join(timeout=5)
        del self._groups[name]
        self._steps.discard(name)
        return process.returncode

    def wait_until_answering(self, url: str, *, with_text: str = "") -> None:
        """Wait for a 2xx that holds the text, while every service lives."""
        # A proxy configured for the web has no business with the loopback interface.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        deadline = time.monotonic() + START_TIMEOUT_SECONDS
        while True:
            self.check_alive()
            try:
                with opener.open(url, timeout=5) as response:
                    answer = response.read().decode(errors="replace")
                if with_text in answer:
                    return
            except urllib.error.HTTPError as error:
                answer = f"status {error.code}: {error.read(2000).decode(errors='replace')}"
            except OSError as error:
                answer = str(error)
            if time.monotonic() > deadline:
                raise DevelopmentError(f"{url} does not answer as it should: {answer}")
            self._pause()

    def check_alive(self) -> None:
        for name, process in self._groups.items():
            if process.poll() is not None and name not in self._steps:
                how = f"exit code {process.returncode}" if process.returncode >= 0 else f"signal {-process.returncode}"
                raise DevelopmentError(f"{name} ended by itself ({how}): stopping the others.")

    def watch(self) -> None:
        """Return when the developer asks to stop; raise when a service ends by itself."""
        with contextlib.suppress(Interrupted):
            while True:
                self.check_alive()
                self._pause()

    def stop(self) -> None:
        """End every group: politely, then by force after a while or at a second Ctrl-C."""
        for process in self._groups.values():
            processes.signal_group(process.pid, signal.SIGTERM)
        deadline = time.monotonic() + STOP_TIMEOUT_SECONDS
        while any(process.poll() is None for process in self._groups.values()) and time.monotonic() < deadline:
            time.sleep(0.05)
        self.kill()
        for process in self._groups.values():
            process.wait()
        for thread in self._relays.values():
            thread.join(timeout=2)
        RUN_FILE.unlink(missing_ok=True)

    def kill(self) -> None:
        # Also when the first process of a group has ended: its own children may not have.
        for process in self._groups.values():
            processes.signal_group(process.pid, signal.SIGKILL)

    def listen_for_signals(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        now = time.monotonic()
        if self._asked_at is None:
            self._asked_at = now
        elif now - self._asked_at > IMPATIENCE_SECONDS:
            self.kill()

    def _pause(self) -> None:
        if self._asked_at is not None:
            raise Interrupted
        time.sleep(0.1)


def run() -> int:
    """Start everything, print where it is, and stay until asked to stop. Returns the exit code."""
    # Until there is something to stop in order, a polite request ends this process as Ctrl-C does: exit handlers run.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    lock = FileLock(RUN_LOCK)
    if not lock.try_alone():
        raise DevelopmentError(
            "It already runs from this checkout. Stop it there with Ctrl-C, or from anywhere with `make stop`."
        )
    end_leftovers()
    web_port = ports.configured("PORT", environment.WEB_PORT)
    gateway_port = ports.configured("GATEWAY_PORT", environment.GATEWAY_PORT)
    if web_port == gateway_port:
        raise DevelopmentError(f"PORT and GATEWAY_PORT are both {web_port}: they must differ.")
    ports.require_free("PORT", web_port, beside=gateway_port)
    ports.require_free("GATEWAY_PORT", gateway_port, beside=web_port)
    say("Starting PostgreSQL and Redis")
    environment.prepare()
    supervisor = Supervisor(f"http://{ports.HOST}:{web_port}", f"http://{ports.HOST}:{gateway_port}")
    supervisor.listen_for_signals()
    try:
        start(supervisor, web_port, gateway_port)
        supervisor.watch()
    except Interrupted:
        pass
    finally:
        # What went wrong is said after it, by the caller: the last line is the one that is read.
        say("Stopping")
        supervisor.stop()
    return 0


def start(supervisor: Supervisor, web_port: int, gateway_port: int) -> None:
    database_url = os.environ["DATABASE_URL"]
    # Beside everything else: it needs none of the servers, and they none of it.
    if building := not web_client.is_current():
        supervisor.begin("web client", "-m", "core.dev.web_client")
    if not schema.is_current(database_url):
        say("Bringing the database up to date")
        supervisor.finish("migrate", "manage.py", "migrate", "--verbosity=0")
        schema.remember(database_url)
    demo_data.load(database_url, partial(supervisor.finish, "demo", "manage.py", "populate_demo"))
    share_figures()
    server = ("-m", "granian", "--interface", "wsgi", "--host", ports.HOST, "--no-ws", "--blocking-threads", "4")
    # No proxy is in front: browsers reach the process of hints where it listens, and the app's page says where.
    events_port = ports.remembered(LOCAL / "events.port")
    os.environ["EVENTS_URL"] = f"http://{ports.HOST}:{events_port}"
    supervisor.spawn("web", *server, "--port", str(web_port), "payshift.wsgi:application")
    supervisor.spawn("worker", "manage.py", "work")
    events = ("-m", "granian", "--interface", "asgi", "--host", ports.HOST, "--no-ws", "--port", str(events_port))
    supervisor.spawn("events", *events, "payshift.asgi:application")
    supervisor.spawn("gateway", *server, "--port", str(gateway_port), "payment.sandbox.wsgi:application")
    supervisor.wait_until_answering(f"{supervisor.gateway_url}/")
    # Ready means database, migrations, Redis and the worker's heartbeat.
    supervisor.wait_until_answering(f"{supervisor.web_url}/health/ready", with_text='"status": "ok"')
    if building and supervisor.end("web client"):
        say("The app cannot be shown: why is said above. The API runs without it.")
    say(welcome(supervisor.web_url, supervisor.gateway_url, os.environ["DATABASE_OWNER_URL"]))


def share_figures() -> None:
    """One directory of metrics for all processes of this run, empty at its start: /metrics and admin's Health page tell
    of the worker too."""
    directory = LOCAL / "metrics"
    shutil.rmtree(directory, ignore_errors=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(directory)


def welcome(web: str, gateway: str, database_url: str) -> str:
    return f"""
Payshift is running. Ctrl-C stops it and keeps the data.

  The app           {web}/
  API docs          {web}/api/docs
  Admin             {web}/admin/
  Mail box          {web}/dev/mailbox/
  Health            {web}/health/ready
  Sandbox gateway   {gateway}/

{demo_data.logins(database_url)}
  Next: `make demo` drives the main job over HTTP. The API docs run each example; the toolbar at their side shows
  the SQL of the last call.
"""


def end_leftovers() -> None:
    """End the services of a run that was killed. The caller holds the run lock, so no live run is meant."""
    with contextlib.suppress(OSError, ValueError, KeyError):
        for name, group in json.loads(RUN_FILE.read_text())["groups"].items():
            if processes.group_of_ours(group, working_directory=BASE_DIR):
                say(f"Ending the {name} that an earlier run left behind")
                processes.end_group(group, seconds=STOP_TIMEOUT_SECONDS)
    RUN_FILE.unlink(missing_ok=True)


def stop_running() -> None:
    """Stop a run from another terminal, as Ctrl-C there would; or what is left of one that was killed."""
    if not RUN_FILE.exists():
        return
    lock = FileLock(RUN_LOCK)
    deadline = time.monotonic() + 2 * STOP_TIMEOUT_SECONDS
    while not lock.try_alone():
        with contextlib.suppress(OSError, ValueError, KeyError):
            os.kill(json.loads(RUN_FILE.read_text())["supervisor"], signal.SIGINT)
        if time.monotonic() > deadline:
            raise DevelopmentError("The running Payshift does not stop. Press Ctrl-C twice where it runs.")
        time.sleep(0.5)
    end_leftovers()
    lock.close()
