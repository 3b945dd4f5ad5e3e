"""The one way to write an audit row."""

from typing import Any

import structlog
from django.db import models

from apps.audit.models import AuditEvent
from apps.core.access import Actor


def record(
    action: AuditEvent.Action,
    *,
    target: models.Model | None = None,
    by: Actor | None,
    **detail: Any,
) -> AuditEvent:
    """Write down that `by` did `action` to `target`. `detail` takes ids, counts, field names and purposes, never values."""
    return AuditEvent.objects.create(
        actor_id=by.pk if by else None,
        action=action,
        target_label=target._meta.label_lower if target is not None else "",
        target_id=str(target.pk) if target is not None else "",
        office_path=getattr(target, "office_path", ""),
        detail=detail,
        request_id=structlog.contextvars.get_contextvars().get("request_id", ""),
    )
