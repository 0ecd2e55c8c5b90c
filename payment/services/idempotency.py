"""M9: one key, one winner. The same key and body get the stored answer, another body 422, a call still under way 409.

The key row (user, operation, key, body hash) commits with the intent, in the transaction that moves money or records
what is about to be done. While a call runs it holds a PostgreSQL advisory lock on its session: a second call with the
key sees at once that the first is under way, and a process that dies gives the lock back. A row without an answer is a
call that died after its intent: the next call with the key resumes it.

Business refusals are stored like any answer. 422, 429 and 5xx are not: they say nothing about the next try.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection, transaction
from django.utils.crypto import salted_hmac
from pydantic_core import from_json, to_json

from core import clock
from core.errors import FieldProblem, PayshiftError
from payment.exceptions import IdempotencyKeyInFlight, IdempotencyKeyInvalid, IdempotencyKeyReused
from payment.models import IdempotencyKey

# Visible ASCII, as a header can carry it.
MAX_KEY_LENGTH = 255
KEY_FORM = re.compile(rf"[!-~]{{1,{MAX_KEY_LENGTH}}}")
KEPT_FOR = timedelta(days=7)
NOT_STORED = frozenset({401, 422, 429})


@dataclass(frozen=True, slots=True)
class Answer:
    """What the caller got: the status and the JSON body, byte for byte."""

    status: int
    body: bytes
    replayed: bool = False


class StoredRefusal(PayshiftError):
    """A refusal given before, given again."""

    def __init__(self, *, status: int, code: str, title: str, detail: str, errors: list[FieldProblem]) -> None:
        self.status = status
        self.code = code
        self.title = title
        super().__init__(detail, errors=errors, headers={"Idempotent-Replayed": "true"})


class Claim:
    """The use of a key by one call. The service commits it together with its intent, and names the intent."""

    def __init__(self, *, user_id: int, operation: str, key: str, body_hash: str, resource: str = "") -> None:
        self.user_id = user_id
        self.operation = operation
        self.key = key
        self.body_hash = body_hash
        self.resource = resource

    def commit_with(self, resource: str) -> None:
        """Write the key row in the intent's own transaction. `resource` is what a resumed call finds its intent by."""
        if not connection.in_atomic_block:
            raise RuntimeError("The key commits with its intent: call commit_with inside the intent's transaction.")
        self.resource = resource
        IdempotencyKey.objects.update_or_create(
            user_id=self.user_id,
            operation=self.operation,
            key=self.key,
            defaults={"resource": resource},
            create_defaults={"resource": resource, "body_hash": self.body_hash, "created_at": clock.now()},
        )

    def keep_answer(self, *, status: int, body: bytes) -> None:
        IdempotencyKey.objects.update_or_create(
            user_id=self.user_id,
            operation=self.operation,
            key=self.key,
            defaults={"response_status": status, "response_body": body, "answered_at": clock.now()},
            create_defaults={
                "resource": self.resource,
                "body_hash": self.body_hash,
                "created_at": clock.now(),
                "response_status": status,
                "response_body": body,
                "answered_at": clock.now(),
            },
        )


def answer_once(*, user_id: int, operation: str, key: str, body: object, act: Callable[[Claim], Answer]) -> Answer:
    """Run `act` once for this key and return its answer, or the stored one.

    Raises `IdempotencyKeyInvalid` (400), `IdempotencyKeyInFlight` (409), `IdempotencyKeyReused` (422), and whatever
    `act` raises, now and, if it was a business refusal, every time the key comes again.
    """
    if not KEY_FORM.fullmatch(key):
        raise IdempotencyKeyInvalid
    body_hash = hash_of(body)
    with exclusive_use(f"{user_id}:{operation}:{key}"):
        stored = IdempotencyKey.objects.filter(user_id=user_id, operation=operation, key=key).first()
        if stored is not None and stored.body_hash != body_hash:
            raise IdempotencyKeyReused
        if stored is not None and stored.response_status is not None and stored.response_body is not None:
            return _replay(stored.response_status, bytes(stored.response_body))
        claim = Claim(
            user_id=user_id,
            operation=operation,
            key=key,
            body_hash=body_hash,
            resource=stored.resource if stored is not None else "",
        )
        try:
            answer = act(claim)
        except PayshiftError as refusal:
            if 400 <= refusal.status < 500 and refusal.status not in NOT_STORED:
                claim.keep_answer(status=refusal.status, body=_written(refusal))
            raise
        claim.keep_answer(status=answer.status, body=answer.body)
        return answer


def hash_of(body: object) -> str:
    """Keyed, because a body may hold a password; canonical, because a retry may write its JSON in another order."""
    canonical = to_json(_sorted(body))
    return salted_hmac("payment.idempotency", canonical, algorithm="sha256").hexdigest()


@contextmanager
def exclusive_use(name: str) -> Iterator[None]:
    """Hold the advisory lock of `name` on this session, or raise `IdempotencyKeyInFlight`.

    A session lock and not a transaction's: the call commits its intent and talks to a provider in between. It needs a
    connection of its own, as Django's pool gives; behind a pooler in transaction mode it would not hold.
    """
    number = int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8, person=b"idempotency").digest(), signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [number])
        (locked,) = cursor.fetchone()
    if not locked:
        raise IdempotencyKeyInFlight
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [number])


def forget_old_keys() -> int:
    """Delete the keys that nobody can be retrying any more. Returns how many."""
    with transaction.atomic():
        deleted, _ = IdempotencyKey.objects.filter(created_at__lt=clock.now() - KEPT_FOR).delete()
    return deleted


def _sorted(value: object) -> object:
    if isinstance(value, dict):
        return {name: _sorted(value[name]) for name in sorted(value)}
    if isinstance(value, list):
        return [_sorted(part) for part in value]
    return value


def _written(refusal: PayshiftError) -> bytes:
    return to_json(
        {
            "code": refusal.code,
            "title": refusal.title,
            "detail": refusal.detail,
            "errors": [[problem.field, problem.code, problem.message] for problem in refusal.errors],
        }
    )


def _replay(status: int, body: bytes) -> Answer:
    if status < 400:
        return Answer(status=status, body=body, replayed=True)
    stored = from_json(body)
    errors = [FieldProblem(*problem) for problem in stored["errors"]]
    raise StoredRefusal(
        status=status, code=stored["code"], title=stored["title"], detail=stored["detail"], errors=errors
    )
