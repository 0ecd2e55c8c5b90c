"""One marketplace of some thousand jobs for all tests of this directory."""

from collections.abc import Iterator

import pytest
from django.db import connections
from pytest_django import DjangoDbBlocker

from payshift.management.commands.populate_demo import empty_database
from payshift.measuring.databases import owner_connection
from payshift.measuring.populating.populate import SEED, populate
from payshift.measuring.reads import Cast, find_cast

# Enough that PostgreSQL prefers an index to reading the table, as it does with a million.
JOBS = 20_000


@pytest.fixture(scope="package")
def marketplace(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[dict[str, int]]:
    """The number of rows of each table. Committed by the owner, so tests in transactions see it; gone at the end."""
    with django_db_blocker.unblock():
        # Whatever an earlier test left behind must not hold a lock on the tables.
        connections["default"].close()
        with owner_connection() as owner:
            counts = populate(owner, jobs=JOBS, seed=SEED, progress=lambda share, doing: None)
            # Of every row, where 100 would be a sample: the same rows give the same plans.
            owner.execute("SET default_statistics_target = 10000")
            owner.execute("ANALYZE")
        connections["default"].close()
    yield counts
    with django_db_blocker.unblock():
        connections["default"].close()
        empty_database()


@pytest.fixture
def marketplace_cast(marketplace: dict[str, int], db: None) -> Cast:
    return find_cast()
