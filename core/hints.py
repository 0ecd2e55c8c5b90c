"""Hints: that something which concerns a person has changed, told to their open streams after commit.

A hint names a kind and a number, and holds nothing of what changed: whoever hears it reads again, as themselves. It is
never the only way: nothing keeps a hint, and who was not listening finds out at the next read.
"""

import json
from collections.abc import Iterable
from urllib.parse import urlsplit

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections, transaction

from core.cache.coherence import OpenWriter
from core.cache.store import store


def channel() -> str:
    """Redis keeps channels apart from its numbered databases: two installations on one server must not mix."""
    return f"hints:{urlsplit(str(settings.CACHES['default']['LOCATION'])).path.strip('/') or '0'}"


class Hints:
    """Those of one transaction, as its on_commit callback: a rollback takes them along."""

    def __init__(self) -> None:
        self.channel = ""
        # In order, and each once.
        self.messages: dict[str, None] = {}

    def __call__(self) -> None:
        store.publish(self.channel, self.messages)


def hint(*, user_id: int, about: str, number: int | None = None, using: str = DEFAULT_DB_ALIAS) -> None:
    """Tell the person's streams, once the transaction is committed.

    All hints of it go in one round trip to Redis: that of the cache's end of the write, where there is one.
    """
    connection = connections[using]
    here = _savepoints(connection.savepoint_ids)
    there = (entry[1] for entry in connection.run_on_commit if _savepoints(entry[0]) == here)
    hints = next((callback for callback in there if isinstance(callback, Hints | OpenWriter)), None)
    is_new = hints is None
    hints = hints or Hints()
    hints.channel = channel()
    hints.messages[f"{user_id} {json.dumps({'about': about, 'id': number})}"] = None
    if is_new:
        transaction.on_commit(hints, using=using)


def _savepoints(ids: Iterable[str | None]) -> set[str | None]:
    """What is rolled back to one of them is not told, so only hints of the same ones go together."""
    return set(ids) - {None}
