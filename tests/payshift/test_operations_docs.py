"""docs/operations.md, the alerts and the dashboard say what is true: variables, figures, and where to read on."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from core.metrics_view import registry
from core.self_checks import record_check
from payshift.environment import Environment

ROOT = Path(__file__).resolve().parents[2]
OPERATIONS = (ROOT / "docs" / "operations.md").read_text()
ALERTS = (ROOT / "deploy" / "prometheus" / "alerts.yml").read_text()
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
