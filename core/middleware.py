"""What happens around every request: its id and log lines, problems for what never reached an operation, the clock, and
the count of its queries and its time."""

from collections.abc import Callable
from contextlib import suppress
from time import perf_counter

import structlog
from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django_structlog.middlewares import RequestMiddleware

from core import clock
from core.errors import BadRequest, LengthRequired, PayloadTooLarge
from core.logging import log_caller
from core.metrics import OVER_BUDGET, observe_request
from core.problems import API_PREFIX, CONTENT_TYPE, error_for_status, problem_response
from core.queries import BUDGETS, DEFAULT_READ_BUDGET, OBSERVERS, QueryCount, count_queries
from core.request_id import request_id_from
from core.throttling import client_address

type GetResponse = Callable[[HttpRequest], HttpResponseBase]

# Timing of a log-in tells whether an account exists.
UNTIMED_PREFIX = "/api/auth/"
STAFF_PREFIX = "/admin/"

logger = structlog.get_logger(__name__)


def operation_of(request: HttpRequest) -> str:
    """The operation's id where one ran, else the URL's name, else nothing (unknown path)."""
    named: str | None = getattr(request, "operation_id", None)
    if named or request.resolver_match is None:
        return named or ""
    match = request.resolver_match
    return (match.url_name if request.path_info.startswith(API_PREFIX) else match.view_name) or ""


class RequestLogMiddleware(RequestMiddleware):
    """django-structlog's log lines, with a request id that cannot forge log lines and paths without their query."""

    def prepare(self, request: HttpRequest) -> None:
        # Instead of django-structlog's, which reads all headers and speaks to nobody of the request that begins.
        request_id = request_id_from(request.META.get("HTTP_X_REQUEST_ID", ""))
        request.request_id = request_id  # type: ignore[attr-defined]
        structlog.contextvars.bind_contextvars(request_id=request_id, address=client_address(request))

    def handle_response(self, request: HttpRequest, response: HttpResponse) -> None:
        response["X-Request-ID"] = request.request_id  # type: ignore[attr-defined]
        super().handle_response(request, response)

    @staticmethod
    def bind_user_id(request: HttpRequest) -> None:
        """On a page: whose session it is, if that was asked for. The API names its callers when it reads the token."""
        # Django's own, of the lazy user: asking only for the log would cost a query.
        if hasattr(request, "_cached_user") and request.user.is_authenticated:
            log_caller(request.user.pk)

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        """Without the query string, which may hold an e-mail address or a search."""
        return f"{request.method} {request.path}"


class HeadMiddleware:
    """Below /api/, HEAD is answered as GET would be, without the body: the router knows each operation's own method."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method != "HEAD" or not request.path_info.startswith(API_PREFIX):
            return self.get_response(request)
        request.method = request.META["REQUEST_METHOD"] = "GET"
        try:
            response = self.get_response(request)
        finally:
            request.method = request.META["REQUEST_METHOD"] = "HEAD"
        if isinstance(response, HttpResponse):
            length = len(response.content)
            response.content = b""
            response["Content-Length"] = str(length)
        return response


class ProblemMiddleware:
    """Below /api/, whatever Django answers by itself becomes a problem; hopeless requests are refused at the door."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(API_PREFIX):
            return self.get_response(request)
        if "\x00" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            return problem_response(request, BadRequest("The URL must not contain the NUL character."))
        length = str(request.META.get("CONTENT_LENGTH", ""))
        if not length and "HTTP_TRANSFER_ENCODING" in request.META:
            # Django reads as much as Content-Length says: it would see no body at all.
            return problem_response(request, LengthRequired())
        if length.isdecimal() and int(length) > settings.MAX_REQUEST_BYTES:
            return problem_response(request, PayloadTooLarge())
        response = self.get_response(request)
        if response.status_code < 400 or response.headers.get("Content-Type", "").startswith(CONTENT_TYPE):
            return response
        problem = problem_response(request, error_for_status(response.status_code))
        for name, value in response.headers.items():
            if name not in {"Content-Type", "Content-Length"}:
                problem[name] = value
        if allow := response.headers.get("Allow"):
            problem["Allow"] = ", ".join(sorted(allow.split(", ")))
        return problem


class ClockMiddleware:
    """Where the clock can be moved, every request reads the offset once: other processes may have moved it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if settings.TIME_TRAVEL:
            # Without a database the operation itself says so, as it would in production.
            with suppress(DatabaseError):
                clock.refresh()
        return self.get_response(request)


class QueryCountMiddleware:
    """Counts every request, its queries and its time, for metrics; for the API also Server-Timing and a log line for
    an operation over its budget."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        started = perf_counter()
        with count_queries() as counted:
            response = self.get_response(request)
        seconds = perf_counter() - started
        operation = operation_of(request)
        observe_request(operation, response.status_code, seconds)
        for observe in OBSERVERS:
            observe(operation, counted)
        if request.path_info.startswith(API_PREFIX):
            self._report(request, response, operation, counted, seconds * 1000)
        return response

    def _report(
        self, request: HttpRequest, response: HttpResponseBase, operation: str, counted: QueryCount, total_ms: float
    ) -> None:
        structlog.contextvars.bind_contextvars(operation=operation, queries=counted.count)
        budget = BUDGETS.get(operation, DEFAULT_READ_BUDGET if request.method == "GET" else None)
        if budget is not None and counted.count > budget:
            logger.warning("query_budget_exceeded", budget=budget)
            OVER_BUDGET.labels(operation).inc()
        if settings.SERVER_TIMING and not request.path_info.startswith(UNTIMED_PREFIX):
            noun = "query" if counted.count == 1 else "queries"
            timing = f'db;dur={counted.ms:.2f};desc="{counted.count} {noun}", total;dur={total_ms:.2f}'
            before = response.headers.get("Server-Timing")
            response["Server-Timing"] = f"{before}, {timing}" if before else timing


class StaffTimeMiddleware:
    """Times in admin are of the country that staff and people live in, read and typed. Everything else speaks UTC."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(STAFF_PREFIX):
            return self.get_response(request)
        with timezone.override(settings.DEFAULT_JOB_TIME_ZONE):
            return self.get_response(request)
