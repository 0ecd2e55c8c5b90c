"""A web server refuses a configuration that a command would refuse."""

import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOUR_SECRETS = {
    "PATH": os.environ["PATH"],
    "SECRET_KEY": secrets.token_urlsafe(64),
    "DATABASE_URL": "postgresql://app@127.0.0.1:1/none",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "DEBUG": "0",
}


def start(**more: str) -> subprocess.CompletedProcess[str]:
    """Load the application as granian does; no server is asked."""
    return subprocess.run(
        [sys.executable, "-c", "import payshift.wsgi"],
        cwd=ROOT,
        env={**FOUR_SECRETS, **more},
        capture_output=True,
        text=True,
        check=False,
    )


def test_web_starts_before_the_providers_keys_are_there() -> None:
    started = start()

    assert (started.returncode, started.stderr) == (0, "")


@pytest.mark.parametrize(
    ("wrong", "check"),
    [
        ({"TIME_TRAVEL": "1"}, "core.E001"),
        ({"EMAIL_URL": "mailbox://"}, "core.E004"),
        ({"PAYSTACK_SECRET_KEY": "sk_test_abc"}, "payment.E002"),
        ({"SANDBOX_GATEWAY_URL": "http://127.0.0.1:8001"}, "payment.E006"),
    ],
)
def test_web_refuses_what_is_dangerous(wrong: dict[str, str], check: str) -> None:
    started = start(**wrong)

    assert started.returncode == 1
    assert started.stderr.startswith("Payshift does not start with this configuration:\n")
    assert check in started.stderr


def test_staging_takes_test_keys_and_no_live_ones() -> None:
    assert start(STAGING="1", PAYSTACK_SECRET_KEY="sk_test_abc").returncode == 0
    assert "payment.E002" in start(STAGING="1", PAYSTACK_SECRET_KEY="sk_live_abc").stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [("DATABASE_URL", ""), ("NUM_PROXIES", "two"), ("SECRET_KEY", ""), ("SECRET_KEY", "x" * 49)],
)
def test_server_that_lacks_a_variable_says_which_in_one_line(name: str, value: str) -> None:
    started = start(**{name: value})

    assert started.returncode == 1
    assert started.stderr.startswith(f"Payshift: The environment is not complete: {name}: ")
    assert started.stderr.count("\n") == 1


def test_command_that_gets_no_connection_says_why_in_one_line() -> None:
    asked = subprocess.run(
        [sys.executable, "manage.py", "showmigrations"],
        cwd=ROOT,
        env=FOUR_SECRETS,
        capture_output=True,
        text=True,
        check=False,
    )

    assert asked.returncode == 1
    # The pool may say once more that it tries, after that.
    (said,) = [line for line in asked.stderr.splitlines() if line.startswith("Payshift: ")]
    assert "Connection refused" in said
    assert "DATABASE_URL" in said
    assert "Traceback" not in asked.stderr
