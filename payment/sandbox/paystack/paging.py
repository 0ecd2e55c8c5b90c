"""Paystack's two ways of paging: by number, and by cursor for banks."""

import base64
import binascii

from django.db.models import Model, QuerySet

from payment.sandbox.calls import Call, Json
from payment.sandbox.paystack.envelope import refuse


def number(call: Call, name: str, default: int, *, maximum: int = 10**9) -> int:
    value = call.query.get(name, "")
    if not value:
        return default
    if not value.isdigit() or not 1 <= int(value) <= maximum:
        raise refuse(f"{name} must be between 1 and {maximum}", "invalid_params")
    return int(value)


def page_of[M: Model](call: Call, queryset: QuerySet[M, M]) -> tuple[list[M], Json]:
    """perPage is 50 unless told, at most 100."""
    per_page = number(call, "perPage", 50, maximum=100)
    page = number(call, "page", 1)
    total = queryset.count()
    meta = {
        "total": total,
        "skipped": (page - 1) * per_page,
        "perPage": per_page,
        "page": page,
        "pageCount": -(-total // per_page),
    }
    return list(queryset[(page - 1) * per_page : page * per_page]), meta


def encode_cursor(start: int) -> str:
    return base64.b64encode(f"after:{start}".encode()).decode()


def decode_cursor(cursor: str) -> int:
    try:
        word, _, start = base64.b64decode(cursor, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        word, start = "", ""
    if word != "after" or not start.isdigit():
        raise refuse("Invalid cursor", "invalid_params")
    return int(start)
