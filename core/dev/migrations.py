"""The SQL of new migrations before squawk: `python -m core.dev.migrations`, a part of `make check`.

It refuses what keeps requests waiting on a big table (an index that is not made concurrently, a constraint that is
validated under its lock, a rewrite) and what breaks the release before (a column renamed, or required without a default
of the database). migrations.toml holds where it begins, which rules are off, and the pardons, each with its reason.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from core.dev import environment
from core.dev.console import say
from core.dev.paths import BASE_DIR

if TYPE_CHECKING:
    from django.db.migrations.loader import MigrationLoader

CONFIGURED = BASE_DIR / "core" / "dev" / "migrations.toml"
POSTGRESQL = "17"


class Pardon(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    migration: str
    rule: str
    reason: str = Field(min_length=10)


class Configured(BaseModel):
    model_config = ConfigDict(extra="forbid")

    baseline: dict[str, str]
    off: dict[str, str]
    pardon: list[Pardon] = []


class Finding(BaseModel):
    file: str
    line: int
    rule_name: str
    message: str


class Verdict(NamedTuple):
    refused: list[str]
    # Pardons of what nobody does: they would pardon a later mistake unread.
    idle: list[Pardon]


def configured() -> Configured:
    return Configured.model_validate(tomllib.loads(CONFIGURED.read_text()))


def new_sql(loader: "MigrationLoader", baseline: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Name and SQL of each migration after the baseline, as `sqlmigrate` writes them, from one walk of the state."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    known = [*baseline.items(), *(leaf for leaf in loader.graph.leaf_nodes() if leaf[0] not in baseline)]
    applied = {node for name in known for node in loader.graph.forwards_plan(name)}
    executor = MigrationExecutor(connection)
    plan = [migration for migration, _ in executor.migration_plan(loader.graph.leaf_nodes(), clean_start=True)]
    new = [migration for migration in plan if (migration.app_label, migration.name) not in applied]
    if not new:
        # The state below costs seconds.
        return
    state = loader.project_state(known)
    for migration in new:
        with connection.schema_editor(collect_sql=True, atomic=migration.atomic) as editor:
            state = migration.apply(state, editor, collect_sql=True)
        # Whether it runs in one transaction decides what it locks, and for how long.
        lines = ["BEGIN;", *editor.collected_sql, "COMMIT;"] if migration.atomic else editor.collected_sql
        yield f"{migration.app_label}.{migration.name}", "\n".join(lines) + "\n"


def findings(sql: dict[str, str], off: dict[str, str]) -> list[Finding]:
    """What squawk says; `file` is the name of the migration."""
    if not sql:
        return []
    with tempfile.TemporaryDirectory(prefix="payshift-migrations-") as directory:
        for name, text in sql.items():
            (Path(directory) / f"{name}.sql").write_text(text)
        squawk = shutil.which("squawk", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
        if squawk is None:
            raise SystemExit("squawk is not on this machine: install it, its version is in requirements-dev.txt.")
        excluded = [word for rule in off for word in ("--exclude", rule)]
        command = [squawk, "--reporter", "json", "--pg-version", POSTGRESQL, *excluded]
        paths = [str(path) for path in sorted(Path(directory).glob("*.sql"))]
        told = subprocess.run([*command, *paths], cwd=directory, capture_output=True, text=True, check=False)  # noqa: S603
    if not told.stdout.strip():
        raise SystemExit(f"squawk said nothing: {told.stderr.strip()}")
    found = TypeAdapter(list[Finding]).validate_json(told.stdout)
    return [finding.model_copy(update={"file": Path(finding.file).stem}) for finding in found]


def verdict(found: list[Finding], pardons: list[Pardon]) -> Verdict:
    pardoned = {(pardon.migration, pardon.rule): pardon for pardon in pardons}
    refused = [finding for finding in found if (finding.file, finding.rule_name) not in pardoned]
    used = {(finding.file, finding.rule_name) for finding in found}
    return Verdict(
        [f"{each.file}, line {each.line} of its SQL: {each.rule_name}: {each.message}" for each in refused],
        [pardon for name, pardon in pardoned.items() if name not in used],
    )


def main() -> int:
    environment.prepare()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "payshift.settings")
    import django

    django.setup()
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    rules = configured()
    sql = dict(new_sql(MigrationLoader(connection, replace_migrations=False), rules.baseline))
    refused, idle = verdict(findings(sql, rules.off), rules.pardon)
    for line in refused:
        say(line)
    for pardon in idle:
        say(f"{CONFIGURED.name} pardons {pardon.migration} {pardon.rule}, which it does not need: take it out.")
    say(f"{len(sql)} migrations after the baseline, {len(refused)} findings.")
    return 1 if refused or idle else 0


if __name__ == "__main__":
    sys.exit(main())
