"""The web client's own tests, types and style, and the types that are generated from the committed document."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from core.dev import web_client
from core.dev.paths import BASE_DIR, LOCAL, FileLock

WEB = settings.BASE_DIR / "web"


@pytest.fixture(scope="module", autouse=True)
def _installed() -> None:
    with FileLock(LOCAL / "web-client.lock"):
        web_client.install()


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(("vitest", "vitest.mjs", "run"), id="unit tests"),
        pytest.param(("typescript", "bin/tsc", "--noEmit"), id="types"),
        pytest.param(("@biomejs/biome", "bin/biome", "ci", "."), id="style"),
    ],
)
def test_web_client_passes_its_own(command: tuple[str, str, str]) -> None:
    done = subprocess.run(
        web_client.script(*command),
        cwd=WEB,
        env=web_client.variables(),
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )

    assert done.returncode == 0, (done.stdout + done.stderr)[-8_000:]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What a build needs of a checkout, to be changed."""
    shutil.copytree(BASE_DIR / "core", tmp_path / "core", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(WEB, tmp_path / "web", ignore=shutil.ignore_patterns("node_modules", "dist", "e2e", "tests"))
    (tmp_path / "web" / "node_modules").symlink_to(WEB / "node_modules")
    return tmp_path


@pytest.mark.parametrize(
    ("changed", "code", "reason"),
    [
        ("app/nav.ts", "export const CLIENT_MENU = [;", r".*Unexpected token \(src/app/nav\.ts:1:\d+\)"),
        ("app/bell.tsx", 'import "./nowhere";', r".*Could not resolve '\./nowhere' in src/app/bell\.tsx .*"),
    ],
)
def test_build_that_fails_says_why_in_one_line(checkout: Path, changed: str, code: str, reason: str) -> None:
    (checkout / "web" / "src" / changed).write_text(code)

    done = subprocess.run(
        [sys.executable, "-m", "core.dev.web_client"], cwd=checkout, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (1, "")
    assert re.fullmatch(rf"Payshift: the web client could not be built: {reason} \(all of it: .*\)\n", done.stdout)
    assert not (checkout / "web" / "dist" / "payshift-sources").exists()


def test_installation_that_fails_says_why_in_one_line() -> None:
    said = [
        "npm error code ENOTFOUND",
        "npm error syscall getaddrinfo",
        "npm error network request to https://registry.example/react failed, reason: getaddrinfo ENOTFOUND",
        "npm error network This is a problem related to network connectivity.",
    ]

    assert web_client.reason_in(said) == said[2]
    assert web_client.reason_in(said[:2]) == said[0]
    assert web_client.reason_in([]) == ""


def test_generated_types_are_those_of_the_committed_document() -> None:
    tool = WEB / "tools" / "openapi"
    if not (tool / "node_modules").is_dir():
        subprocess.run(
            web_client.npm("ci", "--no-audit", "--no-fund"), cwd=tool, env=web_client.variables(), check=True
        )

    done = subprocess.run(
        web_client.npm("run", "check"),
        cwd=tool,
        env=web_client.variables(),
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, "Run `npm run write` in web/tools/openapi.\n" + done.stdout + done.stderr


def test_no_screen_is_heavier_than_its_bound() -> None:
    web_client.build()

    done = subprocess.run(
        [str(web_client.node() / "bin" / "node"), "tools/bytes.ts"],
        cwd=WEB,
        env=web_client.variables(),
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert "/ (worker)" in done.stdout
