"""Ports: what a lower app needs from a higher one, named as a Protocol there and bound by `payshift`.

Imports run one way only (core <- accounts <- jobs <- payment <- rating <- payshift). A port is how a call goes the
other way: it runs in the caller's thread and in the caller's database transaction.
"""


class Port[T]:
    """A slot for one implementation of the protocol `T`."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._implementation: T | None = None

    def bind(self, implementation: T) -> None:
        self._implementation = implementation

    def get(self) -> T:
        if self._implementation is None:
            raise LookupError(f"The port {self.name} is not bound: payshift.apps binds it at start-up.")
        return self._implementation
