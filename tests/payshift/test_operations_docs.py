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
import yaml

from core import clock
from core.metrics_gauges import database_gauges
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
    rows = re.findall(r"^\| `([A-Z0-9_]+)` \| (.+?) \|", section, re.MULTILINE)

    assert dict(rows) == {name: written_default(field) for name, field in Environment.model_fields.items()}
    assert len(rows) == len(Environment.model_fields)


def exported() -> set[str]:
    """Every name that a scrape may show, those included that nothing has counted yet."""
    names = set()
    for family in registry.collect():
        suffixes = {"counter": ["_total"], "histogram": ["_bucket", "_count", "_sum", ""]}.get(family.type, [""])
        names |= {family.name + suffix for suffix in suffixes}
    return names


def figures() -> set[str]:
    """The names without what a histogram adds to them."""
    return {family.name for family in registry.collect() if family.name.startswith("payshift_")}


@pytest.fixture
def _checked_books(db: None) -> None:
    record_check(name="books", checked_at=clock.now(), took_ms=1, findings=[], figures={"sum_kobo": 0})
    database_gauges.forget()


@pytest.mark.usefixtures("_checked_books")
def test_dashboard_shows_every_figure_that_is_exported() -> None:
    missing = {name for name in figures() if not re.search(rf"\b{name}(_total|_bucket)?\b", DASHBOARD)}

    assert missing == set()


def test_every_alert_has_a_runbook_and_a_severity_and_no_name_is_used_twice() -> None:
    rules = [rule for group in yaml.safe_load(ALERTS)["groups"] for rule in group["rules"]]

    assert len({rule["alert"] for rule in rules}) == len(rules)
    assert [rule["alert"] for rule in rules if "runbook" not in rule["annotations"]] == []
    assert {rule["labels"]["severity"] for rule in rules} == {"page", "ticket"}


@pytest.mark.usefixtures("_checked_books")
@pytest.mark.parametrize("text", [OPERATIONS, ALERTS, DASHBOARD], ids=["operations.md", "alerts", "dashboard"])
def test_figures_that_are_named_exist(text: str) -> None:
    named = set(re.findall(r"\bpayshift_[a-z_]+", text))

    assert named
    assert named - exported() == set()


def seconds(duration: str) -> int:
    return sum(int(count) * {"h": 3600, "m": 60, "s": 1}[unit] for count, unit in re.findall(r"(\d+)([hms])", duration))


def test_every_alert_is_tested_at_its_bound_a_step_before_it_fires_and_when_it_fires() -> None:
    rules = [rule["alert"] for group in yaml.safe_load(ALERTS)["groups"] for rule in group["rules"]]
    documents = [yaml.safe_load(path.read_text()) for path in (ROOT / "deploy/prometheus/tests").glob("*.yml")]
    tested = []
    for document in documents:
        step = seconds(document["evaluation_interval"])
        for test in document["tests"]:
            *silent, fires = test["alert_rule_test"]
            moments = [seconds(entry["eval_time"]) for entry in silent]
            assert seconds(fires["eval_time"]) - step in moments, test["name"]
            assert [entry["exp_alerts"] for entry in silent] == [[]] * len(silent)
            assert fires["exp_alerts"], test["name"]
            assert {entry["alertname"] for entry in test["alert_rule_test"]} == {fires["alertname"]}
            tested.append(fires["alertname"])

    assert set(tested) == set(rules)


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
    development = {"DEBUG", "DEBUG_TOOLBAR", "SILK", "TIME_TRAVEL", "THROTTLE_FACTOR", "SANDBOX_GATEWAY_URL"}
    passed = re.findall(r"^    ([A-Z0-9_]+):", COMPOSE.split("\nservices:")[0], re.MULTILINE)

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
