"""Audit rows for deeds on many targets at once: an import of 10,000 rows writes them in one statement."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import structlog
from django.db import connection, models
from django.db.models import CharField, F
from django.db.models.functions import Cast
from django.utils import timezone

from apps.audit.models import AuditEvent
from apps.core.access import Actor


def record_many(
    action: AuditEvent.Action,
    *,
    label: str,
    targets: Iterable[tuple[int, str]],
    by: Actor | None,
    **detail: Any,
) -> None:
    """One row per target (id, office path), as `recording.record` would write it. `detail` never holds values."""
    written = list(targets)
    ids, paths = [str(pk) for pk, _path in written], [path for _pk, path in written]
    _insert(action, label, by, detail, "unnest(%s::text[], %s::text[])", (ids, paths))


def record_selection(
    action: AuditEvent.Action, selection: models.QuerySet[Any], *, by: Actor | None, **detail: Any
) -> None:
    """As `record_many` for the rows of a queryset of a model with `office_path`, without fetching them."""
    model = selection.model
    chosen = (
        selection.order_by()
        .annotate(audit_id=Cast(F("pk"), CharField()))
        .values_list("audit_id", "office_path")
    )
    source, parameters = chosen.query.sql_with_params()
    _insert(action, model._meta.label_lower, by, detail, f"({source})", parameters)


def _insert(
    action: AuditEvent.Action,
    label: str,
    by: Actor | None,
    detail: Mapping[str, Any],
    source: str,
    parameters: Sequence[Any],
) -> None:
    """A row for each row of the source, which gives ids and office paths. One statement, no transaction needed."""
    columns = "at, actor_id, action, target_label, target_id, office_path, detail, request_id"
    common = [
        timezone.now(),
        by.pk if by else None,
        action,
        label,
        json.dumps(detail, ensure_ascii=False),
        str(structlog.contextvars.get_contextvars().get("request_id", "")),
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {AuditEvent._meta.db_table} ({columns}) "  # noqa: S608
            "SELECT at, actor, action, label, chosen.id, chosen.path, detail, request "
            "FROM (VALUES (%s::timestamptz, %s::bigint, %s, %s, %s::jsonb, %s)) AS common (at, actor, action, label, detail, request), "
            f"{source} AS chosen (id, path)",
            [*common, *parameters],
        )
