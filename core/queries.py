"""Counting queries where they are executed, so that it works with DEBUG off and sees what the ORM hides.

Django's connections belong to one thread each, and so does a count: parallel requests do not see each other's queries.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, Self

from django.db import connections

from core.replica import read_aliases

# Called with (operation, count) after each request; metrics subscribe here.
type Observer = Callable[[str, "QueryCount"], None]
OBSERVERS: list[Observer] = []

# Operation id (URL name) -> the most queries it may run before it is logged.
BUDGETS: dict[str, int] = {}
DEFAULT_READ_BUDGET = 3


@dataclass(slots=True)
class QueryCount:
    """Queries and the milliseconds they took. `statements` is filled only when asked for.

    A context manager, since it stands around every request: generators of `contextlib` would take longer than it does.
    """

    keep_statements: bool = False
    count: int = 0
    ms: float = 0.0
    statements: list[str] = field(default_factory=list)
    _wrappers: list[list[Any]] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._wrappers = [connections[alias].execute_wrappers for alias in read_aliases()]
        for wrappers in self._wrappers:
            wrappers.append(self)
        return self

    def __exit__(self, *error: object) -> None:
        for wrappers in self._wrappers:
            wrappers.pop()

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        """The execute wrapper: a failing statement counts too."""
        self.count += 1
        if self.keep_statements:
            self.statements.append(sql)
        started = perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.ms += (perf_counter() - started) * 1000


def count_queries(*, statements: bool = False) -> QueryCount:
    """With it, count the queries of this thread, a replica's too. Nested counts each see all queries inside them."""
    return QueryCount(keep_statements=statements)


def set_budget(operation: str, queries: int) -> None:
    """Declare the most queries that `operation` may run; more are logged as `query_budget_exceeded`."""
    BUDGETS[operation] = queries
