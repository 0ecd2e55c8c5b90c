"""The NinjaAPI of Payshift: strict query parameters, problems for errors, one pass to JSON."""

import json
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any, NoReturn, cast

from django.http import HttpRequest
from django.urls.resolvers import RoutePattern
from ninja import NinjaAPI
from ninja.errors import ValidationError
from ninja.operation import Operation
from ninja.parser import Parser
from ninja.renderers import BaseRenderer
from pydantic_core import to_json

from core.errors import MalformedBody, UnsupportedMediaType
from core.openapi import Examples, complete
from core.problems import install_problem_handlers

MAX_DEPTH = 32


class PydanticRenderer(BaseRenderer):
    """JSON by pydantic-core: three times as fast as json.dumps, and keeps the microseconds of a datetime."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        return to_json(data)


class StrictParser(Parser):
    """Refuses what JSON does not have but Python's parser accepts: NaN, Infinity, a name given twice, UTF-16; and what
    no operation takes: another media type, or nesting that would exhaust the stack."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """Raises `UnsupportedMediaType` and `MalformedBody`."""
        if request.content_type != "application/json":
            raise UnsupportedMediaType
        try:
            body: dict[str, Any] = json.loads(
                request.body.decode(), parse_constant=_refuse_constant, object_pairs_hook=_unique_names
            )
        except (ValueError, RecursionError) as error:
            raise MalformedBody(f"The body is not valid JSON in UTF-8: {error}.") from error
        if _is_deeper_than(MAX_DEPTH, body):
            raise MalformedBody(f"The body is nested deeper than {MAX_DEPTH} levels.")
        return body


def _is_deeper_than(levels: int, value: Any) -> bool:
    if not isinstance(value, (dict, list)):
        return False
    parts = value.values() if isinstance(value, dict) else value
    return levels == 0 or any(_is_deeper_than(levels - 1, part) for part in parts)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _unique_names(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = dict(pairs)
    if len(names) != len(pairs):
        raise ValueError("a name occurs twice in one object")
    return names


def name_operation(run: Callable[..., Any]) -> Callable[..., Any]:
    """Leave the operation's id on the request, before authentication: paths with several methods share one URL name."""
    # The first decorator of all gets the bound method.
    operation: Operation = run.__self__  # type: ignore[attr-defined]
    name = operation.view_func.__name__

    @wraps(run)
    def named(request: HttpRequest, **values: Any) -> Any:
        request.operation_id = name  # type: ignore[attr-defined]
        return run(request, **values)

    return named


def query_names(operation: Operation) -> tuple[frozenset[str], frozenset[str]]:
    """The query parameters that an operation declares, and those of them that may be repeated."""
    models = [model for model in operation.models if model.__ninja_param_source__ == "query"]
    return (
        frozenset(name for model in models for name in model.__ninja_flatten_map__),
        frozenset(name for model in models for name in model.__ninja_collection_fields__),
    )


def refuse_unknown_query_parameters(view: Callable[..., Any]) -> Callable[..., Any]:
    """Ninja ignores unknown query parameters, so a misspelt filter would silently return everything; and it takes the
    last of repeated ones, so that `?status=a&status=b` would silently drop the first.

    Applied to every operation, after authentication.
    """
    known, lists = query_names(view._ninja_operation)  # type: ignore[attr-defined]  # set by PathView.add_operation

    @wraps(view)
    def operation(request: HttpRequest, **values: Any) -> Any:
        wrong = []
        for name, given in request.GET.lists():
            if name not in known:
                wrong.append((name, "extra_forbidden", "There is no such query parameter."))
            elif len(given) > 1 and name not in lists:
                wrong.append((name, "repeated", "Send this query parameter once."))
        if wrong:
            raise ValidationError(
                [{"loc": ("query", name), "type": code, "msg": message} for name, code, message in sorted(wrong)]
            )
        return view(request, **values)

    return operation


type DeclaredOperation = Operation
type SubjectOf = Callable[[Callable[..., Any]], str | None]


class PayshiftAPI(NinjaAPI):
    """`subject_of` names what an operation is about, in its function's place; without it the router's tags stay."""

    def __init__(
        self, *, subject_of: SubjectOf = lambda function: None, examples: Examples | None = None, **options: Any
    ) -> None:
        super().__init__(renderer=PydanticRenderer(), parser=StrictParser(), **options)
        self._subject_of = subject_of
        self._examples = examples or Examples()
        self._schema: Any = None
        install_problem_handlers(self)
        self.add_decorator(name_operation, mode="view")
        self.add_decorator(refuse_unknown_query_parameters)

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """The function's name: unique in the project, and what generated clients call."""
        return operation.view_func.__name__

    def get_openapi_schema(self, **options: Any) -> Any:
        """The whole contract; see `core.openapi`. Made once per process: it takes a second, and anybody may ask."""
        if self._schema is None:
            for operation in self.operations():
                if subject := self._subject_of(operation.view_func):
                    operation.tags = [subject]
            self._schema = complete(super().get_openapi_schema(**options), self._examples)
        return self._schema

    def operations(self) -> Iterator[Operation]:
        for router in self._get_bound_routers():
            for view in router.path_operations.values():
                yield from view.operations

    def routes(self) -> Iterator[tuple[RoutePattern, Operation]]:
        """Each operation with the pattern of its path, which is below the API's own."""
        urls = (url for router in self._get_bound_routers() for url in router.urls_paths(router.prefix))
        for url, operation in zip(urls, self.operations(), strict=True):
            yield cast(RoutePattern, url.pattern), operation
