"""The chain of middleware as `SILK=1 make run` has it, in a process of its own: settings leave Silk out of tests."""

import os
import subprocess
import sys

from django.conf import settings

PROGRAM = """
import django
django.setup()
from django.test import Client
answer = Client().get("/silk/", SERVER_NAME="127.0.0.1")
print(answer.status_code, answer.headers["Location"])
"""


def test_silk_is_there_and_asks_for_a_log_in() -> None:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "payshift.settings", "DEBUG": "1", "SILK": "1"}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stdout.strip().startswith("302 "), done.stderr[-3_000:]
    assert done.stdout.strip().endswith("?next=/silk/")
