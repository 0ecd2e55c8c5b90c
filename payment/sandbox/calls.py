"""One API call, from the bearer check to the answer, with the faults that were ordered for it.

A dropped connection, under any WSGI server: the answer announces a Content-Length, and its body raises before the first
byte. The server closes the connection, and the client has a protocol error instead of an answer ("peer closed
connection without sending complete message body"). Tested under granian; wsgiref and Django's own server close as well.
"""

import hmac
import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponseBase, JsonResponse, QueryDict, StreamingHttpResponse
from django.views.decorators.csrf import csrf_exempt

from payment.sandbox import faults, odd_answers
from payment.sandbox.models import Fault

Kind = Fault.Kind
type Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reply:
    body: Json
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


class Refused(Exception):
    """The provider says no. Whatever raised it left nothing behind: every service is one transaction."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.body.get("message"))
        self.reply = reply


@dataclass(frozen=True, slots=True)
class Call:
    """What a handler sees of a request: its JSON, its query, and the faults that it meets."""

    request: HttpRequest
    body: Json
    query: QueryDict
    met: faults.Taken


type Handler = Callable[..., Reply]


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a provider says what every call may answer."""

    provider: str
    secret_key: Callable[[], str]
    no_key: Reply
    wrong_key: Reply
    no_such_call: Reply
    not_json: Reply
    server_error: Reply
    rate_limited: Reply
    # Where the key stands as it is; else it is a bearer's.
    key_header: str = ""


def endpoint(dialect: Dialect, **operations: tuple[str, Handler]) -> Callable[..., HttpResponseBase]:
    """A view of one path: `endpoint(PAYSTACK, post=("transfer", create), get=("list_transfers", show))`."""

    @csrf_exempt
    def view(request: HttpRequest, **path: str | int) -> HttpResponseBase:
        operation, handler = operations.get((request.method or "").lower(), ("", None))
        if handler is None:
            return _answer(dialect.no_such_call)
        if refusal := _key_refusal(dialect, request):
            return _answer(refusal)
        try:
            body = _body(request)
        except ValueError:
            return _answer(dialect.not_json)
        met = faults.take(dialect.provider, operation)
        if Kind.DELAY in met:
            time.sleep(float(met[Kind.DELAY] or 1))
        if Kind.DROP_REQUEST in met:
            return dropped_connection()
        if Kind.ERROR_BEFORE in met:
            return _answer(dialect.server_error)
        if Kind.RATE_LIMITED in met:
            return _answer(dialect.rate_limited)
        if Kind.ANSWER_BEFORE in met:
            return odd_answers.answered(met[Kind.ANSWER_BEFORE])
        reply = _run(handler, Call(request=request, body=body, query=request.GET, met=met), path)
        if Kind.DROP_ANSWER in met:
            return dropped_connection()
        if Kind.ANSWER_AFTER in met:
            return odd_answers.answered(met[Kind.ANSWER_AFTER])
        return _answer(dialect.server_error if Kind.ERROR_AFTER in met else reply)

    return view


def no_such_call(dialect: Dialect) -> Callable[..., HttpResponseBase]:
    return csrf_exempt(lambda request, **path: _answer(dialect.no_such_call))


def dropped_connection() -> StreamingHttpResponse:
    def broken() -> Iterator[bytes]:
        raise ConnectionAbortedError("The sandbox gateway dropped this connection, as ordered.")
        yield b""

    response = StreamingHttpResponse(broken(), content_type="application/json")
    response["Content-Length"] = "1000"
    return response


def _run(handler: Handler, call: Call, path: Mapping[str, str | int]) -> Reply:
    try:
        return handler(call, **path)
    except Refused as refusal:
        return refusal.reply


def _key_refusal(dialect: Dialect, request: HttpRequest) -> Reply | None:
    if dialect.key_header:
        scheme, key = "bearer", request.headers.get(dialect.key_header, "")
    else:
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key:
        return dialect.no_key
    right = hmac.compare_digest(key.strip().encode(), dialect.secret_key().encode())
    return None if right else dialect.wrong_key


def _body(request: HttpRequest) -> Json:
    """Raises ValueError unless the body is empty, a form, or a JSON object."""
    if request.method == "GET" or not request.body:
        return {}
    if b"\\u0000" in request.body:
        raise ValueError("NUL, which no text column holds")
    if request.content_type == "application/x-www-form-urlencoded":
        return request.POST.dict()
    body = json.loads(request.body)
    if not isinstance(body, dict):
        raise ValueError("not an object")
    return body


def _answer(reply: Reply) -> JsonResponse:
    return JsonResponse(reply.body, status=reply.status, headers=dict(reply.headers))
