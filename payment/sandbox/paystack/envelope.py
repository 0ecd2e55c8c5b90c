"""Paystack's envelope and its refusals. `status` is the status of the call, never that of the money."""

from typing import Any

from django.conf import settings

from payment.sandbox.calls import Dialect, Json, Refused, Reply
from payment.sandbox.models import Provider

# Past any limit of a card or a transfer; larger numbers would not fit the column.
LARGEST_KOBO = 10**14


def ok(message: str, data: object, *, status: int = 200, meta: Json | None = None) -> Reply:
    body: Json = {"status": True, "message": message, "data": data}
    return Reply(body if meta is None else body | {"meta": meta}, status)


def refusal(
    message: str, code: str, *, status: int = 400, kind: str = "validation_error", next_step: str = ""
) -> Reply:
    step = next_step or "Ensure that the value(s) you're passing are valid."
    return Reply({"status": False, "message": message, "meta": {"nextStep": step}, "type": kind, "code": code}, status)


def refuse(
    message: str, code: str, *, status: int = 400, kind: str = "validation_error", next_step: str = ""
) -> Refused:
    return Refused(refusal(message, code, status=status, kind=kind, next_step=next_step))


def required(body: Json, *names: str) -> None:
    """Raises `Refused` with code missing_params for the first that is absent or empty."""
    for name in names:
        if body.get(name) in (None, ""):
            raise refuse(f"{name.replace('_', ' ').capitalize()} is required", "missing_params")


def kobo(value: Any, *, minimum: int = 1) -> int:
    """An amount in kobo; text is accepted, decimals are not."""
    try:
        amount = int(str(value))
    except ValueError:
        raise refuse("Invalid Amount Sent", "invalid_amount") from None
    if amount > LARGEST_KOBO:
        raise refuse("Invalid Amount Sent", "invalid_amount")
    if amount < minimum:
        raise refuse(f"Amount cannot be less than NGN {minimum / 100:.2f}", "invalid_amount")
    return amount


def text(value: object) -> str:
    return "" if value is None else str(value)


# 429: seconds until the window ends, what is left of it, and how much it holds.
LIMITS = {"x-ratelimit-reset": "2", "x-ratelimit-remaining": "0", "x-ratelimit-limit": "100"}
NO_KEY = Reply({"status": False, "message": "Invalid key"}, 401)
PAYSTACK = Dialect(
    provider=Provider.PAYSTACK,
    secret_key=lambda: settings.PAYSTACK_SECRET_KEY,
    no_key=NO_KEY,
    wrong_key=NO_KEY,
    no_such_call=refusal("The resource could not be found", "route_not_found", status=404),
    not_json=refusal("Invalid request body", "invalid_params"),
    server_error=Reply({"status": False, "message": "An error occurred", "type": "api_error", "code": "unknown"}, 502),
    rate_limited=Reply(refusal("Too many requests", "rate_limited", status=429, kind="api_error").body, 429, LIMITS),
)
