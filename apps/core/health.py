"""Whether the program lives (`/livez`) and whether it can serve (`/readyz`), for proxies and monitors."""

import shutil
from collections.abc import Callable

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from apps.core.access import open_to_everyone
from apps.core.keycheck import verify_database

LEAST_FREE_SPACE = 200_000_000  # bytes: below it, uploads and PostgreSQL start to fail


@open_to_everyone
@require_safe
def livez(request: HttpRequest) -> HttpResponse:
    """The process answers. It touches nothing else, so that a sick database does not restart the web server."""
    return HttpResponse("ok", content_type="text/plain")


@open_to_everyone
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Database, migrations, key file and disk. 503 with the names of what fails, and no reasons: anyone may ask.

    The broker is not among them: pages work without it, and waiting work is rung for again.
    """
    failing = [name for name, check in CHECKS.items() if not _passes(check)]
    return JsonResponse({"ready": not failing, "failing": failing}, status=503 if failing else 200)


def _passes(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except Exception:
        return False


def _database_answers() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return cursor.fetchone() == (1,)


def _migrations_are_applied() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _key_fits() -> bool:
    verify_database()
    return True


def _disk_has_room() -> bool:
    return shutil.disk_usage(settings.VAR_DIR if settings.VAR_DIR.exists() else "/").free > LEAST_FREE_SPACE


CHECKS = {
    "database": _database_answers,
    "migrations": _migrations_are_applied,
    "data_key": _key_fits,
    "disk": _disk_has_room,
}
