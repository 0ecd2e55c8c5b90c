"""Liveness and readiness.

Live: the process answers. Ready: it can serve, which needs PostgreSQL and applied migrations (else 503). Redis and the
worker are looked at too, but the site works on without them (R3), slower and with jobs waiting: that is `degraded`,
still 200, so that a load balancer does not turn a worker's restart into an outage. A monitor asks with `?strict=1`,
which makes `degraded` a 503.
"""

from collections.abc import Callable
from datetime import timedelta

import structlog
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models.functions import Now
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_redis import get_redis_connection
from procrastinate.contrib.django.models import ProcrastinateWorker
from redis import RedisError

from core import grants, timeouts

logger = structlog.get_logger(__name__)

# Three heartbeats may be missed.
WORKER_SILENCE = timedelta(seconds=35)

_migrated = False


@never_cache
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    required = {
        "database": _ok(database_answers),
        "migrations": _ok(migrations_are_applied),
        "role": _ok(role_is_restricted),
        "timeouts": _ok(timeouts.hold),
    }
    optional = {"redis": _ok(redis_answers), "worker": _ok(worker_is_alive)}
    if not all(required.values()):
        status = "unavailable"
    elif not all(optional.values()):
        status = "degraded"
    else:
        status = "ok"
    checks = {name: "ok" if ok else "failing" for name, ok in {**required, **optional}.items()}
    serves = status == "ok" or (status == "degraded" and "strict" not in request.GET)
    return JsonResponse({"status": status, "checks": checks}, status=200 if serves else 503)


def _ok(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except (DatabaseError, RedisError) as error:
        logger.warning("health_check_failed", check=check.__name__, error=type(error).__name__)
        return False


def database_answers() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return True


def migrations_are_applied() -> bool:
    """Once true it stays true for this process: its own migrations do not change, and none is ever unapplied."""
    global _migrated
    if not _migrated:
        executor = MigrationExecutor(connection)
        _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _migrated


def role_is_restricted() -> bool:
    """The owner of the tables may rewrite the books. In development one role may serve for both."""
    return settings.DEBUG or not grants.owns_the_tables()


def redis_answers() -> bool:
    return bool(get_redis_connection("default").ping())


def worker_is_alive() -> bool:
    """By the database's clock, which writes the heartbeats."""
    return ProcrastinateWorker.objects.filter(last_heartbeat__gte=Now() - WORKER_SILENCE).exists()
