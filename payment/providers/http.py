"""The one HTTP client of the provider adapters: what it refuses is what makes the calls safe.

No call inside a database transaction (it would hold locks for as long as a stranger likes), no redirects, an answer of
at most a mebibyte, a time limit on each step, and a second try only for reads; within a request the limits of
`payment.providers.hurry`. What it raises tells the caller what is known: `ProviderUnreachable` (nothing happened),
`OutcomeUnknown` (it may have happened) or `Answer` (the provider spoke, and the adapter reads it).
"""

import atexit
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from time import monotonic

import httpx
import structlog
from django.db import connection

from payment.providers.base import OutcomeUnknown, ProviderUnreachable
from payment.providers.hurry import gate_of, hurry
from payment.providers.parsing import storable

logger = structlog.get_logger(__name__)

MAX_ANSWER_BYTES = 1024 * 1024
READ_TRIES = 3
# Of reads by whoever has many to make: see `single_try`.
_tries: ContextVar[int] = ContextVar("provider_read_tries", default=READ_TRIES)

# The request never left: the provider cannot have acted on it.
NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


@contextmanager
def single_try() -> Iterator[None]:
    """Reads within are tried once: a sweep has other rows to ask about, and comes again."""
    token = _tries.set(1)
    try:
        yield
    finally:
        _tries.reset(token)


class CalledInsideTransaction(RuntimeError):
    """A provider call was made while a database transaction was open: a defect of the caller."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A provider's answer: the status and the JSON object in the body (empty when it was none)."""

    status: int
    body: dict[str, object]

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def message(self) -> str:
        return storable(str(self.body.get("message", "")), 300)

    @property
    def code(self) -> str:
        return storable(str(self.body.get("code", "")), 60)


@cache
def shared_client() -> httpx.Client:
    """One connection pool per process. It keeps no cookies: the shared jar would mix what callers are told."""
    limits = httpx.Limits(max_connections=20, max_keepalive_connections=10, keepalive_expiry=30)
    client = httpx.Client(follow_redirects=False, limits=limits)
    atexit.register(client.close)
    return client


class ProviderHttp:
    """Calls to one provider with its key. Money on the wire is read as Decimal, never as float."""

    def __init__(
        self, *, name: str, base_url: str, secret_key: str, timeout_seconds: float, key_header: str = ""
    ) -> None:
        """`key_header`: where the key goes as it is; else as a bearer's."""
        self.name = name
        self._key = {key_header: secret_key} if key_header else {"Authorization": f"Bearer {secret_key}"}
        self.base_url = base_url.rstrip("/")
        self.secret_key = secret_key
        self.timeout = httpx.Timeout(timeout_seconds, connect=min(timeout_seconds, 5.0))

    def get(self, path: str, *, params: Mapping[str, str] | None = None) -> Answer:
        """Read. Tried again on any failure that another try could mend; reading twice does no harm."""
        for remaining in reversed(range(1 if hurry() else _tries.get())):
            try:
                answer = self._call("GET", path, params=params)
            except (ProviderUnreachable, OutcomeUnknown) as error:
                if not remaining:
                    raise ProviderUnreachable(f"{self.name} cannot be reached just now.") from error
            else:
                return answer
        raise AssertionError("unreachable")

    def post(self, path: str, *, payload: Mapping[str, object]) -> Answer:
        """Act. Never tried again here: only the caller knows how to look up what the first try did."""
        return self._call("POST", path, payload=payload)

    def put(self, path: str, *, payload: Mapping[str, object]) -> Answer:
        """Act, as `post` does."""
        return self._call("PUT", path, payload=payload)

    def delete(self, path: str) -> Answer:
        """Act, as `post` does."""
        return self._call("DELETE", path)

    def upload(self, url: str, *, content: bytes, content_type: str) -> None:
        """Put a document where the provider said, without our key: it is another's house, and only by HTTPS.

        Raises `ProviderUnreachable`: a document that nobody was told of has no effect, and is put there again.
        """
        self._refuse_in_transaction("PUT", "a document")
        at_home = url.startswith(self.base_url + "/")
        if not (at_home or url.startswith("https://")):
            raise ProviderUnreachable(f"{self.name} named no place for a document.")
        headers = {"Content-Type": content_type}
        try:
            with shared_client().stream("PUT", url, content=content, headers=headers, timeout=self.timeout) as response:
                status = response.status_code
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise ProviderUnreachable(f"{self.name} did not take the document.") from error
        if not 200 <= status < 300:
            raise ProviderUnreachable(f"{self.name} answered {status} to the document.")

    def _refuse_in_transaction(self, method: str, path: str) -> None:
        # As for Django's own `atomic(durable=True)`, the transaction that a TestCase wraps a test in does not count.
        if not all(getattr(block, "_from_testcase", False) for block in connection.atomic_blocks):
            raise CalledInsideTransaction(f"{method} {path} at {self.name} with a transaction open.")

    def _call(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        payload: Mapping[str, object] | None = None,
    ) -> Answer:
        self._refuse_in_transaction(method, path)
        if (waiting := hurry()) is None:
            return self._send(method, path, params=params, payload=payload, timeout=self.timeout)
        left = waiting.seconds_left()
        if left <= 0:
            raise ProviderUnreachable(f"There is no time left to ask {self.name}.")
        with gate_of(self.name).call():
            return self._send(method, path, params=params, payload=payload, timeout=httpx.Timeout(left), within=left)

    def _send(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None,
        payload: Mapping[str, object] | None,
        timeout: httpx.Timeout,
        within: float | None = None,
    ) -> Answer:
        """`timeout` is of each step, `within` of all of the answer, however slowly it drips."""
        ends = None if within is None else monotonic() + within
        headers = {**self._key, "Accept": "application/json"}
        try:
            with shared_client().stream(
                method, self.base_url + path, params=params, json=payload, headers=headers, timeout=timeout
            ) as response:
                body = self._read(response, ends=ends)
                status = response.status_code
        except NOT_SENT as error:
            logger.warning("provider_unreachable", provider=self.name, path=path, error=type(error).__name__)
            raise ProviderUnreachable(f"{self.name} cannot be reached just now.") from error
        except httpx.HTTPError as error:
            logger.warning("provider_outcome_unknown", provider=self.name, path=path, error=type(error).__name__)
            raise OutcomeUnknown(f"{self.name} did not answer.") from error
        if status >= 500 or 300 <= status < 400:
            # A gateway error can come after the effect; Flutterwave says so of its 503.
            raise OutcomeUnknown(f"{self.name} answered {status}.")
        return Answer(status=status, body=self._parse(body, ok=status < 300))

    def _read(self, response: httpx.Response, *, ends: float | None) -> bytes:
        chunks: list[bytes] = []
        size = 0
        for chunk in response.iter_bytes():
            if ends is not None and monotonic() > ends:
                raise OutcomeUnknown(f"{self.name} answered too slowly.")
            size += len(chunk)
            if size > MAX_ANSWER_BYTES:
                raise OutcomeUnknown(f"{self.name} answered more than {MAX_ANSWER_BYTES} bytes.")
            chunks.append(chunk)
        return b"".join(chunks)

    def _parse(self, body: bytes, *, ok: bool) -> dict[str, object]:
        try:
            parsed = json.loads(body, parse_float=Decimal)
        except (ValueError, RecursionError):
            # RecursionError: an answer nested deeper than any API's.
            parsed = None
        if isinstance(parsed, dict):
            return parsed
        if ok:
            raise OutcomeUnknown(f"{self.name} answered something that is not its API's JSON.")
        return {}
