"""`make run`: three services that start, stop and fail together."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from core.dev import ports, processes, supervisor
from core.dev.errors import DevelopmentError
from core.dev.paths import BASE_DIR, FileLock
from core.dev.supervisor import Interrupted, Supervisor

FOREVER = "import time; print('up', flush=True); time.sleep(60)"
DEAF = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {FOREVER}"
WITH_CHILD = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {FOREVER!r}]); {FOREVER}"


@pytest.fixture
def supervised(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Supervisor]:
    monkeypatch.setattr(supervisor, "RUN_FILE", tmp_path / "run.json")
    monkeypatch.setattr(supervisor, "RUN_LOCK", tmp_path / "run.lock")
    monkeypatch.setattr(supervisor, "STOP_TIMEOUT_SECONDS", 0.5)
    subject = Supervisor("http://web", "http://gateway")
    yield subject
    subject.stop()


def wait_for(capsys: pytest.CaptureFixture[str], text: str, times: int = 1) -> None:
    seen, deadline = "", time.monotonic() + 10
    while seen.count(text) < times:
        assert time.monotonic() < deadline, f"{text!r} is not in {seen!r}"
        seen += capsys.readouterr().out
        time.sleep(0.02)


def alive(group: int) -> bool:
    return processes.group_of_ours(group, working_directory=BASE_DIR)


def test_service_speaks_under_its_name(supervised: Supervisor, capsys: pytest.CaptureFixture[str]) -> None:
    supervised.spawn("worker", "-c", FOREVER)

    wait_for(capsys, "worker  | up\n")


def test_service_that_ends_is_named_and_stops_the_others(
    supervised: Supervisor, capsys: pytest.CaptureFixture[str]
) -> None:
    web = supervised.spawn("web", "-c", FOREVER)
    supervised.spawn("worker", "-c", "raise SystemExit(3)")

    with pytest.raises(DevelopmentError, match=r"worker ended by itself \(exit code 3\)"):
        supervised.watch()
    supervised.stop()

    assert not alive(web.pid)


@pytest.mark.parametrize("code", [FOREVER, DEAF, WITH_CHILD], ids=["plain", "deaf", "with-child"])
def test_stop_leaves_no_process_behind(supervised: Supervisor, capsys: pytest.CaptureFixture[str], code: str) -> None:
    service = supervised.spawn("web", "-c", code)
    wait_for(capsys, "up")

    supervised.stop()

    assert service.poll() is not None
    deadline = time.monotonic() + 5
    while alive(service.pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not alive(service.pid)
    assert not supervisor.RUN_FILE.exists()


def test_child_of_a_service_that_died_is_ended_too(supervised: Supervisor, capsys: pytest.CaptureFixture[str]) -> None:
    service = supervised.spawn("web", "-c", WITH_CHILD)
    wait_for(capsys, "up", times=2)
    service.kill()
    service.wait()
    assert alive(service.pid)

    supervised.stop()

    deadline = time.monotonic() + 5
    while alive(service.pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not alive(service.pid)


def test_step_that_fails_stops_the_start(supervised: Supervisor, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(DevelopmentError, match="migrate failed with exit code 1"):
        supervised.finish("migrate", "-c", "raise SystemExit('no such table')")

    assert "migrate | no such table" in capsys.readouterr().out


def test_step_beside_the_services_that_fails_stops_none_of_them(
    supervised: Supervisor, capsys: pytest.CaptureFixture[str]
) -> None:
    web = supervised.spawn("web", "-c", FOREVER)
    supervised.begin("web client", "-c", "raise SystemExit('Payshift: the web client could not be built: no disk')")

    assert supervised.end("web client") == 1

    supervised.check_alive()
    assert alive(web.pid)
    assert "web client| Payshift: the web client could not be built: no disk\n" in capsys.readouterr().out


def test_second_request_to_stop_kills_but_make_passing_the_first_one_on_does_not(
    supervised: Supervisor, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    service = supervised.spawn("web", "-c", FOREVER)
    wait_for(capsys, "up")

    supervised._on_signal(signal.SIGTERM, None)
    supervised._on_signal(signal.SIGTERM, None)
    assert service.poll() is None
    with pytest.raises(Interrupted):
        supervised._pause()
    monkeypatch.setattr(supervisor, "IMPATIENCE_SECONDS", 0.0)
    supervised._on_signal(signal.SIGINT, None)

    assert service.wait(timeout=5) == -signal.SIGKILL


class Unready(BaseHTTPRequestHandler):
    answers: ClassVar[list[tuple[int, bytes]]] = []

    def do_GET(self) -> None:
        status, text = self.answers.pop(0) if self.answers else (503, b"no database")
        self.send_response(status)
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def http_server() -> Iterator[str]:
    server = HTTPServer((ports.HOST, 0), Unready)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://{ports.HOST}:{server.server_port}/health/ready"
    server.shutdown()
    server.server_close()


def test_start_waits_until_ready_and_quotes_the_answer_when_it_never_is(
    supervised: Supervisor, http_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A proxy for the web must not be asked for the loopback interface.
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setattr(Unready, "answers", [(503, b"no database"), (200, b"no worker"), (200, b"all well")])
    supervised.wait_until_answering(http_server, with_text="all well")
    assert Unready.answers == []
    monkeypatch.setattr(supervisor, "START_TIMEOUT_SECONDS", 0.2)

    with pytest.raises(DevelopmentError, match="does not answer as it should: status 503: no database"):
        supervised.wait_until_answering(http_server)
    monkeypatch.setattr(Unready, "answers", [(200, b"no worker")] * 9)
    with pytest.raises(DevelopmentError, match="does not answer as it should: no worker"):
        supervised.wait_until_answering(http_server, with_text="all well")


def test_start_gives_up_at_once_when_a_service_dies(supervised: Supervisor) -> None:
    supervised.spawn("web", "-c", "pass")

    with pytest.raises(DevelopmentError, match=r"web ended by itself \(exit code 0\)"):
        supervised.wait_until_answering(f"http://{ports.HOST}:{ports.any_free()}/")


def test_run_refuses_a_second_run_of_the_checkout(supervised: Supervisor) -> None:
    with FileLock(supervisor.RUN_LOCK), pytest.raises(DevelopmentError, match="already runs from this checkout"):
        supervisor.run()


def test_run_names_a_taken_port(supervised: Supervisor, monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    with socket.socket() as other:
        other.bind((ports.HOST, 0))
        other.listen()
        taken = other.getsockname()[1]
        monkeypatch.setenv("PORT", str(taken))

        with pytest.raises(DevelopmentError, match=f"Port {taken} is taken by another program"):
            supervisor.run()


def test_next_start_ends_what_a_killed_run_left(supervised: Supervisor, capsys: pytest.CaptureFixture[str]) -> None:
    left = subprocess.Popen([sys.executable, "-c", FOREVER], cwd=BASE_DIR, start_new_session=True)
    supervisor.RUN_FILE.write_text(json.dumps({"supervisor": 1, "groups": {"web": left.pid, "worker": os.getpgid(0)}}))

    with pytest.MonkeyPatch.context() as patch:
        # This process works in the same directory: only the sleeper is meant here.
        patch.setattr(processes, "group_of_ours", lambda group, working_directory: group == left.pid)
        supervisor.end_leftovers()

    assert left.wait(timeout=5) == -signal.SIGTERM
    assert "Ending the web that an earlier run left behind" in capsys.readouterr().out
    assert not supervisor.RUN_FILE.exists()


def test_stop_from_another_terminal_interrupts_the_run(supervised: Supervisor) -> None:
    code = f"""
import signal, sys, time
from pathlib import Path
from core.dev.paths import FileLock
lock = FileLock(Path({str(supervisor.RUN_LOCK)!r})); assert lock.try_alone()
signal.signal(signal.SIGINT, lambda *_: sys.exit(7))
print(flush=True); time.sleep(60)
"""
    other = subprocess.Popen([sys.executable, "-c", code], cwd=BASE_DIR, stdout=subprocess.PIPE)
    assert other.stdout is not None
    other.stdout.readline()
    supervisor.RUN_FILE.write_text(json.dumps({"supervisor": other.pid, "groups": {}}))

    supervisor.stop_running()

    assert other.wait(timeout=5) == 7
    other.stdout.close()
    assert not supervisor.RUN_FILE.exists()
