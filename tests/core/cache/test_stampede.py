"""200 parallel misses of one key: one runs the query, the others are served what it stored."""

import threading
from typing import Any

import pytest
from django.db import connection

from tests.core.cache.reader import read_name
from tests.factories.accounts import UserFactory


@pytest.mark.django_db(transaction=True)
def test_stampede_of_200_misses_runs_the_query_once_or_twice(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.CACHE_FOLLOWERS = 200
    # So many threads keep a busy machine from their leader for longer than they would wait for it.
    monkeypatch.setattr("core.cache.entries.FOLLOWER_WAIT_SECONDS", 30)
    monkeypatch.setattr("core.cache.store.LEASE_MS", 30_000)
    user = UserFactory(first_name="Old")
    queries: list[int] = []
    answers: list[str] = []
    barrier = threading.Barrier(200)

    def miss() -> None:
        barrier.wait()
        try:
            answers.append(read_name(user.pk, after_query=lambda: queries.append(1)))
        finally:
            connection.close()

    threads = [threading.Thread(target=miss) for _ in range(200)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == ["Old"] * 200
    assert len(queries) <= 2
