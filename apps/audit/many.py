"""Audit rows for deeds on many targets at once: an import of 10,000 rows writes them in one statement."""

import json
from collections.abc import Iterable
from typing import Any

import structlog
from django.db import connection, models
from django.db.models import CharField, F
from django.db.models.functions import Cast
from django.utils import timezone

from apps.audit.models import AuditEvent
from apps.core.access import Actor
from apps.core.copying import insert_columns


def record_many(
    action: AuditEvent.Action,
    *,
    label: str,
    targets: Iterable[tuple[int, str]],
    by: Actor | None,
    **detail: Any,
) -> None:
    """One row per target (id, office path), as `recording.record` would write it. `detail` never holds values."""
    common = {
        "at": timezone.now(),
        "actor_id": by.pk if by else None,
        "action": action,
        "target_label": label,
        "detail": detail,
        "request_id": str(structlog.contextvars.get_contextvars().get("request_id", "")),
    }
    written = list(targets)
    ids, paths = [str(pk) for pk, _path in written], [path for _pk, path in written]
    insert_columns(AuditEvent, {"target_id": ids, "office_path": paths}, common)


def record_selection(
    action: AuditEvent.Action, selection: models.QuerySet[Any], *, by: Actor | None, **detail: Any
) -> None:
    """As `record_many` for the rows of a queryset of a model with `office_path`, without fetching them."""
    model = selection.model
    columns = ["at", "actor_id", "action", "target_label", "target_id", "office_path", "detail", "request_id"]
    chosen = (
        selection.order_by()
        .annotate(audit_id=Cast(F("pk"), CharField()))
        .values_list("audit_id", "office_path")
    )
    source, parameters = chosen.query.sql_with_params()
    request_id = str(structlog.contextvars.get_contextvars().get("request_id", ""))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {AuditEvent._meta.db_table} ({', '.join(columns)}) "  # noqa: S608
            f"SELECT now(), %s, %s, %s, chosen.id, chosen.path, %s::jsonb, %s FROM ({source}) AS chosen (id, path)",
            [
                by.pk if by else None,
                action,
                model._meta.label_lower,
                json.dumps(detail, ensure_ascii=False),
                request_id,
                *parameters,
            ],
        )
