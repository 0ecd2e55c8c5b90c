"""Flutterwave v3's envelope and its refusals: words only, no codes, usually 400."""

from typing import Any

from django.conf import settings

from payment.sandbox.calls import Dialect, Json, Refused, Reply
from payment.sandbox.flutterwave.naira import NotAnAmount, to_kobo
from payment.sandbox.models import Provider


def ok(message: str, data: object, *, meta: Json | None = None) -> Reply:
    body: Json = {"status": "success", "message": message}
    return Reply(body | ({} if meta is None else {"meta": meta}) | {"data": data})


def refusal(message: str, *, status: int = 400) -> Reply:
    return Reply({"status": "error", "message": message, "data": None}, status)


def refuse(message: str, *, status: int = 400) -> Refused:
    return Refused(refusal(message, status=status))


def required(body: Json, *names: str) -> None:
    for name in names:
        if body.get(name) in (None, ""):
            raise refuse(f"{name} is required")


def kobo(value: Any) -> int:
    try:
        return to_kobo(value)
    except NotAnAmount:
        raise refuse("amount must be a positive number with at most two decimals") from None


def text(value: object) -> str:
    return "" if value is None else str(value)


FLUTTERWAVE = Dialect(
    provider=Provider.FLUTTERWAVE,
    secret_key=lambda: settings.FLUTTERWAVE_SECRET_KEY,
    no_key=refusal("Authorization required", status=401),
    wrong_key=refusal("Invalid authorization key", status=401),
    no_such_call=refusal("Cannot find this route", status=404),
    not_json=refusal("Invalid JSON in the request body"),
    # After 28 s the provider gives up waiting for itself; the work may have been done all the same.
    server_error=refusal("Service temporarily unavailable", status=503),
    rate_limited=refusal("Too many requests", status=429),
)
