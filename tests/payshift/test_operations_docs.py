"""docs/operations.md, the alerts and the dashboard say what is true: variables, figures, and where to read on."""

import json
import re
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from core.metrics_view import registry
from core.self_checks import record_check
from payshift.environment import Environment

ROOT = Path(__file__).resolve().parents[2]
OPERATIONS = (ROOT / "docs" / "operations.md").read_text()
ALERTS = (ROOT / "deploy" / "prometheus" / "alerts.yml").read_text()
COMPOSE = (ROOT / "docker-compose.yml").read_text()
DASHBOARD = (ROOT / "deploy" / "grafana" / "dashboard.json").read_text()


def written_default(field: Any) -> str:
    if field.is_required():
        return "required"
    match field.default:
        case None:
            return "none"
        case "":
            return "empty"
        case bool() as value:
            return f"`{str(value).lower()}`"
        case value:
            return f"`{value}`"


def test_every_variable_is_in_the_table_with_its_default() -> None:
    section = OPERATIONS.split("## Environment")[1].split("\n## ")[0]
    rows = re.findall(r"^\| `([A-Z_]+)` \| (.+?) \|", section, re.MULTILINE)

    assert dict(rows) == {name: written_default(field) for name, field in Environment.model_fields.items()}
    assert len(rows) == len(Environment.model_fields)


def exported() -> set[str]:
    """Every name that a scrape may show, those included that nothing has counted yet."""
    names = set()
    for family in registry.collect():
        suffixes = {"counter": ["_total"], "histogram": ["_bucket", "_count", "_sum", ""]}.get(family.type, [""])
        names |= {family.name + suffix for suffix in suffixes}
    return names


@pytest.mark.django_db
@pytest.mark.parametrize("text", [OPERATIONS, ALERTS, DASHBOARD], ids=["operations.md", "alerts", "dashboard"])
def test_figures_that_are_named_exist(text: str) -> None:
    from core import clock
    from core.metrics_gauges import database_gauges

    record_check(name="books", checked_at=clock.now(), took_ms=1, findings=[], figures={"sum_kobo": 0})
    database_gauges.forget()

    named = set(re.findall(r"\bpayshift_[a-z_]+", text))

    assert named
    assert named - exported() == set()


def test_alerts_lead_to_a_heading() -> None:
    headings = {heading.lower().replace(" ", "-") for heading in re.findall(r"^#+ (.+)$", OPERATIONS, re.MULTILINE)}

    named = set(re.findall(r'runbook: "docs/operations.md#([a-z-]+)"', ALERTS))

    assert named
    assert named - headings == set()


def test_dashboard_is_whole() -> None:
    panels = json.loads(DASHBOARD)["panels"]

    assert len({panel["id"] for panel in panels}) == len(panels)
    assert all(target["expr"] for panel in panels for target in panel.get("targets", []))


def test_every_variable_reaches_the_containers_but_those_of_development_and_of_the_owner() -> None:
    development = {"DEBUG", "SILK", "TIME_TRAVEL", "THROTTLE_FACTOR", "SANDBOX_GATEWAY_URL"}
    passed = re.findall(r"^    ([A-Z_]+):", COMPOSE.split("\nservices:")[0], re.MULTILINE)

    assert set(passed) == set(Environment.model_fields) - development - {"DATABASE_OWNER_URL"}
    assert COMPOSE.count("DATABASE_OWNER_URL:") == 1
    assert "DATABASE_OWNER_URL" in COMPOSE.split("\n  migrate:")[1].split("\n  web:")[0]


class Healthy(BaseHTTPRequestHandler):
    """A web server that answers the hosts of payshift.example only."""

    def do_GET(self) -> None:
        asked = (self.path, self.headers["Host"])
        self.send_response(
            200 if asked in {("/health/live", "payshift.example"), ("/health/live", "localhost")} else 400
        )
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.mark.parametrize(
    ("allowed", "code"),
    [("payshift.example,www.payshift.example", 0), (".payshift.example", 0), ("*", 0), ("else.example", 1)],
)
def test_container_is_healthy_where_the_server_answers_an_allowed_host(allowed: str, code: int) -> None:
    with HTTPServer(("127.0.0.1", 0), Healthy) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        check = subprocess.run(
            [sys.executable, ROOT / "deploy" / "healthcheck.py"],
            env={"ALLOWED_HOSTS": allowed, "GRANIAN_PORT": str(server.server_port)},
            capture_output=True,
            text=True,
            check=False,
        )
        server.shutdown()

    assert (check.returncode, check.stderr.startswith("unhealthy") == bool(code)) == (code, True)
