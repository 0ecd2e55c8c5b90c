"""What a process holds of the cache is served only while Redis proves it current, asked for each time, step by step."""

import threading
from collections.abc import Callable
from time import monotonic
from typing import Any

import pytest
from django_redis import get_redis_connection

from accounts.models import CustomUser
from core.cache import store as module
from core.cache.copies import OVERHEAD_BYTES, Copies, Copy, current, question
from core.cache.evaluating import evaluate
from core.cache.store import Lookup, Store
from tests.core.cache.conftest import PrivateRedis, rename
from tests.core.cache.reader import outcome, read_name
from tests.core.cache.test_store import fill, read, wait_for_redis_ms

type Write = Callable[[Store], object]


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def holder(store: Store) -> Store:
    """A process that holds a copy of `job:1`."""
    assert fill(store, read(store)) == "stored"
    assert read(store).body == b"old"
    return store


class Scripts:
    """How many scripts stores have run: the server's own count is of all who use it."""

    run = 0


@pytest.fixture
def scripts(monkeypatch: pytest.MonkeyPatch) -> Scripts:
    counted = Scripts()

    def run(*script: Any, **options: Any) -> Any:
        counted.run += 1
        return evaluate(*script, **options)

    monkeypatch.setattr(module, "evaluate", run)
    return counted


def test_hit_of_a_copy_asks_for_the_proof_alone(holder: Store, scripts: Scripts) -> None:
    before = scripts.run

    assert [read(holder).body for _ in range(5)] == [b"old"] * 5

    assert scripts.run == before


def test_what_another_process_stored_is_brought_once(holder: Store, scripts: Scripts) -> None:
    other = Store()
    assert read(other).body == b"old"
    before = scripts.run

    assert read(other).body == b"old"

    assert scripts.run == before


def test_copy_brings_token_and_entry_and_names_the_viewer(store: Store, scripts: Scripts) -> None:
    stamp = read(store).stamp
    store.fill(key="c:t:ab", stamp=stamp, ttl_ms=1000, meta=b"facts", body=b"7", entities=["device:3"])
    store.fill(key="c:e:account:7", stamp=stamp, ttl_ms=1000, meta=b"tag 7", body=b"mine", entities=["account-of:7"])
    before = scripts.run

    lookup = store.read(token_key="c:t:ab", entry_key="account:{viewer}")

    assert lookup is not None
    assert (lookup.token_meta, lookup.entry_key, lookup.entry_meta) == (b"facts", "account:7", b"tag 7")
    assert (lookup.body, lookup.wait, lookup.lease) == (b"mine", False, "")
    assert scripts.run == before


@pytest.mark.parametrize("written", ["device:3", "account-of:7"])
def test_write_of_what_either_shows_voids_it(store: Store, written: str) -> None:
    stamp = read(store).stamp
    store.fill(key="c:t:ab", stamp=stamp, ttl_ms=1000, meta=b"facts", body=b"7", entities=["device:3"])
    store.fill(key="c:e:account:7", stamp=stamp, ttl_ms=1000, meta=b"tag 7", body=b"mine", entities=["account-of:7"])

    Store().begin("w", [written])

    lookup = store.read(token_key="c:t:ab", entry_key="account:{viewer}")
    assert lookup is not None
    assert (lookup.token_meta, lookup.body) != (b"facts", b"mine")
    assert bool(lookup.token_meta) is (written != "device:3")


def evict(store: Store) -> None:
    get_redis_connection("default").delete("c:e:job:1")


def flush(store: Store) -> None:
    get_redis_connection("default").flushdb()


def come_back_empty(store: Store) -> None:
    """All of a cache but what names its epoch, as no Redis does by itself."""
    redis = get_redis_connection("default")
    redis.delete(*redis.keys("c:e:*"), "c:epoch")


VOIDING: list[Write] = [
    lambda other: other.begin("w", ["job:1"]),
    lambda other: other.begin("w", ["user:2"]),
    lambda other: (other.begin("w", ["job:1"]), other.end("w", ["job:1"])),
    lambda other: other.new_epoch(),
    lambda other: (other.meet("one"), other.meet("another")),
    flush,
    come_back_empty,
]


@pytest.mark.parametrize("event", VOIDING)
def test_what_another_process_does_voids_the_copy(holder: Store, event: Write) -> None:
    event(Store())

    assert read(holder).body == b""


def test_write_of_something_else_leaves_the_copy_alone(holder: Store) -> None:
    Store().begin("w", ["job:2"])

    assert read(holder).body == b"old"


def test_new_bytes_of_another_process_take_the_place_of_the_copy(holder: Store) -> None:
    other = Store()
    other.begin("w", ["job:1"])
    other.end("w", ["job:1"])
    assert fill(other, read(other), b"new") == "stored"

    assert read(holder).body == b"new"
    assert read(holder).body == b"new"


def test_copy_outlives_its_eviction_and_is_proven_as_before(holder: Store) -> None:
    evict(holder)
    assert read(holder).body == b"old"

    holder.begin("w", ["user:2"])

    assert read(holder).body == b""


