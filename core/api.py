"""The NinjaAPI of Payshift: strict query parameters, problems for errors, one pass to JSON."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, NoReturn

from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.errors import ValidationError
from ninja.operation import Operation
from ninja.parser import Parser
from ninja.renderers import BaseRenderer
from pydantic_core import to_json

from core.problems import CONTENT_TYPE, install_problem_handlers


class PydanticRenderer(BaseRenderer):
    """JSON by pydantic-core: three times as fast as json.dumps, and keeps the microseconds of a datetime."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        return to_json(data)


class StrictParser(Parser):
    """Refuses what JSON does not have but Python's parser accepts: NaN, Infinity, and a name given twice."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        body: dict[str, Any] = json.loads(
            request.body, parse_constant=_refuse_constant, object_pairs_hook=_unique_names
        )
        return body


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


def query_names(operation: Operation) -> frozenset[str]:
    """The query parameters that an operation declares."""
    return frozenset(
        name
        for model in operation.models
        if model.__ninja_param_source__ == "query"
        for name in model.__ninja_flatten_map__
    )


def refuse_unknown_query_parameters(view: Callable[..., Any]) -> Callable[..., Any]:
    """Ninja ignores unknown query parameters, so a misspelt filter would silently return everything.

    Applied to every operation, after authentication.
    """
    known = query_names(view._ninja_operation)  # type: ignore[attr-defined]  # set by PathView.add_operation

    @wraps(view)
    def operation(request: HttpRequest, **values: Any) -> Any:
        if unknown := sorted(request.GET.keys() - known):
            raise ValidationError(
                [
                    {"loc": ("query", name), "type": "extra_forbidden", "msg": "There is no such query parameter."}
                    for name in unknown
                ]
            )
        return view(request, **values)

    return operation


class PayshiftAPI(NinjaAPI):
    def __init__(self, **options: Any) -> None:
        super().__init__(renderer=PydanticRenderer(), parser=StrictParser(), **options)
        install_problem_handlers(self)
        self.add_decorator(name_operation, mode="view")
        self.add_decorator(refuse_unknown_query_parameters)

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """The function's name: unique in the project, and what generated clients call."""
        return operation.view_func.__name__

    def get_openapi_schema(self, **options: Any) -> Any:
        """Ninja declares every answer as the renderer's media type; problems have their own."""
        schema = super().get_openapi_schema(**options)
        for path in schema["paths"].values():
            for operation in path.values():
                for status, response in operation["responses"].items():
                    if int(status) >= 400 and "content" in response:
                        response["content"] = {CONTENT_TYPE: response["content"].pop(PydanticRenderer.media_type)}
        return schema
