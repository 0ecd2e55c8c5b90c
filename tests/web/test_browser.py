"""The web client in a real browser, against a real instance: web/e2e holds the tests, this runs them."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

from conftest import owner_connection
from core.dev import web_client
from tests.web.instance import running

MINUTES = 12


def test_sessions_and_a_workers_main_job_hold_in_a_real_browser(tmp_path_factory: pytest.TempPathFactory) -> None:
    web_client.build()
    logs = tmp_path_factory.mktemp("web")
    live = os.environ["DATABASE_OWNER_URL"].rpartition("/")[2].partition("?")[0]

    with owner_connection(live) as owner, running(owner, logs) as instance:
        command = [
            *(str(web_client.node() / "bin" / "node"), "--test", "--test-concurrency=1"),
            *("--test-reporter=spec", "e2e/*.test.ts"),
        ]
        environment = {
            **instance.environment,
            "PATH": web_client.variables()["PATH"],
            "PAYSHIFT_PYTHON": sys.executable,
            "PAYSHIFT_URL": instance.url,
            "PAYSHIFT_GATEWAY_URL": instance.gateway_url,
            "NO_COLOR": "1",
        }
        done = subprocess.run(
            command,
            cwd=settings.BASE_DIR / "web",
            env=environment,
            capture_output=True,
            text=True,
            timeout=MINUTES * 60,
            check=False,
        )

    assert done.returncode == 0, done.stdout[-12_000:] + done.stderr[-2_000:]
