"""Whether this process lives (`/healthz`) and whether it can serve (`/readyz`)."""

from collections.abc import Callable
from functools import cache

import redis
import structlog
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.http import HttpRequest, HttpResponse, JsonResponse

from tenants.schemas.context import region

logger = structlog.get_logger(__name__)

PATIENCE_SECONDS = 2
_migrations_seen = False  # migrations do not come undone while a process runs


class HealthMiddleware:
    """First of all middleware: answers under any host, before anything that could fail."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == "/healthz":
            return _uncached(HttpResponse("ok", content_type="text/plain"))
        if request.path == "/readyz":
            return _uncached(_readiness())
        return self.get_response(request)


def _readiness() -> HttpResponse:
    """`{"database": "ok", "redis": "ok", …}`, 503 when one says `failed`. Never why: that is for the logs."""
    checks = {"database": _database_answers, "redis": _redis_answers, "migrations": _migrations_applied}
    results = {name: "ok" if check() else "failed" for name, check in checks.items()}
    return JsonResponse(results, status=503 if "failed" in results.values() else 200)


def _database_answers() -> bool:
    try:
        with region(), connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, ImproperlyConfigured) as error:
        logger.warning("database_unavailable", error=type(error).__name__)
        return False
    return True


def _redis_answers() -> bool:
    try:
        return bool(_redis().ping())
    except redis.RedisError as error:
        logger.warning("redis_unavailable", error=type(error).__name__)
        return False


@cache
def _redis() -> redis.Redis:
    return redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=PATIENCE_SECONDS, socket_connect_timeout=PATIENCE_SECONDS
    )


def _migrations_applied() -> bool:
    """Whether the public schema has the last migration of each of its apps."""
    global _migrations_seen
    if not _migrations_seen:
        try:
            with region():
                _migrations_seen = not missing_migrations()
        except DatabaseError as error:
            logger.warning("migrations_unknown", error=type(error).__name__)
    return _migrations_seen


def missing_migrations() -> set[tuple[str, str]]:
    """The (app, migration) that the public schema lacks. Raises DatabaseError when it cannot be asked."""
    shared = {config.label for config in apps.get_app_configs() if config.name in settings.SHARED_APPS}
    loader = MigrationLoader(connection)
    leaves = {node for node in loader.graph.leaf_nodes() if node[0] in shared}
    return leaves - set(loader.applied_migrations)


def _uncached(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    return response
