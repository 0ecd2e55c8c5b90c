"""The Dockerfile's stages and steps, and which files of the tree they see."""

import json
import os
import re
import shlex
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from string import Template

from core.dev.compose.file import Health, seconds
from core.dev.errors import DevelopmentError
from core.dev.paths import BASE_DIR

PATH = BASE_DIR / "Dockerfile"
INSTRUCTIONS = {"FROM", "ENV", "RUN", "COPY", "WORKDIR", "USER", "EXPOSE", "HEALTHCHECK", "CMD"}


@dataclass(slots=True)
class Stage:
    name: str
    base: str
    # RUN, COPY and WORKDIR, each with the variables and the directory that hold there.
    steps: list["Step"] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)
    directory: str = "/"
    user: str = "0"
    command: tuple[str, ...] = ()
    health: Health | None = None


@dataclass(frozen=True, slots=True)
class Step:
    instruction: str
    argument: str
    directory: str
    user: str
    environment: tuple[tuple[str, str], ...]


def lines(text: str) -> Iterable[tuple[str, str]]:
    """Instruction and argument, with lines that go on joined."""
    whole = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    for line in whole.replace("\\\n", " ").splitlines():
        if line.strip():
            instruction, _, argument = line.strip().partition(" ")
            yield instruction, argument.strip()


def read(text: str, environments: dict[str, dict[str, str]]) -> list[Stage]:
    """`environments`: by the name of an image, what it sets. Raises `DevelopmentError` for what the proof cannot do."""
    stages: list[Stage] = []
    for instruction, argument in lines(text):
        if instruction not in INSTRUCTIONS:
            raise DevelopmentError(f"Dockerfile: the proof does not carry out {instruction}.")
        if instruction == "FROM":
            base, _, name = argument.partition(" AS ")
            if base not in environments:
                raise DevelopmentError(f"Dockerfile: the proof has nothing that stands in for {base}.")
            stages.append(Stage(name or "image", base, environment=dict(environments[base])))
        else:
            _apply(stages[-1], instruction, argument)
    return stages


def _apply(stage: Stage, instruction: str, argument: str) -> None:
    match instruction:
        case "ENV":
            for pair in shlex.split(argument):
                name, _, value = pair.partition("=")
                stage.environment[name] = Template(value).safe_substitute(stage.environment)
        case "USER":
            stage.user = argument
        case "CMD":
            stage.command = tuple(json.loads(argument))
        case "HEALTHCHECK":
            options = dict(re.findall(r"--([a-z-]+)=(\S+)", argument))
            patience = seconds(options.get("start-period", "0s"))
            patience += int(options.get("retries", "3")) * seconds(options.get("interval", "30s"))
            stage.health = Health(tuple(json.loads(argument.partition("CMD ")[2])), patience)
        case "WORKDIR":
            stage.directory = os.path.join(stage.directory, argument)
            _add(stage, instruction, stage.directory)
        case "RUN" | "COPY":
            _add(stage, instruction, argument)


def _add(stage: Stage, instruction: str, argument: str) -> None:
    stage.steps.append(Step(instruction, argument, stage.directory, stage.user, tuple(stage.environment.items())))


def copy_context(into: Path) -> None:
    """The tree as a build sees it: without what .dockerignore names."""
    patterns = [_pattern(line) for line in (BASE_DIR / ".dockerignore").read_text().split()]

    def left_out(directory: str, names: list[str]) -> set[str]:
        below = Path(directory).relative_to(BASE_DIR)
        return {name for name in names if any(pattern.fullmatch(str(below / name)) for pattern in patterns)}

    shutil.copytree(BASE_DIR, into, symlinks=True, ignore=left_out)


def _pattern(line: str) -> re.Pattern[str]:
    if line.startswith("!"):
        raise DevelopmentError(f".dockerignore: the proof does not know {line}.")
    escaped = re.escape(line).replace(r"\*\*/", "(?:.*/)?").replace(r"\*", "[^/]*").replace(r"\?", "[^/]")
    return re.compile(escaped)
