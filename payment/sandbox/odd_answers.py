"""Answers that a provider, a gateway or a proxy in between may give instead of its own, as `STATUS BODY`.

The faults `answer_before` and `answer_after_effect` give one that a test names, or by a plan any of these: refusals
that are documented, refusals that are not, and what is no API's answer. Whether the effect was done shows in nothing.
"""

import random

from django.http import HttpResponse

HTML = "<html><body>{}</body></html>"
# What whoever stands in between invents; 5xx have faults of their own.
IN_BETWEEN = (
    "400 " + HTML.format("Bad Request"),
    "403 " + HTML.format("Request blocked"),
    "404 " + HTML.format("Not Found"),
    "408 ",
    "409 {}",
    "413 " + HTML.format("Too large"),
    "425 ",
    "429 " + HTML.format("Slow down"),
    "499 ",
    "302 ",
    "200 ",
    "200 " + HTML.format("Please log in"),
    "200 []",
    "200 null",
    "204 ",
    "200 " + "[" * 20_000,
)
PAYSTACK_ACTS = (
    '400 {"status": false, "message": "An error occurred", "type": "api_error"}',
    '400 {"status": false, "message": "An error occurred", "type": "api_error", "code": "unknown"}',
    '400 {"status": false, "message": "Recipient specified is invalid", "code": "invalid_recipient"}',
    '400 {"status": false, "message": "Your balance is not enough to fulfil this request"}',
    '400 {"status": false, "message": "Insufficient funds", "code": "insufficient_balance", "type": "api_error"}',
    '400 {"status": false, "message": "You cannot initiate third party payouts as a starter business"}',
    '400 {"status": false, "message": "Transaction has been fully reversed"}',
    '401 {"status": false, "message": "Invalid key"}',
    '403 {"status": false, "message": "Your IP address is not allowed to make this call"}',
    '408 {"status": false, "message": "Request timed out"}',
    '409 {"status": false, "message": "Another request is in progress"}',
    '422 {"status": false, "message": "Unprocessable"}',
    '429 {"status": false, "message": "Too many requests", "code": "rate_limited"}',
    '200 {"status": false, "message": "We could not process this"}',
    '200 {"status": true, "message": "ok", "data": null}',
    '200 {"status": true, "message": "ok", "data": {"id": "x", "status": "who-knows"}}',
)
FLUTTERWAVE_ACTS = (
    '400 {"status": "error", "message": "An error occurred", "data": null}',
    '400 {"status": "error", "message": "insufficient funds in your NGN wallet", "data": null}',
    '400 {"status": "error", "message": "Please enable IP Whitelisting to access this service", "data": null}',
    '400 {"status": "error", "message": "Sorry, that account number is invalid", "data": null}',
    '401 {"status": "error", "message": "Invalid authorization key", "data": null}',
    '403 {"status": "error", "message": "Forbidden", "data": null}',
    '408 {"status": "error", "message": "Request timed out", "data": null}',
    '409 {"status": "error", "message": "Conflict", "data": null}',
    '422 {"status": "error", "message": "Unprocessable", "data": null}',
    '429 {"status": "error", "message": "Too many requests", "data": null}',
    '200 {"status": "error", "message": "We could not process this", "data": null}',
    '200 {"status": "success", "message": "ok", "data": null}',
)
ACTS = {"paystack": PAYSTACK_ACTS, "flutterwave": FLUTTERWAVE_ACTS}
# Those of the acts that a read may be answered as well.
FIRST_OF_OUTAGE = ("401", "403", "408", "409", "422", "429")
ACTING = frozenset(
    {
        "initialize",
        "recipient",
        "transfer",
        "bulk_transfer",
        "refund",
        "answer_dispute",
        "account",
        "dedicated_account",
    }
)


def drawn(dice: random.Random, *, provider: str, operation: str) -> str:
    """Any of the range. No read is told "not found" of what is there: then there is nobody left to ask."""
    acts = ACTS[provider]
    if operation not in ACTING:
        acts = tuple(answer for answer in acts if answer.startswith(FIRST_OF_OUTAGE))
    return dice.choice([*IN_BETWEEN, *acts])


def answered(value: str) -> HttpResponse:
    status, _, body = value.partition(" ")
    kind = "application/json" if body.startswith(("{", "[", "null")) else "text/html"
    return HttpResponse(body, status=int(status), content_type=kind)
