"""docker-compose.yml without a process: what can be held cheaply of what `make compose-proof` proves."""

import re
from pathlib import Path

import pytest
import yaml

from core.dev.compose import dockerfile, file
from core.dev.compose.file import SECRETS, Health, Mount
from core.dev.compose.images import FOREIGN
from core.dev.compose.installation import code_in
from core.dev.errors import DevelopmentError
from core.dev.paths import BASE_DIR
from payshift.environment import Environment

VARIABLES = dict.fromkeys(SECRETS, "x")
# Of the machine and of the images that are not ours: no setting of the application.
ELSEWHERE = {
    "SITE", "HTTP_PORT", "HTTPS_PORT", "PORT", "BACKUP_KEEP_DAYS",
    "POSTGRES_PASSWORD", "PAYSHIFT_OWNER_PASSWORD", "PAYSHIFT_APP_PASSWORD",
}  # fmt: skip
# Of the image and of libraries.
NO_SETTINGS = {"PROMETHEUS_MULTIPROC_DIR"}
ENVIRONMENTS = {name: dict(image.environment) for name, image in FOREIGN.items()}


def stages() -> list[dockerfile.Stage]:
    return dockerfile.read(dockerfile.PATH.read_text(), ENVIRONMENTS)


def test_every_service_is_one_that_the_proof_can_start() -> None:
    composition = file.read(VARIABLES)

    assert {service.image for service in composition.services.values() if not service.is_built} <= set(FOREIGN)
    assert {stage.base for stage in stages()} <= set(FOREIGN)
    for service in composition.services.values():
        for mount in service.mounts:
            there = (
                (BASE_DIR / mount.source).exists() if mount.source[0] == "." else mount.source in composition.volumes
            )
            assert there, (service.name, mount)
        for name, condition in service.depends_on.items():
            needed = composition.services[name]
            has_check = not needed.has_no_health and (needed.health or (needed.is_built and stages()[-1].health))
            assert needed.is_step if condition == "service_completed_successfully" else has_check, (service.name, name)


def test_services_begin_after_what_they_wait_for_and_migrate_before_everything_of_ours() -> None:
    order = [service.name for service in file.read(VARIABLES).in_order()]

    assert order[:3] == ["postgres", "migrate", "redis"]
    assert sorted(order) == sorted(file.read(VARIABLES).services)
    assert order.index("proxy") > max(order.index("web"), order.index("events"))


def test_some_services_start_with_what_they_wait_for_and_nothing_else() -> None:
    composition = file.read(VARIABLES)

    assert [service.name for service in composition.in_order(("redis", "postgres"))] == ["redis", "postgres"]
    assert [service.name for service in composition.in_order(("backup",))] == ["postgres", "migrate", "backup"]


def test_four_secrets_are_all_that_must_be_there() -> None:
    assert file.read(VARIABLES).services
    for name in SECRETS:
        with pytest.raises(DevelopmentError, match=f"wants {name}"):
            file.read({other: "x" for other in SECRETS if other != name})


def test_every_variable_of_ours_is_a_setting() -> None:
    text = file.PATH.read_text()
    given = {
        name for service in file.read(VARIABLES).services.values() if service.is_built for name in _keys(service.name)
    }
    asked = set(re.findall(r"\$\{([A-Z0-9_]+)", text))

    assert given - NO_SETTINGS - set(Environment.model_fields) == set()
    assert asked - ELSEWHERE - set(Environment.model_fields) == set()


def _keys(name: str) -> set[str]:
    return set(yaml.safe_load(file.PATH.read_text())["services"][name]["environment"])


def test_wherever_granian_starts_it_replaces_a_process_that_crashed() -> None:
    wanted = "GRANIAN_RESPAWN_FAILED_WORKERS"
    units = [path for path in (BASE_DIR / "deploy" / "systemd").iterdir() if "granian" in path.read_text()]
    image = stages()[-1]

    assert len(units) == 2
    assert [path.name for path in units if f"{wanted}=true" not in path.read_text()] == []
    assert image.command[0] == "granian"
    assert image.environment[wanted] == "true"
    # Containers start the image: none of them may take it back.
    orders = [file.PATH, *(BASE_DIR / "deploy" / "kubernetes").rglob("*.*")]
    assert [path.name for path in orders if wanted in path.read_text()] == []


