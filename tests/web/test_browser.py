"""The web client in a real browser, against a real instance: web/e2e holds the tests, this runs them."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from conftest import owner_connection
from core.dev import web_client
from tests.web.instance import WebInstance, beside, running

WEB = settings.BASE_DIR / "web"
FILES = sorted((WEB / "e2e").glob("*.test.ts"))
MINUTES = 10
# What an operator chose otherwise, for the file.
SETTINGS = {"account-number": {"VIRTUAL_ACCOUNT_PROVIDER": "flutterwave"}}


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebInstance]:
    web_client.build()
    live = os.environ["DATABASE_OWNER_URL"].rpartition("/")[2].partition("?")[0]
    with owner_connection(live) as owner, running(owner, tmp_path_factory.mktemp("web")) as started:
        yield started


def name_of(file: Path) -> str:
    return file.name.partition(".")[0]


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_journeys_hold_in_a_real_browser(instance: WebInstance, file: Path) -> None:
    if settings_of_file := SETTINGS.get(name_of(file)):
        with beside(instance, **settings_of_file) as other:
            walk(other, file)
    else:
        walk(instance, file)


def walk(instance: WebInstance, file: Path) -> None:
    environment = {
        **instance.environment,
        "PATH": web_client.variables()["PATH"],
        "PAYSHIFT_PYTHON": sys.executable,
        "PAYSHIFT_URL": instance.url,
        "PAYSHIFT_GATEWAY_URL": instance.gateway_url,
        "PAYSHIFT_LOGS": str(instance.logs),
        "NO_COLOR": "1",
    }
    done = subprocess.run(
        [
            web_client.node() / "bin" / "node",
            "--test",
            "--test-force-exit",
            "--test-reporter=spec",
            file.relative_to(WEB),
        ],
        cwd=WEB,
        env=environment,
        capture_output=True,
        text=True,
        timeout=MINUTES * 60,
        check=False,
    )

    assert done.returncode == 0, done.stdout[-12_000:] + done.stderr[-2_000:]
