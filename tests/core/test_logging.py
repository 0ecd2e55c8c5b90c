"""Logs are one JSON object per line, with the request's id, and without secrets."""

import json
import subprocess
import sys

import pytest
import structlog

from core.logging import REDACTED, logging_settings, redact

# In a process of its own: configuring logging closes the handlers of the process that runs the tests.
LOGGING_PROCESS = """
import logging, logging.config
import structlog
from core.logging import logging_settings

logging.config.dictConfig(logging_settings(format="json", level="INFO"))
structlog.contextvars.bind_contextvars(request_id="abc")
structlog.get_logger("core.test").info("paid", amount_kobo=5, account_number="0123456789")
logging.getLogger("third.party").warning("sent %s", "Bearer abc.def-123")
try:
    raise RuntimeError("broken with sk_test_abc")
except RuntimeError:
    structlog.get_logger("core.test").exception("failed")
structlog.get_logger("core.test").debug("quiet")
logging.getLogger("django.request").error("Not Found: /x")
logging.getLogger("httpx").info("GET https://api.paystack.co")
"""


def test_structlog_and_standard_loggers_write_the_same_json() -> None:
    output = subprocess.run([sys.executable, "-c", LOGGING_PROCESS], capture_output=True, text=True, check=True)

    # Neither below the level nor from the loggers that only repeat what is logged anyway.
    ours, theirs, failure = map(json.loads, output.stderr.splitlines())
    assert ours.pop("timestamp").endswith("Z")
    assert ours == {
        "event": "paid",
        "level": "info",
        "logger": "core.test",
        "request_id": "abc",
        "amount_kobo": 5,
        "account_number": REDACTED,
    }
    assert (theirs["event"], theirs["request_id"]) == (f"sent Bearer {REDACTED}", "abc")
    assert failure["level"] == "error"
    assert f"RuntimeError: broken with sk_test_{REDACTED}" in failure["exception"]


HOSTILE_VALUES = """
import logging, logging.config
import structlog
from core.logging import log_hit, logging_settings

logging.config.dictConfig(logging_settings(format="json", level="INFO"))
for end in ["\\n", "\\r", "\\r\\n", "\\x0b", "\\x0c", "\\x1c", "\\x85", "\\u2028", "\\u2029"]:
    forged = "a" + end + '{"event": "forged"}'
    logger = structlog.get_logger("core.test")
    logger.info(forged, path="/api/" + forged, header={forged: [forged]}, email="wale" + forged + "@example.com")
    logging.getLogger("third.party").warning("to %s", forged)
    try:
        raise RuntimeError(forged)
    except RuntimeError:
        logger.exception("failed")
"""


def test_a_record_is_one_line_whatever_stands_in_it() -> None:
    output = subprocess.run([sys.executable, "-c", HOSTILE_VALUES], capture_output=True, text=True, check=True)

    # Python's own idea of lines: more ends than the line feed, as viewers of logs have.
    records = [json.loads(line) for line in output.stderr.splitlines()]
    assert len(records) == 9 * 3
    assert [record for record in records if record["event"] == "forged"] == []


DISK_FULL = """
import logging.config, sys
from core.logging import log_hit, logging_settings
import structlog

logging.config.dictConfig(logging_settings(format="json", level="INFO"))

class Full:
    def write(self, text):
        raise OSError(28, "No space left on device")

    def flush(self):
        pass

sys.stderr = Full()
structlog.get_logger("core.test").info("paid")
log_hit(path="/api/jobs/1", code=200, request_id="abcdefgh", user_id=1)
sys.stdout.write("served")
"""


def test_full_disk_loses_lines_and_no_request() -> None:
    output = subprocess.run([sys.executable, "-c", DISK_FULL], capture_output=True, text=True, check=True)

    assert (output.stdout, output.stderr) == ("served", "")


@pytest.mark.parametrize(
    "event",
    [
        {"password": "x"},
        {"new_password": "x"},
        {"access_token": "x"},
        {"code": "123456"},
        {"Authorization": "Bearer x"},
        {"PAYSTACK_SECRET_KEY": b"x"},
        {"x-paystack-signature": "x"},
        {"on_site_code": "x"},
        {"account_number": "0123456789"},
    ],
)
def test_sensitive_values_are_redacted_at_every_depth(event: dict[str, object]) -> None:
    (key,) = event

    assert redact(None, "info", dict(event)) == {key: REDACTED}
    assert redact(None, "info", {"body": {"list": [dict(event)]}}) == {"body": {"list": [{key: REDACTED}]}}


def test_what_is_not_secret_stays() -> None:
    event = {"code": 422, "currency": "NGN", "encode": "x", "token": None, "items": (1, 2), "path": "/api/auth/otp"}

    assert redact(None, "info", dict(event)) == {**event, "items": [1, 2]}


def test_provider_keys_in_a_text_are_redacted() -> None:
    event = redact(
        None, "info", {"event": "refused sk_live_abc123 and FLWSECK_TEST-99 and bearer abc at /calendar/psc_Ab-9.ics"}
    )

    assert (
        event["event"]
        == f"refused sk_live_{REDACTED} and FLWSECK_{REDACTED} and bearer {REDACTED} at /calendar/psc_{REDACTED}"
    )


def test_console_format_renders_for_people() -> None:
    before = structlog.get_config()
    settings = logging_settings(format="console", level="INFO")
    structlog.configure(**before)

    assert isinstance(settings["formatters"]["structured"]["processors"][-1], structlog.dev.ConsoleRenderer)