def test_hints_are_served_by_one_thread_of_which_granian_takes_no_more() -> None:
    command = file.read(VARIABLES).services["events"].command or ()
    manifest, *_ = yaml.safe_load_all((BASE_DIR / "deploy" / "kubernetes" / "app" / "events.yaml").read_text())
    pod = manifest["spec"]["template"]["spec"]["containers"][0]["command"]

    # The image's environment has more, for web; it would end events as it starts.
    assert int(stages()[-1].environment["GRANIAN_BLOCKING_THREADS"]) > 1
    for words in (command, pod):
        assert words[words.index("--blocking-threads") + 1] == "1"


def test_image_is_built_with_values_that_settings_take() -> None:
    (collects,) = [step.argument for step in stages()[-1].steps if "collectstatic" in step.argument]
    given = dict(word.split("=", 1) for word in collects.partition(" python ")[0].split())

    assert given["SECRET_KEY"] == Environment.model_validate(given).SECRET_KEY


def test_variables_are_filled_in_as_compose_does() -> None:
    text = "${A:-${B:-b},c} ${D:?d is needed} ${E}"

    assert file.filled(text, {"D": "d"}) == "b,c d "
    assert file.filled(text, {"A": "", "B": "x", "D": "d", "E": "e"}) == "x,c d e"
    with pytest.raises(DevelopmentError, match="wants D: d is needed"):
        file.filled(text, {})


def test_a_key_that_is_not_carried_out_is_refused() -> None:
    text = "services: {web: {image: a, network_mode: host}}\nvolumes: {}"

    with pytest.raises(DevelopmentError, match="web: the proof does not carry out network_mode"):
        file.read({}, text)


def test_service_is_read_with_its_conditions() -> None:
    service = file.read({**VARIABLES, "SITE": "shifts.example", "BRAND_NAME": "Gigs"}).services["web"]

    assert service.environment["PUBLIC_URL"] == "https://shifts.example"
    assert service.environment["BRAND_NAME"] == "Gigs"
    # Without a value, and not in .env: the application's own default.
    assert "SUPPORT_EMAIL" not in service.environment
    assert service.mounts == (Mount("media", "/app/.local/media", False), Mount("metrics", "/metrics", False))
    assert service.depends_on == {"migrate": "service_completed_successfully", "redis": "service_healthy"}
    assert service.ports == (("8000", "8000"),)
    assert file.read(VARIABLES).services["redis"].health == Health(("redis-cli", "ping"), 60.0)


def test_image_is_read_with_its_user_and_health() -> None:
    image = stages()[-1]

    assert (image.user, image.directory) == ("10001", "/app")
    assert image.health == Health(("python", "deploy/healthcheck.py"), 60.0)
    assert image.environment["PATH"].startswith("/venv/bin:/usr/local/sbin:")
    with pytest.raises(DevelopmentError, match="does not carry out SHELL"):
        dockerfile.read("FROM python:3.13-slim\nSHELL sh", ENVIRONMENTS)


def test_build_sees_nothing_of_the_developers_own(tmp_path: Path) -> None:
    dockerfile.copy_context(tmp_path / "context")

    top = {path.name for path in (tmp_path / "context").iterdir()}
    assert {"manage.py", "requirements.txt", "web", "deploy"} <= top
    assert top & {".venv", ".local", ".git", ".env", "tests", "docs"} == set()
    assert not list((tmp_path / "context").rglob("node_modules"))
    assert not list((tmp_path / "context").rglob("__pycache__"))


def test_code_is_found_in_the_newest_mail_of_a_workers_log() -> None:
    mail = "Subject: Code\nTo: {}\nMessage-ID: <176432.123456@host>\n\nYour code is {}.\n"
    log = mail.format("a@x.example", 111111) + mail.format("b@x.example", 222222) + mail.format("a@x.example", 333333)

    assert code_in(log, "a@x.example") == "333333"
    assert code_in(log, "b@x.example") == "222222"
    assert code_in(log, "c@x.example") is None
