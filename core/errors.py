"""The one family of errors. Services raise them; `core.problems` turns them into RFC 9457 problems.

Each class has a stable `code` that clients may switch on. Apps subclass in their `exceptions.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """What is wrong with one field: `field` is its dotted path in the body, or the name of the query parameter."""

    field: str
    code: str
    message: str


class PayshiftError(Exception):
    """An expected refusal. `detail` says what to do and is shown to the caller: no secrets, no internals."""

    status = 500
    code = "internal_error"
    title = "Something went wrong"
    detail = "Something went wrong on our side."

    def __init__(
        self,
        detail: str = "",
        *,
        errors: Sequence[FieldProblem] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.detail = detail or type(self).detail
        self.errors = tuple(errors)
        self.headers = dict(headers or {})
        super().__init__(self.detail)


class BadRequest(PayshiftError):
    status = 400
    code = "bad_request"
    title = "Bad request"
    detail = "The request cannot be read."


class MalformedBody(BadRequest):
    code = "malformed_body"
    title = "Malformed body"
    detail = "The body is not valid JSON in UTF-8."


class Unauthenticated(PayshiftError):
    status = 401
    code = "unauthenticated"
    title = "Not authenticated"
    detail = "Log in, and send the access token as Authorization: Bearer."

    def __init__(
        self,
        detail: str = "",
        *,
        errors: Sequence[FieldProblem] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail, errors=errors, headers={"WWW-Authenticate": "Bearer", **(headers or {})})


class Forbidden(PayshiftError):
    status = 403
    code = "forbidden"
    title = "Forbidden"
    detail = "You may not do this."


class WrongRole(Forbidden):
    code = "wrong_role"
    title = "Wrong role"
    detail = "Your role may not do this."


class NotFound(PayshiftError):
    """Also the answer to a stranger: what one may not see does not exist."""

    status = 404
    code = "not_found"
    title = "Not found"
    detail = "There is no such thing, or it is not yours."


class MethodNotAllowed(PayshiftError):
    status = 405
    code = "method_not_allowed"
    title = "Method not allowed"
    detail = "This path does not have that method; the Allow header lists those it has."


class Conflict(PayshiftError):
    status = 409
    code = "conflict"
    title = "Conflict"
    detail = "This conflicts with what is already there."


class InvalidState(Conflict):
    code = "invalid_state"
    title = "Invalid state"
    detail = "This is not possible in the present state."


class Busy(Conflict):
    """Someone else holds the rows (lock time-out, deadlock, serialization failure). Nothing changed; retrying helps."""

    code = "busy"
    title = "Changed at the same time"
    detail = "Someone else is changing this right now. Nothing was changed; try again."


class LengthRequired(PayshiftError):
    status = 411
    code = "length_required"
    title = "Length required"
    detail = "Send the body whole, with its Content-Length, and not in chunks."


class PayloadTooLarge(PayshiftError):
    status = 413
    code = "payload_too_large"
    title = "Payload too large"
    detail = "The request body is too large."


class UnsupportedMediaType(PayshiftError):
    status = 415
    code = "unsupported_media_type"
    title = "Unsupported media type"
    detail = "Send the body as JSON, with Content-Type: application/json."


class Unprocessable(PayshiftError):
    status = 422
    code = "unprocessable"
    title = "Unprocessable"
    detail = "The request is well formed, but cannot be carried out."


class InvalidInput(Unprocessable):
    """Fields that do not validate; `errors` lists them."""

    code = "invalid_input"
    title = "Invalid input"
    detail = "Some fields are not valid; see errors."


class InvalidCursor(Unprocessable):
    code = "invalid_cursor"
    title = "Invalid cursor"
    detail = "The cursor is malformed or belongs to another list. Start again without one."


class TooManyRequests(PayshiftError):
    status = 429
    code = "too_many_requests"
    title = "Too many requests"
    detail = "Too many requests. Wait as long as Retry-After says."

    def __init__(self, detail: str = "", *, retry_after_seconds: int = 60) -> None:
        super().__init__(detail, headers={"Retry-After": str(max(1, retry_after_seconds))})


class Unavailable(PayshiftError):
    status = 503
    code = "unavailable"
    title = "Unavailable"
    detail = "This is not available at the moment. Nothing was changed; try again."

    def __init__(self, detail: str = "", *, retry_after_seconds: int = 5) -> None:
        super().__init__(detail, headers={"Retry-After": str(max(1, retry_after_seconds))})


# Constraint name -> what its violation means to a caller. Filled by each app's exceptions.py.
CONSTRAINT_ERRORS: dict[str, type[PayshiftError]] = {}


def register_constraint(name: str, error: type[PayshiftError]) -> None:
    """An IntegrityError of the constraint `name` becomes `error`."""
    CONSTRAINT_ERRORS[name] = error
