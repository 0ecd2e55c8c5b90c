"""The commands behind the Makefile: what they run, and what they say when it fails."""

import subprocess
import sys
import venv
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from django.conf import settings

from core.dev import __main__ as commands
from core.dev import bootstrap, checks, demo_data, environment, paths, testing
from core.dev.errors import DevelopmentError
from core.dev.paths import BASE_DIR
from tests.factories.accounts import UserFactory

FIND_PYTHON = paths.BASE_DIR / "core" / "dev" / "find-python"

type Calls = list[list[str]]


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    """The commands that would have been run; each succeeds, unless it contains the word failing."""
    seen: Calls = []

    def run(command: list[object], **options: object) -> subprocess.CompletedProcess[str]:
        words = [str(word) for word in command]
        seen.append(words)
        return subprocess.CompletedProcess(words, 1 if any("failing" in word for word in words) else 0)

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr(environment, "prepare", lambda: None)
    return seen


def test_check_runs_everything_although_the_first_fails(
    calls: Calls, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "executable", "failing-python")

    assert checks.run() == 1

    assert len(calls) == 9
    failed = "ruff check, ruff format, mypy --strict, migrations, SQL of migrations, deploy check, Kubernetes objects"
    assert f"Failed: {failed}, OpenAPI document, alert rules" in capsys.readouterr().out


def test_check_that_finds_nothing_says_so(calls: Calls, capsys: pytest.CaptureFixture[str]) -> None:
    assert checks.run() == 0

    assert capsys.readouterr().out.endswith("All checks passed.\n")
    assert calls[-4][-4:] == ["check", "--deploy", "--fail-level", "WARNING"]
    assert [call[-2:] for call in calls[-2:]] == [["-m", "core.dev.contract"], ["-m", "core.dev.alerts"]]


def test_deploy_check_sees_none_of_developments_switches() -> None:
    development = dict.fromkeys(
        ("PATH", "DATABASE_URL", "REDIS_URL", "DEBUG", "TIME_TRAVEL", "SANDBOX_GATEWAY_URL"), "1"
    )

    production = checks.production_like(development)

    assert production.keys().isdisjoint({"DEBUG", "TIME_TRAVEL", "SANDBOX_GATEWAY_URL", "DATABASE_OWNER_URL"})
    assert production["PAYSTACK_SECRET_KEY"].startswith("sk_live_")


class FakePytest:
    """Stands for pytest's process: its exit code, and one Ctrl-C while it is waited for."""

    commands: Calls = []

    def __init__(self, command: list[str], **options: object) -> None:
        self.commands.append(command)
        self._interrupts = [KeyboardInterrupt]

    def __enter__(self) -> "FakePytest":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def wait(self) -> int:
        if self._interrupts:
            raise self._interrupts.pop()
        return 2


@pytest.mark.parametrize(
    ("arguments", "expected"), [([], testing.WHOLE), (["tests/core", "-k", "x"], ["tests/core", "-k", "x"])]
)
def test_test_runs_what_is_named_and_otherwise_the_whole_suite(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], expected: Sequence[str]
) -> None:
    monkeypatch.setattr(subprocess, "Popen", FakePytest)
    monkeypatch.setenv("DATABASE_OWNER_URL", "postgresql://owner@server/db")

    assert testing.run(arguments) == 2

    assert FakePytest.commands[-1] == [sys.executable, "-m", "pytest", *expected]


def test_whole_suite_measures_coverage_and_gives_what_searches_no_second_chance() -> None:
    once = {path.removeprefix("--rerun-exclude-path=") for path in testing.WHOLE if "exclude" in path}

    assert testing.WHOLE[:4] == ("-n", "2", "--cov", "--cov-fail-under=90")
    assert {"--reruns", "--max-suite-reruns", "--rerun-show-tracebacks"} < set(testing.WHOLE)
    assert all((BASE_DIR / path).exists() for path in once)
    assert {"tests/jobs/test_races.py", "tests/jobs/test_extra_time_races.py", "tests/machine"} < once


