"""Cached values under the proofs of the cached reads: R2 by forced interleavings, R3 without Redis."""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection, transaction
from django_redis import get_redis_connection

from accounts.models import CustomUser
from core.cache.store import store
from core.cache.values import CachedValue
from core.metrics import CACHE_READS
from core.queries import count_queries
from tests.core.cache.test_coherence import in_thread, rename
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass(frozen=True)
class Named:
    name: str
    letters: dict[int, str]


NAME = CachedValue(Named, name="test_value", ttl_seconds=60, key="{user_id}", entities=("user:{user_id}",))


def named(user: CustomUser, after_query: Callable[[], object] = lambda: None) -> str:
    def build() -> Named:
        name = CustomUser.objects.values_list("first_name", flat=True).get(pk=user.pk)
        after_query()
        return Named(name, dict(enumerate(name)))

    return NAME.get(build, user_id=user.pk).name


def counted(outcome: str) -> float:
    return CACHE_READS.labels("test_value", outcome)._value.get()


def test_value_is_computed_once_and_comes_back_typed(user: CustomUser) -> None:
    before = counted("hit"), counted("miss")
    named(user)

    with count_queries() as queries:
        value = NAME.get(lambda: pytest.fail("It is there."), user_id=user.pk)

    assert queries.count == 0
    assert value == Named("Old", {0: "O", 1: "l", 2: "d"})
    assert (counted("hit"), counted("miss")) == (before[0] + 1, before[1] + 1)


def test_values_of_different_parameters_are_kept_apart(user: CustomUser) -> None:
    other = UserFactory(first_name="Other")

    assert [named(user), named(other), named(user), named(other)] == ["Old", "Other", "Old", "Other"]


@pytest.mark.parametrize("seconds", [0, 3601])
def test_value_expires_after_an_hour_at_most(seconds: int) -> None:
    with pytest.raises(ValueError, match="an hour at most"):
        CachedValue(Named, name=f"test_{seconds}", ttl_seconds=seconds, key="", entities=())


def test_value_may_live_an_hour() -> None:
    CachedValue(Named, name="test_hour", ttl_seconds=3600, key="", entities=())


def test_r2_value_follows_a_write(user: CustomUser) -> None:
    named(user)

    rename(user.pk)

    assert named(user) == "New"


def test_r2_slow_reader_cannot_store_the_value_it_read_before_a_commit(user: CustomUser) -> None:
    assert named(user, after_query=lambda: in_thread(lambda: rename(user.pk))) == "Old"

    assert named(user) == "New"


def test_r2_reader_inside_an_open_transaction_of_a_writer_stores_nothing(user: CustomUser) -> None:
    with transaction.atomic():
        user.first_name = "New"
        user.save()
        in_thread(lambda: named(user))

    assert named(user) == "New"


def test_r2_writer_sees_its_own_write_and_does_not_show_it_to_others(user: CustomUser) -> None:
    """It rolls back: nobody may ever be told."""
    named(user)
    with transaction.atomic():
        CustomUser.objects.filter(pk=user.pk).update(first_name="Never")
        assert named(user) == "Never"
        transaction.set_rollback(True)

    assert named(user) == "Old"


def test_r2_control_without_begin_the_slow_reader_leaves_a_stale_value(
    user: CustomUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "begin", lambda writer, entities: True)
    monkeypatch.setattr(store, "end", lambda writer, entities, **told: True)

    named(user, after_query=lambda: in_thread(lambda: rename(user.pk)))

    assert named(user) == "Old"


def test_r3_value_without_redis_is_computed(user: CustomUser, monkeypatch: pytest.MonkeyPatch) -> None:
    before = counted("bypass")
    monkeypatch.setattr(store, "read", lambda **asked: None)

    assert named(user) == "Old"
    assert counted("bypass") == before + 1


def test_value_that_cannot_be_computed_is_not_stored(user: CustomUser) -> None:
    def fail() -> Named:
        raise LookupError

    with pytest.raises(LookupError):
        NAME.get(fail, user_id=user.pk)

    assert named(user) == "Old"


def test_value_of_another_release_is_computed_anew(user: CustomUser) -> None:
    named(user)
    get_redis_connection("default").hset(f"c:e:test_value:{user.pk}", "b", b'{"title": "Old"}')

    assert named(user) == "Old"


def test_fifty_misses_compute_once_or_twice(user: CustomUser, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.CACHE_FOLLOWERS = 50
    monkeypatch.setattr("core.cache.entries.FOLLOWER_WAIT_SECONDS", 30)
    computed: list[int] = []
    barrier = Barrier(50)

    def miss() -> None:
        barrier.wait()
        try:
            named(user, after_query=lambda: computed.append(1))
        finally:
            connection.close()

    threads = [Thread(target=miss) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert 1 <= len(computed) <= 2
