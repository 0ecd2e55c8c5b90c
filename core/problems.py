"""RFC 9457: every refusal below /api/ is application/problem+json with a stable `code`.

`install_problem_handlers` catches what operations raise; `core.middleware.ProblemMiddleware` converts what never
reaches one (unknown path, wrong method, refused host).
"""

from http import HTTPStatus

import structlog
from django.conf import settings
from django.core.exceptions import BadRequest as DjangoBadRequest
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.signals import got_request_exception
from django.db import DatabaseError, IntegrityError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, RawPostDataException, UnreadablePostError
from django.views import defaults
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, AuthorizationError, HttpError, Throttled, ValidationError
from procrastinate.exceptions import ConnectorException
from psycopg import Error as DriverError
from psycopg import OperationalError as DriverOperationalError
from psycopg.errors import TransactionTimeout
from pydantic_core import to_json

from core.errors import (
    CONSTRAINT_ERRORS,
    BadRequest,
    Busy,
    FieldProblem,
    Forbidden,
    InvalidInput,
    InvalidState,
    LengthRequired,
    MethodNotAllowed,
    NotFound,
    PayloadTooLarge,
    PayshiftError,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
    UnsupportedMediaType,
)

API_PREFIX = "/api/"
CONTENT_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:payshift:problem:"

# lock_not_available, deadlock_detected, serialization_failure: somebody else has the rows.
BUSY_SQLSTATES = {"55P03", "40P01", "40001"}

ERRORS_BY_STATUS: dict[int, type[PayshiftError]] = {
    error.status: error
    for error in (
        BadRequest,
        Unauthenticated,
        Forbidden,
        NotFound,
        MethodNotAllowed,
        LengthRequired,
        PayloadTooLarge,
        UnsupportedMediaType,
        TooManyRequests,
        Unavailable,
        PayshiftError,
    )
}

logger = structlog.get_logger(__name__)


def problem_response(request: HttpRequest, error: PayshiftError) -> HttpResponse:
    body = {
        "type": TYPE_PREFIX + error.code.replace("_", "-"),
        "title": error.title,
        "status": error.status,
        "detail": error.detail,
        "code": error.code,
        "errors": [{"field": e.field, "code": e.code, "message": e.message} for e in error.errors],
        "request_id": getattr(request, "request_id", None),
    }
    return HttpResponse(to_json(body), status=error.status, content_type=CONTENT_TYPE, headers=error.headers)


def error_for_status(status: int) -> PayshiftError:
    """The error for a response that Django made by itself."""
    if error := ERRORS_BY_STATUS.get(status):
        return error()
    plain = PayshiftError() if status >= 500 else BadRequest(f"{HTTPStatus(status).phrase}.")
    plain.status = status
    plain.title = HTTPStatus(status).phrase
    return plain


def error_from_database(error: DatabaseError) -> PayshiftError | None:
    """What a database refusal means to the caller; None when it is a defect of ours."""
    cause = error.__cause__
    sqlstate = cause.sqlstate if isinstance(cause, DriverError) else None
    if isinstance(error, IntegrityError):
        name = (cause.diag.constraint_name or "") if isinstance(cause, DriverError) else ""
        if known := CONSTRAINT_ERRORS.get(name):
            return known()
        return InvalidState() if name.endswith("_transition") else None
    return error_from_server(sqlstate, broken=isinstance(error, OperationalError))


def error_from_server(sqlstate: str | None, *, broken: bool) -> PayshiftError | None:
    """`broken`: the driver calls it operational: a time-out, a lost connection, an exhausted pool, a full disk."""
    if sqlstate in BUSY_SQLSTATES:
        return Busy(headers={"Retry-After": "1"})
    # A transaction's time-out reaches Django as an internal error.
    return Unavailable() if broken or sqlstate == TransactionTimeout.sqlstate else None


def error_from_validation(error: ValidationError) -> PayshiftError:
    """Ninja's list of pydantic errors; the body's own name is left out of the paths of its fields."""
    fields = []
    for part in error.errors:
        source, *path = part["loc"]
        if source in {"body", "form", "file"} and path:
            path = path[1:]
        message = part["msg"].removeprefix("Value error, ")
        fields.append(FieldProblem(".".join(map(str, path)) or source, part["type"], message))
    return InvalidInput(errors=fields)


def error_from_exception(exc: Exception) -> PayshiftError | None:
    """The problem that an exception stands for; None for a defect."""
    match exc:
        case PayshiftError():
            return exc
        case ValidationError():
            return error_from_validation(exc)
        case AuthenticationError():
            return Unauthenticated()
        case AuthorizationError() | PermissionDenied():
            return Forbidden()
        case Throttled():
            return TooManyRequests(retry_after_seconds=exc.wait or 60)
        # Ninja wraps whatever the parser raises.
        case HttpError(__cause__=PayshiftError() as cause):
            return cause
        case HttpError(status_code=status) if status in ERRORS_BY_STATUS:
            return ERRORS_BY_STATUS[status](exc.message)
        case Http404():
            return NotFound()
        case RawPostDataException():
            # The parts of a form were taken from the stream, where the operation wants JSON.
            return UnsupportedMediaType()
        case RequestDataTooBig():
            return PayloadTooLarge()
        case SuspiciousOperation() | DjangoBadRequest() | UnreadablePostError():
            return BadRequest()
        case DatabaseError():
            return error_from_database(exc)
        case ConnectorException(__cause__=DriverError() as cause):
            # Deferring a job failed, and with it the transaction that wanted it.
            return error_from_server(cause.sqlstate, broken=isinstance(cause, DriverOperationalError))
    return None


def handle_exception(request: HttpRequest, exc: Exception | type[Exception]) -> HttpResponse:
    """The one exception handler of the API."""
    # Ninja types handlers for classes too, but passes what was raised.
    assert isinstance(exc, Exception)  # noqa: S101
    error = error_from_exception(exc)
    if error is None:
        # The signal logs it with its traceback and request id, and lets Django's test client raise it.
        got_request_exception.send(sender=None, request=request)
        error = PayshiftError(f"{type(exc).__name__}: {exc}" if settings.DEBUG else "")
    elif error.status >= 500:
        logger.warning("request_unavailable", error=repr(exc))
    return problem_response(request, error)


def install_problem_handlers(api: NinjaAPI) -> None:
    # Ninja looks handlers up along the class's MRO, and has its own for these four.
    for exception in (Exception, Http404, HttpError, ValidationError):
        api.add_exception_handler(exception, handle_exception)


# Django's own pages: the API's problem below /api/, Django's plain page elsewhere (admin, operations).


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return problem_response(request, BadRequest()) if _is_api(request) else defaults.bad_request(request, exception)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return (
        problem_response(request, Forbidden()) if _is_api(request) else defaults.permission_denied(request, exception)
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return problem_response(request, NotFound()) if _is_api(request) else defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    return problem_response(request, PayshiftError()) if _is_api(request) else defaults.server_error(request)


def _is_api(request: HttpRequest) -> bool:
    return request.path_info.startswith(API_PREFIX)
