"""M9: one key, one winner. The same key and body get the stored answer, another body 422, a call still under way 409.

The key row (user, operation, key, body hash) commits with the intent, in the transaction that moves money or records
what is about to be done. While a call runs it holds the key's lease (`payment.services.key_leases`): a second call with
the key sees at once that the first is under way. A row without an answer is a call that died after its intent: the next
call with the key resumes it.

Business refusals are stored like any answer. 422, 429 and 5xx are not: they say nothing about the next try.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, IntegrityError, connection
from django.db.models import QuerySet
from django.utils.crypto import salted_hmac
from pydantic_core import from_json, to_json

from core import clock
from core.errors import FieldProblem, PayshiftError
from core.instances import insert, instances
from core.listings import Given, prepared
from core.models import PayshiftQuerySet
from payment.exceptions import IdempotencyKeyInFlight, IdempotencyKeyInvalid, IdempotencyKeyReused
from payment.models import IdempotencyKey
from payment.services.key_leases import GIVE_BACK, Lease, give_back, take_lease
from payment.services.posting import constraint_of

# Visible ASCII, as a header can carry it.
MAX_KEY_LENGTH = 255
KEY_FORM = re.compile(rf"[!-~]{{1,{MAX_KEY_LENGTH}}}")
NOT_STORED = frozenset({401, 422, 429})
# One statement, which is all or nothing: the lease is given back, and with it the answer is kept, on the row of the
# intent or on a new one. Without the lease nothing is kept.
KEEP = (
    f"WITH given_back AS ({GIVE_BACK} RETURNING name),"  # noqa: S608  (a constant)
    """
answered AS (
    UPDATE payment_idempotencykey
    SET response_status = %(response_status)s, response_body = %(response_body)s, answered_at = %(answered_at)s
    WHERE user_id = %(user_id)s AND operation = %(operation)s AND key = %(key)s AND resource = %(resource)s
        AND EXISTS (SELECT FROM given_back)
    RETURNING id
),
added AS (
    INSERT INTO payment_idempotencykey (
        user_id, operation, key, body_hash, resource, response_status, response_body, created_at, answered_at
    )
    SELECT %(user_id)s, %(operation)s::varchar, %(key)s::varchar, %(body_hash)s::varchar, %(resource)s::varchar,
        %(response_status)s, %(response_body)s::bytea, %(answered_at)s, %(answered_at)s
    WHERE EXISTS (SELECT FROM given_back) AND NOT EXISTS (SELECT FROM answered)
)
SELECT FROM given_back
"""
)


@instances("user_id", "operation", "key")
def _stored(given: Given) -> QuerySet[IdempotencyKey]:
    return IdempotencyKey.objects.filter(user_id=given["user_id"], operation=given["operation"], key=given["key"])


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
        # The answer is kept, and the lease given back.
        self.is_answered = False

    def commit_with(self, resource: str) -> None:
        """Write the key row in the intent's own transaction. `resource` is what a resumed call finds its intent by.

        Raises `IdempotencyKeyInFlight` when another call with the key has committed an intent since this one looked:
        the transaction must not be committed then.
        """
        if not connection.in_atomic_block:
            raise RuntimeError("The key commits with its intent: call commit_with inside the intent's transaction.")
        if self.resource:
            if not self._row().filter(resource=self.resource).update(resource=resource):
                raise IdempotencyKeyInFlight
        else:
            self._insert(resource)
        self.resource = resource

    def keep_answer(self, lease: Lease, *, status: int, body: bytes) -> None:
        """Give the lease back and store the answer. Raises `IdempotencyKeyInFlight` when another has taken the lease,
        or has committed an intent that this call does not know: what it was answered is not that intent's answer.
        """
        values: dict[str, Any] = {
            "name": lease.name,
            "token": lease.token,
            "user_id": self.user_id,
            "operation": self.operation,
            "key": self.key,
            "body_hash": self.body_hash,
            "resource": self.resource,
            "response_status": status,
            "response_body": body,
            "answered_at": clock.now(),
        }
        with _once(), prepared() as cursor:
            cursor.execute(KEEP, values)
            if not cursor.rowcount:
                raise IdempotencyKeyInFlight
        self.is_answered = True

    def _row(self) -> PayshiftQuerySet[IdempotencyKey]:
        return IdempotencyKey.objects.filter(user_id=self.user_id, operation=self.operation, key=self.key)

    def _insert(self, resource: str) -> None:
        with _once():
            insert(
                IdempotencyKey(
                    user_id=self.user_id,
                    operation=self.operation,
                    key=self.key,
                    body_hash=self.body_hash,
                    resource=resource,
                    created_at=clock.now(),
                )
            )


@contextmanager
def _once() -> Iterator[None]:
    """Another call has written the key's row meanwhile."""
    try:
        yield
    except IntegrityError as refused:
        if constraint_of(refused) != "payment_idempotencykey_once":
            raise
        raise IdempotencyKeyInFlight from refused


def answer_once(*, user_id: int, operation: str, key: str, body: object, act: Callable[[Claim], Answer]) -> Answer:
    """Run `act` once for this key and return its answer, or the stored one.

    Raises `IdempotencyKeyInvalid` (400), `IdempotencyKeyInFlight` (409), `IdempotencyKeyReused` (422), and whatever
    `act` raises, now and, if it was a business refusal, every time the key comes again.
    """
    if not KEY_FORM.fullmatch(key):
        raise IdempotencyKeyInvalid
    body_hash = hash_of(body)
    lease = take_lease(f"{user_id}:{operation}:{key}")
    claim = None
    try:
        stored = next(iter(_stored.all(user_id=user_id, operation=operation, key=key)), None)
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
        return _acted(claim, lease, act)
    finally:
        if claim is None or not claim.is_answered:
            # A database that is away must not hide what the caller has to hear. The lease lapses without it.
            with suppress(DatabaseError):
                give_back(lease)


def _acted(claim: Claim, lease: Lease, act: Callable[[Claim], Answer]) -> Answer:
    try:
        answer = act(claim)
    except IdempotencyKeyInFlight:
        # Overtaken: the other's answer is the one to keep.
        raise
    except PayshiftError as refusal:
        if 400 <= refusal.status < 500 and refusal.status not in NOT_STORED:
            claim.keep_answer(lease, status=refusal.status, body=_written(refusal))
        raise
    claim.keep_answer(lease, status=answer.status, body=answer.body)
    return answer


def hash_of(body: object) -> str:
    """Keyed, because a body may hold a password; canonical, because a retry may write its JSON in another order."""
    canonical = to_json(_sorted(body))
    return salted_hmac("payment.idempotency", canonical, algorithm="sha256").hexdigest()


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
