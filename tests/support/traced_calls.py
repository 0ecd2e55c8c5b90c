"""`python -m tests.support.traced_calls <token> <user id> <traceparent>`: requests, a job and a failing write, traced.

A process of its own, because a process has one tracer for ever.
"""

import sys
from contextlib import suppress
from types import SimpleNamespace
from typing import Any, cast

import django


def main(token: str, user_id: str, traceparent: str) -> None:
    django.setup()
    from django.db import IntegrityError, transaction
    from django.test import Client
    from opentelemetry import trace
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import SpanKind

    from accounts.models import CustomUser
    from core.background import around_task
    from core.tasks import prune_cache_versions
    from core.tracing import traced

    client = Client(raise_request_exception=False)
    headers = {"authorization": f"Bearer {token}", "traceparent": traceparent}
    client.get("/api/jobs", {"q": "a secret wish"}, headers=headers)
    client.get("/api/calendar/a-secret-address.ics")

    job = SimpleNamespace(job=SimpleNamespace(id=1, task_name="core.tasks.prune_cache_versions"))
    around_task(lambda: prune_cache_versions(timestamp=0), cast(Any, job), None)

    user = CustomUser.objects.get(pk=user_id)
    with suppress(IntegrityError), traced("failing", kind=SpanKind.INTERNAL), transaction.atomic():
        CustomUser.objects.create(email=user.email)

    cast(TracerProvider, trace.get_tracer_provider()).shutdown()


if __name__ == "__main__":
    main(*sys.argv[1:])
