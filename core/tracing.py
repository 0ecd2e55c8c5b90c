"""OpenTelemetry: a span per request and background job, and one per query in it, where an operator configures it.

Imported only with OTEL_EXPORTER_OTLP_ENDPOINT set, for the packages of requirements-otel.txt are not always there. The
SDK reads all other OTEL_… variables itself, and sends from a thread of its own: a collector that is away costs nothing.
Spans hold no parameters of queries, no query strings and no paths, in which secrets may stand. Hits of the cache, which
Django never sees, have no span.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from django.db import connections
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.propagate import extract
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span, SpanKind, Status, StatusCode

from core.middleware import operation_of
from core.replica import read_aliases

tracer = trace.get_tracer("payshift")


def start() -> None:
    """Send spans from now on; once per process, before its first request or job."""
    os.environ.setdefault("OTEL_SERVICE_NAME", "payshift")
    provider = TracerProvider()
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)


@contextmanager
def traced(name: str, *, kind: SpanKind, headers: dict[str, str] | None = None) -> Iterator[Span]:
    """A span with one for each query inside it; part of the caller's trace where its headers name one."""
    context = extract(headers) if headers else None
    with ExitStack() as stack:
        span = stack.enter_context(_span(name, kind=kind, context=context))
        for alias in read_aliases():
            stack.enter_context(connections[alias].execute_wrapper(_traced_query))
        yield span


def _traced_query(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    verb = sql.split(None, 1)[0].upper() if sql.strip() else "QUERY"
    attributes = {"db.system.name": "postgresql", "db.query.text": sql, "db.alias": context["connection"].alias}
    with _span(verb, kind=SpanKind.CLIENT, attributes=attributes):
        return execute(sql, params, many, context)


@contextmanager
def _span(name: str, **options: Any) -> Iterator[Span]:
    """Of an error its type alone is told: PostgreSQL's messages hold the values of the row."""
    with tracer.start_as_current_span(name, record_exception=False, set_status_on_exception=False, **options) as span:
        try:
            yield span
        except Exception as error:
            span.set_status(Status(StatusCode.ERROR, type(error).__name__))
            raise


class TracingMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        # The W3C headers alone: an extractor must not see what else a client sends.
        headers = {name: request.headers[name] for name in ("traceparent", "tracestate") if name in request.headers}
        with traced(f"{request.method}", kind=SpanKind.SERVER, headers=headers) as span:
            response = self.get_response(request)
            operation = operation_of(request)
            if operation:
                span.update_name(operation)
            span.set_attribute("http.request.method", request.method or "")
            span.set_attribute("http.response.status_code", response.status_code)
            span.set_attribute("payshift.request_id", getattr(request, "request_id", ""))
            if response.status_code >= 500:
                span.set_status(Status(StatusCode.ERROR))
        return response
