"""The scheme itself, on real Redis: every interleaving of one reader and one writer, step by step."""

import pytest
from django_redis import get_redis_connection

from core.cache.store import Lookup, Store

ENTITIES = ["job:1", "user:2"]


@pytest.fixture
def store() -> Store:
    return Store()


def read(store: Store, key: str = "job:1") -> Lookup:
    lookup = store.read(entry_key=key)
    assert lookup is not None
    return lookup


def fill(store: Store, lookup: Lookup, body: bytes = b"old") -> str | None:
    return store.fill(
        key="c:e:job:1",
        stamp=lookup.stamp,
        ttl_ms=60_000,
        meta=b"tag ",
        body=body,
        entities=ENTITIES,
        lease=lookup.lease,
    )


def test_fill_without_a_writer_is_a_hit_afterwards(store: Store) -> None:
    assert fill(store, read(store)) == "stored"

    assert read(store).body == b"old"


def test_begin_makes_an_earlier_entry_a_miss(store: Store) -> None:
    fill(store, read(store))

    store.begin("w", ["user:2"])

    assert read(store).body == b""


def test_end_of_one_writer_leaves_the_other_open_and_the_last_leaves_nothing(store: Store) -> None:
    redis = get_redis_connection("default")
    store.begin("a", ["job:1"])
    wait_for_redis_ms(20)
    store.begin("b", ["job:1", "user:2"])
    both = redis.zscore("c:open", "job:1")

    store.end("b", ["job:1", "user:2"])

    # Until the deadline of the one that is left, which came first.
    assert 0 < redis.zscore("c:open", "job:1") < both
    assert redis.zscore("c:open", "user:2") is None
    assert fill(store, read(store)) == "writing"

    store.end("a", ["job:1"])
    assert redis.zrange("c:open", 0, -1) == []
    assert redis.keys("c:w:*") == []


@pytest.mark.parametrize("written", ENTITIES)
def test_reader_before_begin_may_not_store_after_it(store: Store, written: str) -> None:
    lookup = read(store)

    store.begin("w", [written])

    assert fill(store, lookup) in {"changed", "writing"}
    assert read(store).body == b""


def test_reader_before_begin_may_not_store_after_end(store: Store) -> None:
    lookup = read(store)

    store.begin("w", ["job:1"])
    store.end("w", ["job:1"])

    assert fill(store, lookup) == "changed"


def test_reader_between_begin_and_end_may_not_store_at_any_time(store: Store) -> None:
    store.begin("w", ["job:1"])
    lookup = read(store)

    assert fill(store, lookup) == "writing"

    store.end("w", ["job:1"])

    assert fill(store, lookup) == "changed"


def test_reader_after_end_may_store(store: Store) -> None:
    store.begin("w", ["job:1"])
    store.end("w", ["job:1"])

    assert fill(store, read(store), b"new") == "stored"
    assert read(store).body == b"new"


def test_overlapping_writers_the_first_end_does_not_open_the_entity(store: Store) -> None:
    store.begin("a", ["job:1"])
    store.begin("b", ["job:1"])
    store.end("a", ["job:1"])

    assert fill(store, read(store)) == "writing"

    store.end("b", ["job:1"])

    assert fill(store, read(store)) == "stored"


