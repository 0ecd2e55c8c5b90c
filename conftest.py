"""The suite's ground: real PostgreSQL with the two roles of production, real Redis, and the cast.

The cast makes each access test a story: Chidi the client owns the job, Wale and Ada are workers, Sade is a stranger,
Bisi is staff.
"""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "payshift.settings")
if "SECRET_KEY" not in os.environ:
    from core.dev.environment import prepare

    prepare()


def own_redis_database() -> str:
    """Each process of the suite flushes a Redis database of its own; number 0 is the running application's."""
    server, _, number = os.environ["REDIS_URL"].rpartition("/")
    if not number.isdigit():
        server, number = os.environ["REDIS_URL"], "0"
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    return f"{server}/{int(number) + 1 + int(worker)}"


os.environ["REDIS_URL"] = own_redis_database()
# Races run dozens of threads, each with a connection of its own, for which a busy machine needs longer than the second
# or less that the application waits.
os.environ["DATABASE_POOL_SIZE"] = "80"
PATIENCE_SECONDS = 30
# Whatever port a shell has chosen for its instance: links are compared letter by letter.
os.environ["PUBLIC_URL"] = "http://127.0.0.1:8000"
# Whatever the environment says of push: tests tell people on their devices, with a key that nobody else has.
os.environ["WEB_PUSH"], os.environ["VAPID_PRIVATE_KEY"] = "1", "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"

from collections.abc import Iterator  # noqa: E402
from typing import Any  # noqa: E402

import django  # noqa: E402
import psycopg  # noqa: E402
import pytest  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connections  # noqa: E402
from django.test import TestCase, TransactionTestCase  # noqa: E402
from django_redis import get_redis_connection  # noqa: E402
from pytest_django import DjangoDbBlocker  # noqa: E402

from core.cache.store import store  # noqa: E402
from core.cache.watch import watch  # noqa: E402
from core.postgresql import locked  # noqa: E402
from tests.support.database import (  # noqa: E402
    create_migrated_database,
    drop_database,
    empty_but_for_seeds,
    remember_seeds,
)
from tests.support.scheduling import ByFile, long_ones_first  # noqa: E402

# Here, not by pytest-django from pytest.ini: that would read the settings before the environment is prepared. The
# processes of xdist inherit DJANGO_SETTINGS_MODULE and have read them already, with the first process's Redis.
settings.CACHES["default"]["LOCATION"] = os.environ["REDIS_URL"]
settings.DATABASES["default"]["OPTIONS"]["pool"]["timeout"] = PATIENCE_SECONDS
# Above all others: it sees what the client gets.
settings.MIDDLEWARE = ["tests.support.declared_problems.DeclaredProblemsMiddleware", *settings.MIDDLEWARE]
django.setup()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items[:] = long_ones_first(items)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    return ByFile(config, log)


pytest_plugins = [
    "tests.support.cast",
    "tests.support.crashing",
    "tests.support.declared_problems",
    "tests.support.gateway",
    "tests.support.jobs",
    "tests.support.mail_server",
]


def owner_connection(database: str) -> psycopg.Connection:
    parameters = connections["owner"].settings_dict
    return psycopg.connect(
        dbname=database,
        user=parameters["USER"],
        password=parameters["PASSWORD"],
        host=parameters["HOST"],
        port=parameters["PORT"],
        autocommit=True,
    )


@pytest.fixture(scope="session")
def django_db_setup(request: pytest.FixtureRequest, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A fresh database, created and migrated by the owner role and used by the application role, as in production."""
    live = settings.DATABASES["owner"]["NAME"]
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    name = f"test_{live}{worker and '_' + worker}"
    # Past a pooler, where there is one, as well.
    aliases = [alias for alias in ("default", "owner", "direct") if alias in settings.DATABASES]
    for alias in aliases:
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name
        settings.DATABASES[alias]["NAME"] = name

    def migrate() -> None:
        call_command("migrate", verbosity=0, interactive=False)
        for alias in aliases:
            connections[alias].close()
        connections["default"].close_pool()  # type: ignore[attr-defined]  # PostgreSQL's own

    with owner_connection(live) as maintenance, django_db_blocker.unblock():
        create_migrated_database(maintenance, name, migrate)
    with owner_connection(name) as owner:
        remember_seeds(owner)
    yield
    # Connections of threads that were left behind: the owner may drop the database, not end the application's sessions.
    with django_db_blocker.unblock(), connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = %s AND usename = current_user AND pid <> pg_backend_pid()",
            [name],
        )
    for alias in aliases:
        connections[alias].close()
    connections["default"].close_pool()  # type: ignore[attr-defined]  # PostgreSQL's own
    with owner_connection(live) as maintenance:
        drop_database(maintenance, name)


@pytest.fixture(autouse=True, scope="session")
def _clean_up_as_owner() -> Iterator[None]:
    """Transactional tests end with TRUNCATE, which the application role may not do to the ledger (M2)."""

    def truncate(self: TransactionTestCase) -> None:
        with owner_connection(settings.DATABASES["owner"]["NAME"]) as owner:
            empty_but_for_seeds(owner)

    original = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]
    TransactionTestCase._fixture_teardown = truncate  # type: ignore[attr-defined]
    yield
    TransactionTestCase._fixture_teardown = original  # type: ignore[attr-defined]


@pytest.fixture(autouse=True, scope="session")
def _tests_have_time() -> Iterator[None]:
    """A test is one transaction of many requests, and may take longer than one of the application on a busy machine."""
    original = TestCase._enter_atomics  # type: ignore[attr-defined]

    def enter(test: type[TestCase]) -> object:
        atomics = original.__func__(test)
        with connections["default"].cursor() as cursor:
            for name in ("transaction_timeout", "idle_in_transaction_session_timeout"):
                cursor.execute(f"SET LOCAL {name} = 0")
        return atomics

    TestCase._enter_atomics = classmethod(enter)  # type: ignore[attr-defined]
    yield
    TestCase._enter_atomics = original  # type: ignore[attr-defined]


@pytest.fixture(autouse=True, scope="session")
def _tables_are_emptied_in_peace() -> Iterator[None]:
    """TRUNCATE keeps tables locked, on a busy machine for seconds: nobody in the next test is refused for it."""
    original, locked.LONG_SECONDS = locked.LONG_SECONDS, PATIENCE_SECONDS
    yield
    locked.LONG_SECONDS = original


@pytest.fixture(autouse=True)
def _clean_redis() -> None:
    """Each test starts on an empty Redis in an old epoch: no quarantine, nothing cached, no throttle counted.

    Its pool is patient: on a busy machine a burst of threads waits longer than the cache lets it, and the cache is then
    taken for unreachable. Those who test just that have a server, and so a pool, of their own.
    """
    watch.forget()
    store.copies.clear()
    redis = get_redis_connection("default")
    redis.connection_pool.timeout = PATIENCE_SECONDS
    redis.connection_pool.connection_kwargs["socket_timeout"] = PATIENCE_SECONDS
    redis.flushdb()
    redis.set("c:epoch", "tests:0")
    redis.set("c:run", redis.info("server")["run_id"])
