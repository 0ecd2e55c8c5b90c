"""What production writes to its log of a request, by the application as granian loads it."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from django.db import connection

from accounts.models import CustomUser
from core import arrivals
from tests.core.test_startup import FOUR_SECRETS, ROOT
from tests.support.api_client import ApiClient

SCRIPT = """
import io, json, sys
from payshift.wsgi import application
for environ in json.load(sys.stdin):
    answers = []
    application(
        {**environ, "wsgi.input": io.BytesIO(), "wsgi.errors": sys.stderr},
        lambda status, headers, exc_info=None: answers.append([int(status[:3]), dict(headers)]),
    )
    print(json.dumps(answers[0]))
"""
USUAL = {
    "REQUEST_METHOD": "GET",
    "QUERY_STRING": "",
    "HTTP_HOST": "payshift.example",
    "HTTP_X_FORWARDED_PROTO": "https",
    "REMOTE_ADDR": "192.0.2.1",
    "SERVER_NAME": "payshift.example",
    "SERVER_PORT": "8000",
    "SERVER_PROTOCOL": "HTTP/1.1",
    "wsgi.url_scheme": "http",
    "wsgi.version": [1, 0],
}

type Answers = list[tuple[int, dict[str, str]]]
type Lines = list[dict[str, Any]]


def asked(*requests: dict[str, str], **more: str) -> tuple[Answers, Lines]:
    """The answers, and the lines of the log."""
    ran = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=ROOT,
        env={**FOUR_SECRETS, "ALLOWED_HOSTS": "payshift.example", **more},
        input=json.dumps([USUAL | request for request in requests]),
        capture_output=True,
        text=True,
        check=True,
    )
    answers = [tuple(json.loads(line)) for line in ran.stdout.splitlines()]
    return answers, [json.loads(line) for line in ran.stderr.splitlines()]


@pytest.mark.django_db(transaction=True)
def test_id_that_we_make_is_the_same_in_the_answer_and_in_the_log(chidi: CustomUser, wale: CustomUser) -> None:
    """A miss, a hit, a refusal before the operation, unknown paths and rows."""
    server = connection.settings_dict
    address = f"{server['USER']}:{server['PASSWORD']}@{server['HOST']}:{server['PORT']}/{server['NAME']}"
    token, profile = f"Bearer {ApiClient(wale).token}", f"/api/get-profile/{chidi.pk}"
    paths = [profile, profile, "/api/jobs\x00", "/api/nowhere", "/api/jobs/987654321"]

    answers, lines = asked(
        *({"PATH_INFO": path, "HTTP_AUTHORIZATION": token} for path in paths),
        DATABASE_URL=f"postgresql://{address}",
        REDIS_URL=os.environ["REDIS_URL"],
    )

    assert [status for status, _ in answers] == [200, 200, 400, 404, 404]
    said = [headers.get("Cache-Status") for _, headers in answers[:2]]
    assert said == ["payshift; fwd=miss; stored", "payshift; hit"]
    finished = [line for line in lines if line["event"] == "request_finished"]
    logged = [(line["code"], line["request_id"]) for line in finished]
    assert logged == [(status, headers["X-Request-ID"]) for status, headers in answers]
    assert len({request_id for _, request_id in logged}) == len(paths)
    # Of the two that come to no operation nobody reads the token.
    assert [line.get("user_id") for line in finished] == [wale.pk, wale.pk, None, None, wale.pk]
    assert token.removeprefix("Bearer ") not in json.dumps(lines)


def test_name_that_is_not_allowed_is_one_line_a_minute_that_says_what_to_set() -> None:
    wrong = {"PATH_INFO": "/health/live", "HTTP_HOST": "10.0.0.7:8000"}

    answers, lines = asked(wrong, wrong)

    assert [status for status, _ in answers] == [400, 400]
    (line,) = [line for line in lines if line["level"] == "error"]
    assert "'10.0.0.7:8000'" in line["event"]
    assert "ALLOWED_HOSTS" in line["event"]
    assert "exception" not in line


def test_proxy_that_does_not_say_how_it_was_reached_is_one_line_a_minute() -> None:
    without = {"PATH_INFO": "/api/jobs", "HTTP_X_FORWARDED_PROTO": ""}

    answers, lines = asked(without, without, {"PATH_INFO": "/health/live", "HTTP_X_FORWARDED_PROTO": ""})

    assert [status for status, _ in answers] == [301, 301, 200]
    (line,) = [line for line in lines if line["event"] == arrivals.NO_SCHEME]
    assert "X-Forwarded-Proto" in line["hint"]


def test_answer_in_plain_text_over_http_is_no_mistake_of_the_proxy() -> None:
    (answer,), lines = asked({"PATH_INFO": "/api/jobs", "HTTP_X_FORWARDED_PROTO": "http"})

    assert (answer[0], lines) == (301, [])
