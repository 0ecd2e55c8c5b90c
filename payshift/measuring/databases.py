"""Databases of their own to measure in, so that no figure depends on what else somebody keeps."""

import os
import subprocess
from collections.abc import Callable
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.db import connections
from psycopg import sql

from payshift.measuring.trees import HERE, Tree

# What a measuring process is told, on top of the environment at hand: the settings of production, one connection (so
# that one backend's CPU time is the database's), and no log lines of a million requests.
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": HERE.settings_module,
    "DEBUG": "0",
    "TIME_TRAVEL": "0",
    "ALLOWED_HOSTS": "localhost",
    "SERVER_TIMING": "0",
    "SILK": "0",
    "LOG_LEVEL": "ERROR",
    # Production refuses the mail box of development.
    "EMAIL_URL": "console://",
    "DATABASE_POOL_SIZE": "1",
}
# Its cache is its own as well: number 0 is the running application's, tests count up from there.
REDIS_DATABASE = 15
# Of an earlier revision that is measured by turns with this one.
OTHER_REDIS_DATABASE = 14


def owner_connection(name: str = "") -> psycopg.Connection:
    """Of the tables' owner, to `name` or the database at hand. In autocommit mode, for CREATE DATABASE and VACUUM."""
    parameters = connections[_owner()].get_connection_params()
    return psycopg.connect(
        dbname=name or parameters["dbname"],
        user=parameters.get("user"),
        password=parameters.get("password"),
        host=parameters.get("host"),
        port=parameters.get("port"),
        autocommit=True,
    )


def measuring_environment(name: str, *, tree: Tree = HERE, redis_database: int = REDIS_DATABASE) -> dict[str, str]:
    """The environment of a process that measures in the database `name`."""
    values = {
        **PRODUCTION,
        "DJANGO_SETTINGS_MODULE": tree.settings_module,
        "DATABASE_URL": with_database(os.environ["DATABASE_URL"], name),
    }
    if owner_url := os.environ.get("DATABASE_OWNER_URL"):
        values["DATABASE_OWNER_URL"] = with_database(owner_url, name)
    server = os.environ["REDIS_URL"].rpartition("/")
    base = server[0] if server[2].isdigit() else os.environ["REDIS_URL"]
    return {**os.environ, **values, "REDIS_URL": f"{base}/{redis_database}"}


def populated(
    jobs: int, *, say: Callable[[str], object], purpose: str = "measuring", fresh: bool = False, tree: Tree = HERE
) -> str:
    """The name of a database with so many jobs, made by this tree if it is not there yet, or anew if `fresh`."""
    name = f"{connections['default'].settings_dict['NAME']}_{purpose}_{jobs}"
    with owner_connection() as owner:
        if fresh:
            drop(name)
        if owner.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            # Kept from an earlier time: the tables may have changed since.
            manage(name, "migrate", "--verbosity=0", tree=tree)
            return name
        say(f"Making the database {name}")
        owner.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        manage(name, "migrate", "--verbosity=0", tree=tree)
        manage(name, "populate", f"--jobs={jobs}", "--force", tree=tree)
    except BaseException:
        drop(name)
        raise
    return name


def drop(name: str) -> None:
    with owner_connection() as owner:
        # Waits for backends that were closed just now; WITH (FORCE) may not end those of another role.
        owner.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))


def manage(name: str, *arguments: str, tree: Tree = HERE) -> None:
    """Run a Django command in a measuring process; raises `CalledProcessError` when it fails."""
    environment = measuring_environment(name, tree=tree)
    subprocess.run(tree.command(*arguments), env=environment, cwd=tree.directory, check=True)  # noqa: S603


def with_database(url: str, name: str) -> str:
    parts = urlsplit(url)
    # urlunsplit leaves out the // of an address without a host, as of a socket: postgresql:///name?host=/path
    built = urlunsplit(parts._replace(path=f"/{name}"))
    return built if "://" in built else built.replace(f"{parts.scheme}:", f"{parts.scheme}://", 1)


def _owner() -> str:
    return "owner" if "owner" in connections else "default"
