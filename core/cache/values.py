"""Cached values: what an answer needs and is costly to compute, for operations that are not cached as a whole.

They are kept, proven current and voided as the cached reads are, and are facts of what their key names, the same for
whoever asks: a value never holds anything of the caller.
"""

from collections.abc import Callable, Iterable
from typing import Any

from pydantic import TypeAdapter, ValidationError

from core.cache.entries import Entries
from core.cache.store import store


class CachedValue[T](Entries):
    """One kind of value. `key` and `entities` (what it shows) are patterns over the parameters of `get`; where what it
    shows is known from the value alone, `entities` answers it."""

    def __init__(
        self,
        kind: type[T],
        *,
        name: str,
        ttl_seconds: int,
        key: str,
        entities: tuple[str, ...] | Callable[[T], Iterable[str]],
    ) -> None:
        super().__init__(name=name, ttl_seconds=ttl_seconds)
        self.key = key
        self.entities = entities
        self._json = TypeAdapter(kind)

    def get(self, build: Callable[[], T], **params: Any) -> T:
        """The value of these parameters, or what `build` makes of the database, stored when that is provably current.

        `build` runs after the stamp is taken, so it must do all its reading inside. It may raise: nothing is stored.
        """
        key = f"{self.name}:" + self.key.format_map(params)
        lookup = self.await_leader(key, store.read(entry_key=key))
        if lookup is not None and lookup.body and (known := self._parse(lookup.body)) is not None:
            self.count("hit")
            return known
        with self.leading(lookup):
            value = build()
            if lookup is None:
                self.count("bypass")
            else:
                self.keep(
                    key, lookup, meta=b"", body=self._json.dump_json(value), entities=self._shown_in(value, params)
                )
        return value

    def _shown_in(self, value: T, params: dict[str, Any]) -> Iterable[str]:
        if callable(self.entities):
            return self.entities(value)
        return [pattern.format_map(params) for pattern in self.entities]

    def _parse(self, body: bytes) -> T | None:
        """None for what another release wrote in another form."""
        try:
            return self._json.validate_json(body)
        except ValidationError:
            return None
