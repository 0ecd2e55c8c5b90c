"""R2 under load: readers and writers at random, each read checked against what was committed before it began.

The controls take one protection away each and must find stale reads, or the storm would prove nothing.
"""

import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import pytest
from django.db import connection, transaction

from accounts.models import CustomUser
from core.cache import coherence, scripts
from core.cache.store import store
from core.metrics import CACHE_READS
from tests.core.cache.reader import read_name
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)

READERS, WRITERS, USERS = 8, 4, 3


class Storm:
    """Names are growing numbers; `committed` is raised after each commit, so a read below it is stale."""

    def __init__(self, users: list[int], seconds: float, seed: int) -> None:
        self.users = users
        self.seed = seed
        self.until = time.monotonic() + seconds
        self.committed = dict.fromkeys(users, 0)
        self.lock = threading.Lock()
        self.reads = 0
        self.stale = 0
        self.errors: list[BaseException] = []

    def write(self, number: int) -> None:
        randomness = random.Random(self.seed + number)
        while time.monotonic() < self.until:
            user_id = randomness.choice(self.users)
            with transaction.atomic():
                user = CustomUser.objects.select_for_update(no_key=True).get(pk=user_id)
                value = int(user.first_name) + 1
                # Runs right after COMMIT and before the writer's end, which is registered later.
                transaction.on_commit(partial(self.commit, user_id, value))
                if randomness.random() < 0.5:
                    user.first_name = str(value)
                    user.save(update_fields=["first_name"])
                else:
                    CustomUser.objects.filter(pk=user_id).update(first_name=str(value))
                time.sleep(randomness.random() * 0.004)
                if randomness.random() < 0.02:
                    transaction.set_rollback(True)
            time.sleep(randomness.random() * 0.02)

    def commit(self, user_id: int, value: int) -> None:
        with self.lock:
            self.committed[user_id] = max(self.committed[user_id], value)

    def read(self, number: int) -> None:
        randomness = random.Random(-self.seed - number)
        while time.monotonic() < self.until:
            user_id = randomness.choice(self.users)
            with self.lock:
                floor = self.committed[user_id]
            slow = randomness.random() < 0.1
            value = int(read_name(user_id, after_query=partial(time.sleep, 0.01 if slow else 0)))
            with self.lock:
                self.reads += 1
                self.stale += value < floor

    def run(self) -> None:
        def guarded(work: object, number: int) -> None:
            try:
                work(number)  # type: ignore[operator]
            except BaseException as error:
                self.errors.append(error)
                raise
            finally:
                connection.close()

        threads = [threading.Thread(target=guarded, args=(self.write, n)) for n in range(WRITERS)]
        threads += [threading.Thread(target=guarded, args=(self.read, n)) for n in range(READERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not self.errors


def storm(seconds: float, seed: int = 1) -> Storm:
    running = Storm([UserFactory(first_name="0").pk for _ in range(USERS)], seconds, seed)
    running.run()
    return running


@pytest.fixture(autouse=True)
def _short_deadlines(monkeypatch: pytest.MonkeyPatch) -> None:
    """A rolled-back writer keeps its entity closed until the deadline; a second of that is enough here."""
    monkeypatch.setattr("core.cache.store.WRITER_DEADLINE_MS", 1000)


def test_r2_storm_of_readers_and_writers_finds_no_stale_read() -> None:
    result = storm(seconds=20)

    assert result.stale == 0
    assert result.reads > 1000
    assert sum(result.committed.values()) > 100
    assert CACHE_READS.labels("test_first_name", "hit")._value.get() > 100


@contextmanager
def without_begin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Invalidate after commit only, as most caches do: a moment too late."""
    monkeypatch.setattr(store, "begin", lambda writer, entities: True)
    end = coherence.OpenWriter.__call__

    def late(writer: coherence.OpenWriter) -> None:
        time.sleep(0.002)
        end(writer)

    monkeypatch.setattr(coherence.OpenWriter, "__call__", late)
    yield


@contextmanager
def without_end(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Invalidate before the write only, and let nobody wait for its commit."""
    begin = scripts.BEGIN.replace("redis.call('ZADD', 'c:open', 'GT', now + ARGV[2], ARGV[i])", "")
    monkeypatch.setattr(scripts, "BEGIN", begin)
    monkeypatch.setattr(coherence.OpenWriter, "__call__", lambda self: None)
    yield


@contextmanager
def without_stamps(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Store whatever was read, whenever it was read."""
    fill = scripts.FILL.replace("refused = 'changed'", "refused = nil").replace("refused = 'writing'", "refused = nil")
    fresh = fill.replace("'s', ARGV[3]", "'s', redis.call('GET', 'c:seq') or '0'")
    monkeypatch.setattr(scripts, "FILL", fresh)
    yield


@contextmanager
def without_proof(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Serve what the process holds because it holds it."""
    monkeypatch.setattr("core.cache.store.current", lambda copies, versions, epoch: True)
    yield


@pytest.mark.parametrize("protection", [without_begin, without_end, without_stamps, without_proof])
def test_r2_control_each_protection_taken_away_lets_stale_reads_through(
    protection: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    with protection(monkeypatch):  # type: ignore[operator]
        result = storm(seconds=4, seed=2)

    assert result.stale > 0
