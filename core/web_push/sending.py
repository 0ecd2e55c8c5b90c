"""One message to one browser's push service, in bounded time.

The service is anybody's server. So the whole exchange has one deadline, `PUSH_TIMEOUT_SECONDS`, however slowly it
drips, only the head of its answer is read, no redirect is followed, no proxy of the environment is asked, and each host
has a breaker of its own: one that does not answer is left alone for a while. Looking up the name alone has the
resolver's own limits.
"""

import socket
import ssl
from collections.abc import Mapping
from contextlib import closing
from enum import Enum, auto
from functools import cache, lru_cache
from time import monotonic
from urllib.parse import SplitResult

import h11
import structlog
from django.conf import settings

from core.gates import Gate
from core.web_push.encryption import BrowserKeys, encrypt
from core.web_push.endpoints import EndpointRefused, addresses_of, check_form
from core.web_push.vapid import authorization

logger = structlog.get_logger(__name__)

READ_BYTES = 4096
# Anybody may name hosts: the breakers of the latest are kept.
HOSTS = 256


class PushFailed(Exception):
    """The service did not take it, and may later."""


class Outcome(Enum):
    SENT = auto()
    # The browser unsubscribed, or is no more: nothing is to be sent there again.
    GONE = auto()
    # As it is, it will never be taken.
    REFUSED = auto()


class PushGate(Gate):
    failures = (PushFailed,)
    refusal = PushFailed
    label = "push"


@lru_cache(maxsize=HOSTS)
def gate_of(host: str) -> PushGate:
    return PushGate(host)


def send(*, endpoint: str, keys: BrowserKeys, payload: bytes, ttl_seconds: int, topic: str) -> Outcome:
    """A message that the service keeps for so long; a later one of the same topic takes its place there.

    Raises `PushFailed`. Not to be called within a transaction: within the limit it takes as long as a stranger likes.
    """
    try:
        parts = check_form(endpoint)
        with gate_of(parts.hostname or "").call():
            status = _post(parts, _headers(endpoint, ttl_seconds, topic), encrypt(payload, keys))
    except EndpointRefused:
        return Outcome.REFUSED
    if 200 <= status < 300:
        return Outcome.SENT
    if status in (404, 410):
        return Outcome.GONE
    logger.warning("push_refused", host=parts.hostname, status=status)
    return Outcome.REFUSED


def _headers(endpoint: str, ttl_seconds: int, topic: str) -> dict[str, str]:
    return {
        "Authorization": authorization(endpoint),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(ttl_seconds),
        "Topic": topic,
        "Urgency": "normal",
    }


def _post(parts: SplitResult, headers: Mapping[str, str], body: bytes) -> int:
    """The status of the answer. Raises `PushFailed` for none, and for those that say "later": 429 and 5xx."""
    ends = monotonic() + settings.PUSH_TIMEOUT_SECONDS
    try:
        with closing(_connect(parts, ends)) as connection:
            status = _exchange(connection, parts, headers, body, ends)
    except (OSError, h11.ProtocolError) as error:
        logger.warning("push_service_away", host=parts.hostname, error=type(error).__name__)
        raise PushFailed("The push service did not answer.") from error
    if status == 429 or status >= 500:
        raise PushFailed(f"The push service answered {status}.")
    return status


def _connect(parts: SplitResult, ends: float) -> socket.socket:
    failure: OSError = OSError("The host has no address.")
    for address in addresses_of(parts):
        try:
            connection = socket.create_connection(address, timeout=_left(ends))
        except OSError as error:
            failure = error
            continue
        if parts.scheme != "https":
            return connection
        connection.settimeout(_left(ends))
        # The certificate must be the name's, whatever the address is.
        return _tls().wrap_socket(connection, server_hostname=parts.hostname)
    raise failure


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


def _exchange(
    connection: socket.socket, parts: SplitResult, headers: Mapping[str, str], body: bytes, ends: float
) -> int:
    http = h11.Connection(h11.CLIENT)
    head = {**headers, "Host": parts.netloc, "Content-Length": str(len(body)), "Connection": "close"}
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    request = h11.Request(method="POST", target=target, headers=list(head.items()))
    connection.settimeout(_left(ends))
    for event in (request, h11.Data(data=body), h11.EndOfMessage()):
        connection.sendall(http.send(event) or b"")
    while not isinstance(answer := http.next_event(), h11.Response):
        if answer is h11.NEED_DATA:
            connection.settimeout(_left(ends))
            http.receive_data(connection.recv(READ_BYTES))
        elif not isinstance(answer, h11.InformationalResponse):
            raise OSError("The answer has no head.")
    return answer.status_code


def _left(ends: float) -> float:
    left = ends - monotonic()
    if left <= 0:
        raise TimeoutError("The time for this message is over.")
    return left
