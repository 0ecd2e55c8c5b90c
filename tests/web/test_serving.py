"""How the app's page is served: its own policy, its own paths, and a real 404 for all else."""

import json
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

# The clock of development is a row.
pytestmark = pytest.mark.django_db

PAGE = b"<!doctype html><title>Payshift</title>"


@pytest.fixture
def built(tmp_path: Path, settings: Settings) -> Path:
    (tmp_path / "index.html").write_bytes(PAGE)
    (tmp_path / "routes.json").write_text(json.dumps(["/", "/jobs", "/jobs/$jobId", "/payments/$reference"]))
    settings.WEB_CLIENT_DIST = tmp_path
    return tmp_path


def body(client: Client, path: str) -> bytes:
    return b"".join(client.get(path))


@pytest.mark.parametrize("path", ["/", "/jobs", "/jobs/7", "/jobs?q=waiter", "/payments/ps-1"])
def test_screens_are_the_page(client: Client, built: Path, path: str) -> None:
    response = client.get(path)

    assert (response.status_code, response["Cache-Control"]) == (200, "no-cache")
    assert response["Content-Type"] == "text/html; charset=utf-8"
    assert body(client, path) == PAGE


@pytest.mark.parametrize("path", ["/jobs/7/more", "/jobsx", "/index.html", "/routes.json", "/jobs/", "/.vite"])
def test_what_is_no_screen_is_a_404(client: Client, built: Path, path: str) -> None:
    assert client.get(path).status_code == 404


def test_page_runs_its_own_scripts_and_nothing_else(client: Client, built: Path) -> None:
    response = client.get("/")

    policy = dict(part.strip().split(" ", 1) for part in response["Content-Security-Policy"].split(";"))
    own = ("script-src", "style-src", "connect-src", "manifest-src", "worker-src", "form-action")
    assert policy == {
        **dict.fromkeys(("default-src", "base-uri", "frame-ancestors"), "'none'"),
        **dict.fromkeys(own, "'self'"),
        "img-src": "'self' data: blob:",
        "require-trusted-types-for": "'script'",
        "trusted-types": "payshift",
    }
    assert response["Permissions-Policy"] == "geolocation=(self), camera=(), microphone=(), payment=()"


def test_page_says_where_hints_come_from(client: Client, built: Path, settings: Settings) -> None:
    (built / "index.html").write_text('<meta name="events" content="/api/events" />')
    own = body(client, "/")

    settings.EVENTS_URL = "https://events.example"

    assert own == b'<meta name="events" content="/api/events" />'
    assert body(client, "/") == b'<meta name="events" content="https://events.example/api/events" />'


def test_new_build_is_served_without_a_restart(client: Client, built: Path) -> None:
    client.get("/")
    (built / "index.html").write_bytes(b"new")
    (built / "routes.json").write_text(json.dumps(["/", "/new"]))

    assert body(client, "/new") == b"new"
    assert client.get("/jobs").status_code == 404


def test_without_a_build_the_api_is_all_there_is(client: Client, tmp_path: Path, settings: Settings) -> None:
    settings.WEB_CLIENT_DIST = tmp_path / "nothing"

    first = client.get("/")
    assert (first.status_code, first["Refresh"], first["Cache-Control"]) == (200, "5", "no-store")
    assert b"The app is not there yet" in first.content
    assert f'href="{reverse("api-1.0.0:openapi-view")}"' in first.content.decode()
    assert client.get("/jobs").status_code == 404
    # The plain page that a checkout leads back to is there then.
    assert b"Payshift" in client.get("/payments/ps-1").content
