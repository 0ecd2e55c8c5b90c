"""The services of docker-compose.yml on a machine: started in order, each when what it waits for is as it must be."""

import re
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import certifi

from core.dev.compose import file
from core.dev.compose.containers import RUN, Container
from core.dev.compose.file import SECRETS, Composition, Health, Mount, Service
from core.dev.compose.images import FOREIGN, Image
from core.dev.compose.machine import Machine, source_of
from core.dev.errors import DevelopmentError

# Its ports are the machine's, as it publishes them: the proof is a browser on that machine.
PROXY = "proxy"
STEP_SECONDS = 300.0
# How often health is asked, whatever the file says: the proof need not be patient.
ASKED_EVERY_SECONDS = 0.5


@dataclass(slots=True)
class Installation:
    machine: Machine
    built: Image
    variables: Mapping[str, str]
    # What an override file would add to each of our own services.
    more: Mapping[str, str] = field(default_factory=dict)
    more_binds: Mapping[Path, Mount] = field(default_factory=dict)

    @property
    def composition(self) -> Composition:
        return file.read(self.variables)

    def up(self, *names: str) -> None:
        """Start those with these names and what they depend on, or all. Raises `DevelopmentError` with the first thing
        that is not as the file says."""
        composition = self.composition
        self.machine.know(list(composition.services))
        for service in composition.in_order(names):
            if service.name in self.machine.containers:
                continue
            for name, condition in service.depends_on.items():
                self._wait_for(composition.services[name], condition)
            self.machine.start(self.container(service))
        for service in composition.in_order(names):
            if not service.is_step and self.health_of(service):
                self._wait_for(service, "service_healthy")
        self.check()

    def _wait_for(self, service: Service, condition: str) -> None:
        match condition:
            case "service_completed_successfully":
                self.finish(service)
            case "service_healthy":
                self._wait_until_healthy(service)
            case _:
                raise DevelopmentError(f"docker-compose.yml: the proof does not know the condition {condition}.")

    def finish(self, service: Service) -> None:
        container = self.machine.containers[service.name]
        if code := container.wait(seconds=STEP_SECONDS):
            raise DevelopmentError(f"{service.name} ended with {code}: {container.last_words()}")

    def _wait_until_healthy(self, service: Service) -> None:
        health = self.health_of(service)
        if health is None:
            raise DevelopmentError(f"docker-compose.yml waits for the health of {service.name}, which has no check.")
        container = self.machine.containers[service.name]
        deadline = time.monotonic() + health.patience_seconds
        while True:
            if container.has_ended():
                raise DevelopmentError(f"{service.name} ended by itself: {container.last_words()}")
            asked = container.run(*health.test)
            if asked.returncode == 0:
                return
            if time.monotonic() > deadline:
                said = (asked.stderr or asked.stdout).strip()[-300:]
                raise DevelopmentError(f"{service.name} is not healthy: {said}; {container.last_words()}")
            time.sleep(ASKED_EVERY_SECONDS)

    def check(self) -> None:
        """Raises `DevelopmentError` where a service that was started and is to run has ended."""
        for service in self.composition.services.values():
            container = self.machine.containers.get(service.name)
            if container and not service.is_step and container.has_ended():
                raise DevelopmentError(f"{service.name} ended by itself: {container.last_words()}")

    def image_of(self, service: Service) -> Image:
        if service.is_built:
            return self.built
        if service.image not in FOREIGN:
            raise DevelopmentError(f"docker-compose.yml: the proof has nothing that stands in for {service.image}.")
        return FOREIGN[service.image]

    def health_of(self, service: Service) -> Health | None:
        return None if service.has_no_health else service.health or self.image_of(service).health

    def container(self, service: Service, *, name: str = "", command: Sequence[str] = ()) -> Container:
        image = self.image_of(service)
        is_proxy = service.name == PROXY
        if is_proxy and [pair for pair in service.ports if pair[0] != pair[1].removesuffix("/udp")]:
            raise DevelopmentError(
                f"docker-compose.yml: the proof asks {PROXY} at its own ports, not at {service.ports}."
            )
        binds = {}
        for mount in service.mounts:
            source = source_of(mount)
            if source and not source.exists():
                raise DevelopmentError(f"docker-compose.yml, {service.name}: there is no {mount.source}.")
            binds[source or self.machine.volume(mount.source, image, mount.target)] = mount
        own = self.more if service.is_built else {}
        return Container(
            name=name or service.name,
            image=image,
            command=[*(command or service.command or image.command)],
            environment={**image.environment, **service.environment, **own},
            binds=binds | (dict(self.more_binds) if service.is_built else {}),
            on_the_machine=is_proxy,
        )

    def down(self) -> None:
        """As `docker compose down`: volumes stay, without what is in memory."""
        grace = {name: service.stop_grace_seconds for name, service in self.composition.services.items()}
        for name in reversed([*self.machine.containers]):
            self.machine.remove(name, seconds=grace.get(name, 0))
        self.machine.forget_what_is_in_memory()

    def once(self, name: str, *command: str, like: str) -> Container:
        """As `docker compose run --rm --no-deps`: a container of its own, like a service's. It has ended."""
        return self._once(self.container(self.composition.services[like], name=name, command=command))

    def carry_out(
        self,
        *command: str,
        like: str,
        environment: Mapping[str, str] | None = None,
        binds: Mapping[Path, Mount] | None = None,
    ) -> None:
        """`once`, with what `--env` and `--volume` add. Raises `DevelopmentError` where it fails."""
        container = self.container(self.composition.services[like], name="once", command=command)
        container.environment = {**container.environment, **(environment or {})}
        container.binds = {**container.binds, **(binds or {})}
        if code := self._once(container).wait(seconds=1):
            raise DevelopmentError(f"{' '.join(command)} ended with {code}: {container.last_words()}")
        self.machine.remove("once", seconds=0)

    def _once(self, container: Container) -> Container:
        self.machine.know([container.name])
        self.machine.start(container)
        container.wait(seconds=STEP_SECONDS)
        return container

    def changed(
        self,
        variables: Mapping[str, str],
        *,
        more: Mapping[str, str] | None = None,
        more_binds: Mapping[Path, Mount] | None = None,
    ) -> "Installation":
        """With other variables, as `docker compose up` after a change of `.env`: our own services begin anew."""
        for name, service in self.composition.services.items():
            if service.is_built:
                self.machine.remove(name, seconds=service.stop_grace_seconds)
        changed = replace(self, variables={**self.variables, **variables}, more=more or {}, more_binds=more_binds or {})
        changed.up()
        return changed


def new_secrets() -> dict[str, str]:
    """As the head of docker-compose.yml makes them."""
    return {name: secrets.token_hex(32) for name in SECRETS}


def own_machine() -> Machine:
    """The machine that the file describes."""
    volumes = file.read(dict.fromkeys(SECRETS, "x")).volumes
    return Machine(own_names=[PROXY, "gateway"], in_memory={name: kept for name, kept in volumes.items() if kept})


def code_in(log: str, email: str) -> str | None:
    """The one-time code of the newest mail to an address in what the console backend printed."""
    _, found, mail = log.rpartition(f"To: {email}\n")
    # Head and body are divided by an empty line; a head has numbers of its own.
    body = mail.partition("\n\n")[2]
    code = re.search(r"\b([0-9]{6})\b", body)
    return code[1] if found and code else None


def written_certificate(root: bytes) -> Path:
    """The authorities that everybody trusts and Caddy's own, for who must call through the proxy."""
    path = RUN / "authorities.pem"
    path.write_bytes(Path(certifi.where()).read_bytes() + b"\n" + root)
    return path
