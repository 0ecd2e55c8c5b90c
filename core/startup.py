"""What a process refuses to start with, in a line that says what to do. Commands run Django's checks by themselves, a
server does not.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.checks import ERROR, Tags, run_checks
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError

# Python's own 2,000 have a busy process look through all that it loaded several times a second, and find nothing.
OBJECTS_BEFORE_A_SEARCH = 50_000


def search_garbage_seldom() -> None:
    """For a process that lives long, when all is loaded: cycles are looked for seldom, and never among what is there
    now. Objects without cycles, which are nearly all, go at once as ever.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS_BEFORE_A_SEARCH)


def refuse_to_start_with_errors() -> None:
    """End the process, with a line for each, where a check of the settings finds an error. Asks no database."""
    errors = [
        message
        for message in run_checks(tags=[Tags.security])
        if message.is_serious(ERROR) and not message.is_silenced()
    ]
    if errors:
        lines = "\n".join(f"  {error.id}: {error.msg}" for error in errors)
        raise SystemExit(f"Payshift does not start with this configuration:\n{lines}")


@contextmanager
def mistakes_in_a_line() -> Iterator[None]:
    """End the process with one line where the environment is incomplete or the database gives no connection."""
    try:
        yield
    except ImproperlyConfigured as error:
        raise SystemExit(f"Payshift: {error}") from None
    except OperationalError:
        if (reason := why_no_connection()) is None:
            raise
        raise SystemExit(f"Payshift: {reason}. See DATABASE_URL and DATABASE_OWNER_URL.") from None


def why_no_connection() -> str | None:
    """What the server says to somebody who connects without the pool, which says only that it waited in vain."""
    import psycopg
    from django.db import connections

    for connection in connections.all(initialized_only=True):
        if connection.vendor != "postgresql":
            continue
        parameters = connection.get_connection_params()
        names = ("dbname", "user", "password", "host", "port")
        given = {name: parameters[name] for name in names if parameters.get(name)}
        try:
            psycopg.connect(**given, connect_timeout=5).close()
        except psycopg.OperationalError as error:
            return str(error).strip().splitlines()[0]
    return None
