"""Writes in the tree that it stands in, which may be an earlier revision: it uses nothing that those lack.

Each line of its input is a request, path below /api, token, payload and idempotency key; each line of its output what
that cost.
"""

import json
import sys
from collections import Counter
from collections.abc import Callable
from time import thread_time
from typing import Any

import django


def main() -> None:
    django.setup()

    from django.db import connection

    from payshift.measuring.calls import environ_of
    from payshift.measuring.cpu import BackendCPU
    from payshift.wsgi import application

    backend, trips = BackendCPU(), Counter[str]()
    # The pool's one: the requests find it there.
    connection.close()
    count_trips(trips)

    def count(execute: Callable[..., Any], *arguments: Any) -> Any:
        trips["postgresql"] += 1
        return execute(*arguments)

    with connection.execute_wrapper(count):
        for line in sys.stdin:
            request = json.loads(line)
            environ = environ_of(request["token"], request["path"], request["payload"])
            if request["key"]:
                environ["HTTP_IDEMPOTENCY_KEY"] = request["key"]
            statuses: list[str] = []
            trips.clear()
            before, started = backend.read_ms(), thread_time()
            response = application(environ, lambda status, headers, *_, said=statuses: said.append(status))
            b"".join(response)
            if (close := getattr(response, "close", None)) is not None:
                close()
            spent = thread_time() - started
            try:
                status, backend_ms = int(statuses[0][:3]), backend.read_ms() - before
            except OSError:
                # The pool has another connection, whose backend did part of it: not to be counted.
                status, backend_ms = 503, 0.0
                backend = BackendCPU()
                connection.close()
            cost = {
                "status": status,
                "process": spent * 1e6,
                "backend": backend_ms * 1e3,
                "postgresql": trips["postgresql"],
                "redis": trips["redis"],
            }
            sys.stdout.write(json.dumps(cost) + "\n")
            sys.stdout.flush()


def count_trips(trips: Counter[str]) -> None:
    """Those of Redis, and BEGIN and COMMIT, which are no statements of Django's."""
    from psycopg import Connection
    from redis.connection import AbstractConnection

    send, commit = AbstractConnection.send_packed_command, Connection.commit

    def sending(self: Any, *arguments: Any, **options: Any) -> Any:
        trips["redis"] += 1
        return send(self, *arguments, **options)  # type: ignore[no-untyped-call]

    def committing(self: Any) -> None:
        trips["postgresql"] += 2
        commit(self)

    AbstractConnection.send_packed_command, Connection.commit = sending, committing  # type: ignore[method-assign]


if __name__ == "__main__":
    main()