def test_test_needs_the_owner_role(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_OWNER_URL", raising=False)

    with pytest.raises(DevelopmentError, match="The tests need DATABASE_OWNER_URL"):
        testing.run([])


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (DevelopmentError("Port 8000 is taken."), "Payshift: Port 8000 is taken."),
        (
            PermissionError(13, "Permission denied", "/there"),
            "Payshift: /there: Permission denied. Payshift must be able",
        ),
    ],
)
def test_failing_command_ends_with_one_line(monkeypatch: pytest.MonkeyPatch, failure: Exception, code: str) -> None:
    def fail() -> int:
        raise failure

    monkeypatch.setitem(commands.COMMANDS, "run", fail)
    monkeypatch.setattr(sys, "argv", ["core.dev", "run"])

    with pytest.raises(SystemExit) as end:
        commands.main()

    assert str(end.value.code).startswith(code)


def test_interrupted_command_ends_without_a_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt() -> int:
        raise KeyboardInterrupt

    monkeypatch.setitem(commands.COMMANDS, "run", interrupt)
    monkeypatch.setattr(sys, "argv", ["core.dev", "run"])

    assert commands.main() == 130


@pytest.fixture
def environment_directory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An environment that works and is up to date, but is not the one that these tests run in."""
    directory = tmp_path / ".venv"
    python = directory / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    for name, path in {"VENV": directory, "PYTHON": python}.items():
        monkeypatch.setattr(bootstrap, name, path)
    for name in ("STAMP", "UNFINISHED"):
        monkeypatch.setattr(bootstrap, name, directory / name.lower())
    monkeypatch.setattr(bootstrap, "LOCAL", tmp_path / ".local")
    bootstrap.STAMP.write_text(bootstrap.wanted())
    return directory


def test_setup_of_a_current_environment_does_nothing(
    environment_directory: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap, "works", lambda: True)

    bootstrap.main()

    assert capsys.readouterr().out == ""


def pip_that(does: str) -> None:
    """In place of the environment's Python; its arguments are kept beside it."""
    bootstrap.PYTHON.unlink()
    bootstrap.PYTHON.write_text(f'#!/bin/sh\necho "$@" > "$0.arguments"\n{does}\n')
    bootstrap.PYTHON.chmod(0o755)


def test_setup_installs_again_when_the_pins_change_and_says_how_far_it_is(
    environment_directory: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap, "works", lambda: True)
    bootstrap.STAMP.write_text("3.13 other pins")
    pip_that("for n in $(seq 45); do echo Collecting package-$n; done; echo Installing collected packages: all of them")

    bootstrap.main()

    arguments = Path(f"{bootstrap.PYTHON}.arguments").read_text()
    assert arguments.startswith("-m pip install --no-input -r ")
    assert capsys.readouterr().out.splitlines()[1:] == [
        "  20 packages fetched",
        "  40 packages fetched",
        "  Unpacking 45 packages",
    ]
    assert bootstrap.STAMP.read_text() == bootstrap.wanted()
    assert not bootstrap.UNFINISHED.exists()


def interrupted(directory: Path) -> None:
    bootstrap.UNFINISHED.touch()


def of_another_python(directory: Path) -> None:
    bootstrap.PYTHON.unlink()
    bootstrap.PYTHON.write_text("#!/bin/sh\necho 3.9\n")
    bootstrap.PYTHON.chmod(0o755)


def with_a_dead_link(directory: Path) -> None:
    bootstrap.PYTHON.unlink()
    bootstrap.PYTHON.symlink_to("/nonexistent/python")


@pytest.mark.parametrize("damage", [interrupted, of_another_python, with_a_dead_link])
def test_damaged_environment_is_made_anew(
    environment_directory: Path, monkeypatch: pytest.MonkeyPatch, damage: Callable[[Path], None]
) -> None:
    (environment_directory / "leftover").touch()
    damage(environment_directory)
    made: list[Path] = []
    monkeypatch.setattr(venv, "create", lambda directory, with_pip: made.append(directory))
    monkeypatch.setattr(bootstrap, "install", lambda: None)

    bootstrap.main()

    assert made == [environment_directory]
    assert not (environment_directory / "leftover").exists()


def test_failing_pip_leaves_the_environment_to_be_tried_again(
    environment_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "works", lambda: True)
    pip_that("exit 1")
    bootstrap.STAMP.write_text("3.13 other pins")

    with pytest.raises(SystemExit, match="The packages could not be installed"):
        bootstrap.main()

    assert not bootstrap.STAMP.exists()
    assert not bootstrap.UNFINISHED.exists()


