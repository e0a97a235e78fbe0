"""Health answers for load balancers and the local stack: is the process up, can it serve."""

from collections.abc import Callable

import structlog
from django.core.cache import cache
from django.db import DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)


@require_safe
def process(request: HttpRequest) -> JsonResponse:
    """The process answers; nothing behind it is asked."""
    return JsonResponse({"status": "ok"})


@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Database, Redis and migrations are in place: 200, else 503 with what is missing."""
    checks = {"database": _ask_databases, "migrations": _ask_migrations, "redis": _ask_redis}
    states = {name: _state(check) for name, check in checks.items()}
    fit = all(state == "ok" for state in states.values())
    return JsonResponse({"status": "ok" if fit else "unavailable", **states}, status=200 if fit else 503)


def _state(check: Callable[[], bool]) -> str:
    try:
        return "ok" if check() else "unavailable"
    except (DatabaseError, RedisError) as error:
        log.warning("not ready", check=check.__name__, error=str(error))
        return "unavailable"


def _ask_databases() -> bool:
    for connection in connections.all():
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    return True


def _ask_migrations() -> bool:
    for connection in connections.all():
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return False
    return True


def _ask_redis() -> bool:
    cache.set("readyz", 1, timeout=5)
    return bool(cache.get("readyz") == 1)
