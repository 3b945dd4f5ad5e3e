"""Audit rows for deeds on many targets at once: an import of 10,000 rows writes them in one statement."""

from collections.abc import Iterable
from typing import Any

import structlog
from django.utils import timezone

from apps.audit.models import AuditEvent
from apps.core.access import Actor
from apps.core.copying import insert_rows


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
    insert_rows(AuditEvent, [{**common, "target_id": str(pk), "office_path": path} for pk, path in targets])
