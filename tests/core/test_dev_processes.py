"""A pid is believed only together with what its process is."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from core.dev import processes
from core.dev.errors import DevelopmentError


def sleeper(code: str = "", *, cwd: Path | None = None) -> subprocess.Popen[bytes]:
    script = f"import time, signal, sys\n{code}\nprint(flush=True)\ntime.sleep(60)"
    process = subprocess.Popen(
        [sys.executable, "-c", script, "a-mark-of-ours"], stdout=subprocess.PIPE, cwd=cwd, start_new_session=True
    )
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.close()
    return process


def test_pid_in_believes_a_live_process_with_the_mark(tmp_path: Path) -> None:
    file = tmp_path / "pid"
    with sleeper() as process:
        file.write_text(f"{process.pid}\nmore\n")

        assert processes.pid_in(file, marked_by="a-mark-of-ours") == process.pid
        assert processes.pid_in(file, marked_by="another mark") is None

        process.kill()


@pytest.mark.parametrize("content", ["", "no number", "0", "999999999"])
def test_pid_in_takes_a_file_that_names_nobody_for_stale(tmp_path: Path, content: str) -> None:
    file = tmp_path / "pid"
    file.write_text(content)

    assert processes.pid_in(file, marked_by="python") is None
    assert processes.pid_in(tmp_path / "missing", marked_by="python") is None


def test_stop_goes_on_to_the_next_signal_when_the_first_is_ignored() -> None:
    process = sleeper("signal.signal(signal.SIGTERM, signal.SIG_IGN)")

    processes.stop(process.pid, signals=(signal.SIGTERM, signal.SIGKILL), seconds_each=0.2)

    assert processes.command_line(process.pid) == ""
    process.wait()


def test_stop_says_which_process_does_not_end() -> None:
    with sleeper("signal.signal(signal.SIGTERM, signal.SIG_IGN)") as process:
        with pytest.raises(DevelopmentError, match=f"Process {process.pid} does not end"):
            processes.stop(process.pid, signals=(signal.SIGTERM,), seconds_each=0.1)
        process.kill()


def test_end_group_takes_the_children_with_it_also_the_deaf(tmp_path: Path) -> None:
    child = "import time, signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); open('deaf', 'w'); time.sleep(60)"
    with sleeper(f"import subprocess; subprocess.Popen([sys.executable, '-c', {child!r}])", cwd=tmp_path) as process:
        while not (tmp_path / "deaf").exists():
            time.sleep(0.02)
        assert len(processes.members(process.pid)) == 2

        processes.end_group(process.pid, seconds=0.3)

        deadline = time.monotonic() + 5
        while processes.members(process.pid) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert processes.members(process.pid) == []


def test_group_is_ours_only_where_it_works_in_our_directory(tmp_path: Path) -> None:
    with sleeper(cwd=tmp_path) as process:
        assert processes.group_of_ours(process.pid, working_directory=tmp_path)
        assert not processes.group_of_ours(process.pid, working_directory=tmp_path / "elsewhere")
        process.kill()
