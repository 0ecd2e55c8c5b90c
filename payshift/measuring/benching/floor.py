"""The floor for a cached hit: a bare WSGI application with one redis-py pipeline, which brings token and entry.

It checks nothing: what the product does beyond it is what the comparison measures.
"""

import hashlib
import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

import redis

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

client = redis.Redis.from_url(os.environ["REDIS_URL"])


def token_key(token: str) -> str:
    return f"floor:token:{hashlib.sha256(token.encode()).hexdigest()}"


def entry_key(path: str) -> str:
    return f"floor:entry:{path}"


def application(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    pipeline = client.pipeline(transaction=False)
    pipeline.get(token_key(environ.get("HTTP_AUTHORIZATION", "")[len("Bearer ") :]))
    pipeline.get(entry_key(environ["PATH_INFO"]))
    token, body = pipeline.execute()
    if token is None or body is None:
        start_response("404 Not Found", [("Content-Length", "0")])
        return [b""]
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]
