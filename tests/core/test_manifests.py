"""deploy/kubernetes fits the application: its user, its probes, its variables, its lanes and its metrics."""

import re
from functools import cache
from typing import Any

import pytest
import yaml

from core.dev.manifests import HOME
from core.lanes import Lane
from core.metrics import QUEUED_SECONDS
from payshift.environment import Environment

DOCKERFILE = (HOME.parents[1] / "Dockerfile").read_text()
SETTINGS = dict(
    line.split("=", 1) for line in (HOME / "settings" / "payshift.env").read_text().splitlines() if line[:1] not in "#"
)


@cache
def objects(kind: str) -> list[dict[str, Any]]:
    found = [each for path in sorted(HOME.glob("*/*.yaml")) for each in yaml.safe_load_all(path.read_text())]
    return [each for each in found if each["kind"] == kind]


def pods() -> list[Any]:
    """Name and template of everything that runs."""
    running = [*objects("Deployment"), *objects("Job")]
    return [pytest.param(each["spec"]["template"], id=each["metadata"]["name"]) for each in running]


def test_all_processes_are_there() -> None:
    assert [each.id for each in pods()] == ["events", "web", "worker", "worker-notices", "migrate"]


@pytest.mark.parametrize("pod", pods())
def test_processes_run_as_the_images_user_and_write_nothing_into_it(pod: dict[str, Any]) -> None:
    (container,) = pod["spec"]["containers"]

    user = pod["spec"]["securityContext"]
    assert (user["runAsNonRoot"], user["runAsUser"]) == (True, int(re.findall(r"^USER (\d+)$", DOCKERFILE, re.M)[0]))
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert pod["spec"]["automountServiceAccountToken"] is False


@pytest.mark.parametrize("pod", pods())
def test_probes_call_the_pod_by_a_name_that_is_allowed(pod: dict[str, Any]) -> None:
    (container,) = pod["spec"]["containers"]
    probes = [asks["httpGet"] for name, asks in container.items() if name.endswith("Probe")]

    named = {header["value"] for asks in probes for header in asks["httpHeaders"] if header["name"] == "Host"}
    assert len(probes) == (3 if container["name"] in {"web", "events"} else 0)
    assert named <= set(SETTINGS["ALLOWED_HOSTS"].split(","))
    assert {asks["path"] for asks in probes} <= {"/health/live", "/health/ready"}


@pytest.mark.parametrize("pod", pods())
def test_secrets_are_referred_to_and_the_owners_only_by_migrate(pod: dict[str, Any]) -> None:
    (container,) = pod["spec"]["containers"]
    secrets = [each["secretRef"]["name"] for each in container["envFrom"] if "secretRef" in each]

    assert "env" not in container
    owners = ["payshift-owner"] if container["name"] == "migrate" else []
    assert secrets == ["payshift", *owners]


def test_settings_are_the_applications_and_hold_no_secret() -> None:
    known = set(Environment.model_fields) | {"GRANIAN_HOST", "GRANIAN_PORT", "PROMETHEUS_MULTIPROC_DIR"}

    assert set(SETTINGS) <= known
    assert [name for name in SETTINGS if re.search("SECRET|KEY|PASSWORD|TOKEN|HASH|DATABASE_|REDIS_", name)] == []


def test_every_deployment_has_a_budget_of_disruptions() -> None:
    deployments = {each["metadata"]["name"]: each["spec"]["selector"] for each in objects("Deployment")}
    budgets = {each["metadata"]["name"]: each["spec"]["selector"] for each in objects("PodDisruptionBudget")}

    assert budgets == deployments


def test_workers_have_all_lanes_and_none_twice() -> None:
    commands = [pod.values[0]["spec"]["containers"][0].get("command", []) for pod in pods()]
    lanes = [word for command in commands if "work" in command[:3] for word in command[command.index("--lanes") + 1 :]]

    assert sorted(lanes) == sorted(Lane)


def test_scaling_asks_for_metrics_and_lanes_that_there_are() -> None:
    scaled = {each["spec"]["scaleTargetRef"]["name"]: each["spec"]["triggers"][0] for each in objects("ScaledObject")}
    queries = {name: trigger["metadata"]["query"] for name, trigger in scaled.items()}

    assert f"{QUEUED_SECONDS._name}_bucket" in queries.pop("web")
    lanes = [lane for query in queries.values() for lane in re.findall(r'queue=~"([^"]+)"', query)[0].split("|")]
    assert sorted(lanes) == sorted(Lane)
    assert all("payshift_queue_oldest_seconds" in query for query in queries.values())
