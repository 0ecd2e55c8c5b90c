"""docker-compose.yml as Compose reads it: variables filled in, merges resolved, and nothing that is not carried out."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from core.dev.errors import DevelopmentError
from core.dev.paths import BASE_DIR

PATH = BASE_DIR / "docker-compose.yml"
SECRETS = ("SECRET_KEY", "POSTGRES_PASSWORD", "PAYSHIFT_OWNER_PASSWORD", "PAYSHIFT_APP_PASSWORD")
# What a service may say. A key that the proof does not carry out would be proven by nobody.
KEYS = {
    "image", "build", "restart", "environment", "depends_on", "command", "ports", "volumes", "healthcheck",
    "stop_grace_period",
}  # fmt: skip
# The innermost: ${NAME}, ${NAME:-otherwise}, ${NAME:?why}.
VARIABLE = re.compile(r"\$\{([A-Z0-9_]+)(?:(:-|:\?)([^${}]*))?\}")
UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}


@dataclass(frozen=True, slots=True)
class Health:
    """What asks whether a service is well, and for how many seconds it may be not well yet."""

    test: tuple[str, ...]
    patience_seconds: float


@dataclass(frozen=True, slots=True)
class Mount:
    """`source` is a path of this machine below the tree (it begins with a point) or the name of a volume."""

    source: str
    target: str
    read_only: bool


@dataclass(frozen=True, slots=True)
class Service:
    name: str
    image: str
    is_built: bool
    # None: the image's.
    command: tuple[str, ...] | None
    environment: Mapping[str, str]
    mounts: tuple[Mount, ...]
    # By name: the condition.
    depends_on: Mapping[str, str]
    # None: the image's.
    health: Health | None
    has_no_health: bool
    # Whether it is to come to an end by itself.
    is_step: bool
    stop_grace_seconds: float
    # (of the machine, of the container)
    ports: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Composition:
    services: Mapping[str, Service]
    # Options of mount(8) of those that are kept in memory; None for the others.
    volumes: Mapping[str, str | None]

    def in_order(self, names: Sequence[str] = ()) -> list[Service]:
        """Those with these names and what they depend on, or all; each after those that it depends on."""
        ordered: dict[str, Service] = {}

        def add(name: str) -> None:
            for needed in self.services[name].depends_on:
                add(needed)
            ordered.setdefault(name, self.services[name])

        for name in names or self.services:
            add(name)
        return list(ordered.values())


def seconds(duration: str) -> float:
    """Compose's and Docker's way to write one: 10s, 1m30s."""
    return sum(float(count) * UNITS[unit] for count, unit in re.findall(r"([0-9.]+)(ms|s|m|h)", duration))


def filled(text: str, variables: Mapping[str, str]) -> str:
    """The text with its variables. Raises `DevelopmentError` for one that must be set and is not."""

    def value(found: re.Match[str]) -> str:
        name, mark, otherwise = found.groups()
        # With a colon an empty one counts as none.
        if given := variables.get(name, ""):
            return given
        if mark == ":?":
            raise DevelopmentError(f"docker-compose.yml wants {name}: {otherwise}")
        return otherwise or ""

    while (new := VARIABLE.sub(value, text)) != text:
        text = new
    return text


def read(variables: Mapping[str, str], text: str | None = None) -> Composition:
    """The file with these variables, as `.env` would give them."""
    document = yaml.safe_load(PATH.read_text() if text is None else text)
    services = {name: _service(name, given, variables) for name, given in document["services"].items()}
    volumes = {name: ((given or {}).get("driver_opts") or {}).get("o") for name, given in document["volumes"].items()}
    return Composition(services, volumes)


def _service(name: str, given: Mapping[str, Any], variables: Mapping[str, str]) -> Service:
    if unknown := set(given) - KEYS:
        raise DevelopmentError(
            f"docker-compose.yml, {name}: the proof does not carry out {', '.join(sorted(unknown))}."
        )
    environment = {}
    for key, value in (given.get("environment") or {}).items():
        if value is not None:
            environment[key] = filled(str(value), variables)
        elif key in variables:
            environment[key] = variables[key]
    command = given.get("command")
    health = given.get("healthcheck") or {}
    return Service(
        name=name,
        image=given["image"],
        is_built="build" in given,
        command=None if command is None else tuple(filled(str(word), variables) for word in command),
        environment=environment,
        mounts=tuple(_mount(text) for text in given.get("volumes", ())),
        depends_on={needed: terms["condition"] for needed, terms in (given.get("depends_on") or {}).items()},
        health=_health(name, health) if "test" in health else None,
        has_no_health=bool(health.get("disable")),
        is_step=given.get("restart") == "no",
        stop_grace_seconds=seconds(given.get("stop_grace_period", "10s")),
        ports=tuple(_port(filled(port, variables)) for port in given.get("ports", ())),
    )


def _health(name: str, given: Mapping[str, Any]) -> Health:
    kind, *test = given["test"]
    if kind != "CMD":
        raise DevelopmentError(f"docker-compose.yml, {name}: the proof asks by CMD, not by {kind}.")
    patience = seconds(given.get("start_period", "0s")) + given.get("retries", 3) * seconds(
        given.get("interval", "30s")
    )
    return Health(tuple(test), patience)


def _mount(text: str) -> Mount:
    source, target, *options = text.split(":")
    return Mount(source, target, options == ["ro"])


def _port(text: str) -> tuple[str, str]:
    of_machine, _, of_container = text.rpartition(":")
    return of_machine.rpartition(":")[2], of_container