def forget_versions(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """As an hour later."""
    monkeypatch.setattr("core.cache.store.PRUNE_AFTER_MS", 30)
    store.prune()
    wait_for_redis_ms(60)
    store.prune()


def test_process_that_slept_until_versions_were_forgotten_proves_nothing(
    holder: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its own clock may stand still meanwhile, as that of a virtual machine does, and Redis' may jump."""
    other = Store()
    other.begin("w", ["job:1"])
    other.end("w", ["job:1"])
    evict(other)

    forget_versions(other, monkeypatch)

    assert get_redis_connection("default").zscore("c:ver", "job:1") is None
    assert read(holder).body == b""


def test_control_without_a_sign_of_what_was_forgotten_the_old_copy_is_served(
    holder: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Store()
    other.begin("w", ["job:1"])
    other.end("w", ["job:1"])
    evict(other)
    forget_versions(other, monkeypatch)

    get_redis_connection("default").zrem("c:ver", "*")

    assert read(holder).body == b"old"


def test_copy_lives_as_long_as_its_entry(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [1000.0]
    monkeypatch.setattr("core.cache.copies.monotonic", lambda: clock[0])
    assert fill(store, read(store)) == "stored"
    evict(store)
    clock[0] += 59.9
    assert read(store).body == b"old"

    clock[0] += 0.2

    assert read(store).body == b""
    assert store.copies.size == 0


def test_copy_of_what_is_found_lives_as_long_as_is_left(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(store, read(store))
    get_redis_connection("default").pexpire("c:e:job:1", 20_000)
    other = Store()
    read(other)
    evict(other)
    clock = monotonic()
    monkeypatch.setattr("core.cache.copies.monotonic", lambda: clock + 20.5)

    assert read(other).body == b""


def in_two_steps(monkeypatch: pytest.MonkeyPatch, between: Callable[[], object]) -> None:
    """What may come between the two commands of an exchange."""

    def exchange(commands: bytes) -> tuple[object, object]:
        first, mark, second = commands.partition(b"*3\r\n$5\r\nGETEX")
        connection = get_redis_connection("default").connection_pool.get_connection()
        answers = []
        for command in (first, mark + second):
            connection.send_packed_command([command])
            answers.append(connection.read_response())
            between()
        get_redis_connection("default").connection_pool.release(connection)
        return answers[0], answers[1]

    monkeypatch.setattr(module, "exchange", exchange)


def test_epoch_that_ends_between_the_versions_and_itself_is_found_out(
    holder: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A Redis that was emptied knows no versions: with the epoch asked first, it would prove anything."""
    in_two_steps(monkeypatch, lambda: Store().new_epoch())

    assert read(holder).body == b""


def test_write_that_begins_after_the_versions_were_read_began_after_the_read(
    holder: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_two_steps(monkeypatch, lambda: Store().begin("w", ["job:1"]))
    assert read(holder).body == b"old"

    assert read(holder).body == b""


def test_answer_that_nobody_read_is_nobody_elses(holder: Store) -> None:
    """The first of the two fails: what is known of it stays in this exchange."""
    redis = get_redis_connection("default")
    redis.set("c:ver", "no set")
    assert holder.read(entry_key="job:1") is None
    redis.delete("c:ver")

    assert holder.read(entry_key="job:9").body == b""  # type: ignore[union-attr]
    assert redis.get("c:epoch") == b"tests:0"


def test_copies_keep_within_their_bound(settings: Any) -> None:
    settings.CACHE_HELD_BYTES = 10 * (OVERHEAD_BYTES + 1000)
    copies = Copies()
    for number in range(100):
        copies.keep(str(number), Copy.of(b"e", b"1", b"", b"", b"x" * 900, ttl_ms=60_000))
        copies.find("3")

    assert copies.size <= settings.CACHE_HELD_BYTES
    # Those used last.
    assert copies.find("99") is not None
    assert copies.find("3") is not None
    assert copies.find("50") is None


def test_process_may_hold_nothing(store: Store, settings: Any) -> None:
    settings.CACHE_HELD_BYTES = 0
    fill(store, read(store))

    assert read(store).body == b"old"
    assert store.copies.size == 0


def test_copies_count_what_they_hold_under_many_threads() -> None:
    copies = Copies()

    def work(seed: int) -> None:
        for number in range(2000):
            key = str((number * seed) % 50)
            copies.keep(key, Copy.of(b"e", b"1", b"job:1", b"", b"x" * (number % 97), ttl_ms=60_000))
            copies.find(key)
            copies.drop([str(number % 50)])

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert copies.size == sum(copy.size for copy in copies._copies.values())


def test_question_and_answer_by_the_byte() -> None:
    copies = [
        Copy.of(b"e", b"5", b"job:1 user:2", b"", b"", ttl_ms=1),
        Copy.of(b"e", b"7", b"device:3", b"", b"", ttl_ms=1),
    ]

    assert question(copies).startswith(b"*7\r\n$7\r\nZMSCORE\r\n$5\r\nc:ver\r\n$1\r\n*\r\n$5\r\njob:1\r\n")
    assert current(copies, [None, b"5", None, None, b"7"], b"e")
    assert not current(copies, [None, b"6", None, None, b"7"], b"e")
    assert not current(copies, [b"6", b"5", None, b"6", b"7"], b"e")
    assert not current(copies, [None, None, None, None, None], b"f")
    assert not current(copies, [None, None, None, None, None], None)


@pytest.mark.django_db(transaction=True)
def test_r3_no_copy_is_served_while_redis_is_away(server: PrivateRedis, user: CustomUser) -> None:
    read_name(user.pk)
    assert outcome(user.pk) == "payshift; hit"
    server.freeze()

    assert outcome(user.pk) == "payshift; fwd=bypass"

    rename(user, "New")
    assert read_name(user.pk) == "New"


def test_lookup_of_copies_refuses_a_fill(holder: Store) -> None:
    """Who is proven current has no stamp: nothing is stored under it."""
    lookup = read(holder)

    assert isinstance(lookup, Lookup)
    assert lookup.stamp == module.NO_STAMP
    assert fill(holder, lookup, b"other") in {"late", "epoch"}