def test_python_without_venv_is_named_with_the_package_to_install(
    environment_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def create(directory: Path, with_pip: bool) -> None:
        raise subprocess.CalledProcessError(1, ["ensurepip"])

    monkeypatch.setattr(venv, "create", create)
    bootstrap.UNFINISHED.touch()

    with pytest.raises(SystemExit, match=r"apt install python3\.\d+-venv"):
        bootstrap.main()

    assert not environment_directory.exists()


def found(tmp_path: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", FIND_PYTHON],
        env={"PATH": str(tmp_path), "HOME": str(tmp_path), **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def fake_python(path: Path, version: str, *, new_enough: bool) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho {version}\nexit {0 if new_enough else 1}\n")
    path.chmod(0o755)


def test_find_python_prefers_3_13_and_skips_shims_that_do_not_run(tmp_path: Path) -> None:
    fake_python(tmp_path / "python3", "3.11", new_enough=False)
    fake_python(tmp_path / "python3.13", "", new_enough=False)
    fake_python(tmp_path / "python3.12", "3.12", new_enough=True)
    assert found(tmp_path).stdout == "python3.12\n"

    installed = tmp_path / ".pyenv" / "versions" / "3.13.1" / "bin" / "python"
    fake_python(installed, "3.13", new_enough=True)

    assert found(tmp_path).stdout == f"{installed}\n"


def test_find_python_says_what_it_found_when_that_is_too_old(tmp_path: Path) -> None:
    fake_python(tmp_path / "python3", "3.11", new_enough=False)

    answer = found(tmp_path)

    assert answer.returncode == 1
    assert answer.stdout == ""
    assert answer.stderr.startswith("Payshift: it needs Python 3.12 or 3.13, and found 3.11. Install one, or name it: ")


def test_find_python_does_not_replace_a_named_one_that_is_too_old(tmp_path: Path) -> None:
    old = tmp_path / "old"
    fake_python(old, "3.10", new_enough=False)
    fake_python(tmp_path / "python3.13", "3.13", new_enough=True)

    answer = found(tmp_path, PYTHON=str(old))

    assert answer.returncode == 1
    assert answer.stderr == f"Payshift: PYTHON={old} is 3.10; it needs Python 3.12 or 3.13.\n"


@pytest.fixture
def database_url(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, transactional_db: None) -> str:
    """The test database, which is empty, and a directory of its own for the mark."""
    monkeypatch.setattr(demo_data, "UNFINISHED", tmp_path / "demo-unfinished")
    parameters = settings.DATABASES["owner"]
    credentials = f"{parameters['USER']}:{parameters['PASSWORD']}"
    return f"postgresql://{credentials}@{parameters['HOST']}:{parameters['PORT']}/{parameters['NAME']}"


def test_demo_is_loaded_into_an_empty_database_only(database_url: str) -> None:
    loads: list[tuple[str, ...]] = []
    demo_data.load(database_url, lambda *options: loads.append(options))
    assert loads == [()]
    UserFactory.create()

    demo_data.load(database_url, lambda *options: loads.append(options))

    assert loads == [()]
    assert not demo_data.UNFINISHED.exists()


def test_interrupted_demo_is_begun_again_and_only_in_its_own_database(database_url: str) -> None:
    def interrupt(*options: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        demo_data.load(database_url, interrupt)
    mark = demo_data.UNFINISHED.read_text()
    assert mark.rpartition("/")[2] == settings.DATABASES["owner"]["NAME"]
    loads: list[tuple[str, ...]] = []
    demo_data.UNFINISHED.write_text("another:5432/database")

    demo_data.load(database_url, lambda *options: loads.append(options))
    demo_data.UNFINISHED.write_text(mark)
    demo_data.load(database_url, lambda *options: loads.append(options))

    assert loads == [(), ("--reset",)]


def test_welcome_names_the_demo_logins_where_they_are_true(database_url: str) -> None:
    from payshift.demo import people

    words = (people.PASSWORD, people.CLIENT_EMAIL, people.WORKER_EMAIL, people.STAFF_EMAIL)
    UserFactory.create()
    filled_otherwise = demo_data.logins(database_url)
    assert "createsuperuser" in filled_otherwise
    assert not any(word in filled_otherwise for word in words)
    UserFactory.create(email=people.STAFF_EMAIL)

    logins = demo_data.logins(database_url)

    assert all(word in logins for word in words)
