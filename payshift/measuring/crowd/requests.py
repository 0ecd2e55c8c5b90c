"""Requests of the crowd, ready to be sent, and which answers the rules explain."""

import json
from dataclasses import dataclass
from typing import Any

from payshift.measuring.benching.closed_loop import HEAD_END

# Refusals that follow from what somebody else did a moment before: the rules at work.
EXPLAINED = {
    "apply_to_job": {"already_applied", "blocked", "job_full", "job_not_open", "job_started", "own_job"},
    "accept_application": {
        *("blocked", "invalid_state", "job_full", "job_not_open", "job_started", "overlapping_shifts"),
    },
    "create_review": {"already_reviewed", "review_window_closed"},
    "start_payment": {"insufficient_funds", "nothing_to_pay", "job_takes_no_money"},
    # Most clients, and some workers, have given no bank account.
    "get_account_details": {"not_found"},
}
OK = {200, 201}


@dataclass(frozen=True, slots=True)
class Request:
    operation: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    # What Cache-Status says after "payshift; ": hit, fwd=miss, fwd=bypass.
    cache: str
    body: bytes

    @property
    def code(self) -> str:
        """The stable code of a problem."""
        try:
            return str(json.loads(self.body)["code"])
        except (ValueError, KeyError, TypeError):
            return ""


def read(operation: str, path: str, token: str) -> Request:
    return Request(operation, _head("GET", path, token) + HEAD_END)


def write(operation: str, path: str, token: str, *, payload: dict[str, Any], key: str = "") -> Request:
    """A POST; `key` is its idempotency key."""
    body = json.dumps(payload).encode()
    lines = f"\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
    if key:
        lines += f"\r\nIdempotency-Key: {key}"
    return Request(operation, _head("POST", path, token) + lines.encode() + HEAD_END + body)


def _head(method: str, path: str, token: str) -> bytes:
    # As the proxy in front of the servers passes it on.
    return (
        f"{method} /api{path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n"
        "Accept: application/json\r\nX-Forwarded-Proto: https"
    ).encode()


def is_expected(operation: str, answer: Answer) -> bool:
    return answer.status in OK or (400 <= answer.status < 500 and answer.code in EXPLAINED.get(operation, frozenset()))


def parse(head: bytes, body: bytes) -> Answer:
    """`head` up to the empty line; header names as granian sends them, in lower case."""
    _, _, status = head.partition(b"\r\ncache-status: payshift; ")
    cache = status.partition(b"\r\n")[0].partition(b";")[0].decode()
    return Answer(int(head[9:12]), cache, body)
