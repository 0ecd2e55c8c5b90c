"""Another database, or another history of it, voids the cache; a new connection to the same one does not."""

import pytest
from django.db import connection, connections
from django_redis import get_redis_connection

from core.cache import lineage
from core.cache.store import store
from core.postgresql.base import ON_NEW_CONNECTION

pytestmark = pytest.mark.django_db(transaction=True)


def epoch() -> bytes:
    value = get_redis_connection("default").get("c:epoch")
    assert isinstance(value, bytes)
    return value


def connect_anew() -> None:
    connection.close()
    connections["default"].close_pool()  # type: ignore[attr-defined]  # PostgreSQL's own
    connection.ensure_connection()


def test_new_connection_to_the_same_database_voids_nothing() -> None:
    connect_anew()
    before = epoch()

    connect_anew()

    assert lineage.look_at in ON_NEW_CONNECTION
    assert get_redis_connection("default").get("c:lineage")
    assert epoch() == before


@pytest.mark.parametrize("part", range(4))
def test_each_part_of_a_lineage_counts(part: int) -> None:
    connect_anew()
    redis, before = get_redis_connection("default"), epoch()
    parts = redis.get("c:lineage").split(b" ")
    assert (len(parts), len(parts[1])) == (4, 8)
    parts[part] = parts[part][:-1] + (b"8" if parts[part][-1:] == b"9" else b"9")
    redis.set("c:lineage", b" ".join(parts))

    connect_anew()

    assert epoch() != before


def test_empty_cache_has_nothing_to_void() -> None:
    before = epoch()

    assert store.meet("anything") is False
    assert store.meet("anything else") is True
    assert epoch() != before
