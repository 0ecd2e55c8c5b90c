"""The web client's own tests, types and style, and the types that are generated from the committed document."""

import subprocess

import pytest
from django.conf import settings

from core.dev import web_client
from core.dev.paths import LOCAL, FileLock

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