def test_killed_writer_blocks_every_reader_stamped_before_its_deadline(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.cache.store.WRITER_DEADLINE_MS", 30)
    store.begin("killed", ["job:1"])
    during = read(store)
    wait_for_redis_ms(60)
    after = read(store)

    assert fill(store, during) == "writing"
    assert fill(store, after) == "stored"


def test_write_of_another_entity_leaves_the_entry_alone(store: Store) -> None:
    fill(store, read(store))

    store.begin("w", ["job:2"])
    store.end("w", ["job:2"])

    assert read(store).body == b"old"


def test_new_epoch_voids_entries_and_refuses_readers_of_the_old_one(store: Store) -> None:
    fill(store, read(store))
    old = read(store, "job:9")

    store.new_epoch()

    assert read(store).body == b""
    assert fill(store, old) == "epoch"


def test_new_epoch_stores_nothing_while_an_unseen_writer_may_be_open(store: Store) -> None:
    store.new_epoch()

    assert fill(store, read(store)) == "quarantine"


def test_one_of_many_misses_leads_and_the_others_wait(store: Store) -> None:
    first, second = read(store), read(store)

    assert first.lease
    assert second.wait
    assert not second.lease

    fill(store, first)

    assert not read(store).wait


def test_nobody_waits_while_nothing_can_be_stored(store: Store) -> None:
    store.begin("w", ["job:1"])
    fill(store, read(store))

    assert not read(store).wait
    assert not read(store).lease


def test_token_and_entry_come_in_one_round_trip_and_name_the_viewer(store: Store) -> None:
    stamp = read(store).stamp
    store.fill(key="c:t:ab", stamp=stamp, ttl_ms=1000, meta=b"facts", body=b"7", entities=["device:3"])
    store.fill(key="c:e:account:7", stamp=stamp, ttl_ms=1000, meta=b"tag 7", body=b"mine", entities=["account-of:7"])

    lookup = store.read(token_key="c:t:ab", entry_key="account:{viewer}")

    assert lookup is not None
    assert (lookup.token_meta, lookup.entry_key, lookup.body) == (b"facts", "account:7", b"mine")


def test_unknown_token_gets_neither_the_entry_nor_the_lease(store: Store) -> None:
    lookup = store.read(token_key="c:t:unknown", entry_key="job:1")

    assert lookup is not None
    assert (lookup.token_meta, lookup.lease) == (b"", "")
    # Nor anybody to wait for: whoever turns out to have sent it asks again, and leads.
    assert lookup.entry_key == ""
    assert read(store).lease


def test_unknown_token_brings_the_entry_that_is_there(store: Store) -> None:
    """Its sender is known from the database a moment later, and is spared another round trip."""
    fill(store, read(store))

    lookup = store.read(token_key="c:t:unknown", entry_key="job:1")

    assert lookup is not None
    assert (lookup.entry_key, lookup.body) == ("job:1", b"old")


def test_revoked_token_is_a_miss(store: Store) -> None:
    store.fill(key="c:t:ab", stamp=read(store).stamp, ttl_ms=1000, meta=b"f", body=b"7", entities=["device:3"])

    store.begin("w", ["device:3"])

    lookup = store.read(token_key="c:t:ab")
    assert lookup is not None
    assert lookup.token_meta == b""


def test_prune_forgets_old_versions_only_and_in_slices(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    redis = get_redis_connection("default")
    monkeypatch.setattr("core.cache.store.PRUNE_AFTER_MS", 30)
    monkeypatch.setattr("core.cache.store.PRUNE_SLICE", 2)
    store.begin("w", [f"job:{number}" for number in range(4)])
    assert store.prune() == 0
    wait_for_redis_ms(60)
    # One of the old ones is written again, and stays.
    store.begin("v", ["job:3", "job:9"])

    assert store.prune() == 3

    # With `*`, which tells that something is forgotten.
    assert store.version_count() == 3
    # None of the writers has ended.
    assert redis.zrange("c:ver", 0, -1) == [b"*", b"job:3", b"job:9"]
    assert {*redis.keys("c:w:*")} == {b"c:w:job:3", b"c:w:job:9"}
    assert redis.zrange("c:open", 0, -1) == [b"job:3", b"job:9"]


def test_what_was_begun_before_versions_were_forgotten_is_not_stored(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that slept between its stamp and its fill: the write in between is forgotten when it wakes."""
    monkeypatch.setattr("core.cache.store.PRUNE_AFTER_MS", 30)
    slow, late = read(store), read(store, "job:2")
    store.begin("w", ["job:1"])
    store.end("w", ["job:1"])
    store.prune()
    wait_for_redis_ms(60)
    store.prune()
    # The control: its age alone would let it in.
    assert fill(store, slow) == "stored"

    monkeypatch.setattr("core.cache.store.STAMP_MS", 30)

    assert fill(store, late) == "late"


def wait_for_redis_ms(milliseconds: int) -> None:
    """Redis' clock is real: blocking on an empty list lets it pass."""
    get_redis_connection("default").blpop(["nothing"], timeout=milliseconds / 1000)
