"""The demo data of `make run`: loaded once, into an empty database, whole or not at all."""

import importlib
from collections.abc import Callable
from urllib.parse import urlsplit

import psycopg

from core.dev.paths import LOCAL, write_private

# There while the demo is being loaded: it takes many transactions, and an interrupted one is begun again.
UNFINISHED = LOCAL / "demo-unfinished"


def load(database_url: str, populate: Callable[..., None]) -> None:
    """Call `populate`, with "--reset" after an interruption, unless somebody lives in the database already."""
    parts = urlsplit(database_url)
    # Names the database: what was interrupted in one must never empty another.
    here = f"{parts.hostname}:{parts.port}{parts.path}"
    interrupted = UNFINISHED.exists() and UNFINISHED.read_text() == here
    if not interrupted and not is_empty(database_url):
        return
    write_private(UNFINISHED, here)
    populate(*(["--reset"] if interrupted else []))
    UNFINISHED.unlink()


def is_empty(database_url: str) -> bool:
    with psycopg.connect(database_url) as connection:
        return connection.execute("SELECT FROM accounts_customuser LIMIT 1").fetchone() is None


def logins(database_url: str) -> str:
    """Those that are true: a database that was filled otherwise has nobody to log in as."""
    # By name, as an operator would type it: `core` knows no app, and this package starts what others have built.
    people = importlib.import_module("payshift.demo.people")
    with psycopg.connect(database_url) as connection:
        staff = "SELECT FROM accounts_customuser WHERE lower(email) = %s"
        if connection.execute(staff, [people.STAFF_EMAIL]).fetchone() is None:
            return "  No demo logins: the demo did not fill this database. Staff: make manage ARGS=createsuperuser\n"
    return f"""  Demo logins, all with the password {people.PASSWORD}
    client          {people.CLIENT_EMAIL}
    worker          {people.WORKER_EMAIL}
    staff           {people.STAFF_EMAIL} (also for the admin)
"""
