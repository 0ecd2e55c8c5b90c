"""Every operation of the API, as it is mounted."""

import re
from dataclasses import dataclass
from functools import cache

from ninja.operation import Operation

from payshift.api import api


@dataclass(frozen=True)
class Route:
    method: str
    path: str
    operation: Operation

    @property
    def name(self) -> str:
        """The operation's id, which is its function's name."""
        return self.operation.view_func.__name__

    @property
    def is_public(self) -> bool:
        return not self.operation.auth_callbacks

    @property
    def path_parameters(self) -> tuple[str, ...]:
        return tuple(re.findall(r"{(?:\w+:)?(\w+)}", self.path))

    @property
    def takes_input(self) -> bool:
        return any(model.__ninja_param_source__ != "path" for model in self.operation.models)

    @property
    def declared_statuses(self) -> frozenset[int]:
        return frozenset(int(status) for status in self.operation.response_models if isinstance(status, int))

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@cache
def routes() -> tuple[Route, ...]:
    found = [
        Route(method, f"/{bound.prefix}/{path}".replace("//", "/").replace("//", "/"), operation)
        for bound in api._get_bound_routers()
        for path, view in bound.path_operations.items()
        for operation in view.operations
        for method in operation.methods
    ]
    return tuple(sorted(found, key=lambda route: (route.path, route.method)))
